import { Catalog, pack, RichError, unpack } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { defineError, type ErrorClassOf } from "../src/error-class.js";
import { Numbers } from "./gen/interop/v1/interop.js";
import { TestError, table } from "./support/table.js";

const errors = table([
  '{"reason":"SPLIT","number":1,"code":3,"message":"{s32} is split","detailType":"interop.v1.Numbers"}',
  '{"reason":"PLAIN","number":2,"code":13,"message":"plain"}',
]);

interface SplitError extends TestError<Numbers, "SPLIT"> {}
const SplitError: ErrorClassOf<SplitError> = defineError(errors, 0, Numbers);

interface PlainError extends TestError<undefined, "PLAIN"> {}
const PlainError: ErrorClassOf<PlainError> = defineError(errors, 1);

const numbers: Numbers = { ...Numbers.decode(new Uint8Array()), s32: 7 };

describe("the class of a declared error", () => {
  it("makes errors that carry the detail", () => {
    const error = new SplitError(numbers, { cause: "why", info: { a: "b" } });
    expect(error).toMatchObject({ name: "SplitError", message: "7 is split", reason: "SPLIT", code: 3, cause: "why" });
    expect(error.detail).toBe(numbers);
    expect(error.info?.metadata).toEqual({ a: "b" });
    expect(new SplitError(numbers).message).toBe("7 is split");
  });

  it("takes the options first if the error carries no detail", () => {
    expect(new PlainError().message).toBe("plain");
    const error = new PlainError({ message: "plainly", retryDelay: 5 });
    expect([error.message, error.detail, error.retryDelay]).toEqual(["plainly", undefined, 5]);
  });

  it("is named like the error", () => {
    expect([SplitError.name, PlainError.name]).toEqual(["SplitError", "PlainError"]);
    expect(new PlainError().constructor).toBe(PlainError);
    expect(new PlainError().stack).toMatch(/^PlainError: plain\n/);
  });

  it("extends the base class and can be extended", () => {
    class Own extends SplitError {
      get half(): number {
        return this.detail.s32 / 2;
      }
    }
    const error = new Own(numbers);
    expect(error.half).toBe(3.5);
    expect([SplitError, TestError, RichError, Error].filter((cls) => !(error instanceof cls))).toEqual([]);
    expect(SplitError.prototype).toBeInstanceOf(Error);
    expect(Object.getPrototypeOf(SplitError)).toBe(TestError);
    expect(new SplitError(numbers)).not.toBeInstanceOf(Own);
    expect(error).not.toBeInstanceOf(PlainError);
  });

  it("is the class of a received error", () => {
    const catalog = new Catalog([SplitError, PlainError]);
    const error = unpack(pack(new SplitError(numbers)), { catalogs: [catalog] });
    expect(error.constructor).toBe(SplitError);
    expect(error.detail).toEqual(numbers);
    expect(error.issues).toEqual([]);
  });

  it("does not read the table before the error is used", () => {
    const broken: ErrorClassOf<PlainError> = defineError(table(["{no JSON"]), 0);
    const catalog = new Catalog([broken]);
    expect([...catalog]).toEqual([broken]);
    expect(() => catalog.byReason("test.example.com", "BROKEN")).toThrow(SyntaxError);
    expect(() => new broken()).toThrow(SyntaxError);
  });

  it("throws if it is called without new", () => {
    expect(() => Reflect.apply(SplitError as unknown as () => void, undefined, [])).toThrow(TypeError);
  });
});
