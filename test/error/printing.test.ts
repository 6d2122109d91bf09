import { inspect } from "node:util";
import { Metadata } from "@grpc/grpc-js";
import { Long } from "@grpc/proto-loader";
import streams from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/errors_pb.js";
import { Code, fromStatus, pack, RichError, StandardDetails } from "grpc-rich-errors";
import { type DetailCodec, packDetail } from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";
import { CornersBusyError, TooManySidesError } from "../gen/shapes/v1/shapes.rich.js";
import { declare, textCodec } from "../support/declared.js";

const SECRET = "hunter2";
const SIDES = { shape: "disc", sides: 9007199254740993n, limit: { most: 12n } };

/** Metadata with a secret in it. */
function secretive(): Metadata {
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${SECRET}`);
  metadata.set("x-shard", SECRET);
  return metadata;
}

/** What a client of grpc-js is given, with a secret in its metadata. */
function serviceError(): Error {
  return Object.assign(new Error("13 INTERNAL: upstream"), { code: 13, details: "upstream", metadata: secretive() });
}

/** An error whose detail is shown as it is. */
function showing(detail: unknown): RichError {
  const codec: DetailCodec<unknown> = {
    ...textCodec("test.v1.Any"),
    encode: () => new Uint8Array(),
    decode: () => detail,
  };
  const Showing = declare<unknown>({ detail: codec });
  return new Showing(detail);
}

describe("JSON.stringify(error)", () => {
  it("prints integers of the library long as strings", () => {
    const { detail } = JSON.parse(JSON.stringify(showing({ rule: Long.fromString("-9007199254740993") })));
    expect(detail).toEqual({ rule: "-9007199254740993" });
  });

  it("prints the fields of google-protobuf messages", () => {
    const message = new streams.StreamNotFoundErrorDetails();
    message.setStream("orders");
    const { detail, errorDetails } = JSON.parse(JSON.stringify(showing(message)));
    expect(detail).toEqual({ stream: "orders" });
    expect(errorDetails.at(-1)).toEqual({ "@type": "type.googleapis.com/test.v1.Any", stream: "orders" });
    expect(inspect(showing(message))).toContain("detail: { stream: 'orders' }");
  });

  it("prints everything that a declared error has", () => {
    const error = new TooManySidesError(SIDES, { retryDelay: 1500, cause: new TypeError("no") });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: "TooManySidesError",
      code: "INVALID_ARGUMENT",
      message: "disc has 9007199254740993 sides, 12 {at most}",
      reason: "TOO_MANY_SIDES",
      domain: "shapes.example.com",
      detail: { shape: "disc", sides: "9007199254740993", limit: { most: "12" } },
      errorDetails: [
        {
          "@type": "type.googleapis.com/google.rpc.ErrorInfo",
          reason: "TOO_MANY_SIDES",
          domain: "shapes.example.com",
          metadata: { code: "1" },
        },
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: { seconds: "1", nanos: 500_000_000 } },
        {
          "@type": "type.googleapis.com/shapes.v1.TooManySidesErrorDetails",
          shape: "disc",
          sides: "9007199254740993",
          limit: { most: "12" },
        },
      ],
      packed: Buffer.from(pack(error)).toString("base64"),
      cause: { name: "TypeError", message: "no" },
    });
  });

  it("leaves out members that are not set", () => {
    expect(JSON.stringify(new RichError(Code.ABORTED, "no"))).toBe(
      '{"name":"RichError","code":"ABORTED","message":"no"}',
    );
  });

  it("prints the issues of a received error, and details that cannot be decoded as base64", () => {
    const details = [
      { typeUrl: "t/new.v1.Fact", value: new Uint8Array([255, 0, 1]) },
      { typeUrl: "t/google.rpc.Help", value: new Uint8Array([255]) },
    ];
    const error = fromStatus({ code: 5, message: "gone", details });
    expect(error.toJSON()).toEqual({
      name: "RichError",
      code: "NOT_FOUND",
      message: "gone",
      errorDetails: [
        { "@type": "t/new.v1.Fact", value: "/wAB" },
        { "@type": "t/google.rpc.Help", value: "/w==" },
      ],
      issues: [
        { kind: "malformed-detail", message: expect.stringContaining("google.rpc.Help"), typeUrl: "t/google.rpc.Help" },
        {
          kind: "unknown-type",
          message: 'no catalog has the type "new.v1.Fact"; pass the one that declares it in catalogs',
          typeUrl: "t/new.v1.Fact",
        },
      ],
      origin: "SERVER",
      packed: Buffer.from(pack(error)).toString("base64"),
    });
  });

  it.each([
    ["a bigint", 5n, "5"],
    ["bytes", new Uint8Array([255, 254]), "//4="],
    ["a Buffer", Buffer.from("hi"), "aGk="],
    ["a date", new Date(0), "1970-01-01T00:00:00.000Z"],
    ["an invalid date", new Date(Number.NaN), null],
    ["a map", new Map([[1n, { two: 2n }]]), { "1": { two: "2" } }],
    ["a list", [1n, [new Uint8Array()]], ["1", [""]]],
    ["nothing in a field", undefined, undefined],
    ["null", null, null],
    ["a key named __proto__", Object.fromEntries([["__proto__", 1n]]), Object.fromEntries([["__proto__", "1"]])],
  ])("prints %s", (_, value, shown) => {
    expect(JSON.parse(JSON.stringify(showing({ value }))).detail).toEqual({ value: shown });
  });

  it("stops at a detail that contains itself", () => {
    const detail: Record<string, unknown> = { a: 1n };
    detail["self"] = { deep: [detail] };
    expect(JSON.parse(JSON.stringify(showing(detail))).detail).toEqual({ a: "1", self: { deep: ["[Circular]"] } });
    const twice = { one: SIDES, two: SIDES };
    expect(JSON.parse(JSON.stringify(showing(twice))).detail.two).toMatchObject({ shape: "disc" });
  });

  it.each([
    [
      "a RichError",
      new CornersBusyError({ cause: "root" }),
      { name: "CornersBusyError", code: "UNAVAILABLE", cause: "root" },
    ],
    [
      "an error with a cause",
      new TypeError("a", { cause: new RangeError("b") }),
      { name: "TypeError", message: "a", cause: { name: "RangeError", message: "b" } },
    ],
    ["a string", "root", "root"],
    ["a bigint", 5n, "5"],
    ["null", null, null],
    ["an object, whose fields may be secret", { password: SECRET }, "[object Object]"],
    ["a list", [SECRET], "[object Array]"],
  ])("prints %s as a cause", (_, cause, shown) => {
    const printed = JSON.parse(JSON.stringify(new RichError(Code.ABORTED, "no", { cause })));
    if (typeof shown === "object" && shown !== null) expect(printed.cause).toMatchObject(shown);
    else expect(printed.cause).toEqual(shown);
  });

  it("stops at a circle of causes and at a long chain", () => {
    const one: RichError = new CornersBusyError();
    one.cause = new Error("two", { cause: one });
    expect(JSON.stringify(one).match(/"cause"/g)).toHaveLength(8);
    let deep: Error = new Error("root");
    for (let i = 0; i < 10_000; i++) deep = new RichError(Code.ABORTED, "no", { cause: deep });
    expect(JSON.stringify(deep).match(/"cause"/g)).toHaveLength(8);
  });
});

describe("inspect(error)", () => {
  it("prints the stack, then the content of the error", () => {
    const error = new TooManySidesError(SIDES, { info: { hint: "count" }, retryDelay: 1, metadata: secretive() });
    error.stack = "TooManySidesError: message\n    at user (u.js:3:4)";
    expect(inspect(error)).toMatchInlineSnapshot(`
      "TooManySidesError: message
          at user (u.js:3:4) {
        code: 'INVALID_ARGUMENT',
        reason: 'TOO_MANY_SIDES',
        domain: 'shapes.example.com',
        detail: { shape: 'disc', sides: 9007199254740993n, limit: { most: 12n } },
        info: { hint: 'count', code: '1' },
        errorDetails: [
          {
            '@type': 'type.googleapis.com/google.rpc.RetryInfo',
            retryDelay: [Object]
          }
        ],
        metadata: [ 'authorization', 'x-shard' ]
      }"
    `);
  });

  it("prints the issues of a received error", () => {
    const error = fromStatus({
      code: 0,
      message: "odd",
      details: [packDetail(textCodec("new.v1.Fact"), { text: "x" })],
    });
    expect(inspect(error, { breakLength: 300 })).toContain(
      "issues: [ 'invalid-code: the status code is 0, not a whole number from 1 to 16; the error is UNKNOWN', 'unknown-type: no catalog has the type \"new.v1.Fact\"; pass the one that declares it in catalogs' ]",
    );
  });

  it("prints causes with their stacks", () => {
    const cause = new TypeError("a", { cause: new RangeError("b") });
    const text = inspect(new RichError(Code.ABORTED, "no", { cause: new CornersBusyError({ cause }) }), { depth: 5 });
    expect(text).toMatch(
      /RichError: no\n {4}at [\s\S]*cause: CornersBusyError: corners busy\n[\s\S]*TypeError: a\n[\s\S]*\[cause\]: RangeError: b\n/,
    );
  });

  it("respects the depth of the caller", () => {
    expect(inspect(new TooManySidesError(SIDES), { depth: 0 })).toContain("detail: [Object]");
    expect(inspect({ a: { b: { error: new TooManySidesError(SIDES) } } }, { depth: 3 })).toContain("detail: [Object]");
  });

  it.each([2, 20, null, Number.POSITIVE_INFINITY])("stops at a circle of causes at depth %s", (depth) => {
    const one: RichError = new CornersBusyError();
    one.cause = new RichError(Code.ABORTED, "two", { cause: one });
    expect(inspect(one, { depth }).length).toBeLessThan(100_000);
    const plain: RichError = new CornersBusyError();
    plain.cause = new Error("two", { cause: plain });
    expect(inspect(plain, { depth }).length).toBeLessThan(100_000);
  });

  it("prints the name and the message if an error has no stack", () => {
    const error = Object.assign(new CornersBusyError(), { stack: undefined });
    expect(inspect(error)).toMatch(/^CornersBusyError: corners busy \{/);
    const cause = Object.assign(new TypeError("no"), { stack: undefined });
    expect(inspect(new RichError(Code.ABORTED, "no", { cause }))).toContain("cause: TypeError: no");
  });
});

describe("a secret", () => {
  it.each<[string, RichError]>([
    ["the metadata of an error that is sent", new CornersBusyError({ metadata: secretive() })],
    ["the metadata that came with an error", RichError.from(serviceError())],
    ["the metadata of a cause", new CornersBusyError({ cause: serviceError() })],
    ["the metadata of a cause of a cause", new CornersBusyError({ cause: new Error("no", { cause: serviceError() }) })],
    ["the metadata of a RichError that is a cause", new CornersBusyError({ cause: RichError.from(serviceError()) })],
    ["the fields of an object that was thrown", RichError.from({ password: SECRET })],
    [
      "the fields of a status that was thrown",
      new CornersBusyError({ cause: { code: 5, details: "x", metadata: secretive() } }),
    ],
  ])("is not printed if it is in %s", (_, error) => {
    expect(JSON.stringify(error)).not.toContain(SECRET);
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(SECRET);
    expect(inspect({ error }, { depth: 10 })).not.toContain(SECRET);
    expect(`${error}`).not.toContain(SECRET);
  });
});

describe("the standard details", () => {
  it("are all decoded in a log", () => {
    const errorDetails = new StandardDetails()
      .addFieldViolation("f", "d")
      .addPreconditionViolation("t", "s", "d")
      .addQuotaViolation("s", "d", { quotaValue: 5n })
      .addHelpLink("d", "u")
      .setRetryDelay(1)
      .setDebugInfo("d")
      .setRequestInfo("r")
      .setResourceInfo({ owner: "o" })
      .setLocalizedMessage("fr", "m");
    const printed = new RichError(Code.ABORTED, "no", { errorDetails }).toJSON().errorDetails ?? [];
    expect(printed).toHaveLength(9);
    expect(printed.filter((detail) => typeof detail !== "object" || "value" in (detail as object))).toEqual([]);
    expect(JSON.stringify(printed)).toContain('"quotaValue":"5"');
  });
});

describe("the print of another library", () => {
  const metadata = new Metadata();
  metadata.set("authorization", "Bearer SECRET");
  const received = RichError.from(Object.assign(new Error("x"), { code: 5, details: "gone", metadata }));
  const made = new RichError(Code.NOT_FOUND, "gone", { metadata });

  it.each([
    ["a received error", received],
    ["an error made here", made],
  ])("has no values of the metadata of %s", (_, error) => {
    expect(error.metadata?.get("authorization")).toEqual(["Bearer SECRET"]);
    // As Node does for an error that nobody caught, and loggers for any.
    expect(inspect(error, { customInspect: false, showHidden: false, depth: 9 })).not.toContain("SECRET");
    expect(JSON.stringify({ ...error })).not.toContain("SECRET");
  });
});

describe("an error with values that throw or are endless", () => {
  const refuse = () => {
    throw new Error("refused");
  };
  const { proxy: revoked, revoke } = Proxy.revocable(new Error("x"), {});
  revoke();
  function throwing(...names: string[]) {
    const error = new Error("x");
    // V8 reads the name for the stack.
    void error.stack;
    return Object.defineProperties(error, Object.fromEntries(names.map((name) => [name, { get: refuse }])));
  }
  const hostile = new Proxy(new Error("x"), Object.fromEntries(Reflect.ownKeys(Reflect).map((trap) => [trap, refuse])));
  let chain: Error = new Error("root");
  for (let index = 0; index < 10_000; index++) chain = new RichError(Code.ABORTED, `${index}`, { cause: chain });
  class Endless extends Error {
    override get cause() {
      return new Endless("more");
    }
  }
  let twice: object = {};
  for (let level = 0; level < 40; level++) twice = { twice, again: twice };
  let deep: object = {};
  for (let level = 0; level < 20_000; level++) deep = { deep };
  const message = new streams.StreamNotFoundErrorDetails();
  message.toObject = refuse;

  const VALUES: readonly [string, unknown][] = [
    ["a Proxy that is revoked", revoked],
    ["a Proxy that throws", hostile],
    ["an error whose members throw", throwing("message", "name", "stack", "cause", "toJSON", "constructor")],
    ["an error whose message is a symbol", Object.assign(new Error(), { message: Symbol("s"), stack: Symbol("s") })],
    ["10,000 causes", chain],
    ["causes without an end", new Endless("first")],
    ["an error of 100,000 errors", new AggregateError(Array(100_000).fill(new Error("one")), "many")],
    ["what stands in itself many times", twice],
    ["20,000 levels", deep],
    ["10 MB of bytes", new Uint8Array(10_000_000)],
    ["10 MB of text", "x".repeat(10_000_000)],
    ["a list of a million", Array(1_000_000).fill(5n)],
    ["a map of 100,000", new Map(Array.from({ length: 100_000 }, (_, index) => [index, index]))],
    ["a message of google-protobuf that throws", message],
    ["a function", refuse],
    ["a symbol", Symbol("s")],
  ];

  const printed = (error: RichError) => [
    JSON.stringify(error),
    inspect(error),
    inspect(error, { depth: null, maxArrayLength: null, maxStringLength: null, showHidden: true, getters: true }),
    inspect({ error }, { depth: Number.POSITIVE_INFINITY, showProxy: true }),
    String(error),
  ];

  it.each(VALUES)("is printed within bounds: %s", (_, value) => {
    const errors: RichError[] = [
      new RichError(Code.ABORTED, "no", { cause: value }),
      showing(value),
      showing({ value }),
      RichError.from(value),
      new RichError(Code.ABORTED, "no", { cause: new Error("between", { cause: value }) }),
      new RichError(Code.ABORTED, value as string, { reason: "R", domain: "d", metadata: value as never }),
      Object.assign<RichError, object>(new CornersBusyError(), {
        message: value,
        name: value,
        stack: value,
        code: value,
      }),
    ];
    for (const error of errors) for (const text of printed(error)) expect(text.length).toBeLessThan(1_000_000);
  });

  it.each(["message", "name", "stack", "cause", "code", "detail", "errorDetails", "issues", "info", "metadata"])(
    "is printed without its %s if reading it throws",
    (name) => {
      const error = Object.defineProperty(new TooManySidesError(SIDES), name, { get: refuse });
      for (const text of printed(error)) expect(text).toMatch(/TooManySidesError|disc has/);
      expect(JSON.parse(JSON.stringify(error))).toMatchObject({ reason: "TOO_MANY_SIDES" });
    },
  );

  it("counts the entries of a list that it leaves out", () => {
    const details = Array.from({ length: 10_084 }, (_, index) =>
      packDetail(textCodec(`t.v1.T${index}`), { text: "x" }),
    );
    const error = fromStatus({ code: 5, message: "gone", details });
    const json = error.toJSON();
    expect([json.errorDetails?.length, json.errorDetails?.at(-1)]).toEqual([101, "… 9,984 more"]);
    expect([json.issues?.length, json.issues?.at(-1)]).toEqual([101, "… 9,984 more"]);
    expect(inspect(error, { maxArrayLength: null }).match(/… 9,984 more/g)).toHaveLength(2);
    expect(new RichError(Code.ABORTED, "x".repeat(10_005)).toString()).toBe(
      `RichError: ${"x".repeat(10_000)}… 5 more characters`,
    );
  });

  it("has the text of any error: its name and its message", () => {
    expect(String(new RichError(Code.ABORTED, "no"))).toBe("RichError: no");
    expect(String(new RichError(Code.ABORTED, ""))).toBe("RichError");
    expect(String(Object.assign(new RichError(Code.ABORTED, "no"), { name: "" }))).toBe("no");
  });
});
