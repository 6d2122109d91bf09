import type { Metadata } from "@grpc/grpc-js";
import { StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
import type { Shape } from "./service.js";

/** The members of a server's call that the handlers of the table use. */
export interface AnyCall extends AsyncIterable<string> {
  readonly metadata: Metadata;
  sendMetadata(metadata: Metadata): void;
  write(text: string): boolean;
  end(trailers?: Metadata): void;
  on(event: string, listener: () => unknown): AnyCall;
  emit(event: "error", error: unknown): boolean;
  destroy(error?: unknown): unknown;
}

/** The callback of grpc-js, with which a handler can send any code. */
export type Callback = (error: object | null, text?: string, trailers?: Metadata) => void;

/** The outcome of a call. */
export interface Cell {
  /** The result that the client gets, in words. */
  readonly client: string;
  /** Whether the client gets the secret. */
  readonly leaks: boolean;
  /** Whether the handler takes an upload that broke off for a complete one. */
  readonly storesHalf: boolean;
  /** Whether the next call on the same connection gets a response. */
  readonly next: boolean;
  /** Whether the server's process survives. */
  readonly lives: boolean;
}

/** A way for a call to fail, with the same code on plain grpc-js and with this package. */
export interface Row {
  /** A predicate of "a handler that". */
  readonly what: string;
  readonly shape: Shape;
  readonly handler: (call: AnyCall, callback: Callback) => unknown;
  /** The request of the client. By default, "x". */
  readonly request?: string;
  /** What the client does besides waiting. */
  readonly client?:
    | "cancels"
    | "cancels during the call"
    | "disconnects during its upload"
    | "has a short deadline"
    | "calls a method that does not exist";
  /** The method at which another interceptor throws. */
  readonly interceptorThrowsAt?: "sendMetadata" | "sendMessage" | "sendStatus";
  /** The constant part of the outcome: grpc-js may or may not open another connection for the next call. */
  readonly before: Omit<Cell, "next"> & Partial<Cell>;
  readonly after: Cell;
}

/** Rows on one subject. */
export interface Group {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** The text that must not reach the client. */
export const SECRET = "hunter2";
/** The text for a client that disconnects before the call ends. */
export const DISCONNECTED = "nothing; it is gone";
/** The text for a client that waits until its deadline. */
export const NOTHING = "nothing until its deadline";

const declared = () => new StreamNotFoundError({ stream: "orders" });

/** The error of a handler. A server without this package makes the error of the same code and text by hand. */
export function error(): Error {
  if (process.argv[2] === "after") return declared();
  const { code, message } = declared();
  return Object.assign(new Error(message), { code, details: message });
}

export const lives = (client: string): Cell => ({ client, leaks: false, storesHalf: false, next: true, lives: true });
export const leaks = (client: string): Cell => ({ ...lives(client), leaks: true });
export const hangs: Cell = lives(NOTHING);
export const dies = (client: string): Cell => ({ ...lives(client), next: false, lives: false });
/** The same cell, after a message that the client gets. */
export const afterOne = (cell: Cell): Cell => ({ ...cell, client: `1 message, ${cell.client}` });

export const FOUND = "5 NOT_FOUND: stream not found: stream orders";
export const TYPED = lives(`${FOUND} (StreamNotFoundError)`);
export const MASKED = lives("13 INTERNAL: internal error, a request id");
export const DROPPED = "14 UNAVAILABLE: Connection dropped";

export const SHAPES: readonly Shape[] = ["unary", "clientStream", "serverStream", "bidi"];
export const STREAMS: readonly Shape[] = ["serverStream", "bidi"];

/** The row for each of these shapes. */
export function each(shapes: readonly Shape[], row: Omit<Row, "shape">): Row[] {
  return shapes.map((shape) => ({ ...row, shape }));
}
