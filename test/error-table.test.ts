import type { Code } from "grpc-rich-errors";
import { BadRequest } from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";
import { ErrorEntry, ErrorTable, errorLine } from "../src/error-table.js";
import { Numbers } from "./gen/interop/v1/interop.js";
import { TestError, table } from "./support/table.js";

const SHORTEST = '{"reason":"BROKEN","number":7,"code":13,"message":"it broke"}';
const SPLIT = '{"reason":"SPLIT","number":8,"code":13,"message":"","detailType":"interop.v1.Numbers"}';

/** The definition of the error on the line `SHORTEST`. */
const BROKEN = {
  enumName: "test.v1.TestError",
  name: "TEST_ERROR_BROKEN",
  number: 7,
  className: "BrokenError",
  reason: "BROKEN",
  domain: "test.example.com",
  code: 13 as Code,
  message: "it broke",
  fault: "SERVER",
  origin: "SERVER",
  httpStatus: 500,
  displayName: "Broken",
  documentation: { summary: "Broken." },
} as const;

const SHARED = { domain: "test.example.com", prefix: "TEST_ERROR_" };

describe("ErrorTable", () => {
  it("has one line for each error", () => {
    const table = new ErrorTable(TestError, { domain: "d", prefix: "" }, '{"number":1}\n{"number":2}\n');
    expect([table.line(0), table.line(1), table.line(2), table.line(3)]).toEqual([
      '{"number":1}',
      '{"number":2}',
      "",
      "",
    ]);
  });
});

describe("ErrorEntry", () => {
  it("derives default values from reason, number and code", () => {
    expect(new ErrorEntry(table([SHORTEST]), 0, undefined).definition).toEqual(BROKEN);
  });

  it("prefers the values of its line to defaults", () => {
    const line = {
      reason: "BROKEN",
      number: -7,
      code: 5,
      message: "{{no}} {key} = 2 {",
      name: "BROKEN",
      fault: "DEPENDENCY",
      origin: "TRANSPORT",
      httpStatus: 410,
      displayName: "Gone\nfor good",
      deprecated: true,
      labels: Object.fromEntries([["__proto__", "own"]]),
      documentation: { summary: "Gone.", causes: ["Time."] },
    };
    const entry = new ErrorEntry(table([SHORTEST, JSON.stringify(line)]), 1, undefined);
    expect(entry.definition).toEqual({
      ...line,
      enumName: "test.v1.TestError",
      className: "BrokenError",
      domain: "test.example.com",
    });
  });

  it("takes over the values that all errors of the enum share", () => {
    const descriptors = { base64: "" };
    const shared = { numericCode: true, descriptors };
    const definitionAt = (index: number, serializer?: typeof Numbers) =>
      new ErrorEntry(table([SHORTEST, SPLIT], shared), index, serializer).definition;
    expect(definitionAt(0)).toMatchObject({ numericCode: true });
    expect(definitionAt(0)).not.toHaveProperty("descriptors");
    expect(definitionAt(1, Numbers)).toMatchObject({ numericCode: true, descriptors });
    expect(definitionAt(1, Numbers)).not.toHaveProperty("detailType");
  });

  it("makes a codec from ts-proto's code, and uses a codec as it is", () => {
    const lines = [SPLIT, SHORTEST];
    const split = new ErrorEntry(table(lines), 0, Numbers);
    const message = Numbers.decode(new Uint8Array());
    expect(split.detailType).toBe("interop.v1.Numbers");
    expect(split.definition.detail?.typeName).toBe("interop.v1.Numbers");
    expect(split.definition.detail?.decode(Numbers.encode(message).finish())).toEqual(message);
    const broken = new ErrorEntry(table(lines), 1, BadRequest);
    expect(broken.detailType).toBe("google.rpc.BadRequest");
    expect(broken.definition.detail).toBe(BadRequest);
  });

  it("identifies the error", () => {
    const { domain, reason, number, detailType, className } = new ErrorEntry(table([SHORTEST]), 0, undefined);
    expect([domain, reason, number, detailType, className]).toEqual([
      "test.example.com",
      "BROKEN",
      7,
      undefined,
      "BrokenError",
    ]);
  });

  it("has the class name of its line, by default the one that follows from the reason", () => {
    const named = new ErrorEntry(table([errorLine({ ...BROKEN, className: "OutOfOrder" }, SHARED)]), 0, undefined);
    expect([named.className, named.definition.className]).toEqual(["OutOfOrder", "OutOfOrder"]);
    expect(new ErrorEntry(table([SHORTEST]), 0, undefined).className).toBe("BrokenError");
  });

  it("parses its line when the error is first used", () => {
    const entry = new ErrorEntry(table(["{no JSON"]), 0, undefined);
    expect(entry.domain).toBe("test.example.com");
    expect(() => entry.reason).toThrow(SyntaxError);
    expect(() => entry.definition).toThrow(SyntaxError);
  });

  it("makes its definition once", () => {
    const entry = new ErrorEntry(table([SHORTEST]), 0, undefined);
    expect(entry.definition).toBe(entry.definition);
  });
});

describe("errorLine", () => {
  it("leaves out default values", () => {
    expect(errorLine(BROKEN, SHARED)).toBe(SHORTEST);
  });

  it("names the type of a detail that ts-proto's code reads", () => {
    expect(errorLine(BROKEN, SHARED, { detailType: "interop.v1.Numbers" })).toBe(
      SHORTEST.replace("}", ',"detailType":"interop.v1.Numbers"}'),
    );
  });

  it("names the enums of the fields in the message, whose values the table names", () => {
    const line = errorLine(BROKEN, SHARED, { enumTypes: { color: "shop.Color", "best.finish": "shop.Finish" } });
    expect(line).toBe(SHORTEST.replace("}", ',"enumTypes":{"color":"shop.Color","best.finish":"shop.Finish"}}'));
    const enums = { "shop.Color": { 1: "RED" }, "shop.Finish": { 0: "MATT" } };
    expect(new ErrorEntry(table([line], { enums }), 0, undefined).definition.enumNames).toEqual({
      color: { 1: "RED" },
      "best.finish": { 0: "MATT" },
    });
    expect(new ErrorEntry(table([errorLine(BROKEN, SHARED)], { enums }), 0, undefined).definition).not.toHaveProperty(
      "enumNames",
    );
  });

  it("writes what ErrorEntry reads", () => {
    const definition = {
      ...BROKEN,
      name: "BROKEN",
      numericCode: true,
      fault: "DEPENDENCY",
      labels: { team: "a\nb" },
      documentation: { summary: "Broken.", causes: ["Time."] },
    } as const;
    const line = errorLine(definition, { ...SHARED, numericCode: true });
    expect(line).not.toContain("numericCode");
    expect(new ErrorEntry(table([line], { numericCode: true }), 0, undefined).definition).toEqual(definition);
  });
});
