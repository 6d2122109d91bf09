import type { Sample } from "../samples.js";
import { packSample } from "./hand-packed.js";
import { read } from "./hand-read.js";
import type { Peer, ReceivedError } from "./peer.js";

// Code over `Buffer` for the samples alone: the lower bound for any library.

class HandMadeError extends Error {
  constructor(readonly sample: Sample) {
    super(sample.message);
  }
}

export const byHand: Peer = {
  name: "hand-written",
  make: (sample) => new HandMadeError(sample),
  pack: (made) => packSample((made as HandMadeError).sample),
  ...read,
};

class HandReadError extends Error {
  readonly code: number;

  constructor(
    { code, details }: ReceivedError,
    readonly read: unknown,
  ) {
    super(details);
    this.code = code;
  }
}

/** The lower bound for a client that throws its own class of error. */
export const byHandError: Peer = {
  name: "hand-written, returning an Error",
  reason: (received) => new HandReadError(received, read.reason(received)),
  detail: (received) => new HandReadError(received, read.detail(received)),
  all: (received) => new HandReadError(received, read.all(received)),
};
