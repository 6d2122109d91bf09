import { EMPTY } from "../detail/detail.js";

/** A type with redacted fields of its own or in its messages. */
export interface TypeFields {
  /** The treatment of each field, by its number: a step of {@link readTypes}, or `""` for a field that stays. */
  readonly steps: Map<number, string>;
  /** Whether unknown fields are removed, because the type has redacted fields of its own. */
  isClosed: boolean;
  /** The redacted fields with values of no meaning, encoded. */
  marks: Uint8Array;
  /** The redacted fields that must be there, with zeros, encoded. */
  zeros: Uint8Array;
}

/** Types by their full names. */
export type FieldTable = Map<string, TypeFields>;

/**
 * Reads types from texts: the full name of a type, and the numbers of its fields.
 *
 *     shop.v1.Payment 1 2!text 3:shop.v1.Card 4%:shop.v1.Card 5@
 *
 * - `!` marks a redacted field. The kind of its value follows.
 * - `!!` marks one that must be there, which is `required` in proto2. A zero takes its place.
 * - `:` is followed by the type of a message with redacted fields.
 * - `@` marks a `google.protobuf.Any`, which may contain a message with redacted fields.
 * - `%` marks a map whose values are such messages.
 * - `~` marks `ErrorInfo.metadata`, some of whose keys are redacted.
 * - Other fields are listed only if their type has redacted fields of its own.
 *
 * A type that is known already gets the redacted fields of both texts, because programs may load two versions of a proto.
 *
 * @param into receives the types
 */
export function readTypes(texts: readonly string[], into: FieldTable): void {
  for (const text of texts) {
    const [typeName = "", ...fields] = text.split(" ");
    const type = into.get(typeName) ?? { steps: new Map(), isClosed: false, marks: EMPTY, zeros: EMPTY };
    into.set(typeName, type);
    for (const field of fields) {
      const [, number, step = ""] = /^(\d+)(.*)$/.exec(field) ?? [];
      const before = type.steps.get(Number(number)) ?? "";
      if (!before.startsWith("!")) type.steps.set(Number(number), step || before);
    }
    const redacted = [...type.steps].filter(([, step]) => step.startsWith("!"));
    type.isClosed = redacted.length > 0;
    const required = redacted.filter(([, step]) => step.startsWith("!!"));
    type.marks = Uint8Array.from(redacted.flatMap(([number, step]) => fieldOf(number, step, false)));
    type.zeros = Uint8Array.from(required.flatMap(([number, step]) => fieldOf(number, step, true)));
  }
}

/** Encodes a field with its mark, or with a zero. */
function fieldOf(number: number, step: string, isZero: boolean): number[] {
  const kind = step.replace(/^!+/, "");
  const [wireType = 0, ...mark] = MARKS[kind] ?? [];
  return [
    ...varintOf((number << 3) | wireType),
    ...(isZero ? mark.slice(0, kind === "text" ? 1 : 8).map(() => 0) : mark),
    ...(kind === "group" ? varintOf((number << 3) | END_GROUP) : []),
  ];
}

/** The wire type and a value that is not the default, by the kind of value. */
const MARKS: Readonly<Record<string, readonly number[]>> = {
  varint: [0, 1],
  fixed64: [1, 1, 0, 0, 0, 0, 0, 0, 0],
  text: [2, 1, 0x78],
  message: [2, 0],
  group: [3],
  fixed32: [5, 1, 0, 0, 0],
};

const END_GROUP = 4;

/** Encodes an unsigned 32-bit integer. */
export function varintOf(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}
