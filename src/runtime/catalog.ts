import { type DescField, type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorSet, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Catalog, type ClientErrorClasses, type ErrorClass, type ReceivingClass } from "../catalog.js";
import { ApiError, CircuitOpenError, NetworkError } from "../client-errors.js";
import { categoriesOf } from "../declaration/enum.js";
import type { DeclaredEnum, DeclaredError, DeclaredFile } from "../declaration/model.js";
import type { Problems } from "../declaration/problems.js";
import { readDeclaredFiles } from "../declaration/read.js";
import { isStandardFile, Schema } from "../declaration/schema.js";
import { templateText } from "../declaration/template.js";
import type { Definition, FileDescriptors } from "../definition.js";
import type { DetailCodec } from "../detail/detail.js";
import type { RichErrorOptions } from "../error/thrown-content.js";
import { type ClientErrorIdentity, isInstance } from "../identity.js";
import { isBytes } from "../platform/bytes.js";
import { thrownText } from "../platform/values.js";
import { RichError } from "../rich-error.js";

/**
 * The catalog of all errors that protos declare.
 *
 * @throws Error if any is declared wrongly, or named wrongly by a method, with all that is wrong: one line each, with file and line
 */
export function declaredCatalog(schema: Schema, shape: DetailShape, problems: Problems): Catalog<DynamicErrorClass> {
  const files = readDeclaredFiles(schema.files, schema, problems);
  if (problems.size > 0) throw new Error(`errors are declared wrongly:\n${problems}`);
  const enums = files.flatMap(({ enums }) => enums);
  return new Catalog(
    files.flatMap((file) => file.enums.flatMap((declared) => classesOf(declared, file, shape))),
    categoriesOf(enums),
    dynamicClientErrors(enums),
  );
}

function classesOf(declared: DeclaredEnum, { descriptors }: DeclaredFile, shape: DetailShape): DynamicErrorClass[] {
  const base = dynamicBaseClass(declared.baseClass, declared.desc.typeName);
  return declared.errors.map((error) => dynamicErrorClass(definitionOf(error, descriptors, shape), base));
}

function definitionOf(
  { facts, detail, template }: DeclaredError,
  descriptors: FileDescriptors | undefined,
  shape: DetailShape,
): Definition {
  return {
    ...facts,
    ...(detail && { detail: shape.codec(detail) }),
    ...(detail && descriptors && !isStandardFile(detail.file) && { descriptors }),
    message: templateText(template, (path) => shape.property(path)),
  };
}

/** What details look like in a library. */
export interface DetailShape {
  /** Reads and writes a message type. */
  codec(message: DescMessage): DetailCodec<unknown>;
  /** The property that holds a field, through messages: `"currentLeader.host"`. */
  property(path: readonly DescField[]): string;
}

/**
 * Reads a descriptor set, which is what a buf image is, too.
 *
 * @throws Error if the bytes are none, or if files are missing that others import
 */
export function readDescriptorSet(descriptors: Uint8Array | FileDescriptorSet): Schema {
  try {
    const set = isBytes(descriptors) ? fromBinary(FileDescriptorSetSchema, descriptors) : descriptors;
    return new Schema(set.file);
  } catch (error) {
    throw new Error(`the descriptor set cannot be read: ${thrownText(error)}`, { cause: error });
  }
}

/**
 * The class of an error that was declared at run time.
 *
 * Constructed as a generated class is: with the detail and options, or with
 * options alone where the error carries no detail.
 */
export interface DynamicErrorClass extends ErrorClass {
  new (detail: unknown, options?: RichErrorOptions): RichError;
  new (options?: RichErrorOptions): RichError;
}

/** Makes the class of an error, as `protoc-gen-rich-errors` would write it. */
export function dynamicErrorClass(definition: Definition, base: typeof RichError): DynamicErrorClass {
  const { className, detail } = definition;
  return {
    // A class takes its name from the property that it is given to.
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

/** Makes the class that the errors of an enum extend. */
function dynamicBaseClass(name: string, enumName: string): typeof RichError {
  return {
    [name]: class extends RichError {
      static readonly enumName: string = enumName;

      static override [Symbol.hasInstance](value: unknown): value is RichError {
        return isInstance(this, value);
      }
    },
  }[name] as typeof RichError;
}

/** The classes of what a client meets that is no declared error, for the first enum that asks for such. */
function dynamicClientErrors(enums: readonly DeclaredEnum[]): ClientErrorClasses | undefined {
  const asking = enums.find(({ clientErrors }) => clientErrors);
  if (!asking?.clientErrors) return undefined;
  const { api, network, circuitOpen } = asking.clientErrors;
  const enumName = asking.desc.typeName;
  return {
    api: classOf({ className: api, enumName, kind: "api" }, ApiError),
    network: classOf({ className: network, enumName, kind: "network" }, NetworkError),
    circuitOpen: classOf({ className: circuitOpen, enumName, kind: "circuitOpen" }, CircuitOpenError),
  };
}

type Base = typeof ApiError | typeof NetworkError | typeof CircuitOpenError;

function classOf(clientError: ClientErrorIdentity, base: Base): ReceivingClass {
  const { className } = clientError;
  return {
    // A class takes its name from the property that it is given to.
    [className]: class extends (base as typeof RichError) {
      static readonly clientError = clientError;

      static override [Symbol.hasInstance](value: unknown): value is RichError {
        return isInstance(this, value);
      }
    },
  }[className] as ReceivingClass;
}
