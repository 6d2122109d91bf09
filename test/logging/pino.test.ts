import { createServer } from "node:http";
import { Writable } from "node:stream";
import { Metadata } from "@grpc/grpc-js";
import { RichError } from "grpc-rich-errors";
import { pinoSerializers, serializeError } from "grpc-rich-errors/logging";
import pino, { type LoggerOptions } from "pino";
import { pinoHttp } from "pino-http";
import { describe, expect, it } from "vitest";
import { TooManySidesError, tooManySides } from "../support/errors.js";

const serializers = pinoSerializers(pino.stdSerializers);

/** A logger of pino, and the lines that it has written. */
function loggerWith(options: LoggerOptions = {}) {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      lines.push(...String(chunk).trim().split("\n"));
      done();
    },
  });
  const logger = pino({ base: null, timestamp: false, serializers, ...options }, stream);
  return { logger, stream, lines, logged: () => lines.map((line) => JSON.parse(line)) };
}

const TOO_MANY = {
  type: "TooManySidesError",
  name: "TooManySidesError",
  message: "chiliagon has 9007199254740993 sides, 12 {at most}",
  code: "INVALID_ARGUMENT",
  reason: "TOO_MANY_SIDES",
  domain: "shapes.example.com",
  recovery: "FIX_REQUEST",
  outcome: "NOT_APPLIED",
  fault: "CALLER",
  origin: "SERVER",
  detail: { shape: "chiliagon", sides: "9007199254740993", limit: { most: "12" } },
  info: { code: "1" },
};

