import { Writable } from "node:stream";
import { type ClientOptions, Metadata } from "@grpc/grpc-js";
import { type Span, SpanKind, trace } from "@opentelemetry/api";
import * as Sentry from "@sentry/node";
import { Code, type FailedCall, RichError, richErrorClientOptions, StandardDetails } from "grpc-rich-errors";
import { toHttp } from "grpc-rich-errors/http";
import { pinoSerializers, serializeCall, serializeError, winstonFormat } from "grpc-rich-errors/logging";
import { toToolResult } from "grpc-rich-errors/mcp";
import { clientTelemetry, serverTelemetry } from "grpc-rich-errors/opentelemetry";
import { redactInfo } from "grpc-rich-errors/redaction";
import { richErrorIntegration } from "grpc-rich-errors/sentry";
import pino from "pino";
import { afterAll, describe, expect, it } from "vitest";
import { createLogger, format, transports } from "winston";
import { REDACTION } from "../../src/platform/symbols.js";
import { ShapesService } from "../gen/shapes/v1/shapes.js";
import { CardBlockedError, ClosedError, catalog, SealedError } from "../gen/vault/v1/vault.rich.js";
import { startConnect } from "../support/connect-shapes.js";
import { startNice } from "../support/nice-shapes.js";
import { startSdk } from "../support/opentelemetry.js";
import { FORMATS } from "../support/over-http.js";
import { rawCall } from "../support/raw.js";
import { type Handlers, request, SHAPES, type ShapesOptions, startShapes } from "../support/shapes.js";
import { formsAmong, startTap } from "../support/tap.js";
import { SEALED, SECRET, STATUS_WITH_AUDIT, secretsIn, WITH_AUDIT } from "../support/vault.js";

redactInfo(["account"]);

// Secrets in places of an error that are not meant for a reader, and every door through which errors leave the process.

/** Who reads what leaves through a door: a caller of the server, or its operator. */
type Reader = "caller" | "operator";

/** A door through which errors leave the process. */
interface Door {
  readonly name: string;
  readonly reader: Reader;
  /** Whether it is a server that does not have the interceptor. */
  readonly isBare?: true;
  /** Whether it never lets facts out. */
  readonly hasNoFacts?: true;
  /** Lets an error out. Returns the forms of the secret that it shows. */
  readonly found: (error: unknown) => Promise<readonly string[]>;
}

const DOORS: readonly Door[] = [
  ...SHAPES.map(
    (shape): Door => ({
      ...{ name: `frames of a ${shape} call`, reader: "caller" },
      found: (error) => foundInFrames(error, shape, { catalogs: [catalog] }),
    }),
  ),
  {
    ...{ name: "frames of a server without interceptor", reader: "caller", isBare: true },
    found: (error) => {
      // What grpc-js does with an error of any class but RichError is its own.
      if (!(error instanceof RichError) || error.received) return Promise.resolve([]);
      const unary = (_: unknown, callback: (error: unknown) => void) => callback(error);
      return foundInFrames(error, "unary", { onlyInterceptors: [], unguarded: { unary } as never });
    },
  },
  {
    ...{ name: "frames of a server of nice-grpc", reader: "caller" },
    found: async (error) => {
      // biome-ignore lint/correctness/useYield: the calls fail before their first message
      const failing = async function* () {
        throw error;
      };
      return foundIn((await startNice(failing, { catalogs: [catalog] })).address, "unary");
    },
  },
  {
    ...{ name: "frames of a server of Connect", reader: "caller" },
    found: async (error) => {
      // biome-ignore lint/correctness/useYield: the calls fail before their first message
      const failing = async function* () {
        throw error;
      };
      return foundIn((await startConnect(failing, { catalogs: [catalog] })).address, "unary");
    },
  },
  // The compact format has only a part of what the others have.
  ...FORMATS.filter((format) => format !== "compact").map(
    (format): Door => ({
      ...{ name: `HTTP in the format ${format}`, reader: "caller" },
      found: async (error) => {
        const { headers, body } = toHttp(error, { format, catalogs: [catalog] });
        return secretsIn(JSON.stringify([headers, body]));
      },
    }),
  ),
  {
    ...{ name: "pino", reader: "operator" },
    found: async (error) => {
      const { logger, text } = pinoLogger();
      logger.error(error);
      logger.child({ a: 1 }).error({ err: error }, "x");
      // Any other error that is nested deeper is left to pino.
      if (error instanceof RichError) logger.error({ nested: { error } }, "x");
      return secretsIn(text());
    },
  },
  {
    ...{ name: "pino, by onError", reader: "operator" },
    found: async (error) => {
      const { logger, text } = pinoLogger();
      for (const call of await failedCalls(error)) logger.error(serializeCall(call), "x");
      expect(text()).toContain("/shapes.v1.Shapes/Unary");
      return secretsIn(text());
    },
  },
  {
    ...{ name: "winston", reader: "operator" },
    found: async (error) => {
      const lines: string[] = [];
      const stream = new Writable({ write: (chunk, _, done) => done(void lines.push(String(chunk))) });
      const winston = {
        format: format.combine(winstonFormat(), format.json()),
        transports: [new transports.Stream({ stream })],
      };
      const logger = createLogger(winston);
      logger.error("x", { err: error });
      logger.error("x", error);
      logger.child({ a: 1 }).error("x", { err: error });
      logger.error({ message: error, level: "error" } as never);
      logger.child({ a: 1 }).error(error);
      logger.error(error);
      expect(lines).toHaveLength(6);
      return secretsIn(lines.join());
    },
  },
  {
    ...{ name: "another logger", reader: "operator" },
    found: async (error) => secretsIn(JSON.stringify(serializeError(error))),
  },
  {
    ...{ name: "Sentry", reader: "operator" },
    found: async (error) => {
      if (!Sentry.getClient()) startSentry();
      envelopes.length = 0;
      Sentry.captureException(error);
      await Sentry.flush();
      expect(envelopes).not.toEqual([]);
      return secretsIn(envelopes.join());
    },
  },
  {
    ...{ name: "the result of a tool", reader: "caller", hasNoFacts: true },
    found: async (error) => secretsIn(JSON.stringify(toToolResult(error, { catalogs: [catalog] }))),
  },
];

