import { setTimeout as sleep } from "node:timers/promises";
import type { RichError } from "grpc-rich-errors";
import type { EventRecord } from "../gen/eventstore/v1/eventstore.js";
import type { ServerProcess } from "./server-process.js";
import type { Stage } from "./stage.js";

/** The generated class of an error. */
export interface DeclaredError {
  readonly definition: NonNullable<RichError["definition"]>;
  [Symbol.hasInstance](value: unknown): boolean;
}

/** A situation that causes an error. */
export interface Scene {
  readonly error: DeclaredError;
  /** The cause of the error, in a few words. */
  readonly title: string;
  /** Whether the scene uses only its own servers, so that it can run beside others. */
  readonly apart?: true;
  play(stage: Stage): Promise<Played>;
}

/** The result of a scene. */
export interface Played {
  /** The server of the call. */
  readonly server: Pick<ServerProcess, "failure" | "statuses">;
  readonly call: Call;
  /** The value that the client caught. */
  readonly caught: unknown;
  /** How the client recovered. */
  readonly afterwards?: string;
}

/** The call that failed. */
export interface Call {
  readonly method: string;
  readonly request: unknown;
  /** How the client was used. */
  readonly surface: string;
}

/** Returns the value that a function throws. */
export async function thrownBy(run: () => Promise<unknown>): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error("a call succeeded that should fail");
}

/** Returns the one failure among calls that were made at the same time. */
export async function oneFailureOf(calls: readonly Promise<unknown>[]): Promise<unknown> {
  const results = await Promise.allSettled(calls);
  const failures = results.filter((result) => result.status === "rejected");
  if (failures.length !== 1) throw new Error(`${failures.length} of ${calls.length} calls failed instead of one`);
  return failures[0]?.reason;
}

/** A record with a number of bytes as its data. */
export function record(id: string, type: string, bytes = 24): EventRecord {
  return { id, type, data: Buffer.alloc(bytes, "data "), properties: {} };
}

/** Counts the messages of a stream. */
export async function count(messages: AsyncIterable<unknown>): Promise<number> {
  let total = 0;
  for await (const _ of messages) total += 1;
  return total;
}

/** Retries for some seconds until it succeeds. */
export async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = 1_000; left > 0; left -= 1) {
    await sleep(50);
    try {
      return await attempt();
    } catch {
      // Not yet.
    }
  }
  return attempt();
}
