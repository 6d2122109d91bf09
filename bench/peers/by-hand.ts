import type { Sample } from "../samples.js";
import { packSample } from "./hand-packed.js";
import { read } from "./hand-read.js";
import type { Peer, ReceivedError } from "./peer.js";

// Code over Buffer for what these errors say and for nothing else: the floor that libraries are measured against.

class HandMadeError extends Error {
  constructor(readonly sample: Sample) {
    super(sample.message);
  }
}

/** The floor. */
export const byHand: Peer = {
  name: "by hand",
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

/** The floor of a client that has an error of a class of its own for what it reads. */
export const byHandError: Peer = {
  name: "by hand, and an Error made of it",
  reason: (received) => new HandReadError(received, read.reason(received)),
  detail: (received) => new HandReadError(received, read.detail(received)),
  all: (received) => new HandReadError(received, read.all(received)),
};
