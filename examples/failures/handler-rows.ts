import { Metadata } from "@grpc/grpc-js";
import { packError, StandardDetails } from "grpc-rich-errors";
import { StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
import {
  type AnyCall,
  afterOne,
  type Callback,
  DROPPED,
  dies,
  each,
  error,
  FOUND,
  hangs,
  leaks,
  lives,
  MASKED,
  NOTHING,
  type Row,
  SECRET,
  SHAPES,
  STREAMS,
  TYPED,
} from "./row.js";
import { UNREADABLE } from "./service.js";

const upstream = () => {
  const metadata = new Metadata();
  metadata.set("x-token", SECRET);
  const message = "7 PERMISSION_DENIED: not for the shop";
  return Object.assign(new Error(message), { code: 7, details: "not for the shop", metadata });
};
/** An error whose `google.rpc.Status` has a little more than this number of bytes. */
const large = (bytes: number) =>
  packError(
    new StreamNotFoundError(
      { stream: "orders" },
      { errorDetails: new StandardDetails().setLocalizedMessage("en", "m".repeat(bytes)) },
    ),
  );

/** Callbacks that are kept but never called. A callback that is not kept would end its call. */
const kept = new Set<Callback>();
const keep = (_: AnyCall, callback: Callback) => void kept.add(callback);

export const HANDLER_ROWS: readonly Row[] = [
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
    before: leaks(`2 UNKNOWN: the password ${SECRET} is wrong`),
    after: MASKED,
  },
  {
    what: "calls back with the error of an upstream grpc-js call",
    shape: "unary",
    handler: (_, callback) => callback(upstream()),
    before: leaks(`7 PERMISSION_DENIED: not for the shop, x-token: ${SECRET}`),
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
    what: "succeeds, but an interceptor throws in sendStatus",
    shape: "unary",
    handler: (_, callback) => callback(null, "fine"),
    interceptorThrowsAt: "sendStatus",
    before: dies(DROPPED),
    after: MASKED,
  },
  {
    what: "fails, and an interceptor throws in sendStatus",
    shape: "unary",
    handler: (_, callback) => {
      setTimeout(callback, 0, error());
    },
    interceptorThrowsAt: "sendStatus",
    before: dies(DROPPED),
    after: MASKED,
  },
  ...each(STREAMS, {
    what: "succeeds, but an interceptor throws in sendStatus",
    handler: (call) => call.end(),
    interceptorThrowsAt: "sendStatus",
    before: hangs,
    after: MASKED,
  }),
  {
    what: "does not exist",
    shape: "unary",
    handler: () => {},
    client: "calls a method that does not exist",
    before: lives("12 UNIMPLEMENTED: The server does not implement the method /failures.Failures/Missing"),
    after: lives("12 UNIMPLEMENTED: The server does not implement the method /failures.Failures/Missing"),
  },
  ...each(SHAPES, {
    what: "gets a request that cannot be decoded",
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
    what: "sends a message that cannot be encoded",
    shape: "unary",
    handler: (_, callback) => callback(null, UNREADABLE),
    before: lives("13 INTERNAL: Error serializing response"),
    after: lives("13 INTERNAL: Error serializing response"),
  },
  {
    what: "sends a message that is too large",
    shape: "unary",
    handler: (_, callback) => callback(null, "x".repeat(2_000)),
    before: lives("8 RESOURCE_EXHAUSTED: Sent message larger than max (2005 vs. 1000)"),
    after: lives("8 RESOURCE_EXHAUSTED: Sent message larger than max (2005 vs. 1000)"),
  },
  ...each(SHAPES, {
    what: "does not respond before the deadline",
    handler: keep,
    client: "has a short deadline",
    before: lives("4 DEADLINE_EXCEEDED"),
    after: lives("4 DEADLINE_EXCEEDED"),
  }),
  ...each(SHAPES, {
    what: "does not respond before the client cancels",
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
      before: { client: NOTHING, leaks: false, storesHalf: false, lives: true },
      after: lives(`${TYPED.client}, without LocalizedMessage`),
    }),
  ),
];
