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

/** Something that leads to an error. */
export interface Scene {
  readonly error: DeclaredError;
  /** What happens, in a few words. */
  readonly title: string;
  /** Uses servers of its own only, so that it can be played beside others. */
  readonly apart?: true;
  play(stage: Stage): Promise<Played>;
}

/** What happened in a scene. */
export interface Played {
  /** The server that was called. */
  readonly server: Pick<ServerProcess, "failure" | "statuses">;
  readonly call: Call;
  /** What the client got. */
  readonly caught: unknown;
  /** What came of the client's doing what the error says. */
  readonly afterwards?: string;
}

/** The call that failed. */
export interface Call {
  readonly method: string;
  readonly request: unknown;
  /** In which manner the client was used. */
  readonly surface: string;
}

/** What a piece of code throws. */
export async function thrownBy(run: () => Promise<unknown>): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error("a call succeeded that should fail");
}

/** The one failure among calls that were made at the same time. */
export async function oneFailureOf(calls: readonly Promise<unknown>[]): Promise<unknown> {
  const results = await Promise.allSettled(calls);
  const failures = results.filter((result) => result.status === "rejected");
  if (failures.length !== 1) throw new Error(`${failures.length} of ${calls.length} calls failed instead of one`);
  return failures[0]?.reason;
}

/** A record whose data are so many bytes. */
export function record(id: string, type: string, bytes = 24): EventRecord {
  return { id, type, data: Buffer.alloc(bytes, "data "), properties: {} };
}

/** How many messages come. */
export async function count(messages: AsyncIterable<unknown>): Promise<number> {
  let total = 0;
  for await (const _ of messages) total += 1;
  return total;
}

/** Tries until it succeeds, for some seconds. */
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
