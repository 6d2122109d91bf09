import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { BinaryReader, base64Encode, WireType } from "@bufbuild/protobuf/wire";
import { cutText } from "../platform/plain-value.js";
import { WireReader } from "../wire/reader.js";

/** A field of a message as its bytes show it, without knowledge of its type. */
export interface DumpedField {
  readonly number: number;
  /** The name of the field, if the type of the message is known. */
  readonly name?: string;
  readonly wireType: "varint" | "fixed64" | "fixed32" | "bytes" | "group";
  /** The value: a number in decimal, a text, or bytes in base64. Absent if {@link fields} has it. */
  readonly value?: string;
  /** What the value is: `text` and `message` are guesses, because the wire does not say. */
  readonly as: "number" | "text" | "message" | "bytes";
  /** Other numbers that the same bits stand for: `["-1"]`, `["1.5 as a double"]`. */
  readonly or?: readonly string[];
  /** The fields of a nested message or a group. */
  readonly fields?: readonly DumpedField[];
}

/** The fields of a message, and the reason why not all of them are shown. */
export interface FieldDump {
  readonly fields: readonly DumpedField[];
  /** Why the rest is missing, in words. */
  readonly rest?: string;
}

const MAX_DEPTH = 16;
const MAX_FIELDS = 1_000;
const MAX_BYTES = 3_000;

/**
 * Dumps the fields of a message, bounded in depth and number. Takes time linear in the bytes. Never throws.
 *
 * @param type names the fields; by default, they have only numbers
 */
export function dumpFields(bytes: Uint8Array, type?: DescMessage): FieldDump {
  return new Dump().message(bytes, type, 0);
}

class Dump {
  #left = MAX_FIELDS;

  message(bytes: Uint8Array, type: DescMessage | undefined, depth: number): FieldDump {
    const fields: DumpedField[] = [];
    const reader = new BinaryReader(bytes);
    const names = new Map(type?.fields.map((field) => [field.number, field]));
    let at = 0;
    try {
      for (; reader.pos < reader.len; at = reader.pos) {
        if (this.#left-- <= 0) return { fields, rest: `${bytes.length - reader.pos} more bytes are not shown` };
        const [number, wireType] = reader.tag();
        fields.push(this.#field(reader, number, wireType, names.get(number), depth));
      }
      return { fields };
    } catch {
      return { fields, rest: `the rest is no protobuf: ${base64Of(bytes.subarray(at))} (base64)` };
    }
  }

  #field(
    reader: BinaryReader,
    number: number,
    wireType: WireType,
    known: DescField | undefined,
    depth: number,
  ): DumpedField {
    const named = { number, ...(known && { name: known.name }) };
    switch (wireType) {
      case WireType.Varint:
        return { ...named, wireType: "varint", ...varint(BigInt(reader.uint64())) };
      case WireType.Bit64:
        return { ...named, wireType: "fixed64", ...fixed64(BigInt(reader.fixed64())) };
      case WireType.Bit32:
        return { ...named, wireType: "fixed32", ...fixed32(reader.fixed32()) };
      case WireType.LengthDelimited:
        return { ...named, wireType: "bytes", ...this.#delimited(reader.bytes(), known, depth) };
      case WireType.StartGroup: {
        const skipped = reader.skip(wireType, number);
        // The end of a group has as many bytes as its start.
        const end = skipped.length - tagLength(number);
        return {
          ...named,
          wireType: "group",
          as: "message",
          ...this.#nested(skipped.subarray(0, Math.max(0, end)), undefined, depth),
        };
      }
      default:
        throw new Error(`wire type ${wireType}`);
    }
  }

  #delimited(
    bytes: Uint8Array,
    known: DescField | undefined,
    depth: number,
  ): Pick<DumpedField, "as" | "value" | "fields"> {
    const type = known?.fieldKind === "map" ? undefined : known?.message;
    const text = textOf(bytes);
    const isText = text !== undefined && !/\p{Cc}/u.test(text);
    if (!type && (isText || bytes.length === 0)) return { as: "text", value: cutText(text ?? "") };
    if (depth < MAX_DEPTH && (type || isMessage(bytes))) return { as: "message", ...this.#nested(bytes, type, depth) };
    if (text !== undefined && !/[^\P{Cc}\t\n\r]/u.test(text)) return { as: "text", value: cutText(text) };
    return { as: "bytes", value: base64Of(bytes) };
  }

  #nested(bytes: Uint8Array, type: DescMessage | undefined, depth: number): Pick<DumpedField, "fields" | "value"> {
    if (depth >= MAX_DEPTH) return { value: `… ${bytes.length} more bytes` };
    const { fields, rest } = this.message(bytes, type, depth + 1);
    return { fields, ...(rest !== undefined && { value: rest }) };
  }
}

/** Checks whether bytes can be read as fields to their end. Nested messages are not looked into. */
function isMessage(bytes: Uint8Array): boolean {
  try {
    const reader = new WireReader(bytes);
    while (!reader.done) reader.skip(reader.tag());
    return true;
  } catch {
    return false;
  }
}

function varint(value: bigint): Pick<DumpedField, "as" | "value" | "or"> {
  const or = negative(BigInt.asIntN(64, value));
  return { as: "number", value: String(value), ...(or.length > 0 && { or }) };
}

function fixed64(value: bigint): Pick<DumpedField, "as" | "value" | "or"> {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setBigUint64(0, value);
  const double = `${bits.getFloat64(0)} as a double`;
  return { as: "number", value: String(value), or: [...negative(BigInt.asIntN(64, value)), double] };
}

function fixed32(value: number): Pick<DumpedField, "as" | "value" | "or"> {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setUint32(0, value);
  const float = `${bits.getFloat32(0)} as a float`;
  return { as: "number", value: String(value), or: [...negative(BigInt(value | 0)), float] };
}

function negative(value: bigint): string[] {
  return value < 0n ? [String(value)] : [];
}

/** Returns bytes as text, or `undefined` if they are not UTF-8. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function base64Of(bytes: Uint8Array): string {
  const more = bytes.length > MAX_BYTES ? `… ${bytes.length - MAX_BYTES} more bytes` : "";
  return base64Encode(bytes.subarray(0, MAX_BYTES)) + more;
}

/** The number of bytes of a field's tag. */
function tagLength(number: number): number {
  return number < 2 ** 4 ? 1 : number < 2 ** 11 ? 2 : number < 2 ** 18 ? 3 : number < 2 ** 25 ? 4 : 5;
}
