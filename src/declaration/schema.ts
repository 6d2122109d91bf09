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
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { checkIdentifiers } from "./identifiers.js";
import { OptionValue } from "./option-value.js";
import type { Place } from "./problems.js";
import { type Element, fileOf, pathOf, Source } from "./source.js";
import { withStandardDetails } from "./standard-detail-types.js";

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
