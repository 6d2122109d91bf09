import { Metadata } from "@grpc/grpc-js";
import { packError, StandardDetails } from "grpc-rich-errors";
import { StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
import { type Shape, UNREADABLE } from "./service.js";

/** What all calls have in common that a handler may use to fail. */
export interface AnyCall {
  readonly metadata: Metadata;
  write(text: string): boolean;
  end(): void;
  on(event: string, listener: () => void): AnyCall;
  emit(event: "error", error: unknown): boolean;
  destroy(error?: unknown): unknown;
}

/** The callback of grpc-js, which lets a handler answer any code. */
export type Callback = (error: object | null, text?: string) => void;

/** What came of a call. */
export interface Cell {
  /** What the client got, in words. */
  readonly client: string;
  /** Whether the next call on the same connection is answered. */
  readonly next: boolean;
  /** Whether the server's process lives. */
  readonly lives: boolean;
}

/** A way for a call to fail, the same code on plain grpc-js and with this package. */
export interface Row {
  readonly what: string;
  readonly shape: Shape;
  readonly handler: (call: AnyCall, callback: Callback) => unknown;
  /** The request of the client. By default, "x". */
  readonly request?: string;
  /** What the client does beside waiting. */
  readonly client?: "cancels" | "has a short deadline" | "calls a method that is not there";
  /** An interceptor of the user's throws at the status. */
  readonly brokenInterceptor?: true;
  /** What of it is the same each time: grpc-js may make another connection for the next call, or not. */
  readonly before: Omit<Cell, "next"> & Partial<Cell>;
  readonly after: Cell;
}

/** What is never to reach the client. */
export const SECRET = "hunter2";
/** What a client that waits for its deadline is said to get. */
export const NOTHING = "nothing until its deadline";

const error = () => new StreamNotFoundError({ stream: "orders" });
const upstream = () => {
  const metadata = new Metadata();
  metadata.set("x-token", SECRET);
  const message = "7 PERMISSION_DENIED: not for the shop";
  return Object.assign(new Error(message), { code: 7, details: "not for the shop", metadata });
};
/** An error whose `google.rpc.Status` has so many bytes and some more. */
const large = (bytes: number) =>
  packError(
    new StreamNotFoundError(
      { stream: "orders" },
      { errorDetails: new StandardDetails().setLocalizedMessage("en", "m".repeat(bytes)) },
    ),
  );

/** Callbacks that are kept, and never called. One that is not even kept ends its call. */
const kept = new Set<Callback>();
const keep = (_: AnyCall, callback: Callback) => void kept.add(callback);

const lives = (client: string): Cell => ({ client, next: true, lives: true });
const hangs: Cell = { client: NOTHING, next: true, lives: true };
const dies = (client: string): Cell => ({ client, next: false, lives: false });

const FOUND = "5 NOT_FOUND: stream not found: stream orders";
const TYPED = lives(`${FOUND}, StreamNotFoundError`);
const MASKED = lives("13 INTERNAL: internal error, a request id");
const DROPPED = "14 UNAVAILABLE: Connection dropped";

const SHAPES: readonly Shape[] = ["unary", "clientStream", "serverStream", "bidi"];
const STREAMS: readonly Shape[] = ["serverStream", "bidi"];

/** The row for each of some shapes. */
function each(shapes: readonly Shape[], row: Omit<Row, "shape">): Row[] {
  return shapes.map((shape) => ({ ...row, shape }));
}

/** The same cell, after a message that the client gets. */
const afterOne = (cell: Cell): Cell => ({ ...cell, client: `1 message, ${cell.client}` });

export const ROWS: readonly Row[] = [
  ...each(SHAPES, {
    what: "throws at once",
    handler: () => {
      throw error();
    },
    before: lives("2 UNKNOWN: Unknown error"),
    after: TYPED,
  }),
  ...each(SHAPES, {
    what: "is async and rejects",
    handler: async () => {
      throw error();
    },
    before: dies(DROPPED),
    after: TYPED,
  }),
  {
    what: "throws in a listener for requests",
    shape: "bidi",
    handler: (call) =>
      call.on("data", () => {
        throw error();
      }),
    before: dies(DROPPED),
    after: TYPED,
  },
  {
    what: "throws in a timer",
    shape: "unary",
    handler: (_call, _callback) => {
      setTimeout(() => {
        throw error();
      });
    },
    before: dies(DROPPED),
    after: TYPED,
  },
  {
    what: "calls back with a plain Error",
    shape: "unary",
    handler: (_, callback) => callback(new Error(`the password ${SECRET} is wrong`)),
    before: lives(`2 UNKNOWN: the password ${SECRET} is wrong`),
    after: MASKED,
  },
  {
    what: "calls back with another server's error",
    shape: "unary",
    handler: (_, callback) => callback(upstream()),
    before: lives(`7 PERMISSION_DENIED: not for the shop, x-token: ${SECRET}`),
    after: MASKED,
  },
  {
    what: "calls back with the code 0",
    shape: "unary",
    handler: (_, callback) => callback({ code: 0, details: "fine" }),
    before: lives("12 UNIMPLEMENTED: No message received"),
    after: MASKED,
  },
  {
    what: "calls back with the code 99",
    shape: "unary",
    handler: (_, callback) => callback({ code: 99, details: "what?" }),
    before: lives("99 ?: what?"),
    after: MASKED,
  },
  ...each(SHAPES, {
    what: 'emits "error"',
    handler: (call) => call.emit("error", error()),
    before: lives(FOUND),
    after: TYPED,
  }),
  ...each(STREAMS, {
    what: 'writes, then emits "error"',
    handler: (call) => {
      call.write("1");
      call.emit("error", error());
    },
    before: afterOne(lives(FOUND)),
    after: afterOne(TYPED),
  }),
  ...each(SHAPES, {
    what: "destroys the call",
    handler: (call) => call.destroy(),
    before: hangs,
    after: MASKED,
  }),
  ...each(SHAPES, {
    what: "destroys the call with an error",
    handler: (call) => call.destroy(error()),
    before: hangs,
    after: TYPED,
  }),
  {
    what: "calls back with a lone surrogate, at once",
    shape: "unary",
    handler: (_, callback) => callback({ code: 5, details: "no \ud800" }),
    before: lives("2 UNKNOWN: Unknown error"),
    after: lives("5 NOT_FOUND: no \ufffd"),
  },
  {
    what: "calls back with a lone surrogate, later",
    shape: "unary",
    handler: (_, callback) => {
      setTimeout(callback, 0, { code: 5, details: "no \ud800" });
    },
    before: dies(DROPPED),
    after: lives("5 NOT_FOUND: no \ufffd"),
  },
  ...each(STREAMS, {
    what: "emits an error with a lone surrogate",
    handler: (call) => call.emit("error", { code: 5, details: "no \ud800" }),
    before: hangs,
    after: lives("5 NOT_FOUND: no \ufffd"),
  }),
  {
    what: "succeeds, and an interceptor throws at the status",
    shape: "unary",
    handler: (_, callback) => callback(null, "fine"),
    brokenInterceptor: true,
    before: dies(DROPPED),
    after: MASKED,
  },
  {
    what: "calls back with an error, and an interceptor throws at the status",
    shape: "unary",
    handler: (_, callback) => {
      setTimeout(callback, 0, error());
    },
    brokenInterceptor: true,
    before: dies(DROPPED),
    after: MASKED,
  },
  ...each(STREAMS, {
    what: "succeeds, and an interceptor throws at the status",
    handler: (call) => call.end(),
    brokenInterceptor: true,
    before: hangs,
    after: MASKED,
  }),
  {
    what: "is not there",
    shape: "unary",
    handler: () => {},
    client: "calls a method that is not there",
    before: lives("12 UNIMPLEMENTED: The server does not implement the method /failures.Failures/Missing"),
    after: lives("12 UNIMPLEMENTED: The server does not implement the method /failures.Failures/Missing"),
  },
  ...each(SHAPES, {
    what: "gets a request that cannot be read",
    handler: (call) => call.on("data", () => {}),
    request: UNREADABLE,
    before: lives("13 INTERNAL: Error deserializing request"),
    after: lives("13 INTERNAL: Error deserializing request"),
  }),
  {
    what: "gets a request that is too large",
    shape: "unary",
    handler: () => {},
    request: "x".repeat(2_000),
    before: lives("8 RESOURCE_EXHAUSTED: Received message larger than max (2000 vs 1000)"),
    after: lives("8 RESOURCE_EXHAUSTED: Received message larger than max (2000 vs 1000)"),
  },
  {
    what: "answers what cannot be written",
    shape: "unary",
    handler: (_, callback) => callback(null, UNREADABLE),
    before: lives("13 INTERNAL: Error serializing response"),
    after: lives("13 INTERNAL: Error serializing response"),
  },
  {
    what: "answers what is too large",
    shape: "unary",
    handler: (_, callback) => callback(null, "x".repeat(2_000)),
    before: lives("8 RESOURCE_EXHAUSTED: Sent message larger than max (2005 vs. 1000)"),
    after: lives("8 RESOURCE_EXHAUSTED: Sent message larger than max (2005 vs. 1000)"),
  },
  ...each(SHAPES, {
    what: "does not answer before the deadline",
    handler: keep,
    client: "has a short deadline",
    before: lives("4 DEADLINE_EXCEEDED"),
    after: lives("4 DEADLINE_EXCEEDED"),
  }),
  ...each(SHAPES, {
    what: "does not answer before the client cancels",
    handler: keep,
    client: "cancels",
    before: lives("1 CANCELLED: Cancelled on client"),
    after: lives("1 CANCELLED: Cancelled on client"),
  }),
  ...[1_000, 8_000, 40_000].map(
    (bytes): Row => ({
      what: `calls back with an error of ${bytes.toLocaleString("en")} bytes`,
      shape: "unary",
      handler: (_, callback) => callback(large(bytes)),
      before: lives(FOUND),
      after: lives(`${TYPED.client}${bytes > 1_000 ? ", without LocalizedMessage" : ""}`),
    }),
  ),
  ...[100_000, 1_000_000].map(
    (bytes): Row => ({
      what: `calls back with an error of ${bytes.toLocaleString("en")} bytes`,
      shape: "unary",
      handler: (_, callback) => callback(large(bytes)),
      before: { client: NOTHING, lives: true },
      after: lives(`${TYPED.client}, without LocalizedMessage`),
    }),
  ),
];
