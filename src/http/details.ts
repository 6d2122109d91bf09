import type { JsonObject } from "@bufbuild/protobuf";
import { type ErrorDetail, hasType, type JsonDetail, noType, typeNameOf } from "../detail/detail.js";
import { ErrorInfo } from "../detail/error-info.js";
import { codecProblem } from "../detail/process-redaction.js";
import type { Issue } from "../issue.js";
import type { MessageTypes } from "../message/types.js";
import { thrownText } from "../platform/values.js";
import type { RichError } from "../rich-error.js";
import { canPack, detailFromJson, detailToJson, isJsonDetail, isOpaque, withPlainNumbers } from "./detail-json.js";
import { isJsonObject, isReplaced } from "./parsed-body.js";

/** The parts of an error from which every format writes its body. */
export interface ErrorParts {
  readonly error: RichError;
  readonly httpStatus: number;
  /** The URI of this occurrence, which only problems have. */
  readonly instance: string | undefined;
  /** The ErrorInfo of the error, as far as the caller may have it. */
  readonly info: ErrorInfo | undefined;
  /** All details, in order. */
  readonly details: readonly JsonDetail[];
  /** All details except ErrorInfo and the error's own. */
  readonly extras: readonly JsonDetail[];
  /** All fields of the error's own detail, with numbers instead of strings. */
  readonly fields: JsonObject;
}

/** The type under which members of a body are kept that belong to no detail. */
export const UNTYPED = "google.protobuf.Struct";

/** Converts details to JSON and sorts them for the formats. Never throws. */
export function sortDetails(
  error: RichError,
  details: readonly (ErrorDetail | JsonDetail)[],
  types: MessageTypes,
): Pick<ErrorParts, "details" | "extras" | "fields"> {
  const ownType = error.definition?.detail?.typeName;
  const written: JsonDetail[] = [];
  const extras: JsonDetail[] = [];
  let own: JsonObject | undefined;
  for (const detail of details) {
    const json = isPacked(detail) ? detailToJson(detail, types) : detail;
    written.push(json);
    const typeName = typeNameOf(json["@type"]);
    if (!own && typeName === (ownType ?? UNTYPED) && !isOpaque(json)) {
      const fields = fieldsOf(detail, types);
      own = ownType === undefined && isJsonObject(fields["value"]) ? fields["value"] : fields;
    } else if (typeName !== ErrorInfo.typeName) {
      extras.push(json);
    }
  }
  return { details: written, extras, fields: own ?? {} };
}

function isPacked(detail: ErrorDetail | JsonDetail): detail is ErrorDetail {
  return !("@type" in detail);
}

/** Returns the fields for readers that do not know protobuf: zeros are present, and numbers are numbers. */
function fieldsOf(detail: ErrorDetail | JsonDetail, types: MessageTypes): JsonObject {
  const whole = isPacked(detail) ? detailToJson(detail, types, { alwaysEmitImplicit: true }) : detail;
  const { "@type": _, ...fields } = withPlainNumbers(whole, types);
  return fields;
}

/**
 * Returns the fields of a detail as members of a body that has members of its own.
 *
 * A field whose name is taken gets a trailing underscore: `error_`. So does a field whose
 * name is a taken one with underscores, so that {@link fromMembers} can restore all names.
 */
export function toMembers<Value>(
  fields: Readonly<Record<string, Value>>,
  taken: ReadonlySet<string>,
): Record<string, Value> {
  return rename(fields, (name) => (taken.has(stem(name)) ? `${name}_` : name));
}

/** Returns the fields of a detail from the members that {@link toMembers} wrote. */
export function fromMembers(members: JsonObject, taken: ReadonlySet<string>): JsonObject {
  return rename(members, (name) => (name.endsWith("_") && taken.has(stem(name)) ? name.slice(0, -1) : name));
}

function rename<Value>(json: Readonly<Record<string, Value>>, change: (name: string) => string): Record<string, Value> {
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [change(name), value]));
}

function stem(name: string): string {
  let end = name.length;
  while (name[end - 1] === "_") end--;
  return name.slice(0, end);
}

/** The details of a response. Those of known types are packed. */
export class ReceivedDetails {
  readonly packed: ErrorDetail[] = [];
  /** The details that cannot be packed, as they came. */
  readonly json: JsonDetail[] = [];
  readonly #types: MessageTypes;
  readonly #issues: Issue[];
  #count = 0;

  constructor(types: MessageTypes, issues: Issue[]) {
    this.#types = types;
    this.#issues = issues;
  }

  /** Checks whether a detail of a type is packed. */
  has(typeName: string): boolean {
    return this.packed.some(({ typeUrl }) => typeNameOf(typeUrl) === typeName);
  }

  /** Adds a detail: packed if possible, else as it came and with an issue. Never throws. */
  add(json: unknown): void {
    const index = this.#count++;
    try {
      if (!isJsonDetail(json)) {
        this.#issues.push({ kind: "malformed-detail", message: `the detail ${index} has no "@type"` });
        return;
      }
      const issue = this.#pack(json);
      if (!issue) return;
      this.#issues.push(issue);
      this.keep(json);
    } catch (error) {
      // A body that the caller parsed may hold objects with getters that throw.
      const message = `the detail ${index} cannot be read: ${thrownText(error)}`;
      this.#issues.push({ kind: "malformed-detail", message });
    }
  }

  /** Adds a detail as it came, without packing it. */
  keep(json: JsonDetail): void {
    if (isTooDeep(json)) {
      const message = "a detail is nested too deeply; it is left out";
      this.#issues.push({ kind: "malformed-detail", message, typeUrl: json["@type"] });
    } else {
      this.json.push(json);
    }
  }

  /** Packs a detail, or returns the issue that prevents it. */
  #pack(json: JsonDetail): Issue | undefined {
    const { "@type": typeUrl, reason, domain } = json;
    const typeName = typeNameOf(typeUrl);
    if (!hasType(typeUrl) && !isOpaque(json)) return noType(typeUrl);
    if (!canPack(json, this.#types)) {
      return {
        kind: "unknown-type",
        message: `no catalog has the type "${typeName}"; pass the one that declares it in catalogs`,
        typeUrl,
      };
    }
    try {
      if (typeName === ErrorInfo.typeName && [reason, domain].some(isReplaced)) throw new TypeError(NOT_UTF8);
      this.packed.push(detailFromJson(json, this.#types));
      return undefined;
    } catch (error) {
      const message = `the detail of the type "${typeName}" cannot be read: ${codecProblem(typeName, error)}`;
      return { kind: "malformed-detail", message, typeUrl };
    }
  }
}

const NOT_UTF8 = "a text is not UTF-8";

/** The nesting limit of protobuf's own readers. */
const MAX_DEPTH = 100;

/** No body within the size limit can hold more values. */
const MAX_VALUES = 1 << 20;

/**
 * Checks whether JSON is nested too deeply to print or send.
 *
 * In a body that the caller parsed, one object may occur in several places, so that
 * there are more values than memory can hold. A getter may throw.
 */
function isTooDeep(json: unknown): boolean {
  try {
    return exceedsLimits(json);
  } catch {
    return true;
  }
}

function exceedsLimits(json: unknown): boolean {
  let level: unknown[] = [json];
  for (let depth = 0, values = 1; level.length > 0; depth++, values += level.length) {
    if (depth > MAX_DEPTH || values > MAX_VALUES) return true;
    level = level.flatMap((value) => (typeof value === "object" && value !== null ? Object.values(value) : []));
  }
  return false;
}
