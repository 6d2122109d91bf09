import type { Duration } from "../../gen/google/protobuf/duration.js";
import type * as rpc from "../../gen/google/rpc/error_details.js";
import { BinaryReader, type FieldReader } from "../wire/generated-code.js";
import { WireWriter } from "../wire/writer.js";

// The messages of google/rpc/error_details.proto, in the form of ts-proto's code, and a third as large. Every bundle has
// them.

/** The code of a message, as ts-proto generates it. */
interface MessageCode<T> {
  encode(message: T, writer?: WireWriter): WireWriter;
  decode(input: Uint8Array | FieldReader, length?: number): T;
}

/**
 * Returns the code of a message.
 *
 * @param empty returns a message in which no field is set
 * @param write writes the fields that are set
 * @param read reads the field of a tag into a message. Returns `false` if the message has no such field
 */
function code<T>(
  empty: () => T,
  write: (message: T, writer: WireWriter) => void,
  read: (message: T, tag: number, reader: FieldReader) => unknown,
): MessageCode<T> {
  return {
    encode(message, writer = new WireWriter()) {
      write(message, writer);
      return writer;
    },

    decode(input, length) {
      const reader = input instanceof BinaryReader ? input : new BinaryReader(input as Uint8Array);
      const end = length === undefined ? reader.len : reader.pos + length;
      const message = empty();
      while (reader.pos < end) {
        const tag = reader.uint32();
        if (read(message, tag, reader) !== false) continue;
        // The end of a group, or no tag at all.
        if ((tag & 7) === 4 || tag === 0) break;
        reader.skip(tag & 7);
      }
      return message;
    },
  };
}

/** Writes a text, unless it is empty. */
function text(writer: WireWriter, tag: number, value: string): void {
  if (value !== "") writer.uint32(tag).string(value);
}

function long(writer: WireWriter, tag: number, value: bigint): void {
  if (BigInt.asIntN(64, value) !== value) throw new RangeError("not a 64-bit integer");
  writer.uint32(tag).int64(value);
}

function nested<T>(writer: WireWriter, tag: number, { encode }: MessageCode<T>, message: T): void {
  encode(message, writer.uint32(tag).fork()).join();
}

function decoded<T>(reader: FieldReader, { decode }: MessageCode<T>): T {
  return decode(reader, reader.uint32());
}

// The tags of fields that have a length, by the numbers of the fields.
const T1 = 10;
const T2 = 18;
const T3 = 26;
const T4 = 34;
const T5 = 42;
const T6 = 50;

const DurationCode = /* @__PURE__ */ code<Duration>(
  () => ({ seconds: 0n, nanos: 0 }),
  (message, writer) => {
    if (message.seconds !== 0n) long(writer, 8, message.seconds);
    if (message.nanos !== 0) writer.uint32(16).int32(message.nanos);
  },
  (message, tag, reader) => {
    if (tag === 8) message.seconds = reader.int64();
    else if (tag === 16) message.nanos = reader.int32();
    else return false;
    return true;
  },
);

export const RetryInfo = /* @__PURE__ */ code<rpc.RetryInfo>(
  () => ({ retryDelay: undefined }),
  (message, writer) => {
    if (message.retryDelay !== undefined) nested(writer, T1, DurationCode, message.retryDelay);
  },
  (message, tag, reader) => {
    if (tag !== T1) return false;
    message.retryDelay = decoded(reader, DurationCode);
    return true;
  },
);

export const DebugInfo = /* @__PURE__ */ code<rpc.DebugInfo>(
  () => ({ stackEntries: [], detail: "" }),
  (message, writer) => {
    for (const entry of message.stackEntries) writer.uint32(T1).string(entry);
    text(writer, T2, message.detail);
  },
  (message, tag, reader) => {
    if (tag === T1) message.stackEntries.push(reader.string());
    else if (tag === T2) message.detail = reader.string();
    else return false;
    return true;
  },
);

type Entry = rpc.QuotaFailure_Violation_QuotaDimensionsEntry;

const DimensionsEntry = /* @__PURE__ */ code<Entry>(
  () => ({ key: "", value: "" }),
  (message, writer) => {
    text(writer, T1, message.key);
    text(writer, T2, message.value);
  },
  (message, tag, reader) => {
    if (tag === T1) message.key = reader.string();
    else if (tag === T2) message.value = reader.string();
    else return false;
    return true;
  },
);

const QuotaViolation = /* @__PURE__ */ code<rpc.QuotaFailure_Violation>(
  () => ({
    subject: "",
    description: "",
    apiService: "",
    quotaMetric: "",
    quotaId: "",
    quotaDimensions: {},
    quotaValue: 0n,
    futureQuotaValue: undefined,
  }),
  (message, writer) => {
    text(writer, T1, message.subject);
    text(writer, T2, message.description);
    text(writer, T3, message.apiService);
    text(writer, T4, message.quotaMetric);
    text(writer, T5, message.quotaId);
    for (const [key, value] of Object.entries(message.quotaDimensions)) {
      nested(writer, T6, DimensionsEntry, { key, value });
    }
    if (message.quotaValue !== 0n) long(writer, 56, message.quotaValue);
    if (message.futureQuotaValue !== undefined) long(writer, 64, message.futureQuotaValue);
  },
  (message, tag, reader) => {
    if (tag === T1) message.subject = reader.string();
    else if (tag === T2) message.description = reader.string();
    else if (tag === T3) message.apiService = reader.string();
    else if (tag === T4) message.quotaMetric = reader.string();
    else if (tag === T5) message.quotaId = reader.string();
    else if (tag === T6) {
      const { key, value } = decoded(reader, DimensionsEntry);
      message.quotaDimensions[key] = value;
    } else if (tag === 56) message.quotaValue = reader.int64();
    else if (tag === 64) message.futureQuotaValue = reader.int64();
    else return false;
    return true;
  },
);

