import { accessSync, constants } from "node:fs";
import { basename, isAbsolute, join, relative } from "node:path";
import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import { file_google_protobuf_descriptor } from "@bufbuild/protobuf/wkt";
import protobuf from "protobufjs";
import { thrownText } from "../../platform/values.js";
import type { ProtoText } from "./proto-text.js";

/** A file of a Root. */
export interface SourceFile {
  /** As protobuf imports it. */
  readonly name: string;
  readonly text: ProtoText;
}

/** A Root of protobufjs that finds files as `@grpc/proto-loader` does, and knows afterwards where it found them. */
export class SourceRoot extends protobuf.Root {
  readonly #includeDirs: readonly string[] | undefined;
  readonly #names = new Map<string, string>();
  #parsing: string | undefined;

  constructor(includeDirs?: readonly string[]) {
    super();
    this.#includeDirs = includeDirs;
    // protobufjs has none of its own, only what proto-loader gives to its copy of protobufjs.
    this.files.push(DESCRIPTOR_PROTO);
    this.addJSON({ google: { nested: { protobuf: { nested: DESCRIPTOR_TYPES } } } });
  }

  /** The names of the files as protobuf imports them, by the paths where they are. */
  get names(): ReadonlyMap<string, string> {
    return this.#names;
  }

  /** The file that is read, where files are read one after the other; none when all are read. */
  get parsing(): string | undefined {
    return this.#parsing;
  }

  override resolveAll(): this {
    this.#parsing = undefined;
    super.resolveAll();
    return this;
  }

  override resolvePath(origin: string, target: string): string | null {
    if (target === DESCRIPTOR_PROTO) return target;
    const path = this.#find(origin, target);
    this.#parsing = path ?? undefined;
    if (path !== null && !this.#names.has(path)) {
      const name = isAbsolute(target) ? this.#nameOf(target) : target;
      // Two files may be imported by one name from different folders.
      const isTaken = [...this.#names.values()].includes(name);
      this.#names.set(path, isTaken ? path : name);
    }
    return path;
  }

  /** The name by which others would import a file; without the folders above, which are this machine's. */
  #nameOf(path: string): string {
    const names = (this.#includeDirs ?? []).map((folder) => relative(folder, path));
    return names.find((name) => !name.startsWith("..") && !isAbsolute(name)) ?? basename(path);
  }

  #find(origin: string, target: string): string | null {
    if (!this.#includeDirs) return super.resolvePath(origin, target);
    if (isAbsolute(target)) return target;
    const found = this.#includeDirs.map((folder) => join(folder, target)).find(isReadable);
    return found ?? super.resolvePath(origin, target);
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

const DESCRIPTOR_PROTO = "google/protobuf/descriptor.proto";

/** The types by their names only, which is enough for what extends or names them. */
const DESCRIPTOR_TYPES = namesOf(file_google_protobuf_descriptor.messages, file_google_protobuf_descriptor.enums);

function namesOf(
  messages: readonly DescMessage[],
  enums: readonly DescEnum[],
): Record<string, protobuf.AnyNestedObject> {
  return Object.fromEntries([
    ...messages.map(({ name, nestedMessages, nestedEnums }): [string, protobuf.AnyNestedObject] => [
      name,
      { fields: {}, nested: namesOf(nestedMessages, nestedEnums) },
    ]),
    ...enums.map(({ name, values }): [string, protobuf.AnyNestedObject] => [
      name,
      { values: Object.fromEntries(values.map(({ name, number }) => [name, number])) },
    ]),
  ]);
}

/** What to do where protobufjs cannot read a file. */
export const INSTEAD =
  'compile the protos, as with "buf build -o errors.binpb", and read them with catalogFromDescriptorSet of ' +
  "grpc-rich-errors/protobuf-es";

/**
 * What proto-loader threw, with the file that it could not read, and what to do instead where that is another edition.
 *
 * @param includeDirs the folders that files were looked up in
 */
export function loadError(error: unknown, filename: string | string[], includeDirs?: readonly string[]): unknown {
  const text = thrownText(error);
  const path = unreadFile(filename, includeDirs);
  if (path === undefined) return error;
  const found = text.includes(path) ? text : `${path}: ${text}`;
  const message = /^illegal edition /.test(text)
    ? `${found}; protobufjs does not know this edition: ${INSTEAD}`
    : found;
  return message === text ? error : new Error(message, { cause: error });
}

/** The file that cannot be parsed, if it is that. */
function unreadFile(filename: string | string[], includeDirs?: readonly string[]): string | undefined {
  const root = new SourceRoot(includeDirs);
  try {
    root.loadSync(filename, { keepCase: true });
  } catch {
    return root.parsing;
  }
  return undefined;
}
