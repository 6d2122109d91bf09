import { compactMembers } from "../../http/compact-body.js";
import { toMembers } from "../../http/details.js";
import type { HttpFormat } from "../../http/formats.js";
import { problemMembers, problemType } from "../../http/problem-body.js";
import type { ListedError } from "../listing.js";
import { type JsonSchema, refTo } from "./json-schema.js";
import { fieldSchema, wellKnownSchema } from "./message-schemas.js";

/** A format of `grpc-rich-errors/http`, as OpenAPI describes its bodies. */
export interface BodyFormat {
  readonly name: string;
  readonly contentType: string;
  /** The property that says which error a body is. Undefined if it is deeper in the body. */
  readonly discriminator?: string;
  schemaOf(error: ListedError): JsonSchema;
}

/** The prefix of type URLs. */
const PREFIX = "type.googleapis.com/";

/** A detail in JSON: an `Any`. */
export const DETAIL_SCHEMA: JsonSchema = {
  description: "A detail: a message in proto3 JSON, with its type.",
  type: "object",
  required: ["@type"],
  properties: { "@type": { type: "string" } },
};

/** The name of {@link DETAIL_SCHEMA} among the components. */
export const DETAIL = "Detail";

const FORMATS: Readonly<Record<HttpFormat, Omit<BodyFormat, "name">>> = {
  status: { contentType: "application/json", schemaOf: statusSchema },
  problem: { contentType: "application/problem+json", discriminator: "reason", schemaOf: problemSchema },
  compact: { contentType: "application/json", discriminator: "errorCode", schemaOf: compactSchema },
};

/** Every format of `grpc-rich-errors/http`. */
export const BODY_FORMATS: readonly BodyFormat[] = Object.entries(FORMATS).map(([name, format]) => ({
  name,
  ...format,
}));

function statusSchema(error: ListedError): JsonSchema {
  const { code, httpStatus, detail, reason, domain } = error;
  const info = {
    "@type": { const: `${PREFIX}google.rpc.ErrorInfo` },
    reason: { const: reason },
    domain: { const: domain },
  };
  const own = detail && {
    if: { properties: { "@type": { const: PREFIX + detail.type } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: ownSchema(detail.type),
  };
  return object(
    ["error"],
    {
      error: object(["code", "message", "status", "details"], {
        code: { const: httpStatus },
        message: { type: "string" },
        status: { const: code.name },
        details: {
          type: "array",
          items: { $ref: refTo(DETAIL), ...own },
          contains: object(["@type", "reason", "domain"], info),
        },
      }),
    },
    error,
  );
}

function problemSchema(error: ListedError): JsonSchema {
  const { code, httpStatus, displayName, reason, domain } = error;
  return object(
    ["type", "title", "status", "detail", "code", "reason", "domain"],
    {
      type: { const: problemType(error) },
      title: { const: displayName },
      status: { const: httpStatus },
      detail: { description: "The message.", type: "string" },
      instance: { type: "string" },
      code: { const: code.name },
      reason: { const: reason },
      domain: { const: domain },
      metadata: { type: "object", additionalProperties: { type: "string" } },
      details: { type: "array", items: { $ref: refTo(DETAIL) } },
      ...toMembers(fieldsOf(error), problemMembers),
    },
    error,
  );
}

function compactSchema(error: ListedError): JsonSchema {
  const { code, reason } = error;
  return object(
    ["error", "errorCode"],
    {
      error: { description: "The message.", type: "string" },
      errorCode: { const: reason },
      grpcStatus: { const: code.name },
      ...toMembers(fieldsOf(error), compactMembers),
    },
    error,
  );
}

/** The schemas of the fields of an error's own detail, by their names in JSON. */
function fieldsOf({ detail }: ListedError): Record<string, JsonSchema> {
  if (!detail) return {};
  const wellKnown = wellKnownSchema(detail.type);
  // In an Any, a well-known type has its JSON under `value`.
  if (wellKnown) return { value: wellKnown };
  return Object.fromEntries(detail.fields.map((field) => [field.jsonName, fieldSchema(field)]));
}

function ownSchema(type: string): JsonSchema {
  const wellKnown = wellKnownSchema(type);
  return wellKnown ? object([], { value: wellKnown }) : { $ref: refTo(type) };
}

function object(
  required: readonly string[],
  properties: Readonly<Record<string, unknown>>,
  error?: ListedError,
): JsonSchema {
  return {
    ...(error && { title: error.displayName, description: error.documentation.summary }),
    ...(error?.deprecated && { deprecated: true }),
    type: "object",
    ...(required.length > 0 && { required }),
    properties,
  };
}
