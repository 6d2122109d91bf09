import { type DescField, type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorSet, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Catalog, type ClientErrorClasses, type ErrorClass, type ReceivingClass } from "../catalog.js";
import { ApiError, CircuitOpenError, NetworkError } from "../client-errors.js";
import { categoriesOf } from "../declaration/enum.js";
import type { DeclaredEnum, DeclaredError, DeclaredFile } from "../declaration/model.js";
import type { Problems } from "../declaration/problems.js";
import { readDeclaredFiles } from "../declaration/read.js";
import { messagesOf, redactedFieldsOf } from "../declaration/redacted-fields.js";
import { isStandardFile, Schema } from "../declaration/schema.js";
import { enumNamesOf, templateEnums, templateText } from "../declaration/template.js";
import type { Definition, FileDescriptors } from "../definition.js";
import type { DetailCodec } from "../detail/detail.js";
import type { RichErrorOptions } from "../error/thrown-error.js";
import { type ClientErrorIdentity, isInstance } from "../instance-of.js";
import { isBytes } from "../platform/bytes.js";
import { thrownText } from "../platform/values.js";
import { FieldRedaction } from "../redaction/field-redaction.js";
import { RichError } from "../rich-error.js";

/**
 * Builds the catalog of all errors that protos declare.
 *
 * @param library the protobuf library of the details
 * @param problems the mistakes found so far
 * @throws Error if the protos contain mistakes: one line for each, with file and line
 */
export function buildCatalog(schema: Schema, library: MessageLibrary, problems: Problems): Catalog<DynamicErrorClass> {
  const files = readDeclaredFiles(schema.files, schema, problems);
  if (problems.size > 0) throw new Error(`the protos contain mistakes:\n${problems}`);
  const enums = files.flatMap(({ enums }) => enums);
  const redacted = redactedFieldsOf(messagesOf(schema.files), schema.files);
  if (redacted) FieldRedaction.add(redacted);
  return new Catalog(
    files.flatMap((file) => file.enums.flatMap((declared) => errorClasses(declared, file, library))),
    categoriesOf(enums),
    clientErrorClasses(enums),
  );
}

/** A protobuf library, as far as it decides how details look. */
export interface MessageLibrary {
  /** Returns the codec of a message type. */
  codec(message: DescMessage): DetailCodec<unknown>;
  /** Returns the property that holds a field, also one of a nested message: `"currentLeader.host"`. */
  property(path: readonly DescField[]): string;
}

/**
 * Reads a descriptor set. A buf image is one, too.
 *
 * @throws Error if the bytes are not a descriptor set, or if an imported file is missing
 */
export function readDescriptorSet(descriptors: Uint8Array | FileDescriptorSet): Schema {
  try {
    const set = isBytes(descriptors) ? fromBinary(FileDescriptorSetSchema, descriptors) : descriptors;
    return new Schema(set.file);
  } catch (error) {
    throw new Error(`cannot read the descriptor set: ${thrownText(error)}`, { cause: error });
  }
}

/**
 * The class of an error that was declared at run time.
 *
 * Construct it like a generated class: with the detail and options, or with options alone if the error carries no detail.
 */
export interface DynamicErrorClass extends ErrorClass {
  new (detail: unknown, options?: RichErrorOptions): RichError;
  new (options?: RichErrorOptions): RichError;
}

function errorClasses(
  declared: DeclaredEnum,
  { descriptors }: DeclaredFile,
  library: MessageLibrary,
): DynamicErrorClass[] {
  const base = enumClass(declared.baseClass, declared.desc.typeName);
  return declared.errors.map((error) => dynamicErrorClass(definitionOf(error, descriptors, library), base));
}

function definitionOf(
  { facts, detail, template, redirectTo }: DeclaredError,
  descriptors: FileDescriptors | undefined,
  library: MessageLibrary,
): Definition {
  const property = (path: readonly DescField[]) => library.property(path);
  const enums = templateEnums(template, property).map(([text, desc]) => [text, enumNamesOf(desc)] as const);
  return {
    ...facts,
    ...(detail && { detail: library.codec(detail) }),
    ...(detail && descriptors && !isStandardFile(detail.file) && { descriptors }),
    message: templateText(template, property),
    ...(redirectTo && { redirectTo: templateText(redirectTo, property) }),
    ...(enums.length > 0 && { enumNames: Object.fromEntries(enums) }),
  };
}

// Each class below is the value of a computed property, because it takes its name from there.

/** Makes the class of an error, equal to the one that `protoc-gen-rich-errors` would generate. */
export function dynamicErrorClass(definition: Definition, base: typeof RichError): DynamicErrorClass {
  const { className, detail } = definition;
  return {
    [className]: class extends base {
      static override readonly definition: Definition = definition;

      static override [Symbol.hasInstance](value: unknown): value is RichError {
        return isInstance(this, value);
      }

      constructor(...args: readonly unknown[]) {
        const [body, options] = detail ? args : [undefined, args[1] ?? args[0]];
        super(definition, body, options as RichErrorOptions | undefined);
      }
    },
  }[className] as unknown as DynamicErrorClass;
}

/** Makes the base class of an enum's errors. */
function enumClass(name: string, enumName: string): typeof RichError {
  return {
    [name]: class extends RichError {
      static readonly enumName: string = enumName;

      static override [Symbol.hasInstance](value: unknown): value is RichError {
        return isInstance(this, value);
      }
    },
  }[name] as typeof RichError;
}

/** Makes the client error classes of the first enum that asks for them. */
function clientErrorClasses(enums: readonly DeclaredEnum[]): ClientErrorClasses | undefined {
  const asking = enums.find(({ clientErrors }) => clientErrors);
  if (!asking?.clientErrors) return undefined;
  const { api, network, circuitOpen } = asking.clientErrors;
  const enumName = asking.desc.typeName;
  return {
    api: clientErrorClass({ className: api, enumName, kind: "api" }, ApiError),
    network: clientErrorClass({ className: network, enumName, kind: "network" }, NetworkError),
    circuitOpen: clientErrorClass({ className: circuitOpen, enumName, kind: "circuitOpen" }, CircuitOpenError),
  };
}

type ClientErrorBase = typeof ApiError | typeof NetworkError | typeof CircuitOpenError;

function clientErrorClass(clientError: ClientErrorIdentity, base: ClientErrorBase): ReceivingClass {
  const { className } = clientError;
  return {
    [className]: class extends (base as typeof RichError) {
      static readonly clientError = clientError;

      static override [Symbol.hasInstance](value: unknown): value is RichError {
        return isInstance(this, value);
      }
    },
  }[className] as ReceivingClass;
}
