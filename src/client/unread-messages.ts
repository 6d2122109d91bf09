import type { IncomingHttpHeaders } from "node:http2";
import type { Readable } from "node:stream";
import type { ClientReadableStream } from "@grpc/grpc-js";

/**
 * Has grpc-js keep the messages of a streaming call that arrived before an error
 * until they are read, as it keeps those that arrive before an OK.
 *
 * By itself, grpc-js ends a call as soon as the trailers of an error arrive, and
 * drops every message that it has received and that its reader has not asked for.
 *
 * - The call has to be passed when its metadata arrive, because its messages come after them.
 * - A call that nobody reads ends at once: nothing would ever ask for its messages.
 * - grpc-js has no public door to this. If its internals change, a call ends as it does without this function.
 *
 * @see https://github.com/grpc/grpc-node/issues/2764
 */
export function keepUnreadMessages(call: ClientReadableStream<unknown>): void {
  const receiver = receiverOf(call);
  if (!receiver || Object.hasOwn(receiver, "handleTrailers")) return;
  receiver[READER] = call;
  receiver.handleTrailers = handleTrailers;
}

/** Tells whether somebody reads the messages of a call, or has begun to. */
export function isRead(call: Readable): boolean {
  return call.readableDidRead || call.listenerCount("data") > 0 || call.listenerCount("readable") > 0;
}

const READER = Symbol("reader");
const WRITE_FAILURE = /^Write (error:|failed with error) /;

/** The HTTP/2 stream of a call in grpc-js: its `Http2SubchannelCall`. */
interface Receiver {
  [READER]?: Readable;
  readonly http2Stream: Readable;
  readonly unpushedReadMessages: readonly unknown[];
  finalStatus: ReceivedStatus | null;
  readsClosed: boolean;
  handleTrailers(headers: IncomingHttpHeaders): void;
  endCall(status: ReceivedStatus): void;
  outputStatus(): void;
  maybeOutputStatus(): void;
  onDisconnect(): void;
  tryPush(message: unknown): void;
  sendMessageWithContext(context: { readonly callback?: () => void }, message: unknown): void;
}

interface ReceivedStatus {
  readonly code: number;
  readonly details: string;
}

/** A layer of a call in grpc-js. Each layer holds the next one towards the network under a different name. */
interface Layer extends Partial<Receiver> {
  readonly nextCall?: Layer;
  readonly call?: Layer;
  readonly child?: Layer;
  readonly underlyingCalls?: readonly { readonly call: Layer }[];
  readonly committedCallIndex?: number;
}

function receiverOf(call: object): Receiver | undefined {
  // Private fields, so that each of them may be missing.
  let layer = (call as Layer).call;
  while (layer) {
    if (isReceiver(layer)) return layer;
    const { underlyingCalls, committedCallIndex = -1 } = layer;
    layer = layer.nextCall ?? layer.child ?? (underlyingCalls ? underlyingCalls[committedCallIndex]?.call : layer.call);
  }
  return undefined;
}

function isReceiver(layer: Layer): layer is Layer & Receiver {
  return (
    layer.unpushedReadMessages !== undefined &&
    layer.http2Stream !== undefined &&
    layer.handleTrailers !== undefined &&
    layer.endCall !== undefined &&
    layer.outputStatus !== undefined &&
    layer.maybeOutputStatus !== undefined
  );
}

function handleTrailers(this: Receiver, headers: IncomingHttpHeaders): void {
  const original: Receiver = Object.getPrototypeOf(this);
  const reader = this[READER];
  if (headers["grpc-status"] !== "0" && reader && isRead(reader)) this.endCall = endWhenRead;
  original.handleTrailers.call(this, headers);
}

/**
 * Ends a call with the status of its trailers once its messages are read.
 *
 * Until then the status is an OK to grpc-js, for which it waits by itself.
 */
function endWhenRead(this: Receiver, status: ReceivedStatus): void {
  const original: Receiver = Object.getPrototypeOf(this);
  const waiting = { ...status, code: 0 };
  const written: (() => void)[] = [];
  this.endCall = (later) => {
    // The server has ended the call, so that a request that cannot be written any more is no failure.
    if (!WRITE_FAILURE.test(later.details)) original.endCall.call(this, later);
  };
  this.outputStatus = () => {
    // Another status replaces the one that waits: the caller has cancelled the call, or a message cannot be read.
    if (this.finalStatus === waiting) this.finalStatus = status;
    original.outputStatus.call(this);
    // Later, when grpc-js has let go of the requests that it keeps: otherwise it would write each of them here.
    for (const callback of written) setImmediate(callback);
  };
  this.sendMessageWithContext = ({ callback }) => {
    if (callback) written.push(callback);
  };
  // All messages are in this process, bounded by the window of HTTP/2, so that their connection may go away.
  this.onDisconnect = () => {};
  const { http2Stream } = this;
  this.tryPush = (message) => {
    original.tryPush.call(this, message);
    http2Stream.resume();
  };
  const closed = () => {
    this.readsClosed = true;
    this.maybeOutputStatus();
  };
  original.endCall.call(this, waiting);
  if (http2Stream.destroyed) closed();
  else http2Stream.once("close", closed).resume();
}
