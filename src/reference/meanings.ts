import type { Fault, Origin, Outcome, Recovery } from "../definition.js";

/** A declared fact in words. */
export interface Meaning {
  /** A title of a few words: `"Back off and retry"`. */
  readonly title: string;
  /** One sentence or two, as the comment in `richerrors/v1/annotations.proto` says it. */
  readonly sentence: string;
}

/** What a client should do, in words. */
export const RECOVERY_MEANINGS: Readonly<Record<Recovery, Meaning>> = {
  NONE: { title: "Give up", sentence: "The client cannot recover." },
  FIX_REQUEST: { title: "Fix the request", sentence: "Send a different request. The same request fails again." },
  AUTHENTICATE: {
    title: "Authenticate",
    sentence: "Get credentials, or new ones, and send the request again.",
  },
  RETRY: { title: "Retry", sentence: "Send the request again, at once or after the retry delay." },
  BACK_OFF_AND_RETRY: {
    title: "Back off and retry",
    sentence: "Send the request again, after a delay that grows with every attempt.",
  },
  REFRESH_AND_RETRY: {
    title: "Refresh and retry",
    sentence: "Read the current state, decide again, and send a new request based on it.",
  },
  REDIRECT: { title: "Redirect", sentence: "Send the request to the server that the detail names." },
  TREAT_AS_SUCCESS: {
    title: "Treat as success",
    sentence: "Continue as after a success. The requested state already exists.",
  },
  HOLD_AND_RETRY: {
    title: "Hold and retry",
    sentence: "Hold back all later requests, and repeat this one until its outcome is known.",
  },
  CONTACT_OPERATOR: { title: "Contact the operator", sentence: "Contact the operator of the service." },
};

/** Whether a failed request took effect, in words. */
export const OUTCOME_MEANINGS: Readonly<Record<Outcome, Meaning>> = {
  NOT_APPLIED: { title: "Not applied", sentence: "The request took no effect." },
  MAYBE_APPLIED: { title: "Maybe applied", sentence: "The request may have taken effect." },
  ALREADY_APPLIED: {
    title: "Already applied",
    sentence: "The request took effect earlier, for example in a previous attempt.",
  },
};

/** Who is to blame, in words. */
export const FAULT_MEANINGS: Readonly<Record<Fault, Meaning>> = {
  CALLER: { title: "Caller", sentence: "The caller, who sent the request, is to blame." },
  SERVER: { title: "Server", sentence: "The server is to blame." },
  DEPENDENCY: { title: "Dependency", sentence: "A service that the server depends on is to blame." },
};

/** Where an error arises, in words. */
export const ORIGIN_MEANINGS: Readonly<Record<Origin, Meaning>> = {
  CLIENT: { title: "Client", sentence: "The error arises in the client." },
  TRANSPORT: { title: "Transport", sentence: "The error arises between client and server, for example in a proxy." },
  SERVER: { title: "Server", sentence: "The error arises in the application on the server." },
};
