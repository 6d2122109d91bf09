import { type DescEnum, type DescField, type DescMessage, type Message, ScalarType, toJson } from "@bufbuild/protobuf";
import type { Recovery } from "../definition.js";
import { recoveryText } from "./advice.js";
import { exampleOf } from "./example.js";

/** An error, as far as its use in TypeScript depends on it. */
export interface UsedError {
  /** The path of the proto that declares it. */
  readonly file: string;
  readonly className: string;
  readonly recovery?: Recovery;
}

/**
 * Returns TypeScript that throws an error on a server, with {@link exampleOf} its detail.
 *
 * The code fits what `protoc-gen-rich-errors` and ts-proto write into the folder `gen` with the options that
 * `rich-errors init` sets.
 */
export function throwingCode({ file, className }: UsedError, detail: DescMessage | undefined): string {
  const imports = new Map([[`./gen/${withoutExtension(file)}.rich.js`, new Set([className])]]);
  const literal = detail ? literalOf(exampleOf(detail), detail, "", imports) : "";
  const lines = [...imports].map(([module, names]) => `import { ${[...names].join(", ")} } from "${module}";`);
  return `${lines.join("\n")}\n\nthrow new ${className}(${literal});\n`;
}

/**
 * Returns TypeScript that catches an error on a client.
 *
 * @param method the full name of a method that answers the error: `"shop.v1.Orders/GetOrder"`
 */
export function catchingCode(
  { file, className, recovery }: UsedError,
  detail: DescMessage | undefined,
  method: string | undefined,
): string {
  const called = method === undefined ? "yourMethod" : lowerFirst(method.slice(method.lastIndexOf("/") + 1));
  const properties = detail ? detail.oneofs.filter((oneof) => oneof.fields.length > 0).map(nameOf) : [];
  const fields = detail ? detail.fields.filter(({ oneof }) => !oneof).map(nameOf) : [];
  const names = [...fields, ...properties];
  return [
    'import { promises } from "grpc-rich-errors";',
    `import { ${className} } from "./gen/${withoutExtension(file)}.rich.js";`,
    "",
    "try {",
    `  await promises(client).${called}(request);`,
    "} catch (error) {",
    `  if (!(error instanceof ${className})) throw error;`,
    ...(names.length > 0 ? [`  const { ${names.join(", ")} } = error.detail;`] : []),
    ...(recovery ? [`  // ${recoveryText(recovery)}`] : ["  console.log(error.message);"]),
    "}",
    "",
  ].join("\n");
}

function nameOf({ localName }: { readonly localName: string }): string {
  return localName;
}

/** The names to import, by module. */
type Imports = Map<string, Set<string>>;

/** A message as a literal of ts-proto's type. */
function literalOf(message: Message, desc: DescMessage, indent: string, imports: Imports): string {
  const inner = `${indent}  `;
  const lines = desc.members.flatMap((member) => {
    if (member.kind === "field") {
      const value: unknown = Reflect.get(message, member.localName);
      // ts-proto's type has every message, also one that is not set.
      return `${member.localName}: ${value === undefined ? value : fieldOf(value, member, inner, imports)}`;
    }
    const { case: name, value }: { case?: string; value?: unknown } = Reflect.get(message, member.localName);
    const field = member.fields.find(({ localName }) => localName === name);
    return field
      ? `${member.localName}: { $case: "${name}", value: ${literalOfValue(value, field, inner, imports)} }`
      : [];
  });
  if (lines.length === 0) return "{}";
  return `{\n${lines.map((line) => `${inner}${line},\n`).join("")}${indent}}`;
}

function fieldOf(value: unknown, field: DescField, indent: string, imports: Imports): string {
  const one = (item: unknown) => literalOfValue(item, field, indent, imports);
  if (field.fieldKind === "list") return `[${(value as readonly unknown[]).map(one).join(", ")}]`;
  if (field.fieldKind !== "map") return one(value);
  return `{ ${Object.entries(value as object).map(([key, item]) => `${JSON.stringify(key)}: ${one(item)}`)} }`;
}

function literalOfValue(value: unknown, field: DescField, indent: string, imports: Imports): string {
  if (field.enum) return enumValue(Number(value), field.enum, imports);
  if (field.message) return messageValue(value, field.message, indent, imports);
  if (field.scalar === ScalarType.BYTES) return `Buffer.from([${(value as Uint8Array).join(", ")}])`;
  return typeof value === "bigint" ? `${value}n` : JSON.stringify(value);
}

/** ts-proto has types of its own for some messages of `google.protobuf`. */
function messageValue(value: unknown, desc: DescMessage, indent: string, imports: Imports): string {
  const { typeName } = desc;
  if (typeName === "google.protobuf.Timestamp") return `new Date(${JSON.stringify(toJson(desc, value as Message))})`;
  if (typeName === "google.protobuf.FieldMask") return JSON.stringify((value as { paths: unknown }).paths);
  if (!typeName.startsWith("google.protobuf.")) return literalOf(value as Message, desc, indent, imports);
  if (/\.(Duration|Any|Empty)$/.test(typeName)) return literalOf(value as Message, desc, indent, imports);
  // Wrappers, Struct, Value and ListValue are plain values.
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Uint8Array) return `Buffer.from([${value.join(", ")}])`;
  const isMessage = typeof value === "object" && value !== null && "$typeName" in value;
  return JSON.stringify(isMessage ? toJson(desc, value as Message) : value);
}

/** The value of an enum by name, as a member of ts-proto's enum. */
function enumValue(number: number, desc: DescEnum, imports: Imports): string {
  const value = desc.values.find((value) => value.number === number);
  if (!value) return String(number);
  const name = desc.typeName.slice(desc.file.proto.package.length).replace(/^\./, "").replaceAll(".", "_");
  const module = `./gen/${withoutExtension(desc.file.proto.name)}.js`;
  const names = imports.get(module) ?? new Set();
  imports.set(module, names.add(name));
  return `${name}.${value.name}`;
}

function withoutExtension(file: string): string {
  return file.replace(/\.proto$/, "");
}

function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}
