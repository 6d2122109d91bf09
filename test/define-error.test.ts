import { Catalog, pack, RichError, unpack } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { defineError, type ErrorClassOf } from "../src/define-error.js";
import { Numbers } from "./gen/interop/v1/interop.js";
import { TestError, table } from "./support/table.js";

const errors = table([
  'SPLIT = 1 interop.v1.Numbers {"code":3,"message":"{s32} is split"}',
  'PLAIN = 2 {"code":13,"message":"plain"}',
]);

interface SplitError extends TestError<Numbers, "SPLIT"> {}
const SplitError: ErrorClassOf<SplitError> = defineError(errors, 0, Numbers);

interface PlainError extends TestError<undefined, "PLAIN"> {}
const PlainError: ErrorClassOf<PlainError> = defineError(errors, 1);

const numbers: Numbers = { ...Numbers.decode(new Uint8Array()), s32: 7 };

describe("the class of a declared error", () => {
  it("makes errors with their detail", () => {
    const error = new SplitError(numbers, { cause: "why", info: { a: "b" } });
    expect(error).toMatchObject({ name: "SplitError", message: "7 is split", reason: "SPLIT", code: 3, cause: "why" });
    expect(error.detail).toBe(numbers);
    expect(error.info?.metadata).toEqual({ a: "b" });
    expect(new SplitError(numbers).message).toBe("7 is split");
  });

  it("takes options in the place of a detail that there is not", () => {
    expect(new PlainError().message).toBe("plain");
    const error = new PlainError({ message: "plainly", retryDelay: 5 });
    expect([error.message, error.detail, error.retryDelay]).toEqual(["plainly", undefined, 5]);
  });

  it("has the name that the error has", () => {
    expect([SplitError.name, PlainError.name]).toEqual(["SplitError", "PlainError"]);
    expect(new PlainError().constructor).toBe(PlainError);
    expect(new PlainError().stack).toMatch(/^PlainError: plain\n/);
  });

  it("extends the base class, and may be extended", () => {
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

  it("is what an error from a peer is an instance of", () => {
    const catalog = new Catalog([SplitError, PlainError]);
    const error = unpack(pack(new SplitError(numbers)), { catalogs: [catalog] });
    expect(error.constructor).toBe(SplitError);
    expect(error.detail).toEqual(numbers);
    expect(error.issues).toEqual([]);
  });

  it("reads nothing of the table until it is asked for something", () => {
    const unread = table(["BROKEN = 1 {no JSON"]);
    const cls: ErrorClassOf<PlainError> = defineError(unread, 0);
    const catalog = new Catalog([cls]);
    expect(catalog.byReason("test.example.com", "BROKEN")).toBe(cls);
    expect(() => new cls()).toThrow(SyntaxError);
  });

  it("cannot be called without new", () => {
    expect(() => Reflect.apply(SplitError as unknown as () => void, undefined, [])).toThrow(TypeError);
  });
});
