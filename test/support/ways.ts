import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate as turn } from "node:timers/promises";
import { Metadata, type sendUnaryData } from "@grpc/grpc-js";
import type { ShapeRequest, ShapeResponse } from "../gen/shapes/v1/shapes.js";
import type { Handlers, Shape } from "./shapes.js";

/** When a handler fails: before the first message of a stream, between two messages, after the last. */
export type Moment = "before" | "between" | "after";

/** A way for a handler to fail. */
export interface Way {
  readonly name: string;
  readonly shapes: readonly Shape[];
  readonly moments: readonly Moment[];
  /** Makes a handler that fails in this way with a value. */
  readonly handler: (thrown: unknown, moment: Moment, shape: Shape) => Handlers[Shape];
}

/** How many requests a client sends on a stream, and how many responses a handler sends. */
export const MESSAGES = 3;

/** The messages that the client gets before the error. */
export function messagesBefore(moment: Moment, shape: Shape): number[] {
  if (shape === "unary" || shape === "clientStream") return [];
  return { before: [], between: [0], after: [0, 1, 2] }[moment];
}

/** The members of all grpc-js calls that a handler may use to fail. */
interface AnyCall extends AsyncIterable<ShapeRequest> {
  write(message: ShapeResponse, written?: () => void): boolean;
  emit(event: "error", error: unknown): boolean;
  destroy(error?: unknown): unknown;
  end(): void;
}

type AnyHandler = (call: AnyCall, callback: sendUnaryData<ShapeResponse>) => unknown;

const ALL: readonly Shape[] = ["unary", "clientStream", "serverStream", "bidi"];
const STREAMS: readonly Moment[] = ["before", "between", "after"];

/** Reads and writes messages up to the moment of the failure. */
async function play(call: AnyCall, moment: Moment, shape: Shape): Promise<void> {
  const count = { before: 0, between: 1, after: MESSAGES }[moment];
  if (shape === "serverStream") {
    for (let index = 0; index < count; index++) {
      await new Promise<void>((resolve) => call.write({ index }, resolve));
    }
  } else if (shape !== "unary" && count > 0) {
    let index = 0;
    for await (const _ of call) {
      if (shape === "bidi") call.write({ index });
      if (++index === count && moment === "between") return;
    }
  }
}

/** A way for an async handler to fail through its call. */
function doing(
  name: string,
  fail: (thrown: unknown, call: AnyCall, callback: sendUnaryData<ShapeResponse>) => unknown,
  shapes: readonly Shape[] = ALL,
): Way {
  return {
    name,
    shapes,
    moments: STREAMS,
    handler: (thrown, moment, shape) =>
      handler(async (call, callback) => {
        await play(call, moment, shape);
        await fail(thrown, call, callback);
      }),
  };
}

/** A way for a handler to fail before its first await. */
function atOnce(name: string, moments: readonly Moment[], shapes: readonly Shape[], run: SyncHandler): Way {
  return { name, shapes, moments, handler: (thrown, moment) => handler(run(thrown, moment)) };
}

type SyncHandler = (thrown: unknown, moment: Moment) => AnyHandler;

/** Handlers for every shape, to be used only with the shapes that the way supports. */
function handler(run: AnyHandler): Handlers[Shape] {
  const guarded: AnyHandler = (call, callback) => run(call, callback);
  return guarded as unknown as Handlers[Shape];
}

/** The trailer that a handler gives beside the error. */
export const TRAILER_BESIDE = ["x-beside", "given beside the error"] as const;

/** Every way for a handler to fail with a given value. */
export const WAYS: readonly Way[] = [
  atOnce("throws at once", ["before"], ALL, (thrown) => () => {
    throw thrown;
  }),
  atOnce("throws while what it wrote is still queued", ["between"], ["serverStream", "bidi"], (thrown) => (call) => {
    call.write({ index: 0 });
    throw thrown;
  }),
  atOnce("throws after it ended", ["after"], ["serverStream", "bidi"], (thrown) => (call) => {
    for (let index = 0; index < MESSAGES; index++) call.write({ index });
    call.end();
    throw thrown;
  }),
  doing("rejects", (thrown) => {
    throw thrown;
  }),
  doing("rejects after some turns of the event loop", async (thrown) => {
    for (let turns = 0; turns < 3; turns++) await turn();
    throw thrown;
  }),
  atOnce("calls back with the error at once", ["before"], ["unary", "clientStream"], (thrown) => (_, callback) => {
    callback(thrown as Error);
  }),
  doing("calls back with the error", (thrown, _, callback) => callback(thrown as Error), ["unary", "clientStream"]),
  doing(
    "calls back with the error and a trailer",
    (thrown, _, callback) => {
      const trailer = new Metadata();
      trailer.set(...TRAILER_BESIDE);
      callback(thrown as Error, null, trailer);
    },
    ["unary", "clientStream"],
  ),
  doing("calls back and then rejects with another error", (thrown, _, callback) => callbackAndThrow(thrown, callback), [
    "unary",
    "clientStream",
  ]),
  doing(
    "calls back twice",
    (thrown, _, callback) => {
      callback(thrown as Error);
      callback(null, { index: 9 });
      callback(new Error("second"));
    },
    ["unary", "clientStream"],
  ),
  doing('emits "error"', (thrown, call) => call.emit("error", thrown)),
  doing('emits "error" and then rejects with another error', (thrown, call) => {
    call.emit("error", thrown);
    throw new Error("second");
  }),
  doing("destroys the call", (thrown, call) => call.destroy(thrown)),
  doing("destroys the call twice", (thrown, call) => {
    call.destroy(thrown);
    call.destroy(new Error("second"));
  }),
  {
    name: "throws from a generator",
    shapes: ["serverStream", "bidi"],
    moments: STREAMS,
    handler: (thrown, moment, shape) =>
      handler(function* () {
        for (const index of messagesBefore(moment, shape)) yield { index };
        throw thrown;
      }),
  },
  {
    name: "throws from an async generator",
    shapes: ["serverStream", "bidi"],
    moments: STREAMS,
    handler: (thrown, moment, shape) =>
      handler(async function* () {
        for (const index of messagesBefore(moment, shape)) yield { index };
        await turn();
        throw thrown;
      }),
  },
  {
    name: "returns a promise of an async generator that throws",
    shapes: ["serverStream", "bidi"],
    moments: STREAMS,
    handler: (thrown, moment, shape) =>
      handler(async () => {
        await turn();
        return (async function* () {
          for (const index of messagesBefore(moment, shape)) yield { index };
          throw thrown;
        })();
      }),
  },
  {
    name: "throws while it reads the requests",
    shapes: ["clientStream", "bidi"],
    moments: ["between"],
    handler: (thrown, _, shape) =>
      handler(async (call) => {
        for await (const _ of call) {
          if (shape === "bidi") call.write({ index: 0 });
          throw thrown;
        }
      }),
  },
  {
    name: "pipes a failing stream into the call",
    shapes: ["serverStream", "bidi"],
    moments: STREAMS,
    handler: (thrown, moment, shape) =>
      handler(async (call) => {
        const source = async function* () {
          for (const index of messagesBefore(moment, shape)) yield { index };
          throw thrown;
        };
        await pipeline(Readable.from(source()), call as unknown as NodeJS.WritableStream);
      }),
  },
];

function callbackAndThrow(thrown: unknown, callback: sendUnaryData<ShapeResponse>): never {
  callback(thrown as Error);
  throw new Error("second");
}
