import type { DescEnum, DescFile, DescMessage } from "@bufbuild/protobuf";
import { wktPublicImportPaths } from "@bufbuild/protobuf/codegenv2";
import { nestedTypes } from "@bufbuild/protobuf/reflect";

/** The module of `protoc-gen-es` for a file: a path relative to the output's root without a suffix, or a package. */
export function esModulePath(file: DescFile): string {
  return wktPublicImportPaths[file.proto.name] ?? `./${file.name}_pb`;
}

/** The name of a message's type: `"Outer_Inner"`. */
export function esMessageName(message: DescMessage): string {
  return namesIn(message.file).types.get(message) ?? "";
}

/** The name of a message's schema: `"Outer_InnerSchema"`. */
export function esSchemaName(message: DescMessage): string {
  return namesIn(message.file).schemas.get(message) ?? "";
}

interface Names {
  readonly types: ReadonlyMap<unknown, string>;
  readonly schemas: ReadonlyMap<unknown, string>;
}

const names = new WeakMap<DescFile, Names>();

/** The names that `protoc-gen-es` gives. The types come first; a name that is taken gets a suffix. */
function namesIn(file: DescFile): Names {
  let found = names.get(file);
  if (!found) {
    const types = [...nestedTypes(file)].filter((desc) => desc.kind === "message" || desc.kind === "enum");
    const taken = new Set<string>();
    found = { types: namesOf(types, "", taken), schemas: namesOf(types, "Schema", taken) };
    names.set(file, found);
  }
  return found;
}

function namesOf(types: readonly (DescEnum | DescMessage)[], suffix: string, taken: Set<string>): Map<unknown, string> {
  return new Map(types.map((desc) => [desc, freeName(escaped(identifierOf(desc) + suffix), taken)]));
}

function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let count = 0; taken.has(free); count++) free = count === 0 ? `${name}$` : `${name}$${count}`;
  taken.add(free);
  return free;
}

/** The name without the package: `"Outer_Inner"`. */
function identifierOf({ file, typeName }: DescEnum | DescMessage): string {
  const { length } = file.proto.package;
  return typeName.slice(length === 0 ? 0 : length + 1).replaceAll(".", "_");
}

function escaped(name: string): string {
  return UNSAFE.has(name) ? `${name}$` : name;
}

/** The identifiers to which `protoc-gen-es` adds a dollar sign. */
const UNSAFE: ReadonlySet<string> = new Set(
  (
    "break case catch class const continue debugger default delete do else export extends false finally for function " +
    "if import in instanceof new null return super switch this throw true try typeof var void while with yield enum " +
    "implements interface let package private protected public static Object bigint number boolean string object " +
    "globalThis Uint8Array Partial"
  ).split(" "),
);
