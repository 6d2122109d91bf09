import { runInNewContext } from "node:vm";
import { codeName, RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { SIDES, SIDES_MESSAGE, TooManySidesError, tooManySides } from "../support/errors.js";
import { SHAPES, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { expectNothingUncaught } from "../support/watch.js";
import { WAYS } from "../support/ways.js";

// A handler may throw anything that is not meant for the client: the client learns only that there was an error.

expectNothingUncaught();

const SECRET = "hunter2";

const hostile = new Proxy(
  {},
  Object.fromEntries(
    Reflect.ownKeys(Reflect).map((trap) => [
      trap,
      () => {
        throw new Error(SECRET);
      },
    ]),
  ),
);

const revoked = Proxy.revocable({}, {});
revoked.revoke();

function withGetters(): Error {
  const error = new Error();
  for (const name of ["stack", "code", "details", "message", "metadata", "name", "cause"]) {
    Object.defineProperty(error, name, {
      get: () => {
        throw new Error(SECRET);
      },
    });
  }
  return error;
}

function withCycle(): Error {
  const error = new Error(SECRET);
  error.cause = new Error(SECRET, { cause: error });
  return error;
}

/** An error that claims to be a RichError. */
function impostor(brand: string): Error {
  return Object.assign(new Error(SECRET), { [Symbol.for(brand)]: true, code: 5, reason: SECRET, received: false });
}

class WithToJson extends Error {
  toJSON() {
    return { secret: SECRET, code: 5 };
  }
  override toString(): string {
    throw new Error(SECRET);
  }
}

const VALUES: readonly [string, unknown][] = [
  ["an Error", new Error(SECRET)],
  ["undefined", undefined],
  ["null", null],
  ["a string", SECRET],
  ["an empty string", ""],
  ["a number", 5],
  ["NaN", Number.NaN],
  ["a bigint", 5n],
  ["a Symbol", Symbol(SECRET)],
  ["a function", () => SECRET],
  ["a frozen error", Object.freeze(new Error(SECRET))],
  ["an error whose getters throw", withGetters()],
  ["a Proxy that always throws", hostile],
  ["a Proxy that is revoked", revoked.proxy],
  ["an error that is its own cause", withCycle()],
  ["an error of a system call", Object.assign(new Error(SECRET), { code: "ECONNREFUSED", errno: -111 })],
  ["a database error whose code is a number", Object.assign(new Error(SECRET), { code: 11 })],
  ["an error with the code OK", Object.assign(new Error(SECRET), { code: 0, details: SECRET })],
  ["an error with a code that gRPC does not define", Object.assign(new Error(SECRET), { code: 17, details: SECRET })],
  ["an error with a fractional code", Object.assign(new Error(SECRET), { code: 5.5, details: SECRET })],
  ["a status with the code OK", { code: 0, details: SECRET }],
  ["a status with the code 99", { code: 99, details: SECRET }],
  ["a status with a string as its code", { code: "5", details: SECRET }],
  ["a status without a text", { code: 5 }],
  ["a status whose text is not a string", { code: 5, details: { secret: SECRET } }],
  ["a status without a prototype", Object.assign(Object.create(null), { code: "5", details: SECRET })],
  ["a status with the code 0 in an error", Object.assign(new Error(SECRET), { code: 0, details: SECRET, metadata: 5 })],
  ["a status with a code below 0", { code: -1, details: SECRET }],
  ["a status with an infinite code", { code: Number.POSITIVE_INFINITY, details: SECRET }],
  ["a status with a bigint as its code", { code: 5n, details: SECRET }],
  ["a status with an object as its code", { code: { valueOf: () => 5 }, details: SECRET }],
  ["a status whose text is a String object", { code: 5, details: new String(SECRET) }],
  ["an error whose message is a Symbol", Object.assign(new Error(), { message: Symbol(SECRET) })],
  ["an error whose message is an object", Object.assign(new Error(), { message: { toString: () => SECRET } })],
  ["an error whose message is huge", new Error(SECRET.repeat(1_000_000))],
  ["an error with a toJSON and a toString that throws", new WithToJson(SECRET)],
  ["an error of another realm", runInNewContext(`Object.assign(new Error("${SECRET}"), { code: 11 })`)],
  ["an error without a constructor", Object.create(Error.prototype, { message: { value: SECRET } })],
  ["an error that says it is one of ours", impostor("grpc-rich-errors.v1.RichError")],
  ["a RichError in a Proxy", new Proxy(tooManySides({ message: SECRET }), {})],
  ["an AggregateError", new AggregateError([new Error(SECRET)], SECRET)],
  ["a class of errors", TypeError],
  ["a Map", new Map([["code", 5]])],
  ["a Buffer", Buffer.from(SECRET)],
  ["a Date", new Date(0)],
  ["an iterator", [SECRET].values()],
  ["an array", [5, SECRET]],
  ["an AbortError", new DOMException(SECRET, "AbortError")],
  ["a promise that rejects", quietly(Promise.reject(new Error(SECRET)))],
];

const ways = WAYS.filter(({ name }) =>
  ["throws at once", "rejects", "calls back with the error", 'emits "error"', "destroys the call"].includes(name),
);

for (const [what, value] of VALUES) {
  describe(`${what}, thrown at a client`, () => {
    for (const way of ways) {
      // A falsy first argument of a callback or of `destroy` is no error.
      if (!value && (way.name.startsWith("calls back") || way.name.startsWith("destroys"))) continue;
      for (const shape of SHAPES.filter((shape) => way.shapes.includes(shape))) {
        it(`is masked when a ${shape} handler ${way.name} with it`, async () => {
          const shapes = await startShapes({ [shape]: way.handler(value, "before", shape) });
          const { error } = await callOn(shapes, shape);

          expect(maskOf(error)).toEqual({ code: "INTERNAL", message: "internal error", details: ["RequestInfo"] });
          expect(everythingIn(error)).not.toContain(SECRET);
          expect(shapes.failed).toHaveLength(1);
          const [failed] = shapes.failed;
          expect(failed?.masked).toBe(true);
          expect(Object.is(failed?.error, value)).toBe(true);
          expect(failed?.requestId).toBe(requestIdOf(error));
          expect((await callOn(shapes, shape === "unary" ? "bidi" : "unary")).error).toBeUndefined();
        });
      }
    }
  });
}

describe.each(SHAPES)("destroying a %s call", (shape) => {
  it.each([undefined, null])("with %s is masked as well", async (nothing) => {
    const way = WAYS.find(({ name }) => name === "destroys the call");
    const handler = way?.handler(nothing, "before", shape);
    const shapes = await startShapes({ [shape]: handler });
    const { error } = await callOn(shapes, shape);
    expect(maskOf(error)).toMatchObject({ code: "INTERNAL", message: "internal error" });
    expect(shapes.failed.map(({ error }) => String(error))).toEqual([
      "Error: the handler destroyed the call before the call had its status",
    ]);
  });
});

describe("a RichError that was changed into something that cannot be sent", () => {
  const throwing = { get: () => expect.fail("read"), enumerable: true };
  it.each<[string, () => TooManySidesError]>([
    ["by a code that gRPC does not define", () => Object.assign(tooManySides(), { code: 99 })],
    ["by a string as its code", () => Object.assign(tooManySides(), { code: "5" })],
    ["by a code that throws", () => Object.defineProperty(tooManySides(), "code", throwing)],
    ["by an object as its message", () => Object.assign(tooManySides(), { message: { secret: SECRET } })],
    ["by a message that throws", () => Object.defineProperty(tooManySides(), "message", throwing)],
    ["by a subclass with its own code", () => new (codedSubclass())(SIDES)],
  ])("arrives as it was made: %s", async (_, make) => {
    for (const shape of SHAPES) {
      const thrown = make();
      const shapes = await startShapes({ [shape]: () => Promise.reject(thrown) });
      const { error } = await callOn(shapes, shape);
      expect(error).toBeRichError(TooManySidesError, SIDES);
      expect(error).toMatchObject({ code: 3, message: SIDES_MESSAGE, issues: [] });
      expect(everythingIn(error)).not.toContain(SECRET);
      const [failed] = shapes.failed;
      expect(failed?.masked).toBe(false);
      expect(failed?.sent).toBeInstanceOf(TooManySidesError);
      expect(failed?.sent.issues.map(({ message }) => message)).toEqual([
        expect.stringMatching(/^the (code|message) was set to /),
      ]);
    }
  });

  function codedSubclass() {
    return class CodedError extends TooManySidesError {
      // Plain JavaScript can do this.
      override readonly code = "E_SIDES" as unknown as 3;
    };
  }
});

it("a RichError with a changed message arrives with the new message, as far as it can be sent", async () => {
  const changed = tooManySides();
  changed.message += ", and one of them is \ud800";
  const shapes = await startShapes({ bidi: () => Promise.reject(changed) });
  const { error } = await callOn(shapes, "bidi");
  expect(error).toBeRichError(TooManySidesError, SIDES);
  expect(error).toMatchObject({ issues: [], message: `${SIDES_MESSAGE}, and one of them is \ufffd` });
});

describe("text that HTTP/2 cannot carry unchanged", () => {
  const TEXTS = [
    ["a lone high surrogate", "a \ud800 b", "a \ufffd b"],
    ["a lone low surrogate at the end", "a \udc00", "a \ufffd"],
    ["characters outside the BMP", "dü 😀 日本", "dü 😀 日本"],
    ["line breaks and tabs", "a\nb\r\nc\td", "a\nb\r\nc\td"],
    ["percent signs", "100% %41 %zz %", "100% %41 %zz %"],
    ["characters that a URI reserves", "#?;,/:@&=+$ %23", "#?;,/:@&=+$ %23"],
    ["a NUL and other controls", "a\u0000b\u001b[31m\u007f", "a\u0000b\u001b[31m\u007f"],
    ["spaces at both ends", "  a  ", "  a  "],
    ["nothing", "", ""],
  ] as const;

  it.each(TEXTS)("%s in a message arrives", async (_, text, arrives) => {
    const shapes = await startShapes({
      unary: () => {
        throw new RichError(5, text, { reason: "ODD", domain: "test" });
      },
    });
    const { error } = await callOn(shapes, "unary");
    expect(error).toBeRichError(RichError);
    expect(error).toMatchObject({ code: 5, message: arrives, details: arrives, issues: [] });
  });

  it.each(TEXTS)("%s in a plain status arrives", async (_, text, arrives) => {
    const shapes = await startShapes({ unary: (_, callback) => callback({ code: 5, details: text }) });
    const { error } = await callOn(shapes, "unary");
    expect(error).toMatchObject({ code: 5, message: arrives });
  });

  it.each(TEXTS)("%s in a detail arrives", async (_, text, arrives) => {
    const shapes = await startShapes({
      bidi: () => {
        throw new TooManySidesError({ ...SIDES, shape: text });
      },
    });
    const { error } = await callOn(shapes, "bidi");
    expect((error as RichError<{ shape: string }>).detail.shape).toBe(arrives);
    expect(error).toMatchObject({ issues: [] });
  });
});

function quietly(promise: Promise<unknown>): Promise<unknown> {
  promise.catch(() => {});
  return promise;
}

function maskOf(error: unknown): unknown {
  if (!(error instanceof RichError)) return error;
  const details = error.errorDetails.map(({ typeUrl }) => typeUrl.replace("type.googleapis.com/google.rpc.", ""));
  return { code: codeName(error.code), message: error.message, details };
}

function requestIdOf(error: unknown): string | undefined {
  return error instanceof RichError ? error.standardDetails.requestInfo?.requestId : undefined;
}

/** Everything that a client can read of an error, as one text. */
function everythingIn(error: unknown): string {
  if (!(error instanceof RichError)) return String(error);
  const metadata = Object.values(error.metadata?.getMap() ?? {}).map((value) => value.toString());
  return [error.message, error.stack, JSON.stringify(error), ...metadata].join("\n");
}
