import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

/** Tells whether a value of JSON is an object, and not a list. */
export function isObject(json: unknown): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/** The same object with every value made anew; `__proto__` is a name like any other. */
export function mapEntries(
  json: Readonly<JsonObject>,
  change: (value: JsonValue, name: string) => JsonValue,
): JsonObject {
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, change(value, name)]));
}

/** As deep as protobuf's readers go. */
const MAX_DEPTH = 100;

/** More values than any body that is read as text can hold. */
const MAX_VALUES = 1 << 20;

/**
 * Tells whether JSON is nested deeper than whoever prints it or sends it on can follow.
 *
 * Objects that were parsed elsewhere may occur in several places, and so have more values than memory holds, or throw
 * when they are looked at.
 */
export function isTooDeep(json: unknown): boolean {
  try {
    return isDeeper(json);
  } catch {
    return true;
  }
}

function isDeeper(json: unknown): boolean {
  let level: unknown[] = [json];
  for (let depth = 0, values = 1; level.length > 0; depth++, values += level.length) {
    if (depth > MAX_DEPTH || values > MAX_VALUES) return true;
    level = level.flatMap((value) => (typeof value === "object" && value !== null ? Object.values(value) : []));
  }
  return false;
}
