import { Code, RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type AnyErrorMapping, ErrorMap } from "../../src/masking/error-map.js";
import { ShapeError, TooManySidesError, tooManySides } from "../support/errors.js";

class LockTimeout extends Error {}
class DeepLockTimeout extends LockTimeout {}
/** A class of the times before `class`. */
function OldError(this: Error) {}
Object.setPrototypeOf(OldError.prototype, Error.prototype);

const answer = new RichError(Code.ABORTED, "mapped");
const toAnswer = () => answer;
const isString = (thrown: unknown): thrown is string => typeof thrown === "string";
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
    ["a class, its instance", [LockTimeout, toAnswer], new LockTimeout(), true],
    ["a class, the instance of a subclass", [LockTimeout, toAnswer], new DeepLockTimeout(), true],
    ["a class, the instance of its superclass", [DeepLockTimeout, toAnswer], new LockTimeout(), false],
    ["a class, what is no object", [LockTimeout, toAnswer], "LockTimeout", false],
    ["a built-in class", [TypeError, toAnswer], new TypeError("x"), true],
    ["Error itself", [Error, toAnswer], new LockTimeout(), true],
    ["a class without `class`", [asClass, toAnswer], Reflect.construct(OldError, []), true],
    ["a class that says itself what its instances are", [z.ZodError, toAnswer], issues, true],
    ["a class of this package's", [ShapeError, toAnswer], tooManySides(), true],
    ["a predicate that says yes", [isString, toAnswer], "x", true],
    ["a predicate that says no", [isString, toAnswer], 5, false],
    ["a predicate that says something like yes", [(() => 1) as never, toAnswer], 5, false],
  ];
  it.each(CASES)("finds: %s", (_, mapping, thrown, found) => {
    const expected = { found, error: found ? answer : undefined, problems: [] };
    expect(new ErrorMap([mapping]).map(thrown)).toEqual(expected);
  });

  it("takes the first entry that is about a value", () => {
    const taken: string[] = [];
    const noting = (name: string) => () => {
      taken.push(name);
      return answer;
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

  it("hands the thrown value to the function, as it is", () => {
    const thrown = new LockTimeout("row 7");
    const map = new ErrorMap([[LockTimeout, (e: LockTimeout) => new RichError(Code.ABORTED, e.message, { cause: e })]]);
    expect(map.map(thrown).error).toMatchObject({ message: "row 7", cause: thrown });
  });
});

describe("an entry of an error map is refused", () => {
  it.each([
    [
      "for a class that has one already",
      [LockTimeout, LockTimeout],
      "error map entry 1 (LockTimeout) is never reached, because entry 0 matches the same values; remove one of them",
    ],
    [
      "for a predicate that has one already",
      [isString, TypeError, isString],
      "error map entry 2 (isString) is never reached, because entry 0 matches the same values; remove one of them",
    ],
    [
      "for a subclass behind its superclass",
      [TypeError, LockTimeout, DeepLockTimeout],
      "error map entry 2 (DeepLockTimeout) is never reached, because entry 1 matches its superclass LockTimeout; " +
        "put the subclass first",
    ],
    [
      "for a class behind Error",
      [Error, LockTimeout],
      "error map entry 1 (LockTimeout) is never reached, because entry 0 matches its superclass Error; " +
        "put the subclass first",
    ],
    [
      "for a class without `class` behind Error",
      [Error, OldError],
      "error map entry 1 (OldError) is never reached, because entry 0 matches its superclass Error; " +
        "put the subclass first",
    ],
    [
      "for an error of this package's behind the base class of its enum",
      [ShapeError, TooManySidesError],
      "error map entry 1 (TooManySidesError) is never reached, because entry 0 matches its superclass ShapeError; " +
        "put the subclass first",
    ],
  ])("%s", (_, matchers, expected) => {
    expect(refusal(...matchers.map((matcher) => [matcher, toAnswer]))).toBe(expected);
  });

  it.each([
    ["no pair", LockTimeout],
    ["a pair without a function", [LockTimeout, answer]],
    ["a pair without a class", ["LockTimeout", toAnswer]],
    ["a list in the place of what is in it", [[LockTimeout, toAnswer]]],
    ["nothing", undefined],
  ])("that is %s", (_, mapping) => {
    expect(refusal([TypeError, toAnswer], mapping)).toBe(
      "error map entry 1 is not a pair of functions; write [SomeErrorClass or a predicate, (error) => new YourRichError()]",
    );
  });

  it("only if it is never reached", () => {
    expect(refusal([DeepLockTimeout, toAnswer], [isString, toAnswer], [LockTimeout, toAnswer], [Error, toAnswer])).toBe(
      "none",
    );
  });
});

describe("a function of an error map that fails", () => {
  const BROKEN = new Error("broken");
  const fails = (): never => {
    throw BROKEN;
  };

  it.each([
    ["throws", fails, { message: "error map entry LockTimeout threw instead of returning a RichError", cause: BROKEN }],
    ["makes nothing", () => undefined, { message: "error map entry LockTimeout did not return a RichError" }],
    ["makes another error", () => BROKEN, { message: /did not return a RichError/ }],
    ["makes a promise that rejects", async () => fails(), { message: /did not return a RichError/ }],
  ])("because it %s leaves no error, and a problem", (_, toRichError, problem) => {
    const map = new ErrorMap([
      [LockTimeout, toRichError as never],
      [Error, toAnswer],
    ]);
    const { problems, ...rest } = map.map(new LockTimeout());
    expect(rest).toEqual({ found: true, error: undefined });
    expect(problems).toMatchObject(
      [problem].map(({ message, ...more }) => ({ ...more, message: expect.stringMatching(message) })),
    );
  });

  it("as a predicate is passed over, and leaves a problem", () => {
    const map = new ErrorMap([
      [fails as never, toAnswer],
      [Error, toAnswer],
    ]);
    expect(map.map(new LockTimeout())).toMatchObject({ found: true, error: answer, problems: [{ cause: BROKEN }] });
  });

  it("as an async predicate is passed over, and leaves a problem, even if it rejects", async () => {
    const map = new ErrorMap([
      [(async () => fails()) as never, toAnswer],
      [(async () => true) as never, toAnswer],
      [Error, toAnswer],
    ]);
    const { found, error, problems } = map.map(new LockTimeout());
    expect([found, error]).toEqual([true, answer]);
    expect(problems.map(({ message }) => message)).toEqual(
      Array(2).fill("error map entry <anonymous> has an async predicate; make it synchronous"),
    );
    // Where a rejection ends the process, it does so within this turn.
    await new Promise((resolve) => setImmediate(resolve));
  });

  it("because it makes something that throws when it is looked at leaves no error, and a problem", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const made of [proxy, new Proxy({}, { has: fails })]) {
      const map = new ErrorMap([[LockTimeout, () => made as never]]);
      expect(map.map(new LockTimeout())).toMatchObject({ found: true, error: undefined, problems: [{}] });
    }
  });

  it("at a value that nothing can be done with leaves no error, and throws nothing", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(new ErrorMap([[LockTimeout, toAnswer]]).map(proxy)).toMatchObject({ found: false, problems: [{}] });
  });
});