const envelopes: string[] = [];

/** Starts the SDK once. It sends to the list of envelopes. */
function startSentry(): void {
  Sentry.init({
    dsn: "https://key@sentry.invalid/1",
    integrations: [richErrorIntegration()],
    transport: () => ({
      send: async (envelope) => {
        envelopes.push(JSON.stringify(envelope));
        return {};
      },
      flush: async () => true,
    }),
  });
}

afterAll(() => Sentry.close());

function pinoLogger() {
  const lines: string[] = [];
  const serializers = pinoSerializers(pino.stdSerializers);
  const logger = pino({ serializers }, { write: (line: string) => void lines.push(line) });
  return { logger, text: () => lines.join() };
}

async function foundInFrames(
  error: unknown,
  shape: keyof Handlers,
  options: ShapesOptions,
): Promise<readonly string[]> {
  const fail = () => {
    throw error;
  };
  const shapes = await startShapes({ [shape]: fail }, options);
  const found = await foundIn(shapes.address, shape);
  shapes.close();
  return found;
}

/** Calls a server over raw HTTP/2. Returns the forms of the secret in all of its bytes. */
async function foundIn(address: string, shape: keyof Handlers): Promise<readonly string[]> {
  const tap = await startTap(address);
  const headers = { authorization: `Bearer ${SECRET}` };
  const { everything, trailers } = await rawCall(tap.address, ShapesService[shape].path, undefined, headers);
  expect(Number(trailers["grpc-status"])).toBeGreaterThan(0);
  return [...secretsIn(everything), ...formsAmong(tap.bytes(), SECRET)];
}

