import { type DescMessage, fromBinary, type JsonObject, type Registry } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import type { Definition } from "../definition.js";
import { STANDARD_TYPES } from "../detail/collected-details.js";
import { type ErrorDetail, type JsonDetail, typeNameOf } from "../detail/detail.js";
import { isRedactedJson, REDACTED, redactionOf } from "../detail/process-redaction.js";
import { isOpaque } from "../http/detail-json.js";
import { isJsonObject } from "../http/parsed-body.js";
import { cutText, plainOf } from "../platform/plain-value.js";
import { detailFromJson, detailToJson } from "../runtime/message-registry.js";
import { type DumpedField, dumpFields, type FieldDump } from "./field-dump.js";

/** One detail of a decoded error. */
export interface ReportedDetail {
  readonly typeUrl: string;
  /** The name of the message type; empty if the type URL has none. */
  readonly typeName: string;
  /**
   * - `declared`: The error declares it.
   * - `standard`: A detail of `google.rpc`, such as ErrorInfo.
   * - `other`: Its type is known from the protos.
   * - `unknown`: Its type is not known.
   */
  readonly kind: "declared" | "standard" | "other" | "unknown";
  /** The length of the message in bytes. Absent if the input has it as JSON. */
  readonly bytes?: number;
  /**
   * The message in proto3 JSON, bounded in size. Absent if its type is unknown, if it holds a message of an unknown type,
   * or if the bytes are malformed.
   */
  readonly json?: JsonObject;
  /** Whether the bytes are not a message of the type. */
  readonly isMalformed?: boolean;
  /**
   * Fields as the bytes show them: all of a message without {@link json}, or else those that its type does not have,
   * because the peer has a newer version of it.
   */
  readonly fields?: readonly DumpedField[];
  /** Why not all bytes are in {@link fields}, in words. */
  readonly rest?: string;
}

/** Reports on a detail. Never throws. */
export function reportDetail(
  detail: ErrorDetail | JsonDetail,
  types: Registry,
  definition: Definition | undefined,
  showRedacted: boolean,
): ReportedDetail {
  const packed = "@type" in detail ? unpacked(detail) : detail;
  const typeUrl = "@type" in detail ? detail["@type"] : detail.typeUrl;
  const typeName = typeNameOf(typeUrl);
  const type = types.getMessage(typeName);
  const head = {
    typeUrl: cutText(typeUrl, 1_000),
    typeName: cutText(typeName, 1_000),
    kind: kindOf(typeName, type, definition),
  };
  if (!packed)
    return { ...head, ...jsonOf(showRedacted ? (detail as JsonDetail) : shownJson(detail as JsonDetail, types)) };
  const bytes = packed.value.length;
  const redacted = showRedacted ? undefined : redactedReport(packed, types);
  if (redacted) return { ...head, bytes, ...redacted };
  const json = detailToJson(packed, types);
  if (isOpaque(json)) {
    const isMalformed = type !== undefined && !isMessage(packed.value, type);
    return { ...head, bytes, ...(isMalformed && { isMalformed }), ...dumpFields(packed.value, type) };
  }
  return { ...head, bytes, ...jsonOf(json), ...newFields(packed.value, type) };
}

/**
 * Reports on a message with a mark in place of each redacted field. Fields that its type does not have are left out. The
 * fields of a message that is not JSON have no marks. Returns `undefined` if the message has no redacted fields.
 */
function redactedReport(
  { typeUrl, value }: ErrorDetail,
  types: Registry,
): Pick<ReportedDetail, "json" | "isMalformed" | keyof FieldDump> | undefined {
  const redaction = redactionOf(typeUrl);
  const kept = redaction?.messageWithoutFields(typeUrl, value);
  if (!redaction || kept === value) return undefined;
  if (!kept) return redaction.hasFields(typeUrl) ? { isMalformed: true } : undefined;
  const decode = (bytes: Uint8Array) => detailToJson({ typeUrl, value: bytes }, types);
  const json = redaction.show({ typeName: typeUrl, decode }, value);
  if (isJsonObject(json) && typeof json["@bytes"] !== "string") return jsonOf({ ...json, "@type": typeUrl });
  return dumpFields(kept, types.getMessage(typeNameOf(typeUrl)));
}

/** Returns JSON with a mark in place of each redacted field, or one mark in place of all of it if it does not match its type. */
function shownJson(json: JsonDetail, types: Registry): JsonDetail {
  if (!isRedactedJson(json)) return json;
  const packed = detailFromJson(json, types);
  const report = packed && (redactedReport(packed, types) ?? { json: detailToJson(packed, types) });
  return { ...(report?.json ?? { value: REDACTED }), "@type": json["@type"] };
}

function isMessage(bytes: Uint8Array, type: DescMessage): boolean {
  try {
    fromBinary(type, bytes);
    return true;
  } catch {
    return false;
  }
}

/** Returns the bytes of a JSON detail that consists of bytes. */
function unpacked(json: JsonDetail): ErrorDetail | undefined {
  const bytes = json["@bytes"];
  if (typeof bytes !== "string") return undefined;
  try {
    return { typeUrl: json["@type"], value: base64Decode(bytes) };
  } catch {
    return undefined;
  }
}

function kindOf(
  typeName: string,
  type: DescMessage | undefined,
  definition: Definition | undefined,
): ReportedDetail["kind"] {
  if (definition?.detail?.typeName === typeName) return "declared";
  if (STANDARD_TYPES.has(typeName)) return "standard";
  return type ? "other" : "unknown";
}

function jsonOf(json: JsonDetail): Pick<ReportedDetail, "json"> {
  const { "@type": _, ...fields } = json;
  const plain = plainOf(fields, "json");
  return isJsonObject(plain) ? { json: plain } : {};
}

/** Returns the fields of a message that its type does not have. */
function newFields(bytes: Uint8Array, type: DescMessage | undefined): Partial<FieldDump> {
  const { fields, rest } = dumpFields(bytes, type);
  const unknown = fields.filter(({ name }) => name === undefined);
  return type && unknown.length > 0 ? { fields: unknown, ...(rest !== undefined && { rest }) } : {};
}
