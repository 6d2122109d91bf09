import {
  create,
  createFileRegistry,
  type DescEnum,
  type DescEnumValue,
  type DescFile,
  type DescMessage,
  type DescMethod,
  type FileRegistry,
} from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_duration,
} from "@bufbuild/protobuf/wkt";
import { file_google_rpc_error_details } from "../../gen/google/rpc/error_details_pb.js";
import { OptionValue } from "./option-value.js";
import type { Place } from "./problems.js";
import { type Element, fileOf, pathOf, Source } from "./proto-source.js";

/** The options that declare errors, by the full names of their extensions. */
const OPTIONS = {
  error: "richerrors.v1.error",
  kurrentError: "kurrent.rpc.error",
  errorEnum: "richerrors.v1.error_enum",
  methodErrors: "richerrors.v1.errors",
} as const;

/** The protos that are read: descriptors, and what stands on them as options and comments. */
export class Schema {
  readonly #registry: FileRegistry;
  readonly #sources = new Map<DescFile, Source>();

  /** @throws Error if the files do not fit together, hold names that are none, or are of an edition that is not known */
  constructor(files: readonly FileDescriptorProto[]) {
    checkIdentifiers(files);
    this.#registry = createFileRegistry(create(FileDescriptorSetSchema, { file: withStandardDetails(files) }));
  }

  /** All files, in the order of their names, whatever the compiler's is. */
  get files(): DescFile[] {
    return [...this.#registry.files].sort((a, b) => (a.proto.name < b.proto.name ? -1 : 1));
  }

  /** A message by its full name. */
  message(typeName: string): DescMessage | undefined {
    return this.#registry.getMessage(typeName);
  }

  /** Tells what kind of thing has a full name: `"enum"`. */
  kindOf(typeName: string): string | undefined {
    return this.#registry.get(typeName)?.kind;
  }

  /** Whether an enum value is annotated as an error. */
  isError(value: DescEnumValue): boolean {
    return this.error(value) !== undefined || this.kurrentError(value) !== undefined;
  }

  /** Our annotation of an enum value. */
  error(value: DescEnumValue): OptionValue | undefined {
    return this.#option(value, OPTIONS.error);
  }

  /** Kurrent's annotation of an enum value. */
  kurrentError(value: DescEnumValue): OptionValue | undefined {
    return this.#option(value, OPTIONS.kurrentError);
  }

  /** What is said of all errors of an enum. */
  errorEnum(desc: DescEnum): OptionValue | undefined {
    return this.#option(desc, OPTIONS.errorEnum);
  }

  /** The errors that a method may answer. */
  methodErrors(method: DescMethod): OptionValue | undefined {
    return this.#option(method, OPTIONS.methodErrors);
  }

  place(element: Element): Place {
    return this.#source(fileOf(element)).place(pathOf(element));
  }

  /** The comment above an element; empty if there is none. */
  comment(element: Element): string {
    return this.#source(fileOf(element)).comment(pathOf(element));
  }

  #option(element: DescEnum | DescEnumValue | DescMethod, name: string): OptionValue | undefined {
    return OptionValue.read(element, this.#registry.getExtension(name), this.#source(fileOf(element)));
  }

  #source(file: DescFile): Source {
    let source = this.#sources.get(file);
    if (!source) {
      source = new Source(file);
      this.#sources.set(file, source);
    }
    return source;
  }
}

/** All enums of a file, those in messages too. */
export function enumsOf(file: DescFile): DescEnum[] {
  return [...nestedTypes(file)].filter((type) => type.kind === "enum");
}

/** What has a name in a file, and the name. */
type Named = readonly [what: string, name: string];

/**
 * Checks that all names in descriptors are identifiers. Every compiler checks it, but descriptors may be made by hand.
 *
 * Names go into generated code as they are. Descriptors made by other programs may hold anything.
 *
 * @throws Error for the first name that is none, with its file
 */
function checkIdentifiers(files: readonly FileDescriptorProto[]): void {
  for (const file of files) {
    const parts = file.package === "" ? [] : file.package.split(".");
    for (const part of parts) check(file, ["the package", part]);
    for (const named of namesIn(file)) check(file, named);
  }
}

function check(file: FileDescriptorProto, [what, name]: Named): void {
  if (IDENTIFIER.test(name)) return;
  const found = `${file.name}: the name ${JSON.stringify(name)} of ${what} is not an identifier`;
  throw new Error(`${found}; compile the file with buf or protoc`);
}

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

function* namesIn({ messageType, enumType, extension, service }: FileDescriptorProto): Iterable<Named> {
  for (const message of messageType) yield* namesInMessage(message);
  for (const desc of enumType) yield* namesInEnum(desc);
  for (const { name } of extension) yield ["an extension", name];
  for (const { name, method } of service) {
    yield ["a service", name];
    for (const { name } of method) yield ["a method", name];
  }
}

function* namesInMessage({
  name,
  field,
  oneofDecl,
  nestedType,
  enumType,
  extension,
}: DescriptorProto): Iterable<Named> {
  yield ["a message", name];
  for (const { name } of field) yield ["a field", name];
  for (const { name } of oneofDecl) yield ["a oneof", name];
  for (const message of nestedType) yield* namesInMessage(message);
  for (const desc of enumType) yield* namesInEnum(desc);
  for (const { name } of extension) yield ["an extension", name];
}

function* namesInEnum({ name, value }: EnumDescriptorProto): Iterable<Named> {
  yield ["an enum", name];
  for (const { name } of value) yield ["an enum value", name];
}

const NAMES = [
  "BadRequest",
  "DebugInfo",
  "Help",
  "LocalizedMessage",
  "PreconditionFailure",
  "QuotaFailure",
  "RequestInfo",
  "ResourceInfo",
  "RetryInfo",
] as const;

/** The name of a standard detail, as the package exports it for generated code. */
export type StandardDetailName = (typeof NAMES)[number];

/** The name of the file that standard details are in where no file of the user's has them. */
const LACKING = "protoc-gen-rich-errors/standard_details.proto";

const { proto: STANDARD } = file_google_rpc_error_details;
const { proto: DURATION } = file_google_protobuf_duration;

/** The name under which the package exports a message type to generated code, if it does. */
export function standardDetailName(typeName: string): StandardDetailName | undefined {
  return NAMES.find((name) => typeName === `${STANDARD.package}.${name}`);
}

/** Tells whether every reader of messages has the types of a file. */
export function isStandardFile({ proto: { name } }: DescFile): boolean {
  return name === STANDARD.name || name === LACKING || name.startsWith("google/protobuf/");
}

/**
 * The files, with the standard details that they lack in a file of their own.
 *
 * An error may have a standard detail without importing its file, as Kurrent's
 * errors do: a compiler would call the import unused.
 */
export function withStandardDetails(files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const present = new Set(
    files
      .filter((file) => file.package === STANDARD.package)
      .flatMap(({ messageType }) => messageType.map(({ name }) => name)),
  );
  const lacking = create(FileDescriptorProtoSchema, {
    ...STANDARD,
    name: LACKING,
    messageType: STANDARD.messageType.filter(({ name }) => !present.has(name)),
  });
  const added = files.some(({ name }) => name === DURATION.name) ? [lacking] : [DURATION, lacking];
  return [...files, ...added];
}
