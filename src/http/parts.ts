import type { JsonObject, Registry } from "@bufbuild/protobuf";
import { type ErrorDetail, type JsonDetail, typeNameOf } from "../detail/detail.js";
import { ErrorInfo } from "../detail/error-info.js";
import { detailToJson, isOpaque } from "../detail-json.js";
import type { RichError } from "../rich-error.js";
import { isObject } from "./json.js";
import { withPlainNumbers } from "./plain-numbers.js";

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
