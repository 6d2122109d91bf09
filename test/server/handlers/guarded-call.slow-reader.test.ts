import { once } from "node:events";
import http2 from "node:http2";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { ShapeRequest, ShapeResponse, ShapesService } from "../../gen/shapes/v1/shapes.js";
import { catalog, tooManySides } from "../../support/errors.js";
import { framed } from "../../support/raw.js";
import { request, type Shape, startShapes } from "../../support/shapes.js";
import { expectNothingUncaught } from "../../support/watch.js";

// Messages that a handler wrote before it failed arrive before the error, however slowly the client reads.

expectNothingUncaught();

const MESSAGES = 100;

interface Sink {
  write(message: ShapeResponse): boolean;
  emit(event: string, error: unknown): boolean;
  destroy(error: Error): unknown;
}

function writeAll(call: Sink): void {
  for (let index = 0; index < MESSAGES; index++) call.write({ index });
}

function* failing() {
  for (let index = 0; index < MESSAGES; index++) yield { index };
  throw tooManySides();
}

const FAILURES: readonly [string, (call: Sink) => unknown][] = [
  ["throws from a generator", failing],
  [
    "throws from an async generator",
    async function* () {
      yield* failing();
    },
  ],
  [
    "writes all and throws",
    (call) => {
      writeAll(call);
      throw tooManySides();
    },
  ],
  [
    "writes all and rejects",
    async (call) => {
      writeAll(call);
      throw tooManySides();
    },
  ],
  [
    'writes all and emits "error"',
    (call) => {
      writeAll(call);
      call.emit("error", tooManySides());
    },
  ],
  [
    "writes all and destroys the call",
    (call) => {
      writeAll(call);
      call.destroy(tooManySides());
    },
  ],
  ["pipes a source that fails", (call) => pipeline(Readable.from(failing()), call as unknown as NodeJS.WritableStream)],
];

/** Reads a call with a window that is smaller than a message. Returns the indices and the status. */
async function readSlowly(address: string, shape: Shape): Promise<{ messages: number[]; status: unknown }> {
  const session = http2.connect(`http://${address}`, { settings: { initialWindowSize: 8 } });
  onTestFinished(() => session.destroy());
  const stream = session.request({
    ":method": "POST",
    ":path": ShapesService[shape].path,
    "content-type": "application/grpc",
    te: "trailers",
  });
  stream.end(framed(ShapeRequest.encode(request()).finish()));
  let status: unknown;
  const noteStatus = (headers: http2.IncomingHttpHeaders) => {
    status = headers["grpc-status"] ?? status;
  };
  stream.on("response", noteStatus).on("trailers", noteStatus);
  const closed = once(stream, "close");
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
    await turn();
  }
  await closed;
  const bytes = Buffer.concat(chunks);
  const messages: number[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = start + 5 + bytes.readUInt32BE(start + 1);
    messages.push(ShapeResponse.decode(bytes.subarray(start + 5, end)).index);
    start = end;
  }
  return { messages, status };
}

describe.each(["serverStream", "bidi"] as const)("a %s handler", (shape) => {
  it.each(FAILURES)("that %s loses no message", async (_, handler) => {
    const { address } = await startShapes({ [shape]: handler as never }, { catalogs: [catalog] });
    const { messages, status } = await readSlowly(address, shape);
    expect(messages).toEqual(Array.from({ length: MESSAGES }, (_, index) => index));
    expect(status).toBe("3");
  });
});
