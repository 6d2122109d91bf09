import { accessSync, constants } from "node:fs";
import { basename, isAbsolute, join, relative } from "node:path";
import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import { file_google_protobuf_descriptor } from "@bufbuild/protobuf/wkt";
import protobuf from "protobufjs";
import "protobufjs/ext/descriptor/index.js";
import { thrownText } from "../../platform/values.js";

/** A protobufjs root that looks for files where `@grpc/proto-loader` does, and records where it found them. */
export class ProtoRoot extends protobuf.Root {
  readonly #includeDirs: readonly string[] | undefined;
  readonly #names = new Map<string, string>();
  #lastPath: string | undefined;

  constructor(includeDirs?: readonly string[]) {
    super();
    this.#includeDirs = includeDirs;
    // proto-loader adds descriptor.proto to its own copy of protobufjs. This copy may be another.
    this.files.push(DESCRIPTOR_PROTO);
    this.addJSON({ google: { nested: { protobuf: { nested: DESCRIPTOR_TYPES } } } });
  }

  /** The import names of the files, by their paths. */
  get names(): ReadonlyMap<string, string> {
    return this.#names;
  }

  /** The path of the file that `loadSync` is parsing, or `undefined` once it has parsed all files. */
  get parsing(): string | undefined {
    return this.#lastPath;
  }

  override resolveAll(): this {
    this.#lastPath = undefined;
    super.resolveAll();
    return this;
  }

  override resolvePath(origin: string, target: string): string | null {
    if (target === DESCRIPTOR_PROTO) return target;
    const path = this.#find(origin, target);
    this.#lastPath = path ?? undefined;
    if (path !== null && !this.#names.has(path)) {
      const name = isAbsolute(target) ? this.#importName(target) : target;
      // Files in different folders may import different files by the same name.
      const isTaken = [...this.#names.values()].includes(name);
      this.#names.set(path, isTaken ? path : name);
    }
    return path;
  }

  /** The name by which other files would import a file. It leaves out the folders of this machine. */
  #importName(path: string): string {
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

/** The types of a descriptor set. Fields keep the names that the set gives them. */
export function rootOf(descriptors: Uint8Array): protobuf.Root {
  // The descriptor extension of protobufjs adds this method, but its types lack it.
  const { fromDescriptor } = protobuf.Root as unknown as { fromDescriptor(set: Uint8Array): protobuf.Root };
  return fromDescriptor(descriptors);
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

/** The types of descriptor.proto without their fields: enough to extend them and to refer to them. */
const DESCRIPTOR_TYPES = typesWithoutFields(
  file_google_protobuf_descriptor.messages,
  file_google_protobuf_descriptor.enums,
);

function typesWithoutFields(
  messages: readonly DescMessage[],
  enums: readonly DescEnum[],
): Record<string, protobuf.AnyNestedObject> {
  return Object.fromEntries([
    ...messages.map(({ name, nestedMessages, nestedEnums }): [string, protobuf.AnyNestedObject] => [
      name,
      { fields: {}, nested: typesWithoutFields(nestedMessages, nestedEnums) },
    ]),
    ...enums.map(({ name, values }): [string, protobuf.AnyNestedObject] => [
      name,
      { values: Object.fromEntries(values.map(({ name, number }) => [name, number])) },
    ]),
  ]);
}

/** The end of an error about a file that protobufjs cannot read. */
export const COMPILE_INSTEAD =
  'compile the protos, for example with "buf build -o errors.binpb", and load them with catalogFromDescriptorSet ' +
  "from grpc-rich-errors/protobuf-es";

/**
 * Adds to an error of proto-loader the file that it could not parse and, for an unsupported edition, the way out.
 *
 * @param includeDirs the folders in which proto-loader looked for files
 */
export function loadError(error: unknown, filename: string | string[], includeDirs?: readonly string[]): unknown {
  const text = thrownText(error);
  const path = unparsedFile(filename, includeDirs);
  if (path === undefined) return error;
  const located = text.includes(path) ? text : `${path}: ${text}`;
  const message = /^illegal edition /.test(text)
    ? `${located}; protobufjs does not support this edition: ${COMPILE_INSTEAD}`
    : located;
  return message === text ? error : new Error(message, { cause: error });
}

/** Finds the file that protobufjs cannot parse. Returns `undefined` if it parses all of them. */
function unparsedFile(filename: string | string[], includeDirs?: readonly string[]): string | undefined {
  const root = new ProtoRoot(includeDirs);
  try {
    root.loadSync(filename, { keepCase: true });
  } catch {
    return root.parsing;
  }
  return undefined;
}
