import type { DescField } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { STANDARD_TYPES } from "../../src/detail/collected-details.js";
import { standardTypes } from "../../src/message/standard-types.js";
import type { Field } from "../../src/message/types.js";
import { reflected } from "../support/reflection.js";

const { messages } = standardTypes();
const registry = reflected();

/** A field as it counts for reading, writing and JSON. */
function factsOf({ name, jsonName, number, type, key, isList, hasPresence, oneof, isGroup, isUtf8 }: Field) {
  const typeName = typeof type === "string" ? type : `${type.kind} ${type.typeName}`;
  const presence = !key && !isList && Boolean(hasPresence);
  return { name, jsonName, number, typeName, key, isList: Boolean(isList), presence, oneof, isGroup, isUtf8 };
}

function expectedOf(field: DescField) {
  const { name, jsonName, number, fieldKind, presence, oneof, utf8Validation } = field;
  const scalar = field.scalar && ScalarType[field.scalar].toLowerCase();
  const typeName = field.message
    ? `message ${field.message.typeName}`
    : field.enum
      ? `enum ${field.enum.typeName}`
      : scalar;
  return {
    ...{ name, jsonName, number, typeName, isUtf8: utf8Validation, oneof: oneof?.name },
    key: field.fieldKind === "map" ? ScalarType[field.mapKey].toLowerCase() : undefined,
    isList: fieldKind === "list",
    presence: fieldKind !== "list" && fieldKind !== "map" && presence === 1,
    isGroup: undefined,
  };
}

describe("the standard types", () => {
  it.each([...messages.keys()])("are those of their proto: %s", (name) => {
    const fields = [...(registry.getMessage(name)?.fields ?? [])].sort((a, b) => a.number - b.number);
    expect(messages.get(name)?.fields.map(factsOf)).toEqual(fields.map(expectedOf));
    expect(registry.getMessage(name)?.typeName).toBe(name);
  });

  it("are all standard details, and the types of google.protobuf that details use", () => {
    expect([...messages.keys()]).toEqual(expect.arrayContaining([...STANDARD_TYPES]));
    const others = ["api", "descriptor", "type", "source_context"].map((file) => `google/protobuf/${file}`);
    const known = [...registry].filter(
      ({ kind, typeName }) => kind === "message" && /^google\.protobuf\.\w+$/.test(typeName),
    );
    const missing = known.filter(({ typeName, file }) => !messages.has(typeName) && !others.includes(file.name));
    expect(missing.map(({ typeName }) => typeName)).toEqual([]);
  });
});
