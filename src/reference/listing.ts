import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { codeName } from "../code.js";
import { parseComment } from "../declaration/comment.js";
import type { DeclaredEnum, DeclaredError, DeclaredFile, DeclaredMethod } from "../declaration/model.js";
import type { ClientErrorNames } from "../declaration/names.js";
import type { Element } from "../declaration/proto-source.js";
import type { Schema } from "../declaration/schema.js";
import { templateText } from "../declaration/template.js";
import {
  type Category,
  categoriesHolding,
  type Fault,
  type Origin,
  type Outcome,
  type Recovery,
} from "../definition.js";

/**
 * The errors that protos declare, as plain data. `--format json` prints it, and the other formats are made from it.
 *
 * - Files are sorted by name. Everything else is in the order of declaration.
 * - A property without a value in the protos is left out. Lists and labels are empty instead.
 */
export interface Listing {
  readonly enums: readonly ListedEnum[];
  /** The methods with an `errors` annotation. */
  readonly methods: readonly ListedMethod[];
  /** The messages inside details, at any depth, sorted by name. */
  readonly messages: readonly ListedMessage[];
}

/** A position in a proto. */
export interface Location {
  /** The path of the file, as an import names it. */
  readonly file: string;
  /** Counts from 1. Left out if the image has no source info. */
  readonly line?: number;
}

/** An enum of errors. */
export interface ListedEnum extends Location {
  /** The full name: `"shop.v1.OrderError"`. */
  readonly name: string;
  readonly domain: string;
  /** The name of the class that the classes of its errors extend. */
  readonly baseClass: string;
  /** The names of the client's classes for calls without a declared error, and of the union of all of them. */
  readonly clientErrors?: ClientErrorNames;
  /** Whether `ErrorInfo.metadata["code"]` carries the number of an error. */
  readonly numericCodes: boolean;
  readonly categories: readonly Category[];
  readonly deprecated: boolean;
  /** The comment above the enum. */
  readonly documentation: string;
  readonly errors: readonly ListedError[];
}

/** An error: an annotated value of an enum. */
export interface ListedError extends Location {
  /** The full name of the enum. */
  readonly enum: string;
  /** The name of the enum value: `"ORDER_ERROR_ORDER_GONE"`. */
  readonly name: string;
  readonly number: number;
  readonly domain: string;
  readonly reason: string;
  readonly displayName: string;
  readonly className: string;
  readonly category?: Category;
  readonly code: { readonly name: string; readonly number: number };
  readonly httpStatus: number;
  /** The message. Braces hold the names of detail fields, as in the proto. */
  readonly message: string;
  readonly detail?: ListedMessage;
  readonly recovery?: Recovery;
  /** In milliseconds. */
  readonly retryDelay?: number;
  readonly outcome?: Outcome;
  readonly fault: Fault;
  readonly origin: Origin;
  readonly since?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly helpUrl?: string;
  readonly deprecated: boolean;
  readonly documentation: {
    readonly summary: string;
    readonly causes: readonly string[];
    readonly clientAction?: string;
  };
}

/** A method with the errors that its annotation names. */
export interface ListedMethod extends Location {
  /** The full name: `"shop.v1.Orders/GetOrder"`. */
  readonly name: string;
  /** In the order of the annotation. An error can be from a file that is not listed. */
  readonly errors: readonly { readonly enum: string; readonly number: number; readonly reason: string }[];
}

/** A detail, or a message inside one. */
export interface ListedMessage {
  /** The full name: `"shop.v1.Part"`. */
  readonly type: string;
  readonly deprecated: boolean;
  /** The comment above the message. */
  readonly documentation: string;
  readonly fields: readonly ListedField[];
}

export interface ListedField {
  readonly name: string;
  readonly number: number;
  /** As in a proto: `"string"`, `"shop.v1.Part"`, `"map<string, int32>"`. For a repeated field, the type of one item. */
  readonly type: string;
  /**
   * The cardinality.
   *
   * - `optional`: a scalar or an enum with presence, outside a oneof.
   * - `singular`: a message, a member of a oneof, or a field without presence.
   * - `required`: required in proto2.
   */
  readonly label: "singular" | "optional" | "required" | "repeated" | "map";
  /** The name of the oneof that the field belongs to. */
  readonly oneof?: string;
  readonly deprecated: boolean;
  /** The comment above the field. */
  readonly documentation: string;
}

