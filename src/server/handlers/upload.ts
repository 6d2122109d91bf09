import type { Http2Session } from "node:http2";
import type { Readable } from "node:stream";
import { type Guarded, guard, type ReadableCall } from "./guarded-sink.js";
import type { GuardedCall } from "./settlement.js";

/**
 * Guards the requests of a call: they end only where the client ended them, and
 * leaving a loop over them does not destroy the call.
 */
export function guardRequests(call: Guarded<ReadableCall>): void {
  call[guard].push = call.push;
  call.push = guardedPush;
  call[Symbol.asyncIterator] = iterateRequests;
}

/** Tells whether a call reads many requests. */
export function isReadable(call: GuardedCall): call is ReadableCall {
  return "iterator" in call;
}

function iterateRequests(this: ReadableCall): ReturnType<Readable["iterator"]> {
  return this.iterator({ destroyOnReturn: false });
}

/**
 * Holds back the end of the requests until it is known whether the client meant it:
 *
 * - Node's HTTP/2 client ends a stream before it resets it, in another packet. Whoever uses Node is asked by a PING,
 *   which such a client answers after the reset. Clients in other languages reset a stream without ending it.
 * - Node's HTTP/2 server ends a stream that was reset as if the client had ended
 *   it, and grpc-js does not look which it was. It does so when it is asked for
 *   another request, and announces in the next tick that the call is over.
 */
function guardedPush(this: Guarded<ReadableCall>, request: unknown): boolean {
  if (request !== null) return pushTo(this, request);
  const session = mayReset(this) ? sessionOf(this) : undefined;
  // Node may answer the PING before it writes the reset, but not by more than a round of its event loop.
  if (session) afterRoundTrip(session, () => setImmediate(waitOneRound, this));
  else setImmediate(waitOneRound, this);
  return false;
}

/** Clients of other languages name themselves: `grpc-go/1.75.0`. Some of Node's do not. */
function mayReset({ metadata }: GuardedCall): boolean {
  const [agent] = metadata.get("user-agent");
  return agent === undefined || /node|connect-es/i.test(String(agent));
}

interface Layer {
  readonly stream?: { readonly session?: Http2Session | undefined };
  readonly nextCall?: Layer;
}

/** The connection of a call, which grpc-js keeps to itself. None if it is gone, or kept elsewhere. */
function sessionOf(call: object): Http2Session | undefined {
  let layer = (call as { readonly call?: Layer }).call;
  while (layer && !layer.stream) layer = layer.nextCall;
  const session = layer?.stream?.session;
  return session && !session.destroyed ? session : undefined;
}

/** The first `setImmediate` comes before the event loop reads again. */
function waitOneRound(call: Guarded<ReadableCall>): void {
  setImmediate(askForMore, call);
}

function askForMore(call: Guarded<ReadableCall>): void {
  call._read(0);
  process.nextTick(endRequests, call);
}

function endRequests(call: Guarded<ReadableCall>): void {
  if (!call.cancelled) pushTo(call, null);
}

function pushTo(call: Guarded<ReadableCall>, request: unknown): boolean {
  const { push } = call[guard];
  return push !== undefined && Reflect.apply(push, call, [request]);
}

/** A client that does not answer in so many milliseconds is not waited for any longer. */
const PATIENCE = 1000;

/** The pings of a connection: one at a time, each for all who waited when it was sent. */
interface Pings {
  running: boolean;
  waiting: (() => void)[];
}

const pings = new WeakMap<Http2Session, Pings>();

/**
 * Calls back when the other side of a connection has read everything that was
 * sent so far, and everything that it had sent by then has arrived here. HTTP/2
 * answers a PING in the order of all other frames.
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
  const answered = () => {
    if (!timer) return;
    clearTimeout(timer);
    timer = undefined;
    state.running = false;
    for (const callback of served) callback();
    if (state.waiting.length > 0 && !state.running) ping(session, state);
  };
  timer = setTimeout(answered, PATIENCE);
  timer.unref();
  if (!send(session, answered)) setImmediate(answered);
}

/** Tells whether a PING is on its way. Others may have sent as many as there may be at a time. */
function send(session: Http2Session, answered: () => void): boolean {
  try {
    return session.ping(answered);
  } catch {
    // The connection is gone.
    return false;
  }
}
