import type { Http2Session } from "node:http2";

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
