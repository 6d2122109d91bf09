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
      "entry 1 of the error map is never reached: entry 0 is about LockTimeout too",
    ],
    [
      "for a predicate that has one already",
      [isString, TypeError, isString],
      "entry 2 of the error map is never reached: entry 0 is about isString too",
    ],
    [
      "for a subclass behind its superclass",
      [TypeError, LockTimeout, DeepLockTimeout],
      "entry 2 of the error map is never reached: entry 1 is about LockTimeout, of which DeepLockTimeout is a subclass",
    ],
    [
      "for a class behind Error",
      [Error, LockTimeout],
      "entry 1 of the error map is never reached: entry 0 is about Error, of which LockTimeout is a subclass",
    ],
    [
      "for a class without `class` behind Error",
      [Error, OldError],
      "entry 1 of the error map is never reached: entry 0 is about Error, of which OldError is a subclass",
    ],
    [
      "for an error of this package's behind the base class of its enum",
      [ShapeError, TooManySidesError],
      "entry 1 of the error map is never reached: entry 0 is about ShapeError, of which TooManySidesError is a subclass",
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
      "entry 1 of the error map is not a pair: a class or a predicate, and a function that makes a RichError",
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
    ["throws", fails, { message: "the error map failed at what was thrown: LockTimeout", cause: BROKEN }],
    ["makes nothing", () => undefined, { message: "the error map made no RichError of what was thrown: LockTimeout" }],
    ["makes another error", () => BROKEN, { message: /no RichError/ }],
    ["makes a promise that rejects", async () => fails(), { message: /no RichError/ }],
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
      Array(2).fill("a predicate of the error map must not be async: a function without a name"),
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
