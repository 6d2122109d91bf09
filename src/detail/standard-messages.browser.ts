import type { Duration } from "../../gen/google/protobuf/duration.js";
import type * as rpc from "../../gen/google/rpc/error_details.js";
import { BinaryReader, type FieldReader } from "../wire/generated-code.js";
import { WireWriter } from "../wire/writer.js";

// As in Node, in half the size and half as fast: the code of a message follows from a list of its fields.

/** The code of a message, as ts-proto generates it. */
interface MessageCode<T> {
  encode(message: T, writer?: WireWriter): WireWriter;
  decode(input: Uint8Array | FieldReader, length?: number): T;
}

/** The type of a value. */
interface ValueType<T> {
  readonly wireType: 0 | 2;
  write(writer: WireWriter, value: T): unknown;
  read(reader: FieldReader): T;
}

/** A field of a message. `T` is the type of the property, `V` that of a value in it. */
interface Field<T, V = unknown> {
  readonly type: ValueType<V>;
  /** Returns the property of a message in which the field is not set. */
  empty(): T;
  valuesOf(property: T): readonly V[];
  /** Returns the property after a value was read. */
  add(property: T, value: V): T;
}

/**
 * Returns the code of a message.
 *
 * @param fields in the order of their numbers, which begin at 1 and have no gaps
 */
function message<T extends object>(fields: { readonly [Name in keyof T]-?: Field<T[Name]> }): MessageCode<T> {
  const list = Object.entries<Field<unknown>>(fields);
  return {
    encode(message, writer = new WireWriter()) {
      for (const [index, [name, { type, valuesOf }]] of list.entries()) {
        for (const value of valuesOf(message[name as keyof T])) {
          type.write(writer.uint32(((index + 1) << 3) | type.wireType), value);
        }
      }
      return writer;
    },

    decode(input, length) {
      const reader = input instanceof BinaryReader ? input : new BinaryReader(input as Uint8Array);
      const end = length === undefined ? reader.len : reader.pos + length;
      const message = Object.fromEntries(list.map(([name, { empty }]) => [name, empty()]));
      while (reader.pos < end) {
        const tag = reader.uint32();
        const [name = "", field] = list[(tag >>> 3) - 1] ?? [];
        if (field?.type.wireType === (tag & 7)) message[name] = field.add(message[name], field.type.read(reader));
        // The end of a group, or no tag at all.
        else if ((tag & 7) === 4 || tag === 0) break;
        else reader.skip(tag & 7);
      }
      return message as T;
    },
  };
}

function single<T, V>(type: ValueType<V>, unset: T): Field<V | T, V> {
  return {
    type,
    empty: () => unset,
    valuesOf: (property) => (property === unset ? [] : [property as V]),
    add: (_, value) => value,
  };
}

function list<V>(type: ValueType<V>): Field<V[], V> {
  return {
    type,
    empty: () => [],
    valuesOf: (property) => property,
    add(property, value) {
      property.push(value);
      return property;
    },
  };
}

function typeOf<T>({ encode, decode }: MessageCode<T>): ValueType<T> {
  return {
    wireType: 2,
    write: (writer, value) => encode(value, writer.fork()).join(),
    read: (reader) => decode(reader, reader.uint32()),
  };
}

const STRING: ValueType<string> = {
  wireType: 2,
  write: (writer, value) => writer.string(value),
  read: (reader) => reader.string(),
};

const INT32: ValueType<number> = {
  wireType: 0,
  write: (writer, value) => writer.int32(value),
  read: (reader) => reader.int32(),
};

const INT64: ValueType<bigint> = {
  wireType: 0,
  write(writer, value) {
    if (BigInt.asIntN(64, value) !== value) throw new RangeError("not a 64-bit integer");
    writer.int64(value);
  },
  read: (reader) => reader.int64(),
};

const text = /* @__PURE__ */ single(STRING, "");

type Entry = rpc.QuotaFailure_Violation_QuotaDimensionsEntry;

const entryType = /* @__PURE__ */ typeOf(/* @__PURE__ */ message<Entry>({ key: text, value: text }));

const map: Field<Record<string, string>, Entry> = {
  type: entryType,
  empty: () => ({}),
  valuesOf: (property) => Object.entries(property).map(([key, value]) => ({ key, value })),
  add(property, { key, value }) {
    property[key] = value;
    return property;
  },
};

const durationType = /* @__PURE__ */ typeOf(
  /* @__PURE__ */ message<Duration>({ seconds: single(INT64, 0n), nanos: single(INT32, 0) }),
);
const quotaViolationType = /* @__PURE__ */ typeOf(
  /* @__PURE__ */ message<rpc.QuotaFailure_Violation>({
    subject: text,
    description: text,
    apiService: text,
    quotaMetric: text,
    quotaId: text,
    quotaDimensions: map,
    quotaValue: single(INT64, 0n),
    futureQuotaValue: single(INT64, undefined),
  }),
);
const preconditionViolationType = /* @__PURE__ */ typeOf(
  /* @__PURE__ */ message<rpc.PreconditionFailure_Violation>({ type: text, subject: text, description: text }),
);
const linkType = /* @__PURE__ */ typeOf(/* @__PURE__ */ message<rpc.Help_Link>({ description: text, url: text }));

export const RetryInfo = /* @__PURE__ */ message<rpc.RetryInfo>({ retryDelay: single(durationType, undefined) });
export const DebugInfo = /* @__PURE__ */ message<rpc.DebugInfo>({ stackEntries: list(STRING), detail: text });
export const QuotaFailure = /* @__PURE__ */ message<rpc.QuotaFailure>({ violations: list(quotaViolationType) });
export const PreconditionFailure = /* @__PURE__ */ message<rpc.PreconditionFailure>({
  violations: list(preconditionViolationType),
});
export const LocalizedMessage = /* @__PURE__ */ message<rpc.LocalizedMessage>({ locale: text, message: text });
const fieldViolationType = /* @__PURE__ */ typeOf(
  /* @__PURE__ */ message<rpc.BadRequest_FieldViolation>({
    field: text,
    description: text,
    reason: text,
    localizedMessage: single(typeOf(LocalizedMessage), undefined),
  }),
);
export const BadRequest = /* @__PURE__ */ message<rpc.BadRequest>({ fieldViolations: list(fieldViolationType) });
export const RequestInfo = /* @__PURE__ */ message<rpc.RequestInfo>({ requestId: text, servingData: text });
export const ResourceInfo = /* @__PURE__ */ message<rpc.ResourceInfo>({
  resourceType: text,
  resourceName: text,
  owner: text,
  description: text,
});
export const Help = /* @__PURE__ */ message<rpc.Help>({ links: list(linkType) });
