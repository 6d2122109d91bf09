import { expect, it } from "vitest";
import { thrownText } from "../../src/platform/values.js";

it.each([
  ["an error's message", new TypeError("no"), "no"],
  ["a text as it is", "no", "no"],
  ["nothing by its name", undefined, "undefined"],
  ["a symbol", Symbol("no"), "Symbol(no)"],
  ["an object that has no text", Object.create(null), "a value without text was thrown"],
  [
    "an error whose message has none",
    Object.assign(new Error(), { message: Object.create(null) }),
    "a value without text was thrown",
  ],
])("says %s", (_, thrown, text) => {
  expect(thrownText(thrown)).toBe(text);
});
