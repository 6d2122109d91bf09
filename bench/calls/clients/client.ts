import type { Scenario } from "../scenario.js";

/** The part of an error that clients read. */
export interface ErrorContent {
  readonly reason: unknown;
  readonly violations: readonly { readonly field: string; readonly description: string }[];
}

/** A client of one library, used as its documentation says. */
export interface Client {
  /** Makes a call that succeeds. */
  succeed(): Promise<void>;
  /** Makes a call that fails, and reads the error. Returns `undefined` if the client reads only the status. */
  fail(scenario: Scenario, call: number): Promise<ErrorContent | undefined>;
  /** Reads a server stream and returns the number of messages that arrived. */
  receive(scenario: Scenario, messages: number): Promise<number>;
  close(): void;
}
