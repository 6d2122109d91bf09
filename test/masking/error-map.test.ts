import { Code, RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type AnyErrorMapping, ErrorMap } from "../../src/masking/error-map.js";
import { ShapeError, TooManySidesError, tooManySides } from "../support/errors.js";

class LockTimeout extends Error {}
class DeepLockTimeout extends LockTimeout {}
/** A class without the keyword `class`. */
function OldError(this: Error) {}
Object.setPrototypeOf(OldError.prototype, Error.prototype);

const replacement = new RichError(Code.ABORTED, "mapped");
const toReplacement = () => replacement;
const isString = (thrown: unknown): thrown is string => typeof thrown === "string";
/** Such a function has a prototype, as a class has. */
function isNumber(thrown: unknown): thrown is number {
  return typeof thrown === "number";
}
const asClass = OldError as unknown as new () => Error;

function refusal(...mappings: readonly unknown[]): string {
  try {
    new ErrorMap(mappings as readonly AnyErrorMapping[]);
  } catch (error) {
    if (error instanceof TypeError) return error.message;
  }
  return "none";
}

describe("an error map", () => {
  const issues = z.string().safeParse(5).error;
  const CASES: readonly [string, AnyErrorMapping, unknown, boolean][] = [
    ["a class and its instance", [LockTimeout, toReplacement], new LockTimeout(), true],
    ["a class and the instance of a subclass", [LockTimeout, toReplacement], new DeepLockTimeout(), true],
    ["a class and the instance of its superclass", [DeepLockTimeout, toReplacement], new LockTimeout(), false],
    ["a class and a string", [LockTimeout, toReplacement], "LockTimeout", false],
    ["a built-in class", [TypeError, toReplacement], new TypeError("x"), true],
    ["the class Error", [Error, toReplacement], new LockTimeout(), true],
    ["a class without the keyword `class`", [asClass, toReplacement], Reflect.construct(OldError, []), true],
    ["a class with its own Symbol.hasInstance", [z.ZodError, toReplacement], issues, true],
    ["an error class of this package", [ShapeError, toReplacement], tooManySides(), true],
    ["a predicate that returns true", [isString, toReplacement], "x", true],
    ["a predicate that returns false", [isString, toReplacement], 5, false],
    ["a predicate with the keyword `function`", [isNumber, toReplacement], 5, true],
    ["a predicate with the keyword `function` that returns false", [isNumber, toReplacement], "5", false],
    ["a predicate that returns a truthy value", [(() => 1) as never, toReplacement], 5, false],
  ];
  it.each(CASES)("matches by %s", (_, mapping, thrown, found) => {
    const expected = { found, error: found ? replacement : undefined, problems: [] };
    expect(new ErrorMap([mapping]).map(thrown)).toEqual(expected);
  });

  it("uses the first entry that matches a value", () => {
    const taken: string[] = [];
    const noting = (name: string) => () => {
      taken.push(name);
      return replacement;
    };
    const map = new ErrorMap([
      [isString, noting("string")],
      [DeepLockTimeout, noting("deep")],
      [LockTimeout, noting("lock")],
      [Error, noting("error")],
    ]);
    for (const thrown of [new Error("x"), new DeepLockTimeout(), "x", new LockTimeout(), 5]) map.map(thrown);
    expect(taken).toEqual(["error", "deep", "string", "lock"]);
  });

  it("passes the thrown value to the function unchanged", () => {
    const thrown = new LockTimeout("row 7");
    const map = new ErrorMap([[LockTimeout, (e: LockTimeout) => new RichError(Code.ABORTED, e.message, { cause: e })]]);
    expect(map.map(thrown).error).toMatchObject({ message: "row 7", cause: thrown });
  });
});

