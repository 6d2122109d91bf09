import { finished } from "node:stream/promises";
import { promisify } from "node:util";
import { type ClientReadableStream, Metadata } from "@grpc/grpc-js";
import type { ShapeRequest, ShapeResponse } from "../gen/shapes/v1/shapes.js";
import { request, type Shape, type Shapes } from "./shapes.js";

/** The result of one call as a client saw it. */
export interface Seen {
  /** The indices of the messages, in order. */
  readonly messages: readonly number[];
  /** The error. `undefined` if the call succeeded. */
  readonly error: unknown;
}

/** A way for a client to make a call and to learn how it ended. */
export interface Surface {
  readonly name: string;
  readonly shapes: readonly Shape[];
  readonly call: (shapes: Shapes, shape: Shape, options?: CallSetting) => Promise<Seen>;
}

export interface CallSetting {
  /** The requests of a stream; the other shapes send only the first. */
  readonly requests?: readonly ShapeRequest[];
  readonly metadata?: Metadata;
}

const ONE: readonly Shape[] = ["unary", "clientStream"];
const MANY: readonly Shape[] = ["serverStream", "bidi"];

/** A deadline that a call reaches only if the server forgot the call. */
const deadline = () => ({ deadline: Date.now() + 5000 });

/** Every surface of a client. */
export const SURFACES: readonly Surface[] = [
  {
    name: "callback",
    shapes: ONE,
    call: (shapes, shape, setting) =>
      new Promise((resolve) =>
        startOne(shapes, shape, setting, (error, response) =>
          resolve({ messages: response ? [response.index] : [], error: error ?? undefined }),
        ),
      ),
  },
  {
    name: "promisified callback",
    shapes: ONE,
    call: (shapes, shape, setting) =>
      outcome(async (push) => {
        const call = promisify((callback: Callback) => startOne(shapes, shape, setting, callback));
        push(await call());
      }),
  },
  {
    name: "promises(client)",
    shapes: ONE,
    call: ({ calls }, shape, { requests = [request()], metadata = new Metadata() } = {}) =>
      outcome(async (push) => {
        const options = { ...deadline(), metadata };
        push(
          shape === "unary" ? await calls.unary(first(requests), options) : await calls.clientStream(requests, options),
        );
      }),
  },
  {
    name: '"error" event',
    shapes: MANY,
    call: (shapes, shape, setting) =>
      outcome(
        (push) =>
          new Promise((resolve, reject) => {
            startMany(shapes, shape, setting).on("data", push).on("error", reject).on("end", resolve);
          }),
      ),
  },
  {
    name: "for await over the stream",
    shapes: MANY,
    call: (shapes, shape, setting) =>
      outcome(async (push) => {
        for await (const message of startMany(shapes, shape, setting)) push(message);
      }),
  },
  {
    name: "stream.finished",
    shapes: MANY,
    call: (shapes, shape, setting) =>
      outcome(async (push) => {
        const stream = startMany(shapes, shape, setting).on("data", push);
        await finished(stream, { writable: false });
      }),
  },
  {
    name: "for await over promises(client)",
    shapes: MANY,
    call: ({ calls }, shape, { requests = [request()], metadata = new Metadata() } = {}) =>
      outcome(async (push) => {
        const options = { ...deadline(), metadata };
        const messages =
          shape === "bidi" ? calls.bidi(requests, options) : calls.serverStream(first(requests), options);
        for await (const message of messages) push(message);
      }),
  },
];

/** The surfaces of a shape. */
export function surfacesOf(shape: Shape): readonly Surface[] {
  return SURFACES.filter(({ shapes }) => shapes.includes(shape));
}

/** Makes a call on the first surface of its shape. */
export function callOn(shapes: Shapes, shape: Shape, setting?: CallSetting): Promise<Seen> {
  const [surface] = surfacesOf(shape);
  if (!surface) throw new TypeError(`no surface has the shape ${shape}`);
  return surface.call(shapes, shape, setting);
}

type Callback = (error: Error | null, response?: ShapeResponse) => void;

async function outcome(run: (push: (message: ShapeResponse | undefined) => void) => Promise<void>): Promise<Seen> {
  const messages: number[] = [];
  try {
    await run((message) => {
      if (message) messages.push(message.index);
    });
    return { messages, error: undefined };
  } catch (error) {
    return { messages, error };
  }
}

function startOne({ client }: Shapes, shape: Shape, setting: CallSetting = {}, callback: Callback): void {
  const { requests = [request()], metadata = new Metadata() } = setting;
  if (shape === "unary") {
    client.unary(first(requests), metadata, deadline(), callback);
    return;
  }
  const call = client.clientStream(metadata, deadline(), callback);
  for (const message of requests) call.write(message);
  call.end();
}

function startMany({ client }: Shapes, shape: Shape, setting: CallSetting = {}): ClientReadableStream<ShapeResponse> {
  const { requests = [request()], metadata = new Metadata() } = setting;
  if (shape === "serverStream") return client.serverStream(first(requests), metadata, deadline());
  const call = client.bidi(metadata, deadline());
  for (const message of requests) call.write(message);
  call.end();
  return call;
}

function first(requests: readonly ShapeRequest[]): ShapeRequest {
  return requests[0] ?? request();
}
