import type { Scenario } from "../scenario.js";

/** What a client learns of an error. */
export interface ReadError {
  readonly reason: unknown;
  readonly violations: readonly { readonly field: string; readonly description: string }[];
}

/** A client of one library, as its users have it. */
export interface Client {
  /** Makes a call that succeeds. */
  succeed(): Promise<void>;
  /** Makes a call that fails, and tells what its error says; nothing if the error says no more than a status. */
  fail(scenario: Scenario, call: number): Promise<ReadError | undefined>;
  /** Takes so many messages of one stream, and tells how many came. */
  receive(scenario: Scenario, messages: number): Promise<number>;
  close(): void;
}
