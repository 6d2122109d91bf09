import { Metadata } from "@grpc/grpc-js";
import { Catalog, Code, pack, packError, RichError, type RichErrorOptions, toStatus, unpack } from "grpc-rich-errors";
import { ErrorInfo, packDetail } from "grpc-rich-errors/details";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamicErrorClass } from "../../src/runtime/catalog.js";
import { definition, textCodec } from "../support/declared.js";
import { CornersBusyError, catalog } from "../support/errors.js";
import { FORMATS, overHttp } from "../support/over-http.js";
import { openShapes, SHAPES, type Shapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { expectNothingUncaught } from "../support/watch.js";

// A value that cannot be sent is left out of the error and never replaces the error.

expectNothingUncaught();

const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();

const refuse = () => {
  throw new Error("refused");
};
const throwing = new Proxy({}, Object.fromEntries(Reflect.ownKeys(Reflect).map((trap) => [trap, refuse])));
const nameless = Object.create(null);
function* halfway() {
  yield { description: "Manual", url: "https://example.com" };
  throw new Error("halfway");
}
function cyclic() {
  const list: unknown[] = [];
  list.push(list);
  return list;
}

/** Values that every option refuses. */
const WRONG: readonly [string, unknown][] = [
  ["null", null],
  ["a symbol", Symbol("s")],
  ["a function", () => 5],
  ["an object without prototype", nameless],
  ["a Proxy that is revoked", revoked],
  ["a Proxy that throws", throwing],
  ["a list in itself", cyclic()],
];
const withGetter = (name: string) => Object.defineProperty({}, name, { get: refuse, enumerable: true });

/** For each option, values that cannot be sent, or only after a change. */
const BAD: Readonly<Record<string, readonly [string, unknown][]>> = {
  retryDelay: [
    ...WRONG,
    ["a text", "soon"],
    ["NaN", Number.NaN],
    ["a negative number", -1],
    ["Infinity", Number.POSITIVE_INFINITY],
    ["a bigint", 5n],
    ["a Date", new Date(0)],
    ["a Number object", new Number(5)],
  ],
  help: [
    ...WRONG,
    ["a number", 5],
    ["a text", "https://example.com"],
    ["texts", ["https://example.com"]],
    ["links without a URL", [{ description: "Manual" }, { description: "Manual", url: 5 }]],
    ["a link that throws", [withGetter("url")]],
    ["an iterable that throws", { [Symbol.iterator]: refuse }],
    ["an iterable that throws midway", { [Symbol.iterator]: halfway }],
  ],
  info: [
    ...WRONG.filter(([name]) => name !== "an object without prototype"),
    ["a number", 5],
    ["a text", "text"],
    ["a Map", new Map([["a", "b"]])],
    ["an entry without prototype", { a: nameless }],
    ["a symbol in an entry", { a: Symbol("s") }],
    ["an entry that throws", withGetter("a")],
    ["a number in an entry", { a: 5 }],
    ["null in an entry", { a: null }],
    ["nothing in an entry", { a: undefined }],
    ["an entry that is revoked", { a: revoked }],
    ["a lone surrogate in an entry", { a: "\ud800" }],
  ],
  errorDetails: [
    ...WRONG,
    ["a number", 5],
    ["a text", "text"],
    ["null among them", [null]],
    ["texts", ["text"]],
    ["plain objects", [{ typeUrl: "t/a" }, {}]],
    ["an iterable that throws", { [Symbol.iterator]: refuse }],
    ["an iterable that throws midway", { [Symbol.iterator]: halfway }],
    ["a detail that throws", [withGetter("value")]],
    ["bytes that throw", [{ typeUrl: "t/a", value: new Proxy(new Uint8Array(9), {}) }]],
    ["a second ErrorInfo", [packDetail(ErrorInfo, { reason: "OTHER", domain: "d", metadata: {} })]],
    ["a malformed ErrorInfo", [{ typeUrl: "t/google.rpc.ErrorInfo", value: new Uint8Array([10]) }]],
  ],
  metadata: [
    ...WRONG,
    ["a number", 5],
    ["a plain object", { a: "b" }],
    ["a Map", new Map([["a", "b"]])],
    ["a list of methods", { get: refuse, clone: refuse }],
  ],
  message: [
    ...WRONG,
    ["a number", 5],
    ["a plain object", { a: "b" }],
    ["a String object", new String("text")],
    ["a lone surrogate", "a \ud800"],
    ["an object whose text throws", { toString: refuse }],
  ],
};

const codec = textCodec("test.v1.Odd");
const Dynamic = dynamicErrorClass(
  definition({ enumName: "dynamic.v1.DynamicError", domain: "dynamic.example.com", detail: codec }) as never,
  RichError,
);
const catalogs = [catalog, new Catalog([Dynamic])];

/** Makes an error of each kind, with unchecked arguments as in plain JavaScript. */
const KINDS: Readonly<Record<string, (options: object) => RichError>> = {
  declared: (options) => new CornersBusyError(options),
  undeclared: ({ message = "busy", ...options }: { message?: unknown }) =>
    new RichError(Code.UNAVAILABLE, message as string, { reason: "BUSY", domain: "test.example.com", ...options }),
  dynamic: (options) => new Dynamic({ text: "x" }, options as RichErrorOptions),
};

/** The identity of the error, which a bad value must not remove. */
const EXPECTED: Readonly<Record<string, object>> = {
  declared: { code: 14, reason: "CORNERS_BUSY", domain: "shapes.example.com" },
  undeclared: { code: 14, reason: "BUSY", domain: "test.example.com" },
  dynamic: { code: 13, reason: "BROKEN", domain: "dynamic.example.com", detail: { text: "x" } },
};

let thrown: RichError;
let shapes: Shapes;
beforeAll(async () => {
  const fail = () => Promise.reject(thrown);
  shapes = await openShapes({ unary: fail, clientStream: fail, serverStream: fail, bidi: fail });
});
afterAll(() => shapes.close());

describe.each(Object.entries(KINDS))("an error that is %s", (kind, make) => {
  describe.each(Object.entries(BAD))("made with a wrong %s", (option, values) => {
    it.each(values)("keeps everything but %s", async (_, value) => {
      const error = make({ [option]: value });
      expect(error).toMatchObject(EXPECTED[kind] ?? {});
      expect(error.issues.length).toBeGreaterThan(0);
      for (const { message } of error.issues) expect(message.length).toBeLessThan(400);

      const unpacked = unpack(pack(error), { catalogs });
      expect(unpacked).toMatchObject({ ...EXPECTED[kind], message: error.message });
      expect(toStatus(error)).toMatchObject({ code: error.code, message: error.message });
      expect(packError(error)).toMatchObject({ code: error.code, details: error.message });

      thrown = error;
      const { error: received } = await callOn(shapes, "unary");
      expect(received).toMatchObject({ code: error.code, reason: error.reason, domain: error.domain });
      expect((received as RichError).message).toBe(error.message);
      expect(shapes.failed.at(-1)?.masked).toBe(false);
      for (const format of FORMATS) {
        expect(overHttp(error, catalogs, { format })).toMatchObject({ code: error.code, reason: error.reason });
      }
    });
  });

  it.each([
    ["undefined", undefined],
    ["a text", "root"],
    ["a message of 1 MB", new Error("x".repeat(1_000_000))],
    ...WRONG,
  ])("keeps everything with %s as its cause", async (_, cause) => {
    const error = make({ cause });
    expect(Object.is(error.cause, cause)).toBe(true);
    expect(error.issues).toEqual([]);
    for (const shape of SHAPES) {
      thrown = error;
      expect((await callOn(shapes, shape)).error).toMatchObject({ code: error.code, reason: error.reason });
    }
  });

  it.each([
    ["null", null],
    ["a text", "options"],
    ["a number", 5],
    ["a Proxy that is revoked", revoked],
    ["a Proxy that throws", throwing],
  ])("is made with %s as its options", (_, options) => {
    if (kind === "undeclared") {
      const error = new RichError(Code.ABORTED, "no", options as never);
      expect([error.code, error.message, error.issues.length > 0]).toEqual([Code.ABORTED, "no", true]);
    } else {
      const error = make(options as object);
      expect(error).toMatchObject(EXPECTED[kind] ?? {});
      expect(error.issues.length).toBeGreaterThan(0);
    }
  });
});

describe("an undeclared error", () => {
  it.each([...WRONG, ["a number", 5], ["a lone surrogate", "A\ud800"]] as const)(
    "is sent without its reason or domain if that is %s",
    (_, value) => {
      const reasonless = new RichError(Code.ABORTED, "no", { reason: value as string, domain: "d" });
      const domainless = new RichError(Code.ABORTED, "no", { reason: "R", domain: value as string });
      for (const error of [reasonless, domainless]) {
        expect(error.issues.length).toBeGreaterThan(0);
        expect([error.code, error.message]).toEqual([Code.ABORTED, "no"]);
        expect(unpack(pack(error))).toMatchObject({ code: 10, message: "no", info: error.info });
      }
      expect(domainless.reason).toBe("R");
    },
  );

  it("reports metadata that is given without a reason", () => {
    const kinds = new RichError(Code.ABORTED, "no", { info: { a: "b" } }).issues.map(({ message }) => message);
    expect(kinds).toEqual(['the option "info" needs the option "reason"; it is left out']);
    expect(new RichError(Code.ABORTED, "no", { domain: "d" }).issues).toHaveLength(1);
    expect(new RichError(Code.ABORTED, "no").issues).toEqual([]);
  });

  it.each<[string, unknown]>([
    ["0", 0],
    ["17", 17],
    ["a fraction", 5.5],
    ["a name", "NOT_FOUND"],
    ["undefined", undefined],
    ["an object", { errorDetails: [] }],
    ...WRONG,
  ])("is UNKNOWN with the code %s", (_, code) => {
    const error = new RichError(code as never, "no", { reason: "R", domain: "d" });
    expect(error).toMatchObject({ code: Code.UNKNOWN, message: "no", reason: "R" });
    expect(error.issues.map(({ kind }) => kind)).toEqual(["invalid-code"]);
  });
});

describe("an error that its maker froze", () => {
  it.each(Object.entries(KINDS))("arrives: %s", async (_, make) => {
    const metadata = new Metadata();
    metadata.set("x-shard", "7");
    thrown = make({ retryDelay: 5, metadata });
    Object.freeze(thrown);
    for (const shape of SHAPES) {
      const { error } = await callOn(shapes, shape);
      expect(error).toMatchObject({ code: thrown.code, reason: thrown.reason, retryDelay: 5 });
      expect((error as RichError).metadata?.get("x-shard")).toEqual(["7"]);
    }
  });
});
