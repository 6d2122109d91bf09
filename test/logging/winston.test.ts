import { Writable } from "node:stream";
import { Metadata } from "@grpc/grpc-js";
import { RichError } from "grpc-rich-errors";
import { winstonFormat } from "grpc-rich-errors/logging";
import { describe, expect, it } from "vitest";
import { createLogger, format, transports } from "winston";
import { tooManySides } from "../support/errors.js";

type Format = Parameters<typeof format.combine>[0];

/** A logger of winston that writes JSON, and the lines that it has written. */
function loggerWith(...formats: Format[]) {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      lines.push(...String(chunk).trim().split("\n"));
      done();
    },
  });
  const logger = createLogger({
    level: "debug",
    format: format.combine(...formats, format.json()),
    transports: [new transports.Stream({ stream })],
  });
  return { logger, lines, logged: () => lines.map((line) => JSON.parse(line)) };
}

const TOO_MANY = {
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

describe.each([
  ["alone", []],
  ["before format.errors", [format.errors({ stack: true, cause: true })]],
  ["before format.splat", [format.splat()]],
])("winstonFormat %s", (_, others) => {
  it("writes an error that is logged alone", () => {
    const { logger, logged } = loggerWith(winstonFormat(), ...others);
    logger.error(tooManySides());
    logger.log("warn", tooManySides() as never);
    logger.log({ level: "info", message: tooManySides() as never });
    logger.error(tooManySides({ message: "" }));
    expect(logged()).toEqual([
      { level: "error", message: TOO_MANY.message, err: TOO_MANY },
      { level: "warn", message: TOO_MANY.message, err: TOO_MANY },
      { level: "info", message: TOO_MANY.message, err: TOO_MANY },
      { level: "error", message: "", err: { ...TOO_MANY, message: "" } },
    ]);
  });

  it("writes an error under a key, and below it", () => {
    const { logger, logged } = loggerWith(winstonFormat(), ...others);
    logger.error("failed", { err: tooManySides(), method: "/shapes.v1.Shapes/Unary" });
    logger.error({ message: "failed", error: tooManySides() });
    logger.error("failed", { call: { sent: tooManySides() } });
    expect(logged()).toMatchObject([
      { level: "error", message: "failed", err: TOO_MANY, method: "/shapes.v1.Shapes/Unary" },
      { level: "error", message: "failed", error: TOO_MANY },
      // RichError.toJSON
      { call: { sent: { reason: "TOO_MANY_SIDES", detail: TOO_MANY.detail } } },
    ]);
  });
});

describe("winstonFormat", () => {
  it("writes an error that follows a text", () => {
    const { logger, logged } = loggerWith(winstonFormat());
    logger.error("failed:", tooManySides({ cause: new Error("why") }));
    const err = { ...TOO_MANY, cause: { name: "Error", message: "why" } };
    expect(logged()).toEqual([{ level: "error", message: `failed: ${TOO_MANY.message}`, err }]);
  });

  it("leaves a placeholder of format.splat its error", () => {
    const { logger, logged } = loggerWith(winstonFormat(), format.splat());
    logger.error("failed: %s", tooManySides());
    logger.error("failed:", tooManySides());
    const message = expect.stringMatching(/^failed: .*chiliagon has/);
    expect(logged()).toEqual([
      { level: "error", message, err: TOO_MANY },
      { level: "error", message, err: TOO_MANY },
    ]);
  });

  it("has stacks by option", () => {
    const { logger, logged } = loggerWith(winstonFormat({ stack: true }));
    logger.error(tooManySides({ cause: new TypeError("x is undefined") }));
    expect(logged()).toMatchObject([
      {
        err: {
          stack: expect.stringContaining("winston.test.ts"),
          cause: { stack: expect.stringContaining("TypeError: x is undefined\n    at ") },
        },
      },
    ]);
  });

  it("keeps what a child logger and defaultMeta add", () => {
    const { logger, logged } = loggerWith(winstonFormat());
    logger.defaultMeta = { service: "shapes" };
    const child = logger.child({ requestId: "r-1" });
    child.error("failed", { err: tooManySides() });
    child.error("failed:", tooManySides());
    logger.error(tooManySides());
    const added = { level: "error", service: "shapes", err: TOO_MANY };
    expect(logged()).toEqual([
      { ...added, requestId: "r-1", message: "failed" },
      { ...added, requestId: "r-1", message: `failed: ${TOO_MANY.message}` },
      { ...added, message: TOO_MANY.message },
    ]);
  });

  it("gets no more than the head of an error that a child logger takes apart", () => {
    const { logger, logged } = loggerWith(winstonFormat());
    const cause = Object.assign(new Error("why"), { token: "secret" });
    logger.child({ requestId: "r-1" }).error(tooManySides({ cause }));
    logger.child({}).error(new RichError(5, "x"));
    const { reason, domain, code, message } = TOO_MANY;
    const err = { name: "RichError", message, code, reason, domain, cause: { name: "Error", message: "why" } };
    expect(logged()).toEqual([
      { level: "error", requestId: "r-1", message, err },
      { level: "error", message: "x", err: { name: "RichError", message: "x", code: "NOT_FOUND" } },
    ]);
  });

  it("writes an error of grpc-js without its metadata, which winston would print", () => {
    const metadata = new Metadata();
    metadata.set("x-token", "secret");
    const error = () => Object.assign(new Error("5 NOT_FOUND: x"), { code: 5, details: "x", metadata });
    const [ours, theirs] = [loggerWith(winstonFormat()), loggerWith()];
    for (const { logger } of [ours, theirs]) {
      logger.error(error());
      logger.error("failed", { err: error() });
      logger.error("failed:", error());
      logger.child({ a: 1 }).error(error());
    }
    const err = { name: "Error", message: "5 NOT_FOUND: x", code: "NOT_FOUND" };
    expect(ours.logged()).toEqual([
      { level: "error", message: err.message, err },
      { level: "error", message: "failed", err },
      { level: "error", message: `failed: ${err.message}`, err },
      expect.objectContaining({ a: 1, message: err.message, metadata: "[Metadata]" }),
    ]);
    expect(theirs.lines.filter((line) => line.includes("secret"))).toHaveLength(4);
  });

  it("writes neither the metadata of errors in another error, nor that of a status or a placeholder", () => {
    const metadata = new Metadata();
    metadata.set("x-token", "secret");
    const ofGrpc = () => Object.assign(new Error("5 NOT_FOUND: x"), { code: 5, details: "x", metadata });
    const status = () => ({ code: 5, details: "x", metadata });
    const entries: readonly (readonly [string, ...unknown[]])[] = [
      ["failed", { err: new AggregateError([ofGrpc()], "no replica") }],
      ["failed", { err: Object.assign(new Error("x"), { error: ofGrpc() }) }],
      ["failed", { err: status() }],
      ["failed: %j", ofGrpc()],
      ["failed: %j", status()],
    ];
    const textOf = (entry: readonly [string, ...unknown[]], ...formats: Format[]) => {
      const { logger, lines } = loggerWith(...formats, format.splat());
      logger.format = format.combine(...formats, format.splat(), format.prettyPrint({ depth: 9 }));
      logger.error(...entry);
      return lines.join();
    };
    for (const entry of entries) {
      expect(textOf(entry)).toContain("secret");
      expect(textOf(entry, winstonFormat())).toContain("failed");
      expect(textOf(entry, winstonFormat())).not.toContain("secret");
    }
  });

  it("leaves what is no RichError to winston", () => {
    const entries = [
      [new Error("x")],
      ["failed:", Object.assign(new Error("x"), { code: "E" })],
      ["failed", { err: new Error("x"), user: 5, list: [1] }],
      ["failed", null],
      ["a text"],
      [{ message: "an object", level: "debug" }],
    ] as unknown as [string, unknown?][];
    const errors = () => format.errors({ stack: true });
    const [ours, theirs] = [loggerWith(winstonFormat(), errors()), loggerWith(errors())];
    for (const [first, ...rest] of entries) {
      for (const { logger } of [ours, theirs]) logger.error(first, ...rest);
    }
    expect(ours.lines).toHaveLength(entries.length);
    expect(ours.lines).toEqual(theirs.lines);
  });

  it("writes another class's error with the RichError among its causes", () => {
    const { logger, logged } = loggerWith(winstonFormat());
    const wrapper = () => Object.assign(new Error("order not placed", { cause: tooManySides() }), { order: 7 });
    logger.error(wrapper());
    logger.error("failed", { err: wrapper() });
    const err = { name: "Error", message: "order not placed", cause: TOO_MANY };
    expect(logged()).toEqual([
      { level: "error", message: "order not placed", order: 7, err },
      { level: "error", message: "failed", err },
    ]);
  });

  it.each([
    ["a circle of causes", circle()],
    ["a Proxy of a RichError", new Proxy(tooManySides(), { get: () => raise(), ownKeys: () => raise() })],
    ["a revoked Proxy", revoked()],
    ["a getter", Object.defineProperty(new RichError(5, "x"), "message", { get: () => raise() })],
  ])("never throws because of a value: %s", (_, err) => {
    const { logger, logged } = loggerWith(winstonFormat());
    logger.error("kept", { err });
    expect(logged()).toMatchObject([{ message: "kept", err: { name: expect.any(String) } }]);
  });

  it("writes lines of bounded size", () => {
    const { logger, lines } = loggerWith(winstonFormat());
    const long = (cause?: unknown) => tooManySides({ message: "x".repeat(100_000), cause });
    logger.error("x", { err: long(long(long(long(long(long(long())))))) });
    expect(lines[0]?.length).toBeLessThan(60_000);
  });

  it("refuses unknown options", () => {
    expect(() => winstonFormat({ stacks: true } as never)).toThrow(
      'winstonFormat: the option "stacks" is unknown; write "stack"',
    );
  });
});

function raise(): never {
  throw new Error("hostile");
}

function circle(): RichError {
  const error = tooManySides({ cause: undefined });
  Object.defineProperty(error, "cause", { value: new Error("between", { cause: error }) });
  return error;
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable(tooManySides(), {});
  revoke();
  return proxy;
}
