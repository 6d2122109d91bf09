import type { Facts } from "../facts.js";
import { packFacts } from "./hand-packed.js";
import { read } from "./hand-read.js";
import type { GivenError, Peer } from "./peer.js";

// Code over Buffer for what these errors say and for nothing else: the floor that libraries are measured against.

class HandMadeError extends Error {
  constructor(readonly facts: Facts) {
    super(facts.message);
  }
}

/** The floor. */
export const byHand: Peer = {
  name: "by hand",
  make: (facts) => new HandMadeError(facts),
  pack: (made) => packFacts((made as HandMadeError).facts),
  ...read,
};

class HandReadError extends Error {
  readonly code: number;

  constructor(
    { code, details }: GivenError,
    readonly read: unknown,
  ) {
    super(details);
    this.code = code;
  }
}

/** The floor of a client that has an error of a class of its own for what it reads. */
export const byHandError: Peer = {
  name: "by hand, and an Error made of it",
  reason: (given) => new HandReadError(given, read.reason(given)),
  detail: (given) => new HandReadError(given, read.detail(given)),
  all: (given) => new HandReadError(given, read.all(given)),
};