/** Lists the errors of some files. */
export function listingOf(files: readonly DeclaredFile[], schema: Schema): Listing {
  const enums = files.flatMap(({ enums }) => enums);
  const methods = files.flatMap(({ services }) => services).flatMap(({ methods }) => methods);
  const details = enums.flatMap(({ errors }) => errors).flatMap(({ detail }) => detail ?? []);
  return {
    enums: enums.map((declared) => listedEnum(declared, schema)),
    methods: methods.map((method) => listedMethod(method, schema)),
    messages: messagesWithin(details).map((message) => listedMessage(message, schema)),
  };
}

function listedEnum(declared: DeclaredEnum, schema: Schema): ListedEnum {
  const { desc, domain, baseClass, clientErrors, numericCodes, categories, comment, errors } = declared;
  return {
    name: desc.typeName,
    ...locationOf(desc, schema),
    domain,
    baseClass,
    ...(clientErrors && { clientErrors }),
    numericCodes,
    categories,
    deprecated: desc.deprecated,
    documentation: comment.lines.join("\n"),
    errors: errors.map((error) => listedError(error, categories, schema)),
  };
}

function listedError(error: DeclaredError, categories: readonly Category[], schema: Schema): ListedError {
  const { value, facts, detail, template } = error;
  const { recovery, retryDelay, outcome, since, helpUrl, documentation } = facts;
  const category = categoriesHolding(facts.number, categories).find(({ name }) => name === facts.category);
  return {
    enum: facts.enumName,
    name: facts.name,
    ...locationOf(value, schema),
    number: facts.number,
    domain: facts.domain,
    reason: facts.reason,
    displayName: facts.displayName,
    className: facts.className,
    ...(category && { category }),
    code: { name: codeName(facts.code), number: facts.code },
    httpStatus: facts.httpStatus,
    message: templateText(template, (path) => path.map(({ name }) => name).join(".")),
    ...(detail && { detail: listedMessage(detail, schema) }),
    ...(recovery && { recovery }),
    ...(retryDelay !== undefined && { retryDelay }),
    ...(outcome && { outcome }),
    fault: facts.fault,
    origin: facts.origin,
    ...(since !== undefined && { since }),
    labels: facts.labels ?? {},
    ...(helpUrl !== undefined && { helpUrl }),
    deprecated: facts.deprecated ?? false,
    documentation: {
      summary: documentation.summary,
      causes: documentation.causes ?? [],
      ...(documentation.clientAction !== undefined && { clientAction: documentation.clientAction }),
    },
  };
}

function listedMethod({ desc, errors }: DeclaredMethod, schema: Schema): ListedMethod {
  return {
    name: `${desc.parent.typeName}/${desc.name}`,
    ...locationOf(desc, schema),
    errors: errors.map(({ value, reason }) => ({ enum: value.parent.typeName, number: value.number, reason })),
  };
}

function listedMessage(message: DescMessage, schema: Schema): ListedMessage {
  return {
    type: message.typeName,
    deprecated: message.deprecated,
    documentation: commentOf(message, schema),
    fields: message.fields.map((field) => ({
      name: field.name,
      number: field.number,
      type: typeOf(field),
      label: labelOf(field),
      ...(field.oneof && { oneof: field.oneof.name }),
      deprecated: field.deprecated,
      documentation: commentOf(field, schema),
    })),
  };
}

/** The messages inside some messages, at any depth, sorted by name. Leaves out the well-known types of protobuf. */
function messagesWithin(messages: readonly DescMessage[]): DescMessage[] {
  const found = new Set<DescMessage>();
  const pending = [...messages];
  for (let message = pending.pop(); message; message = pending.pop()) {
    for (const { message: inner } of message.fields) {
      if (!inner || found.has(inner) || inner.file.proto.package === "google.protobuf") continue;
      found.add(inner);
      pending.push(inner);
    }
  }
  return [...found].sort((a, b) => (a.typeName < b.typeName ? -1 : 1));
}

function typeOf(field: DescField): string {
  const type = field.message?.typeName ?? field.enum?.typeName ?? scalarName(field.scalar);
  return field.fieldKind === "map" ? `map<${scalarName(field.mapKey)}, ${type}>` : type;
}

function scalarName(scalar: ScalarType | undefined): string {
  return scalar === undefined ? "" : ScalarType[scalar].toLowerCase();
}

function labelOf(field: DescField): ListedField["label"] {
  if (field.fieldKind === "list") return "repeated";
  if (field.fieldKind === "map") return "map";
  if (field.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED) return "required";
  const isOptional = field.presence === FeatureSet_FieldPresence.EXPLICIT && !field.message && !field.oneof;
  return isOptional ? "optional" : "singular";
}

function commentOf(element: Element, schema: Schema): string {
  return parseComment(schema.comment(element), "").lines.join("\n");
}

function locationOf(element: Element, schema: Schema): Location {
  const { file, line } = schema.place(element);
  return { file, ...(line !== undefined && { line }) };
}
