import { type DescEnum, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { codeName } from "../code.js";
import { parseComment } from "../declaration/comment.js";
import type { DeclaredEnum, DeclaredError, DeclaredFile, DeclaredMethod } from "../declaration/model.js";
import type { Element } from "../declaration/proto-source.js";
import { isRedactedField } from "../declaration/redacted-fields.js";
import type { Schema } from "../declaration/schema.js";
import { type Template, templateText } from "../declaration/template.js";
import { type Category, categoriesHolding } from "../definition.js";

import type {
  ListedEnum,
  ListedError,
  ListedField,
  ListedFieldEnum,
  ListedMessage,
  ListedMethod,
  Listing,
  Location,
} from "./listing.js";

/** Lists the errors of some files. */
export function listingOf(files: readonly DeclaredFile[], schema: Schema): Listing {
  const enums = files.flatMap(({ enums }) => enums);
  const methods = files
    .flatMap(({ services }) => services)
    .flatMap(({ methods }) => methods)
    .filter(({ errors }) => errors.length > 0);
  const details = enums.flatMap(({ errors }) => errors).flatMap(({ detail }) => detail ?? []);
  const messages = messagesWithin(details);
  return {
    enums: enums.map((declared) => listedEnum(declared, schema)),
    methods: methods.map((method) => listedMethod(method, schema)),
    messages: messages.map((message) => listedMessage(message, schema)),
    fieldEnums: enumsWithin([...details, ...messages]).map((desc) => listedFieldEnum(desc, schema)),
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
  const { value, facts, detail, template, redirectTo, comment } = error;
  const text = (part: Template) => templateText(part, (path) => path.map(({ name }) => name).join("."));
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
    message: text(template),
    ...(detail && { detail: listedMessage(detail, schema) }),
    ...(recovery && { recovery }),
    ...(redirectTo && { redirectTo: text(redirectTo) }),
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
      ...(comment.remarks !== "" && { remarks: comment.remarks }),
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
      jsonName: field.jsonName,
      number: field.number,
      type: typeOf(field),
      label: labelOf(field),
      ...(field.oneof && { oneof: field.oneof.name }),
      ...(isRedactedField(field) && { redacted: true }),
      deprecated: field.deprecated,
      documentation: commentOf(field, schema),
    })),
  };
}

function listedFieldEnum(desc: DescEnum, schema: Schema): ListedFieldEnum {
  return {
    name: desc.typeName,
    documentation: commentOf(desc, schema),
    values: desc.values.map((value) => ({
      name: value.name,
      number: value.number,
      deprecated: value.deprecated,
      documentation: commentOf(value, schema),
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
  return [...found].sort(byTypeName);
}

/** The enums of the fields of some messages, sorted by name. Leaves out the enums of protobuf. */
function enumsWithin(messages: readonly DescMessage[]): DescEnum[] {
  const enums = messages.flatMap(({ fields }) => fields.flatMap((field) => field.enum ?? []));
  return [...new Set(enums)].filter(({ file }) => file.proto.package !== "google.protobuf").sort(byTypeName);
}

function byTypeName(a: { readonly typeName: string }, b: { readonly typeName: string }): number {
  return a.typeName < b.typeName ? -1 : 1;
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
