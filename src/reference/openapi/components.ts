import { anchorOf } from "../anchor.js";
import { errorKey, type ListedError, type ListedMethod, type Listing } from "../listing.js";
import { BODY_FORMATS, type BodyFormat, DETAIL, DETAIL_SCHEMA } from "./error-schemas.js";
import { componentName, type JsonSchema, refTo } from "./json-schema.js";
import { enumSchema, messageSchema, wellKnownSchema } from "./message-schemas.js";

/** An OpenAPI document that has components only, for `$ref` from the document of an API. */
export interface OpenApiDocument {
  readonly openapi: "3.1.1";
  readonly info: { readonly title: string; readonly version: string };
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, JsonSchema>>;
  };
}

/**
 * The errors as OpenAPI components. Each name ends with a format: `status`, `problem` or `compact`.
 *
 * - The schema of an error: `shop.v1.ORDER_GONE.problem`.
 * - The response with any error of an HTTP status: `404.problem`.
 * - The response of a method that lists its errors: `shop.v1.Orders.GetOrder.404.problem`.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#components-object
 */
export function openApiComponents({ enums, methods, messages, fieldEnums }: Listing): OpenApiDocument {
  const errors = enums.flatMap((listed) => listed.errors);
  const details = errors.flatMap(({ detail }) => (detail && !wellKnownSchema(detail.type) ? [detail] : []));
  const types = [
    ...[...details, ...messages].map((message) => [componentName(message.type), messageSchema(message)] as const),
    ...fieldEnums.map((listed) => [componentName(listed.name), enumSchema(listed)] as const),
  ];
  const bodies = errors.flatMap((error) =>
    BODY_FORMATS.map((format) => [schemaName(error, format), format.schemaOf(error)] as const),
  );
  const byKey = new Map(errors.map((error) => [errorKey(error), error]));
  const errorsOf = (method: ListedMethod) => method.errors.flatMap((error) => byKey.get(errorKey(error)) ?? []);
  const responses = BODY_FORMATS.flatMap((format) => [
    ...responsesOf(errors, "", format),
    ...methods.flatMap((method) => responsesOf(errorsOf(method), `${componentName(method.name)}.`, format)),
  ]);
  return {
    openapi: "3.1.1",
    info: { title: `Errors of ${[...new Set(enums.map(({ domain }) => domain))].join(", ")}`, version: "1" },
    components: {
      schemas: Object.fromEntries([[DETAIL, DETAIL_SCHEMA], ...types, ...bodies]),
      responses: Object.fromEntries(responses),
    },
  };
}

function schemaName(error: ListedError, { name }: BodyFormat): string {
  return `${componentName(anchorOf(error))}.${name}`;
}

/** The responses with some errors, one for each HTTP status. */
function responsesOf(errors: readonly ListedError[], prefix: string, format: BodyFormat): [string, JsonSchema][] {
  const statuses = [...new Set(errors.map(({ httpStatus }) => httpStatus))].sort((a, b) => a - b);
  return statuses.map((status) => {
    const possible = errors.filter(({ httpStatus }) => httpStatus === status);
    const response = {
      description: possible.map(({ displayName }) => displayName).join(", "),
      content: { [format.contentType]: { schema: anyOf(possible, format) } },
    };
    return [`${prefix}${status}.${format.name}`, response];
  });
}

function anyOf(errors: readonly ListedError[], format: BodyFormat): JsonSchema {
  const refs = errors.map((error) => ({ $ref: refTo(schemaName(error, format)) }));
  const [only] = refs;
  if (only && refs.length === 1) return only;
  const mapping = Object.fromEntries(errors.map((error) => [error.reason, refTo(schemaName(error, format))]));
  // A reason of two domains says not which schema a body has.
  const isUnique = Object.keys(mapping).length === errors.length;
  const { discriminator } = format;
  return {
    anyOf: refs,
    ...(discriminator !== undefined && isUnique && { discriminator: { propertyName: discriminator, mapping } }),
  };
}
