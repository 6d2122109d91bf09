import type { IncomingHttpHeaders } from "node:http2";
import type { Readable } from "node:stream";
import type { ClientReadableStream } from "@grpc/grpc-js";

/**
 * Makes grpc-js keep the messages that arrived before an error until they are read, as it
 * does before an OK.
 *
 * By itself, grpc-js ends a call as soon as the trailers of an error arrive, and drops
 * every received message that the reader has not asked for yet.
 *
 * - Call this when the response metadata arrives, which is before the first message.
 * - A call without a reader ends at once, because nobody would ever read its messages.
 * - This overrides private methods of grpc-js. If grpc-js changes them, a call ends as it does without this function.
 *
 * @see https://github.com/grpc/grpc-node/issues/2764
 */
export function keepUnreadMessages(call: ClientReadableStream<unknown>): void {
  const receiver = receiverOf(call);
  if (!receiver || Object.hasOwn(receiver, "handleTrailers")) return;
  receiver[READER] = call;
  receiver.handleTrailers = handleTrailers;
}

/** Checks whether a call has a reader, or had one. */
export function isRead(call: Readable): boolean {
  return call.readableDidRead || call.listenerCount("data") > 0 || call.listenerCount("readable") > 0;
}

const READER = Symbol("reader");
const WRITE_FAILURE = /^Write (error:|failed with error) /;

/** grpc-js's `Http2SubchannelCall`, which holds the HTTP/2 stream of a call. */
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

/** A layer of a call in grpc-js. Layers name the next one towards the network differently. */
interface Layer extends Partial<Receiver> {
  readonly nextCall?: Layer;
  readonly call?: Layer;
  readonly child?: Layer;
  readonly underlyingCalls?: readonly { readonly call: Layer }[];
  readonly committedCallIndex?: number;
}

function receiverOf(call: object): Receiver | undefined {
  // The fields are private to grpc-js, so any of them may be missing.
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
 * Until then, grpc-js sees an OK, because it delays an OK by itself.
 */
function endWhenRead(this: Receiver, status: ReceivedStatus): void {
  const original: Receiver = Object.getPrototypeOf(this);
  const waiting = { ...status, code: 0 };
  const written: (() => void)[] = [];
  this.endCall = (later) => {
    // The server has ended the call, so a request that can no longer be written is not a failure.
    if (!WRITE_FAILURE.test(later.details)) original.endCall.call(this, later);
  };
  this.outputStatus = () => {
    // Any other status replaces the waiting one: the caller cancelled, or a message is malformed.
    if (this.finalStatus === waiting) this.finalStatus = status;
    original.outputStatus.call(this);
    // Wait until grpc-js has dropped its queued requests. Otherwise, each callback would write the next one.
    for (const callback of written) setImmediate(callback);
  };
  this.sendMessageWithContext = ({ callback }) => {
    if (callback) written.push(callback);
  };
  // All messages have arrived, limited by the window of HTTP/2, so the connection may close.
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