export const QuotaFailure = /* @__PURE__ */ code<rpc.QuotaFailure>(
  () => ({ violations: [] }),
  (message, writer) => {
    for (const one of message.violations) nested(writer, T1, QuotaViolation, one);
  },
  (message, tag, reader) => tag === T1 && message.violations.push(decoded(reader, QuotaViolation)),
);

const PreconditionViolation = /* @__PURE__ */ code<rpc.PreconditionFailure_Violation>(
  () => ({ type: "", subject: "", description: "" }),
  (message, writer) => {
    text(writer, T1, message.type);
    text(writer, T2, message.subject);
    text(writer, T3, message.description);
  },
  (message, tag, reader) => {
    if (tag === T1) message.type = reader.string();
    else if (tag === T2) message.subject = reader.string();
    else if (tag === T3) message.description = reader.string();
    else return false;
    return true;
  },
);

export const PreconditionFailure = /* @__PURE__ */ code<rpc.PreconditionFailure>(
  () => ({ violations: [] }),
  (message, writer) => {
    for (const one of message.violations) nested(writer, T1, PreconditionViolation, one);
  },
  (message, tag, reader) => tag === T1 && message.violations.push(decoded(reader, PreconditionViolation)),
);

export const LocalizedMessage = /* @__PURE__ */ code<rpc.LocalizedMessage>(
  () => ({ locale: "", message: "" }),
  (message, writer) => {
    text(writer, T1, message.locale);
    text(writer, T2, message.message);
  },
  (message, tag, reader) => {
    if (tag === T1) message.locale = reader.string();
    else if (tag === T2) message.message = reader.string();
    else return false;
    return true;
  },
);

const FieldViolation = /* @__PURE__ */ code<rpc.BadRequest_FieldViolation>(
  () => ({ field: "", description: "", reason: "", localizedMessage: undefined }),
  (message, writer) => {
    text(writer, T1, message.field);
    text(writer, T2, message.description);
    text(writer, T3, message.reason);
    if (message.localizedMessage !== undefined) nested(writer, T4, LocalizedMessage, message.localizedMessage);
  },
  (message, tag, reader) => {
    if (tag === T1) message.field = reader.string();
    else if (tag === T2) message.description = reader.string();
    else if (tag === T3) message.reason = reader.string();
    else if (tag === T4) message.localizedMessage = decoded(reader, LocalizedMessage);
    else return false;
    return true;
  },
);

export const BadRequest = /* @__PURE__ */ code<rpc.BadRequest>(
  () => ({ fieldViolations: [] }),
  (message, writer) => {
    for (const one of message.fieldViolations) nested(writer, T1, FieldViolation, one);
  },
  (message, tag, reader) => tag === T1 && message.fieldViolations.push(decoded(reader, FieldViolation)),
);

export const RequestInfo = /* @__PURE__ */ code<rpc.RequestInfo>(
  () => ({ requestId: "", servingData: "" }),
  (message, writer) => {
    text(writer, T1, message.requestId);
    text(writer, T2, message.servingData);
  },
  (message, tag, reader) => {
    if (tag === T1) message.requestId = reader.string();
    else if (tag === T2) message.servingData = reader.string();
    else return false;
    return true;
  },
);

export const ResourceInfo = /* @__PURE__ */ code<rpc.ResourceInfo>(
  () => ({ resourceType: "", resourceName: "", owner: "", description: "" }),
  (message, writer) => {
    text(writer, T1, message.resourceType);
    text(writer, T2, message.resourceName);
    text(writer, T3, message.owner);
    text(writer, T4, message.description);
  },
  (message, tag, reader) => {
    if (tag === T1) message.resourceType = reader.string();
    else if (tag === T2) message.resourceName = reader.string();
    else if (tag === T3) message.owner = reader.string();
    else if (tag === T4) message.description = reader.string();
    else return false;
    return true;
  },
);

const HelpLink = /* @__PURE__ */ code<rpc.Help_Link>(
  () => ({ description: "", url: "" }),
  (message, writer) => {
    text(writer, T1, message.description);
    text(writer, T2, message.url);
  },
  (message, tag, reader) => {
    if (tag === T1) message.description = reader.string();
    else if (tag === T2) message.url = reader.string();
    else return false;
    return true;
  },
);

export const Help = /* @__PURE__ */ code<rpc.Help>(
  () => ({ links: [] }),
  (message, writer) => {
    for (const one of message.links) nested(writer, T1, HelpLink, one);
  },
  (message, tag, reader) => tag === T1 && message.links.push(decoded(reader, HelpLink)),
);
