import { create, type DescField, type DescMessage, ScalarType, toBinary } from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";

/** How deep messages of one type nest within each other. */
const MAX_DEPTH = 3;

/** A message to send as a detail. */
export interface Sample {
  readonly bytes: Uint8Array;
  /** Whether every field has a value that is not its default. Otherwise, only those fields have one that are required. */
  readonly isFull: boolean;
}

/** Samples of a type: a sparse one and a full one, or a full one for each field of the longest oneof. */
export function samplesOf(desc: DescMessage): readonly Sample[] {
  const count = Math.max(1, ...desc.oneofs.map(({ fields }) => fields.length));
  const full = Array.from({ length: count }, (_, choice) => filled(desc, choice, []));
  return [
    { bytes: toBinary(desc, sparse(desc).message), isFull: false },
    ...full.map(({ message }) => ({ bytes: toBinary(desc, message), isFull: true })),
  ];
}

function sparse(desc: DescMessage): ReflectMessage {
  const message = reflect(desc, create(desc));
  for (const field of desc.fields) {
    if (field.presence !== FeatureSet_FieldPresence.LEGACY_REQUIRED) continue;
    if (field.fieldKind === "message") message.set(field, sparse(field.message));
    else fill(message, field, 0, []);
  }
  return message;
}

function filled(desc: DescMessage, choice: number, around: readonly DescMessage[]): ReflectMessage {
  const message = reflect(desc, create(desc));
  const path = [...around, desc];
  const chosen = desc.oneofs.map(({ fields }) => fields[choice % fields.length]);
  for (const field of desc.fields) {
    if (field.oneof && !chosen.includes(field)) continue;
    if (field.message && path.filter((other) => other === field.message).length >= MAX_DEPTH) continue;
    fill(message, field, choice, path);
  }
  return message;
}

function fill(message: ReflectMessage, field: DescField, choice: number, path: readonly DescMessage[]): void {
  switch (field.fieldKind) {
    case "scalar":
      message.set(field, scalar(field.scalar, field));
      break;
    case "enum":
      message.set(field, lastNumber(field));
      break;
    case "message":
      message.set(field, filled(field.message, choice, path));
      break;
    case "list":
      message
        .get(field)
        .add(
          field.listKind === "message"
            ? filled(field.message, choice, path)
            : field.listKind === "enum"
              ? lastNumber(field)
              : scalar(field.scalar, field),
        );
      break;
    case "map":
      if (field.mapKind !== "scalar") throw new Error(`${field} needs a sample`);
      message.get(field).set("key", scalar(field.scalar, field));
  }
}

function lastNumber({ enum: desc }: DescField & { enum: NonNullable<DescField["enum"]> }): number {
  return desc.values.at(-1)?.number ?? 0;
}

/** A value that is not the default. Those of 64 bits are beyond the integers that a JavaScript number can hold. */
function scalar(type: ScalarType, { name, parent }: DescField): unknown {
  // ts-proto makes a Date of a timestamp.
  const isTime = /^google\.protobuf\.(Timestamp|Duration)$/.test(parent.typeName);
  switch (type) {
    case ScalarType.STRING:
      return `${name} ☃`;
    case ScalarType.BYTES:
      return new Uint8Array([1, 128, 255]);
    case ScalarType.BOOL:
      return true;
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return 0.5;
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return isTime ? 1_700_000_000n : -(2n ** 60n) - 1n;
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return 2n ** 63n + 1n;
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return 2 ** 32 - 1;
    default:
      return isTime ? 500_000_000 : -7;
  }
}
