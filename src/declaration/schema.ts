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
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_duration,
} from "@bufbuild/protobuf/wkt";
import { file_google_rpc_error_details } from "../../gen/google/rpc/error_details_pb.js";
import { classNameOf } from "../defaults.js";
import { STANDARD_DETAILS } from "../detail/collected-details.js";
import { checkIdentifiers, defaultReason, isClassName } from "./names.js";
import { OptionValue } from "./option-value.js";
import type { Place } from "./problems.js";
import { type Element, fileOf, ProtoSource, pathOf } from "./proto-source.js";

/** The options that declare errors, by the full names of their extensions. */
const OPTIONS = {
  error: "richerrors.v1.error",
  kurrentError: "kurrent.rpc.error",
  errorEnum: "richerrors.v1.error_enum",
  methodErrors: "richerrors.v1.errors",
} as const;

/** A set of protos: their descriptors with options, places and comments. */
export class Schema {
  readonly #registry: FileRegistry;
  readonly #sources = new Map<DescFile, ProtoSource>();
  /** The options that were read, because each is asked for several times. */
  readonly #options = new Map<string, Map<object, OptionValue | undefined>>();

  /** @throws Error if an import is missing, if a name is not an identifier, or if an edition is not supported */
  constructor(files: readonly FileDescriptorProto[]) {
    checkIdentifiers(files);
    this.#registry = createFileRegistry(create(FileDescriptorSetSchema, { file: withStandardDetails(files) }));
  }

  /** All files, sorted by name, because the order of a compiler is arbitrary. */
  get files(): DescFile[] {
    return [...this.#registry.files].sort((a, b) => (a.proto.name < b.proto.name ? -1 : 1));
  }

  /** The message with a full name. */
  message(typeName: string): DescMessage | undefined {
    return this.#registry.getMessage(typeName);
  }

  /** The kind of the element with a full name, such as `"enum"`. */
  kindOf(typeName: string): string | undefined {
    return this.#registry.get(typeName)?.kind;
  }

  /** Checks whether an enum value is annotated as an error. */
  isError(value: DescEnumValue): boolean {
    return this.error(value) !== undefined || this.kurrentError(value) !== undefined;
  }

  /** The reason of an error. Invalid if the proto writes an invalid one, or none where none follows from the name. */
  reason(value: DescEnumValue): string {
    return this.error(value)?.text("reason") || defaultReason(value.name, value.parent.name);
  }

  /** The place that sets the reason of an error. */
  reasonPlace(value: DescEnumValue): Place {
    const option = this.error(value);
    return option?.has("reason") ? option.place("reason") : this.place(value);
  }

  /** The name of an error's class. */
  className(value: DescEnumValue): string {
    const written = this.error(value)?.text("class_name") ?? "";
    return isClassName(written) ? written : classNameOf(this.reason(value));
  }

  /** `(richerrors.v1.error)` of an enum value. */
  error(value: DescEnumValue): OptionValue | undefined {
    return this.#option(value, OPTIONS.error);
  }

  /** `(kurrent.rpc.error)` of an enum value. */
  kurrentError(value: DescEnumValue): OptionValue | undefined {
    return this.#option(value, OPTIONS.kurrentError);
  }

  /** `(richerrors.v1.error_enum)` of an enum. */
  errorEnum(desc: DescEnum): OptionValue | undefined {
    return this.#option(desc, OPTIONS.errorEnum);
  }

  /** `(richerrors.v1.errors)` of a method. */
  methodErrors(method: DescMethod): OptionValue | undefined {
    return this.#option(method, OPTIONS.methodErrors);
  }

  place(element: Element): Place {
    return this.#source(fileOf(element)).place(pathOf(element));
  }

  /** The comment above an element, or an empty text. */
  comment(element: Element): string {
    return this.#source(fileOf(element)).comment(pathOf(element));
  }

  /** Checks whether the compiler recorded the comments of a file. It can leave out those of all elements. */
  hasComments({ proto }: DescFile): boolean {
    return (proto.sourceCodeInfo?.location.length ?? 0) > 0;
  }

  /** The comment above the element at a path of a file, or an empty text. */
  commentAt(fileName: string, path: readonly number[]): string {
    const file = this.#registry.getFile(fileName);
    return file ? this.#source(file).comment(path) : "";
  }

  #option(element: DescEnum | DescEnumValue | DescMethod, name: string): OptionValue | undefined {
    let values = this.#options.get(name);
    if (!values) {
      values = new Map();
      this.#options.set(name, values);
    }
    if (!values.has(element)) {
      const extension = this.#registry.getExtension(name);
      values.set(element, OptionValue.read(element, extension, this.#source(fileOf(element))));
    }
    return values.get(element);
  }

  #source(file: DescFile): ProtoSource {
    let source = this.#sources.get(file);
    if (!source) {
      source = new ProtoSource(file);
      this.#sources.set(file, source);
    }
    return source;
  }
}

/** All enums of a file, including those inside messages. */
export function enumsOf(file: DescFile): DescEnum[] {
  return [...nestedTypes(file)].filter((type) => type.kind === "enum");
}

const { proto: STANDARD } = file_google_rpc_error_details;
const { proto: DURATION } = file_google_protobuf_duration;

/** Checks whether the package exports a message type: the standard details, whose codecs generated code imports. */
export function isStandardDetail(typeName: string): boolean {
  return STANDARD_DETAILS.some((codec) => codec.typeName === typeName);
}

/** The file that {@link withStandardDetails} adds. */
const ADDED_FILE = "protoc-gen-rich-errors/standard_details.proto";

/** Checks whether every reader of messages has the types of a file anyway. */
export function isStandardFile({ proto: { name } }: DescFile): boolean {
  return name === STANDARD.name || name === ADDED_FILE || WELL_KNOWN.test(name);
}

/** The files whose types `message/standard-types.ts` has. */
const WELL_KNOWN = /^google\/protobuf\/(any|duration|empty|field_mask|struct|timestamp|wrappers)\.proto$/;

/**
 * Adds the standard details that no file declares, in a file of their own.
 *
 * An error can have a standard detail without importing its file, as Kurrent's errors do, because compilers warn about
 * an import that only an option needs.
 */
export function withStandardDetails(files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const declared = new Set(
    files
      .filter((file) => file.package === STANDARD.package)
      .flatMap(({ messageType }) => messageType.map(({ name }) => name)),
  );
  const added = create(FileDescriptorProtoSchema, {
    ...STANDARD,
    name: ADDED_FILE,
    messageType: STANDARD.messageType.filter(({ name }) => !declared.has(name)),
  });
  const hasDuration = files.some(({ name }) => name === DURATION.name);
  return [...files, ...(hasDuration ? [] : [DURATION]), added];
}
