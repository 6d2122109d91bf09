import type { JsonObject, Registry } from "@bufbuild/protobuf";
import { type ErrorDetail, hasType, type JsonDetail, noType, typeNameOf } from "../detail/detail.js";
import { ErrorInfo } from "../detail/error-info.js";
import type { Issue } from "../issue.js";
import { thrownText } from "../platform/values.js";
import type { RichError } from "../rich-error.js";
import { canPack, detailFromJson, detailToJson, isJsonDetail, isOpaque, withPlainNumbers } from "./detail-json.js";
import { isObject, isReplaced, isTooDeep } from "./parsed-body.js";

/** What there is to be written of an error, in whichever format. */
export interface Parts {
  readonly error: RichError;
  readonly httpStatus: number;
  /** All details, in order. */
  readonly details: readonly JsonDetail[];
  /** The details but ErrorInfo and the error's own. */
  readonly extras: readonly JsonDetail[];
  /** All fields of the error's own detail, with numbers as JSON has them. */
  readonly fields: JsonObject;
}

/** The type of what stood in a body and belongs to no type. */
export const UNTYPED = "google.protobuf.Struct";

/** Makes JSON of those details of an error that are to be written. Never throws. */
export function partsOf(
  error: RichError,
  httpStatus: number,
  given: readonly (ErrorDetail | JsonDetail)[],
  types: Registry,
): Parts {
  const ownType = error.definition?.detail?.typeName;
  const details: JsonDetail[] = [];
  const extras: JsonDetail[] = [];
  let own: JsonObject | undefined;
  for (const source of given) {
    const detail = isPacked(source) ? detailToJson(source, types) : source;
    details.push(detail);
    const typeName = typeNameOf(detail["@type"]);
    if (!own && typeName === (ownType ?? UNTYPED) && !isOpaque(detail)) {
      const fields = fieldsOf(source, types);
      own = ownType === undefined && isObject(fields["value"]) ? fields["value"] : fields;
    } else if (typeName !== ErrorInfo.typeName) {
      extras.push(detail);
    }
  }
  return { error, httpStatus, details, extras, fields: own ?? {} };
}

function isPacked(detail: ErrorDetail | JsonDetail): detail is ErrorDetail {
  return !("@type" in detail);
}

/** Whoever knows nothing of protobuf expects a field that is 0 to be there, and a number to be a number. */
function fieldsOf(source: ErrorDetail | JsonDetail, types: Registry): JsonObject {
  const whole = isPacked(source) ? detailToJson(source, types, { alwaysEmitImplicit: true }) : source;
  const { "@type": _, ...fields } = withPlainNumbers(whole, types);
  return fields;
}

/** The details that come with a body, packed as far as their types are known. */
export class ArrivingDetails {
  readonly packed: ErrorDetail[] = [];
  /** Those that cannot be packed, as they came. */
  readonly json: JsonDetail[] = [];
  readonly #types: Registry;
  readonly #issues: Issue[];
  #added = 0;

  constructor(types: Registry, issues: Issue[]) {
    this.#types = types;
    this.#issues = issues;
  }

  /** Tells whether one of a type was packed. */
  has(typeName: string): boolean {
    return this.packed.some(({ typeUrl }) => typeNameOf(typeUrl) === typeName);
  }

  /** Takes a detail in. Never throws. */
  add(json: unknown): void {
    const place = this.#added++;
    try {
      if (!isJsonDetail(json)) {
        this.#issues.push({ kind: "malformed-detail", message: `the detail ${place} has no @type` });
        return;
      }
      const issue = this.#pack(json);
      if (!issue) return;
      this.#issues.push(issue);
      this.keep(json);
    } catch (error) {
      // A body that was parsed elsewhere may hold objects that throw when they are looked at.
      const message = `the detail ${place} cannot be read: ${thrownText(error)}`;
      this.#issues.push({ kind: "malformed-detail", message });
    }
  }

  /** Takes in a detail that is not to be packed. */
  keep(json: JsonDetail): void {
    if (isTooDeep(json)) {
      const message = "a detail is nested too deep to be kept";
      this.#issues.push({ kind: "malformed-detail", message, typeUrl: json["@type"] });
    } else {
      this.json.push(json);
    }
  }

  /** Packs a detail, or answers why it cannot be packed. */
  #pack(json: JsonDetail): Issue | undefined {
    const { "@type": typeUrl, reason, domain } = json;
    const typeName = typeNameOf(typeUrl);
    if (!hasType(typeUrl) && !isOpaque(json)) return noType(typeUrl);
    if (!canPack(json, this.#types)) {
      return { kind: "unknown-type", message: `no catalog has the type "${typeName}"`, typeUrl };
    }
    try {
      if (typeName === ErrorInfo.typeName && [reason, domain].some(isReplaced)) throw new TypeError(NOT_UTF8);
      this.packed.push(detailFromJson(json, this.#types));
      return undefined;
    } catch (error) {
      const message = `the detail of the type "${typeName}" cannot be read: ${thrownText(error)}`;
      return { kind: "malformed-detail", message, typeUrl };
    }
  }
}

const NOT_UTF8 = "a text is not UTF-8";
