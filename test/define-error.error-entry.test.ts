import { BadRequest } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { ErrorEntry } from "../src/define-error.js";
import { Numbers } from "./gen/interop/v1/interop.js";
import { table } from "./support/table.js";

const LEAST = 'BROKEN = 7 {"code":13,"message":"it broke"}';

describe("an entry of a table", () => {
  it("has all that follows from reason, number and code", () => {
    expect(new ErrorEntry(table([LEAST]), 0, undefined).definition).toEqual({
      enumName: "test.v1.TestError",
      name: "TEST_ERROR_BROKEN",
      number: 7,
      className: "BrokenError",
      reason: "BROKEN",
      domain: "test.example.com",
      code: 13,
      message: "it broke",
      fault: "SERVER",
      origin: "SERVER",
      httpStatus: 500,
      displayName: "Broken",
      documentation: { summary: "Broken." },
    });
  });

  it("has what its line says instead", () => {
    const said = {
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
    const entry = new ErrorEntry(table([LEAST, `BROKEN = -7 ${JSON.stringify(said)}`]), 1, undefined);
    expect(entry.definition).toEqual({
      ...said,
      enumName: "test.v1.TestError",
      number: -7,
      className: "BrokenError",
      reason: "BROKEN",
      domain: "test.example.com",
    });
  });

  it("has the marks that all errors of the enum have", () => {
    const descriptors = { base64: "" };
    const ofEnum = { numericCode: true, descriptors };
    const lines = [LEAST, 'SPLIT = 8 interop.v1.Numbers {"code":13,"message":""}'];
    const definitionAt = (index: number, source?: typeof Numbers) =>
      new ErrorEntry(table(lines, ofEnum), index, source).definition;
    expect(definitionAt(0)).toMatchObject({ numericCode: true });
    expect(definitionAt(0)).not.toHaveProperty("descriptors");
    expect(definitionAt(1, Numbers)).toMatchObject({ numericCode: true, descriptors });
  });

  it("makes a codec of ts-proto's code, and takes a codec as it is", () => {
    const lines = ['SPLIT = 8 interop.v1.Numbers {"code":13,"message":""}', LEAST];
    const made = new ErrorEntry(table(lines), 0, Numbers);
    const message = Numbers.decode(new Uint8Array());
    expect(made.detailType).toBe("interop.v1.Numbers");
    expect(made.definition.detail?.typeName).toBe("interop.v1.Numbers");
    expect(made.definition.detail?.decode(Numbers.encode(message).finish())).toEqual(message);
    const taken = new ErrorEntry(table(lines), 1, BadRequest);
    expect(taken.detailType).toBe("google.rpc.BadRequest");
    expect(taken.definition.detail).toBe(BadRequest);
  });

  it("is known without what its JSON says", () => {
    const entry = new ErrorEntry(table(["BROKEN = 7 {no JSON"]), 0, undefined);
    expect([entry.domain, entry.reason, entry.number, entry.detailType, entry.className]).toEqual([
      "test.example.com",
      "BROKEN",
      7,
      undefined,
      "BrokenError",
    ]);
    expect(() => entry.definition).toThrow(SyntaxError);
  });

  it("has one definition, however often it is asked", () => {
    const entry = new ErrorEntry(table([LEAST]), 0, undefined);
    expect(entry.definition).toBe(entry.definition);
  });
});
