import {
  create,
  type DescField,
  type DescMessage,
  isFieldSet,
  type Message,
  type MessageInitShape,
  ScalarType,
} from "@bufbuild/protobuf";
import { isWrapper } from "../declaration/template.js";
import { inWords } from "../defaults.js";

/** Messages are nested no deeper than this, because a message can contain itself. */
const MAX_DEPTH = 3;

/**
 * Returns an example of a detail: a message of protobuf-es with a value in every field.
 *
 * - Equal declarations give equal examples.
 * - Texts are made from the names of their fields, and numbers count up from 42.
 * - A list has one item, and a map one entry. A oneof has its first member.
 */
export function exampleOf(desc: DescMessage): Message {
  return messageOf(desc, new Count(), 0);
}

class Count {
  #last = 41;

  next(): number {
    this.#last += 1;
    return this.#last;
  }
}

function messageOf(desc: DescMessage, count: Count, depth: number): Message {
  const wellKnown = WELL_KNOWN[desc.typeName];
  if (wellKnown) return create(desc, wellKnown as MessageInitShape<typeof desc>);
  const message = create(desc);
  for (const field of desc.fields) {
    const isLater = field.oneof !== undefined && field.oneof.fields[0] !== field;
    if (isLater || isFieldSet(message, field) || (field.message && depth >= MAX_DEPTH)) continue;
    setField(message, field, count, depth);
  }
  return message;
}

function setField(message: Message, field: DescField, count: Count, depth: number): void {
  const set = (name: string, value: unknown) => Reflect.set(message, name, value);
  const value = exampleValue(field, count, depth);
  if (field.oneof) set(field.oneof.localName, { case: field.localName, value });
  else if (field.fieldKind === "list") set(field.localName, [value]);
  else if (field.fieldKind === "map") set(field.localName, { [keyOf(field.mapKey)]: value });
  else set(field.localName, value);
}

/** The value of a single field, of an item of a list, or of an entry of a map. */
function exampleValue(field: DescField, count: Count, depth: number): unknown {
  if (field.message) {
    // protobuf-es has plain JSON instead of a Struct.
    if (field.fieldKind === "message" && field.message.typeName === "google.protobuf.Struct") return { key: "value" };
    const [wrapped] = field.message.fields;
    // The text is made from the name of the field, because that of a wrapper is always "value".
    if (isUnwrapped(field) && wrapped) return scalarOf(wrapped.scalar ?? ScalarType.STRING, field.name, count);
    return messageOf(field.message, count, depth + 1);
  }
  if (field.enum) return (field.enum.values.find(({ number }) => number !== 0) ?? field.enum.values[0])?.number ?? 0;
  return scalarOf(field.scalar ?? ScalarType.STRING, field.name, count);
}

/** Checks whether protobuf-es replaces a message by its only value: that of a wrapper in a single field. */
function isUnwrapped({ message, oneof, fieldKind }: DescField): boolean {
  return fieldKind === "message" && !oneof && message !== undefined && isWrapper(message);
}

function scalarOf(scalar: ScalarType, name: string, count: Count): unknown {
  switch (scalar) {
    case ScalarType.STRING:
      return textOf(name);
    case ScalarType.BOOL:
      return true;
    case ScalarType.BYTES:
      return new Uint8Array([0xca, 0xfe]);
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return 0.5;
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return BigInt(numberOf(name, count));
    default:
      return numberOf(name, count);
  }
}

/** Texts for fields whose names end with some words. */
const TEXTS: readonly (readonly [ending: RegExp, text: string])[] = [
  [/(^|_)(host|hostname)$/, "node-2.example.com"],
  [/(^|_)(address|endpoint|leader)$/, "node-2.example.com:2113"],
  [/(^|_)(url|uri|link)$/, "https://example.com"],
  [/(^|_)email$/, "ada@example.com"],
  [/(^|_)(user|username|owner)$/, "ada"],
  [/(^|_)(field|property)$/, "items[0].quantity"],
  [/(^|_)(description|message|explanation)$/, "must be positive"],
  [/(^|_)version$/, "1.4.0"],
  [/(^|_)(time|at|date)$/, "2026-01-02T03:04:05Z"],
];

function textOf(name: string): string {
  const known = TEXTS.find(([ending]) => ending.test(name))?.[1];
  if (known !== undefined) return known;
  const words = inWords(name).replace(/ (id|key|name)$/, "");
  return `my-${words.replaceAll(" ", "-")}`;
}

function numberOf(name: string, count: Count): number {
  return /(^|_)port$/.test(name) ? 2113 : count.next();
}

function keyOf(scalar: ScalarType): string {
  if (scalar === ScalarType.STRING) return "key";
  return scalar === ScalarType.BOOL ? "true" : "1";
}

/** Examples of the messages of `google.protobuf` whose values have a meaning of their own. */
const WELL_KNOWN: Readonly<Record<string, object>> = {
  "google.protobuf.Timestamp": { seconds: 1_767_323_045n },
  "google.protobuf.Duration": { seconds: 1n, nanos: 500_000_000 },
  "google.protobuf.FieldMask": { paths: ["items"] },
  "google.protobuf.Any": {},
  "google.protobuf.Struct": { fields: { key: { kind: { case: "stringValue", value: "value" } } } },
  "google.protobuf.Value": { kind: { case: "stringValue", value: "value" } },
  "google.protobuf.ListValue": { values: [{ kind: { case: "stringValue", value: "value" } }] },
};