/** The reports of a call that carries a secret in its metadata. */
async function failedCalls(error: unknown): Promise<readonly FailedCall[]> {
  const fail = () => {
    throw error;
  };
  const { calls, failed, close } = await startShapes({ unary: fail }, { catalogs: [catalog] });
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${SECRET}`);
  await calls.unary(request(), { metadata }).catch(() => {});
  await expect.poll(() => failed).toHaveLength(1);
  close();
  return failed;
}

/** Returns an error as a client gets it from another server, which sends redacted fields too. */
async function received(thrown: RichError): Promise<RichError> {
  const fail = () => {
    throw thrown;
  };
  const client = { catalogs: [catalog] };
  const boundary = { sendRedacted: () => true };
  const { calls, close } = await startShapes({ unary: fail }, { boundary });
  const error: unknown = await calls.unary(request()).catch((error: unknown) => error);
  close();
  return RichError.from(error, client);
}

/** Returns an error as a client of grpc-js gets it that has nothing of this package. */
async function plainlyReceived(): Promise<unknown> {
  const fail = () => {
    throw new RichError(Code.NOT_FOUND, "x", { metadata: withToken() });
  };
  const plain: ClientOptions = { callInvocationTransformer: (properties) => properties };
  const { client, close } = await startShapes({ unary: fail }, { client: plain });
  const error = await new Promise<unknown>((resolve) => client.unary(request(), resolve));
  close();
  expect(error).toMatchObject({ code: Code.NOT_FOUND });
  expect(error).not.toBeInstanceOf(RichError);
  return error;
}

function withToken(): Metadata {
  const metadata = new Metadata();
  metadata.set("x-token", SECRET);
  metadata.set("x-token-bin", Buffer.from(SECRET));
  return metadata;
}

/** Runs a function as if no field were annotated. */
async function withoutAnnotations<T>(run: () => Promise<T>): Promise<T> {
  const slot = globalThis as { [REDACTION]?: unknown };
  const redaction = slot[REDACTION];
  delete slot[REDACTION];
  try {
    return await run();
  } finally {
    slot[REDACTION] = redaction;
  }
}

const WITH_FACT = { info: { account: SECRET, door: "north" } };

const CARD = { holder: "Ada", number: SECRET, replaced: undefined };

/** A place where a secret is, and the readers who may see it. */
interface Place {
  readonly name: string;
  /** The readers who would see the secret if the annotation were not there. */
  readonly elseSeenBy?: readonly Reader[];
  /** Whether it is a fact in the error's ErrorInfo. */
  readonly isFact?: true;
  readonly error: () => Promise<unknown> | unknown;
  readonly meantFor?: readonly Reader[];
}

const PLACES: readonly Place[] = [
  { name: "redacted fields of the detail", elseSeenBy: ["caller", "operator"], error: () => new SealedError(SEALED) },
  {
    name: "a redacted field of a nested message",
    elseSeenBy: ["caller", "operator"],
    error: () => new CardBlockedError({ branch: "north", cards: [CARD] }),
  },
  {
    name: "a redacted field of a further detail",
    elseSeenBy: ["caller", "operator"],
    error: () => new ClosedError({ vault: "v-7" }, WITH_AUDIT),
  },
  {
    name: "redacted fields of a cause",
    elseSeenBy: ["operator"],
    error: () => new ClosedError({ vault: "v-7" }, { cause: new Error("x", { cause: new SealedError(SEALED) }) }),
  },
  {
    name: "redacted fields of another class's cause",
    elseSeenBy: ["operator"],
    error: () => new Error("x", { cause: new SealedError(SEALED) }),
  },
  {
    name: "redacted fields in an Any in a status",
    elseSeenBy: ["caller", "operator"],
    error: () => new ClosedError({ vault: "v-7" }, { errorDetails: [STATUS_WITH_AUDIT] }),
  },
  {
    name: "redacted fields of another server's error",
    elseSeenBy: ["caller", "operator"],
    error: () => received(new SealedError(SEALED, WITH_AUDIT)),
  },
  {
    name: "a redacted fact",
    isFact: true,
    elseSeenBy: ["caller", "operator"],
    error: () => new ClosedError({ vault: "v-7" }, WITH_FACT),
  },
  {
    name: "a redacted fact of an error that is too large to send",
    isFact: true,
    elseSeenBy: ["caller", "operator"],
    error: () => new ClosedError({ vault: "v".repeat(5_000) }, WITH_FACT),
  },
  {
    name: "a redacted fact of a cause",
    isFact: true,
    elseSeenBy: ["operator"],
    error: () => new ClosedError({ vault: "v-7" }, { cause: new ClosedError({ vault: "v-8" }, WITH_FACT) }),
  },
  {
    name: "a redacted fact of another server's error",
    isFact: true,
    elseSeenBy: ["caller", "operator"],
    error: () => received(new ClosedError({ vault: "v-7" }, WITH_FACT)),
  },
  {
    name: "a redacted fact with a value of the wrong type",
    error: () => new ClosedError({ vault: "v-7" }, { info: { account: { [SECRET]: SECRET } as never } }),
  },
  {
    name: "properties of a cause",
    error: () => {
      const cause = Object.assign(new Error("x"), { token: SECRET, config: { headers: { [SECRET]: SECRET } } });
      return new ClosedError({ vault: "v-7" }, { cause });
    },
  },
  {
    name: "a cause that is no error",
    error: () => new ClosedError({ vault: "v-7" }, { cause: { token: SECRET, toString: () => SECRET } }),
  },
  {
    name: "the stack of a cause",
    error: () => new ClosedError({ vault: "v-7" }, { cause: Object.assign(new Error("x"), { stack: SECRET }) }),
  },
  { name: "the stack", error: () => Object.assign(new ClosedError({ vault: "v-7" }), { stack: SECRET }) },
  {
    name: "the trailers of another server's error",
    error: () => received(new ClosedError({ vault: "v-7" }, { metadata: withToken() })),
  },
  { name: "the trailers of an error of grpc-js", error: () => plainlyReceived() },
  { name: "the trailers of a cause of grpc-js", error: async () => new Error("x", { cause: await plainlyReceived() }) },
  {
    name: "the trailers of an error of grpc-js in an AggregateError",
    error: async () => new AggregateError([new Error("x"), new Error("y", { cause: await plainlyReceived() })], "x"),
  },
  {
    name: "the trailers of an error of grpc-js in a property of another error",
    error: async () => Object.assign(new Error("x"), { error: await plainlyReceived() }),
  },
  {
    name: "the trailers of an error of grpc-js in a property of a cause",
    error: async () => new Error("x", { cause: Object.assign(new Error("y"), { error: await plainlyReceived() }) }),
  },
  {
    name: "the trailers of a cause from another server",
    error: async () => {
      const cause = await received(new ClosedError({ vault: "v-7" }, { metadata: withToken() }));
      return new ClosedError({ vault: "v-8" }, { cause });
    },
  },
  {
    name: "the DebugInfo of another server's error",
    error: () =>
      received(new ClosedError({ vault: "v-7" }, { errorDetails: new StandardDetails().setDebugInfo(SECRET) })),
    meantFor: ["operator"],
  },
  {
    name: "the message of a cause",
    error: () => new ClosedError({ vault: "v-7" }, { cause: new Error(SECRET) }),
    meantFor: ["operator"],
  },
  { name: "the message of another class's error", error: () => new Error(SECRET), meantFor: ["operator"] },
  {
    name: "an error of another server that no catalog has",
    error: () => received(new RichError(Code.NOT_FOUND, SECRET)),
    meantFor: ["operator"],
  },
];

describe("OpenTelemetry", () => {
  const METRICS = ["call.duration", "failed_calls"].flatMap((name) =>
    ["rpc.client.", "rpc.server.", "rich_error.client.", "rich_error.server."].map((prefix) => `${prefix}${name}`),
  );

  /** Fails a call of which both sides are traced and measured. Returns what the exporters get. */
  async function exported(error: unknown, record?: (span: Span) => void): Promise<string> {
    const sdk = startSdk();
    const traced = <T>(name: string, kind: SpanKind, run: () => T) =>
      trace.getTracer("test").startActiveSpan(name, { kind }, (span) => {
        record?.(span);
        spans.push(span);
        return run();
      });
    const spans: Span[] = [];
    const fail = () =>
      traced("served", SpanKind.SERVER, () => {
        throw error;
      });
    const boundary = { telemetry: serverTelemetry() };
    const client = richErrorClientOptions({ catalogs: [catalog], telemetry: clientTelemetry() });
    const { calls, close } = await startShapes({ unary: fail }, { boundary, client });
    const metadata = new Metadata();
    metadata.set("authorization", `Bearer ${SECRET}`);
    await traced("called", SpanKind.CLIENT, () => calls.unary(request(), { metadata }).catch(() => {}));
    close();
    for (const span of spans) span.end();
    const points = (await Promise.all(METRICS.map(sdk.points))).flat();
    expect(points.filter(({ name }) => name.startsWith("rich_error."))).toHaveLength(2);
    const ended = sdk.spans().map(({ name, attributes, status, events }) => ({ name, attributes, status, events }));
    expect(ended.map(({ name }) => name).sort()).toEqual(["called", "served"]);
    return JSON.stringify([points, ended]);
  }

  it.each(PLACES)("shows nothing of $name", async ({ error }) => {
    expect(secretsIn(await exported(await error()))).toEqual([]);
  });

  it("shows what a program itself records, so that the search finds what is there", async () => {
    const text = await exported(new ClosedError({ vault: "v-7" }), (span) => span.recordException(new Error(SECRET)));
    expect(secretsIn(text)).not.toEqual([]);
  });
});

describe.each(DOORS)("$name", ({ found, reader, isBare, hasNoFacts }) => {
  it.each(PLACES)("shows $name only to those it is meant for", async ({ error, meantFor = [] }) => {
    const forms = await found(await error());
    if (meantFor.includes(reader)) expect(forms).not.toEqual([]);
    else expect(forms).toEqual([]);
  });

  it.each(PLACES.filter(({ elseSeenBy }) => elseSeenBy))("would show $name without the annotation", async (place) => {
    const thrown = await place.error();
    // A server without interceptor does not know another server's error.
    const isUnknown = isBare && thrown instanceof RichError && thrown.received;
    const isSeen = place.elseSeenBy?.includes(reader) && !isUnknown && !(place.isFact && hasNoFacts);
    const forms = await withoutAnnotations(() => found(thrown));
    if (isSeen) expect(forms).not.toEqual([]);
    else expect(forms).toEqual([]);
  });

  it("shows a field without the annotation, so that the search finds what is there", async () => {
    expect(await found(new ClosedError({ vault: SECRET }))).not.toEqual([]);
    expect(await found(new ClosedError({ vault: `-${SECRET}` }))).not.toEqual([]);
  });
});