describe("pinoSerializers", () => {
  it("writes an error that is logged alone, with a text, and under the key err", () => {
    const { logger, logged } = loggerWith();
    logger.error(tooManySides());
    logger.warn(tooManySides(), "order %s", "o-7");
    logger.info({ err: tooManySides(), method: "/shapes.v1.Shapes/Unary" }, "failed");
    expect(logged()).toEqual([
      { level: 50, err: TOO_MANY, msg: TOO_MANY.message },
      { level: 40, err: TOO_MANY, msg: "order o-7" },
      { level: 30, err: TOO_MANY, method: "/shapes.v1.Shapes/Unary", msg: "failed" },
    ]);
  });

  it("has stacks by option", () => {
    const { logger, logged } = loggerWith({ serializers: pinoSerializers(pino.stdSerializers, { stack: true }) });
    logger.error(tooManySides({ cause: new TypeError("x is undefined") }));
    expect(logged()).toMatchObject([
      {
        err: {
          stack: expect.stringContaining("pino.test.ts"),
          cause: { name: "TypeError", stack: expect.stringContaining("TypeError: x is undefined\n    at ") },
        },
      },
    ]);
  });

  it("works in child loggers, with serializers of their own, and under another errorKey", () => {
    const { logger, logged } = loggerWith({ errorKey: "failure" });
    logger.child({ requestId: "r-1" }).error(tooManySides());
    logger.child({}, { serializers: { sent: serializers.err } }).error({ sent: tooManySides() }, "x");
    expect(logged()).toEqual([
      { level: 50, requestId: "r-1", failure: TOO_MANY, msg: TOO_MANY.message },
      { level: 50, sent: TOO_MANY, msg: "x" },
    ]);
  });

  it("leaves pino's option redact its paths", () => {
    const { logger, logged } = loggerWith({ redact: ["err.detail.shape", "err.cause.message"] });
    logger.error(tooManySides({ cause: new Error("secret") }), "x");
    expect(logged()).toMatchObject([{ err: { detail: { shape: "[Redacted]" }, cause: { message: "[Redacted]" } } }]);
  });

  it("logs what is no RichError as pino does", () => {
    const circular: Error = new Error("round");
    circular.cause = circular;
    const values = [
      new TypeError("x is undefined", { cause: new Error("y") }),
      Object.assign(new Error("refused"), { code: "ECONNREFUSED", port: 1 }),
      new AggregateError([new Error("a")], "b"),
      circular,
      { message: "only like an error" },
      "a text",
      5,
      null,
      undefined,
    ];
    const [ours, theirs] = [loggerWith(), loggerWith({ serializers: {} })];
    for (const err of values) for (const { logger } of [ours, theirs]) logger.error({ err }, "x");
    expect(ours.lines).toHaveLength(values.length);
    expect(ours.lines).toEqual(theirs.lines);
  });

  it("logs an error of grpc-js without its metadata, which pino would print", () => {
    const metadata = new Metadata();
    metadata.set("x-token", "secret");
    const error = () => Object.assign(new Error("5 NOT_FOUND: x"), { code: 5, details: "x", metadata });
    const [ours, theirs] = [loggerWith(), loggerWith({ serializers: {} })];
    for (const { logger } of [ours, theirs]) logger.error(error());
    const err = { type: "Error", name: "Error", message: "5 NOT_FOUND: x", code: "NOT_FOUND" };
    expect(ours.logged()).toEqual([{ level: 50, err, msg: err.message }]);
    expect(theirs.lines.join()).toContain("secret");
  });

  it("logs the errors of calls in another class's error as its own, and everything else as pino does", () => {
    const metadata = new Metadata();
    metadata.set("x-token", "secret");
    const ofGrpc = () => Object.assign(new Error("5 NOT_FOUND: x"), { code: 5, details: "x", metadata });
    const logged = (error: unknown, options?: LoggerOptions) => {
      const { logger, logged, lines } = loggerWith(options);
      logger.error({ err: error }, "failed");
      return { err: logged()[0].err, text: lines.join() };
    };
    const ours = { type: "Error", name: "Error", message: "5 NOT_FOUND: x", code: "NOT_FOUND" };
    const errors: readonly (readonly [unknown, object])[] = [
      [
        new AggregateError([ofGrpc(), tooManySides(), new TypeError("y")], "no replica"),
        { message: "no replica", aggregateErrors: [ours, TOO_MANY, { type: "TypeError", message: "y" }] },
      ],
      [Object.assign(new Error("x"), { error: ofGrpc(), attempt: 3 }), { message: "x", error: ours, attempt: 3 }],
      [
        new AggregateError([Object.assign(new Error("x"), { inner: [ofGrpc()], original: ofGrpc() })], "deep"),
        { aggregateErrors: [{ message: "x", original: ours }] },
      ],
      [
        { code: 5, details: "x", metadata },
        { code: 5, details: "x", metadata: "[Metadata]" },
      ],
      [Object.assign(new Error("x"), { headers: metadata }), { message: "x", headers: "[Metadata]" }],
    ];
    for (const [error, err] of errors) {
      expect(logged(error).err).toMatchObject(err);
      expect(logged(error).text).not.toContain("secret");
      expect(logged(error, { serializers: { err: pino.stdSerializers.err } }).text).toContain("secret");
    }
  });

  it("adds the cause to another class's error, if a RichError is among its causes", () => {
    const { logger, logged } = loggerWith();
    logger.error(new Error("order not placed", { cause: new Error("again", { cause: tooManySides() }) }));
    const { type: _, ...cause } = TOO_MANY;
    expect(logged()).toMatchObject([
      {
        err: {
          type: "Error",
          message: `order not placed: again: ${TOO_MANY.message}`,
          stack: expect.stringContaining("caused by: "),
          cause: { name: "Error", message: "again", cause },
        },
      },
    ]);
  });

  it("keeps what serializeError returned", () => {
    const { logger, logged } = loggerWith();
    logger.error({ err: serializeError(tooManySides()) }, "x");
    const { type: _, ...err } = TOO_MANY;
    expect(logged()).toEqual([{ level: 50, err, msg: "x" }]);
  });

  it.each([
    ["a getter", Object.defineProperty(new Error("x"), "message", { get: () => raise() })],
    ["a revoked Proxy", revoked()],
    ["a Proxy of a RichError", new Proxy(tooManySides(), { get: () => raise() })],
    ["a frozen error", Object.freeze(new Error("x"))],
  ])("logs an error that throws when it is read: %s", (_, err) => {
    const { logger, logged } = loggerWith();
    logger.error({ err }, "kept");
    expect(logged()).toMatchObject([{ msg: "kept", err: { type: expect.any(String) } }]);
  });

  it("writes lines of bounded size", () => {
    const { logger, lines } = loggerWith();
    const long = (cause?: unknown) => tooManySides({ message: "x".repeat(100_000), cause });
    logger.error({ err: long(long(long(long(long(long(long())))))) }, "x");
    expect(lines[0]?.length).toBeLessThan(60_000);
  });

  it("works in pino-http", async () => {
    const { stream, logged } = loggerWith();
    const http = pinoHttp({ serializers: { ...serializers }, base: null }, stream);
    const server = createServer((request, response) => {
      http(request, response);
      response.err = tooManySides();
      response.statusCode = 500;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    await fetch(`http://127.0.0.1:${port}/`);
    await new Promise((resolve) => server.close(resolve));
    expect(logged()).toMatchObject([{ msg: "request errored", err: TOO_MANY, res: { statusCode: 500 } }]);
  });

  it.each([
    [undefined, "pinoSerializers: the first argument is undefined; write pinoSerializers(pino.stdSerializers)"],
    [pino, "pinoSerializers: the first argument is a function; write pinoSerializers(pino.stdSerializers)"],
  ])("refuses a wrong argument", (standard, message) => {
    expect(() => pinoSerializers(standard as never)).toThrow(new TypeError(message));
  });

  it("refuses unknown options", () => {
    const unknown = { stacks: true } as never;
    expect(() => pinoSerializers(pino.stdSerializers, unknown)).toThrow(
      'pinoSerializers: the option "stacks" is unknown; write "stack"',
    );
    expect(() => pinoSerializers(pino.stdSerializers, { stack: "yes" as never })).toThrow(
      'pinoSerializers: stack is "yes", not a boolean; write stack: true',
    );
  });
});

function raise(): never {
  throw new Error("hostile");
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable(new TooManySidesError({ shape: "", sides: 1n, limit: undefined }), {});
  revoke();
  return proxy;
}

describe("without the serializers", () => {
  it("pino logs a RichError without its detail", () => {
    const { logger, logged } = loggerWith({ serializers: {} });
    logger.error(new RichError(5, "x", { reason: "R", domain: "d" }));
    expect(logged()[0].err).not.toHaveProperty("recovery");
    expect(logged()[0].err).toMatchObject({ code: 5 });
  });
});
