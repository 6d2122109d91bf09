import type { Http2Session } from "node:http2";
import type { Readable } from "node:stream";
import { type GuardedCall, guardOf, type ReadingCall } from "./guarded-call.js";
import type { HandledCall } from "./settlement.js";

/**
 * Guards the requests of a call with many of them: they end only where the client ended them, and leaving a loop over
 * them does not destroy the call.
 */
export function guardRequests(call: ReadingCall): void {
  const guarded = call as GuardedCall<ReadingCall>;
  guardOf(guarded).push = call.push;
  guarded.push = guardedPush;
  guarded[Symbol.asyncIterator] = iterateRequests;
}

function iterateRequests(this: ReadingCall): ReturnType<Readable["iterator"]> {
  return this.iterator({ destroyOnReturn: false });
}

/**
 * Holds back the end of the requests until it is clear that the client meant it.
 *
 * - Node's HTTP/2 client ends a stream before it resets it, in another packet. A PING to a client on Node is answered
 *   after the reset. Clients in other languages reset a stream without ending it.
 * - Node's HTTP/2 server ends a stream that was reset as if the client had ended it, and grpc-js does not distinguish
 *   the two. Node does so when it is asked for another request, and announces in the next tick that the call is over.
 */
function guardedPush(this: GuardedCall<ReadingCall>, request: unknown): boolean {
  if (request !== null) return pushTo(this, request);
  const session = mayReset(this) ? sessionOf(this) : undefined;
  // Node may answer the PING before it writes the reset, but by no more than one round of its event loop.
  if (session) afterRoundTrip(session, () => setImmediate(waitOneRound, this));
  else setImmediate(waitOneRound, this);
  return false;
}

/** Checks whether the client may run on Node. Clients in other languages always name themselves, as in `grpc-go/1.75.0`. */
function mayReset({ metadata }: HandledCall): boolean {
  const [agent] = metadata.get("user-agent");
  return agent === undefined || /node|connect-es/i.test(String(agent));
}

interface Layer {
  readonly stream?: { readonly session?: Http2Session | undefined };
  readonly nextCall?: Layer;
}

/** Returns the connection of a call, a private field of grpc-js, or `undefined` if it is gone or cannot be found. */
function sessionOf(call: object): Http2Session | undefined {
  let layer = (call as { readonly call?: Layer }).call;
  while (layer && !layer.stream) layer = layer.nextCall;
  return layer?.stream?.session;
}

/** Waits for one more round of the event loop: the first `setImmediate` runs before the loop reads again. */
function waitOneRound(call: GuardedCall<ReadingCall>): void {
  setImmediate(askForMore, call);
}

function askForMore(call: GuardedCall<ReadingCall>): void {
  call._read(0);
  process.nextTick(endRequests, call);
}

function endRequests(call: GuardedCall<ReadingCall>): void {
  if (!call.cancelled) pushTo(call, null);
}

function pushTo(call: GuardedCall<ReadingCall>, request: unknown): boolean {
  const { push } = guardOf(call);
  return push !== undefined && Reflect.apply(push, call, [request]);
}

/** The longest time in milliseconds that a client has to answer a PING. */
const PATIENCE = 1000;

/** The PINGs of a connection. One runs at a time, for all callbacks that waited when it was sent. */
interface Pings {
  running: boolean;
  waiting: (() => void)[];
}

const pings = new WeakMap<Http2Session, Pings>();

/**
 * Calls back when the other side of a connection has read everything that was sent so far, and when everything that it
 * had sent by then has arrived. HTTP/2 answers a PING in the order of all other frames.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9113#section-6.7
 */
export function afterRoundTrip(session: Http2Session, callback: () => void): void {
  let state = pings.get(session);
  if (!state) {
    state = { running: false, waiting: [] };
    pings.set(session, state);
  }
  state.waiting.push(callback);
  if (!state.running) ping(session, state);
}

function ping(session: Http2Session, state: Pings): void {
  const served = state.waiting;
  state.waiting = [];
  state.running = true;
  let timer: NodeJS.Timeout | undefined;
  const done = () => {
    if (!timer) return;
    clearTimeout(timer);
    timer = undefined;
    state.running = false;
    for (const callback of served) callback();
    if (state.waiting.length > 0 && !state.running) ping(session, state);
  };
  timer = setTimeout(done, PATIENCE);
  timer.unref();
  if (!send(session, done)) setImmediate(done);
}

/** Sends a PING. Returns `false` if it was not sent: other code may have used up the PINGs that may run at a time. */
function send(session: Http2Session, done: () => void): boolean {
  try {
    return session.ping(done);
  } catch {
    // The connection is gone.
    return false;
  }
}
