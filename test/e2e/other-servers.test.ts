import { Metadata, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { Code, RichError, type RichErrorServerOptions, StandardDetails } from "grpc-rich-errors";
import { toHttp } from "grpc-rich-errors/http";
import { describe, expect, it } from "vitest";
import { ShapesService } from "../gen/shapes/v1/shapes.js";
import { CLIENT_LIBRARIES, type FailingCall } from "../support/client-libraries.js";
import { catalog, SIDES, SIDES_MESSAGE, TooManySidesError, tooManySides } from "../support/errors.js";
import { FORMATS } from "../support/over-http.js";
import { rawCall } from "../support/raw.js";
import { type Handlers, SHAPES, type Shape, type Shapes, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { expectNothingUncaught } from "../support/watch.js";
import { WAYS } from "../support/ways.js";

// A server calls another server with every client library for Node: nothing that the other server said reaches the client.

expectNothingUncaught();

const SECRET = "password of db-7 is hunter2";

/** Makes the other server fail: at once, or after its headers and, where possible, after a message. */
const OTHERS: Readonly<Record<string, UntypedServiceImplementation>> = {
  "at once": {
    unary: (_: unknown, callback: (error: unknown) => void) => callback(plain()),
    clientStream: (_: unknown, callback: (error: unknown) => void) => callback(plain()),
    serverStream: (call: NodeJS.EventEmitter) => void call.emit("error", plain()),
    bidi: (call: NodeJS.EventEmitter) => void call.emit("error", plain()),
  } as unknown as UntypedServiceImplementation,
  "after its headers": {
    unary: (call: Sending, callback: (error: unknown) => void) => {
      call.sendMetadata(new Metadata());
      callback(plain());
    },
    clientStream: (call: Sending, callback: (error: unknown) => void) => {
      call.sendMetadata(new Metadata());
      callback(plain());
    },
    serverStream: (call: Sending) => {
      call.write({ index: 0 });
      call.emit("error", plain());
    },
    bidi: (call: Sending) => {
      call.write({ index: 0 });
      call.emit("error", plain());
    },
  } as unknown as UntypedServiceImplementation,
};

interface Sending extends NodeJS.EventEmitter {
  sendMetadata(metadata: Metadata): void;
  write(message: object): void;
}

const plain = () => ({ code: Code.PERMISSION_DENIED, details: SECRET });

function startOther(service: UntypedServiceImplementation): Promise<Shapes> {
  return startShapes({}, { unguarded: service, onlyInterceptors: [] });
}

async function thrownBy(call: FailingCall, address: string, shape: Shape): Promise<unknown> {
  try {
    await call(address, shape);
  } catch (thrown) {
    return thrown;
  }
  throw new TypeError("the call succeeded");
}

const fieldsOf = (thrown: unknown) => thrown as { code: never; details: never; metadata?: never };

/** The changes that other people's code makes to an error on its way. */
const COPIES: Readonly<Record<string, (thrown: never) => unknown>> = {
  "as it is": (thrown) => thrown,
  spread: (thrown: object) => ({ ...thrown }),
  "spread with its message": (thrown: Error) => ({ ...thrown, ...messageOf(thrown) }),
  "assigned to another error": (thrown: object) =>
    thrown instanceof Error ? Object.assign(new Error(thrown.message), thrown) : Object.assign({}, thrown),
  "parsed from JSON": (thrown) => JSON.parse(JSON.stringify(thrown)),
  "parsed from JSON with its message": (thrown: Error) =>
    JSON.parse(JSON.stringify({ ...thrown, ...messageOf(thrown) })),
  cloned: (thrown: object) => structuredClone({ ...withoutFunctions(thrown) }),
  "picked, if it has metadata": (thrown) => {
    const { code, details, metadata } = fieldsOf(thrown);
    return metadata ? { code, details, metadata } : thrown;
  },
  "as the cause of an error": (cause) => new Error(SECRET, { cause }),
  "as the cause of an error of this server": (cause) => new RichError(Code.INTERNAL, "not now", { cause }),
  "in an AggregateError": (thrown) => new AggregateError([thrown], SECRET),
  "by RichError.from": (thrown) => RichError.from(thrown),
  // Changes the error itself.
  "with another message": (thrown: object) =>
    thrown instanceof Error ? Object.assign(thrown, { message: `it said: ${thrown.message}` }) : thrown,
};

/** A code and a message picked from a RichError look like a status of the handler's own. */
function messageOf(thrown: Error): object {
  return thrown instanceof RichError ? {} : { message: thrown.message };
}

/** `structuredClone` cannot copy functions or headers. */
function withoutFunctions(thrown: object): object {
  return Object.fromEntries(Object.entries(thrown).filter(([, value]) => !(value instanceof Headers)));
}

interface Selection {
  readonly shapes?: readonly Shape[];
  readonly libraries?: readonly string[];
  readonly copies?: readonly string[];
}

async function eachThrown(
  other: UntypedServiceImplementation,
  check: (what: string, value: unknown) => Promise<void>,
  { shapes = SHAPES, libraries = LIBRARIES, copies = Object.keys(COPIES) }: Selection = {},
): Promise<void> {
  const { address } = await startOther(other);
  for (const library of libraries) {
    for (const shape of shapes) {
      const thrown = await thrownBy(CLIENT_LIBRARIES[library] as FailingCall, address, shape);
      for (const how of copies) {
        await check(`${library}, of a ${shape} call, ${how}`, COPIES[how]?.(thrown as never));
      }
    }
  }
}

const LIBRARIES = Object.keys(CLIENT_LIBRARIES);
/** Of a nice-grpc error, grpc-js shows an interceptor only the code and the text. */
const LIBRARIES_BUT_NICE_GRPC = LIBRARIES.filter((library) => library !== "nice-grpc");
/** Marks the metadata. */
const OUR_CLIENTS = LIBRARIES.filter((library) => library.includes("of ours") || library.startsWith("promises"));

const ways = WAYS.filter(({ name }) =>
  ["throws at once", "rejects", "calls back with the error", 'emits "error"', "destroys the call"].includes(name),
);

/** A handler of each shape without richHandlers that fails with the value in every way that grpc-js offers. */
function unguarded(fail: () => unknown): UntypedServiceImplementation {
  const calledBack = (_: unknown, callback: (error: unknown) => void) => callback(fail());
  const emitted = (call: NodeJS.EventEmitter) => void call.emit("error", fail());
  return { unary: calledBack, clientStream: calledBack, serverStream: emitted, bidi: emitted } as never;
}

describe.each(Object.keys(OTHERS))("the text of another server that fails %s", (when) => {
  const other = OTHERS[when] ?? {};

  it.each(SHAPES)("is in no byte of a %s call, in whatever way the handler fails", async (shape) => {
    let fail: Handlers[Shape] = () => {};
    const handler = (call: never, callback: never) => fail(call, callback);
    const shapes = await startShapes({ [shape]: handler } as Partial<Handlers>, { catalogs: [catalog] });
    let turn = 0;
    const fitting = ways.filter((way) => way.shapes.includes(shape));
    const check = async (what: string, value: unknown) => {
      const way = fitting[turn++ % fitting.length] as (typeof ways)[number];
      fail = way.handler(value, "before", shape);
      const { everything, trailers } = await rawCall(shapes.address, ShapesService[shape].path);
      expect([what, way.name, everything.includes("hunter2")]).toEqual([what, way.name, false]);
      expect(Number(trailers["grpc-status"])).toBe(Code.INTERNAL);
    };
    await eachThrown(other, check, { shapes: [shape] });
  });

  it("is in no HTTP response", async () => {
    await eachThrown(other, async (what, value) => {
      for (const format of FORMATS) {
        const { body, headers } = toHttp(value, { format, catalogs: [catalog] });
        expect([what, JSON.stringify([body, headers]).includes("hunter2")]).toEqual([what, false]);
      }
    });
  });

  const ALONE: readonly [string, RichErrorServerOptions, readonly string[]][] = [
    ["that masks plain statuses, by any library", { maskPlainStatuses: true }, LIBRARIES],
    when === "at once"
      ? ["by any library but nice-grpc", {}, LIBRARIES_BUT_NICE_GRPC]
      : ["by a client of ours", {}, OUR_CLIENTS],
  ];
  it.each(ALONE)("is in no byte behind an interceptor alone, %s", async (_, boundary, libraries) => {
    let thrown: unknown;
    const shapes = await startShapes({}, { boundary, unguarded: unguarded(() => thrown) });
    const copies = ["as it is", "spread", "picked, if it has metadata", "by RichError.from", "with another message"];
    for (const shape of SHAPES) {
      const check = async (what: string, value: unknown) => {
        thrown = value;
        const { everything, trailers } = await rawCall(shapes.address, ShapesService[shape].path);
        expect([what, everything.includes("hunter2")]).toEqual([what, false]);
        expect(Number(trailers["grpc-status"])).toBeGreaterThan(0);
      };
      await eachThrown(other, check, { shapes: [shape], libraries, copies });
    }
  });
});

describe("an error of another server that the catalogs declare", () => {
  const metadata = new Metadata();
  metadata.set("x-token", SECRET);
  const errorDetails = () =>
    new StandardDetails().setDebugInfo(SECRET).setRequestInfo("r-1", SECRET).setRetryDelay(200);
  const fail = () => Promise.reject(tooManySides({ metadata, errorDetails: errorDetails() }));

  it.each(LIBRARIES_BUT_NICE_GRPC)("is forwarded as the declared error by %s", async (library) => {
    const { address } = await startShapes({ unary: fail, clientStream: fail, serverStream: fail, bidi: fail });
    let thrown: unknown;
    const rethrow = () => Promise.reject(thrown);
    const handlers = { unary: rethrow, clientStream: rethrow, serverStream: rethrow, bidi: rethrow };
    const shapes = await startShapes(handlers, { catalogs: [catalog] });
    for (const shape of SHAPES) {
      thrown = await thrownBy(CLIENT_LIBRARIES[library] as FailingCall, address, shape);
      const { error } = await callOn(shapes, shape);
      expect(error).toBeRichError(TooManySidesError, SIDES);
      expect(error).toMatchObject({ message: SIDES_MESSAGE, retryDelay: 200, issues: [] });
      const { everything } = await rawCall(shapes.address, ShapesService[shape].path);
      expect(everything).not.toContain("hunter2");
      for (const format of FORMATS) {
        const { sent, masked, body } = toHttp(thrown, { format, catalogs: [catalog] });
        expect([masked, sent.reason, JSON.stringify(body).includes("hunter2")]).toEqual([
          false,
          "TOO_MANY_SIDES",
          false,
        ]);
      }
    }
    expect(shapes.failed[0]?.problems.map(({ message }) => message)).toEqual([
      "removed details from another server's error: google.rpc.DebugInfo, google.rpc.RequestInfo; " +
        'to forward a type, add it to "forwardDetails"',
    ]);
  });
});

describe("onError", () => {
  it.each([
    ["@grpc/grpc-js", "masked an error of a @grpc/grpc-js client, "],
    ["a second copy of @grpc/grpc-js", "masked an error of a @grpc/grpc-js client, "],
    ["nice-grpc", "masked an error of a nice-grpc client, "],
    ["@connectrpc/connect", "masked an error of a @connectrpc/connect client, "],
    ["google-gax, after retries", "masked an error of a google-gax client, "],
    ["@protobuf-ts/grpc-transport", "masked an error of a @protobuf-ts/runtime-rpc client, "],
    ["promises(client)", "masked another server's error without a reason, "],
  ])("names in problems the library whose error was masked: %s", async (library, start) => {
    const { address } = await startOther(OTHERS["at once"] ?? {});
    const thrown = await thrownBy(CLIENT_LIBRARIES[library] as FailingCall, address, "unary");
    for (const value of [thrown, RichError.from(thrown)]) {
      const shapes = await startShapes({ unary: () => Promise.reject(value) }, { catalogs: [catalog] });
      await callOn(shapes, "unary");
      const expected = value instanceof RichError && value.received ? "masked another server's error " : start;
      expect(shapes.failed).toMatchObject([{ masked: true, error: value, problems: [{}] }]);
      expect(shapes.failed[0]?.problems[0]?.message).toMatch(expected);
      expect(shapes.failed[0]?.problems[0]?.message).toMatch(/; add its catalog to "catalogs" or an entry to "map"$/);
      expect(toHttp(value).problems.map(({ message }) => message)).toEqual([expect.stringContaining(expected)]);
    }
  });
});
