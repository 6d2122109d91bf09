import { status } from "@grpc/grpc-js";
import { Code, codeName, isCode } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { codeNamed } from "../src/code.js";

describe("Code", () => {
  it("has the names and numbers of grpc-js, without OK", () => {
    const named = Object.entries(status).filter(([name, code]) => typeof code === "number" && name !== "OK");
    expect(Object.entries(Code)).toEqual(named);
  });
});

describe("isCode", () => {
  it.each([1, 2, 5, 16])("accepts %s", (value) => {
    expect(isCode(value)).toBe(true);
  });

  it.each([0, -1, 17, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "5", 5n, null, undefined, {}])(
    "refuses %s",
    (value) => {
      expect(isCode(value)).toBe(false);
    },
  );
});

describe("codeName", () => {
  it.each(Object.entries(Code))("is %s for its number", (name, code) => {
    expect(codeName(code)).toBe(name);
  });

  it.each([0, -1, 17, 1.5])("is UNKNOWN for %s, which TypeScript does not allow", (code) => {
    expect(codeName(code as Code)).toBe("UNKNOWN");
  });
});

describe("codeNamed", () => {
  it.each(Object.entries(Code))("is the number of %s", (name, code) => {
    expect(codeNamed(name)).toBe(code);
  });

  it.each(["OK", "not_found", "toString", "__proto__", "", 5, null, undefined])("is undefined for %s", (name) => {
    expect(codeNamed(name)).toBeUndefined();
  });
});