describe("ErrorMap rejects an entry", () => {
  it.each([
    [
      "for a class that already has one",
      [LockTimeout, LockTimeout],
      "error map entry 1 (LockTimeout) is never reached, because entry 0 matches the same values; remove one of them",
    ],
    [
      "for a predicate that already has one",
      [isString, TypeError, isString],
      "error map entry 2 (isString) is never reached, because entry 0 matches the same values; remove one of them",
    ],
    [
      "for a subclass after its superclass",
      [TypeError, LockTimeout, DeepLockTimeout],
      "error map entry 2 (DeepLockTimeout) is never reached, because entry 1 matches its superclass LockTimeout; " +
        "put the subclass first",
    ],
    [
      "for a class after Error",
      [Error, LockTimeout],
      "error map entry 1 (LockTimeout) is never reached, because entry 0 matches its superclass Error; " +
        "put the subclass first",
    ],
    [
      "for a class without the keyword `class` after Error",
      [Error, OldError],
      "error map entry 1 (OldError) is never reached, because entry 0 matches its superclass Error; " +
        "put the subclass first",
    ],
    [
      "for an error class of this package after the base class of its enum",
      [ShapeError, TooManySidesError],
      "error map entry 1 (TooManySidesError) is never reached, because entry 0 matches its superclass ShapeError; " +
        "put the subclass first",
    ],
  ])("%s", (_, matchers, expected) => {
    expect(refusal(...matchers.map((matcher) => [matcher, toReplacement]))).toBe(expected);
  });

  it.each([
    ["not a pair", LockTimeout],
    ["a pair without a function", [LockTimeout, replacement]],
    ["a pair without a class", ["LockTimeout", toReplacement]],
    ["a list of pairs", [[LockTimeout, toReplacement]]],
    ["undefined", undefined],
  ])("that is %s", (_, mapping) => {
    expect(refusal([TypeError, toReplacement], mapping)).toBe(
      "error map entry 1 is not a pair of functions; write [SomeErrorClass or a predicate, (error) => new YourRichError()]",
    );
  });

  it("only if it is never reached", () => {
    expect(
      refusal(
        [DeepLockTimeout, toReplacement],
        [isString, toReplacement],
        [LockTimeout, toReplacement],
        [Error, toReplacement],
      ),
    ).toBe("none");
  });
});

describe("an error map whose function fails", () => {
  const BROKEN = new Error("broken");
  const fails = (): never => {
    throw BROKEN;
  };

  it.each([
    ["throws", fails, { message: "error map entry LockTimeout threw instead of returning a RichError", cause: BROKEN }],
    ["returns undefined", () => undefined, { message: "error map entry LockTimeout did not return a RichError" }],
    ["returns another error", () => BROKEN, { message: /did not return a RichError/ }],
    ["returns a promise that rejects", async () => fails(), { message: /did not return a RichError/ }],
  ])("returns a problem instead of an error if the function %s", (_, toRichError, problem) => {
    const map = new ErrorMap([
      [LockTimeout, toRichError as never],
      [Error, toReplacement],
    ]);
    const { problems, ...rest } = map.map(new LockTimeout());
    expect(rest).toEqual({ found: true, error: undefined });
    expect(problems).toMatchObject(
      [problem].map(({ message, ...more }) => ({ ...more, message: expect.stringMatching(message) })),
    );
  });

  it("skips an entry whose predicate throws, and returns a problem", () => {
    const map = new ErrorMap([
      [fails as never, toReplacement],
      [Error, toReplacement],
    ]);
    expect(map.map(new LockTimeout())).toMatchObject({
      found: true,
      error: replacement,
      problems: [{ message: "error map entry fails threw in its predicate", cause: BROKEN }],
    });
  });

  it("skips an entry whose predicate is async, and returns a problem", async () => {
    const map = new ErrorMap([
      [(async () => fails()) as never, toReplacement],
      [(async () => true) as never, toReplacement],
      [Error, toReplacement],
    ]);
    const { found, error, problems } = map.map(new LockTimeout());
    expect([found, error]).toEqual([true, replacement]);
    expect(problems.map(({ message }) => message)).toEqual(
      Array(2).fill("error map entry <anonymous> has an async predicate; make it synchronous"),
    );
    // An unhandled rejection would crash the process within this turn.
    await new Promise((resolve) => setImmediate(resolve));
  });

  it("returns a problem instead of an error if the result throws on access", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const made of [proxy, new Proxy({}, { has: fails })]) {
      const map = new ErrorMap([[LockTimeout, () => made as never]]);
      expect(map.map(new LockTimeout())).toMatchObject({ found: true, error: undefined, problems: [{}] });
    }
  });

  it("returns a problem if the thrown value throws on access", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(new ErrorMap([[LockTimeout, toReplacement]]).map(proxy)).toMatchObject({ found: false, problems: [{}] });
  });
});
