import type { OriginFacts } from "../error-content.js";

/** The application of a server sent the error. */
export const FROM_SERVER: OriginFacts = { origin: "SERVER", kind: "api" };
/** A proxy between client and server sent the error. */
export const FROM_PROXY: OriginFacts = { origin: "TRANSPORT", kind: "api" };
/** A server or a proxy sent the error. */
export const UNKNOWN_ORIGIN: OriginFacts = { kind: "api" };

// The facts of local failures. A local failure is one that no server responded to.

/** No connection was made, so no request was sent. */
export const NOT_SENT: OriginFacts = {
  origin: "TRANSPORT",
  kind: "network",
  outcome: "NOT_APPLIED",
  recovery: "BACK_OFF_AND_RETRY",
};
/** The request may have been sent, and no response came. */
export const NO_RESPONSE: OriginFacts = { ...NOT_SENT, outcome: "MAYBE_APPLIED" };
/** No response came before the client's deadline. */
export const TIMED_OUT: OriginFacts = { ...NO_RESPONSE, origin: "CLIENT" };
/** No connection was made before the client's deadline. */
export const TIMED_OUT_UNSENT: OriginFacts = { ...TIMED_OUT, outcome: "NOT_APPLIED" };
/** An open circuit breaker stopped the request. */
export const CIRCUIT_OPEN: OriginFacts = { ...NOT_SENT, origin: "CLIENT", kind: "circuitOpen" };
/** The client rejected the call before it sent anything. */
export const REJECTED_BY_CLIENT: OriginFacts = { origin: "CLIENT", outcome: "NOT_APPLIED", fault: "CALLER" };
/** The client cancelled the call, or could not read its response. */
export const CANCELLED_BY_CLIENT: OriginFacts = { origin: "CLIENT", outcome: "MAYBE_APPLIED" };
