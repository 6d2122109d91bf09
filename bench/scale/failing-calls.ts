import { type ChannelOptions, credentials } from "@grpc/grpc-js";
import { Code, type PromiseClient, promises, RichError, richErrorClientOptions } from "grpc-rich-errors";
import { catalog, StreamRevisionConflictError } from "grpc-rich-errors/catalogs/kurrentdb";
import { ShapesClient } from "../../test/gen/shapes/v1/shapes.js";
import { fits } from "./sizes.js";

/** How a failing call ended: with the expected error, with another or none, or at its deadline. */
export type Outcome = "right" | "wrong" | "hanging";

/** A client whose calls all fail. */
export interface FailingCalls {
  /** Makes one call. Its number selects the shape, the error and the way to fail. */
  fail(number: number, deadline: number): Promise<Outcome>;
  close(): void;
}

/** The outcomes and durations of many calls. */
export interface CallResults extends Record<Outcome, number> {
  /** The duration of each call in milliseconds, sorted. */
  readonly durations: readonly number[];
}

/** A call that takes this long hangs. On a busy machine, a thousand calls at a time take seconds. */
const DEADLINE = 300_000;

/** Calls a server of this package in all shapes. Half of the calls fail with junk, the others with a typed error. */
export function richCalls(port: number, channel: ChannelOptions = {}): FailingCalls {
  const options = richErrorClientOptions({ catalogs: [catalog] });
  const client = new ShapesClient(`127.0.0.1:${port}`, credentials.createInsecure(), { ...channel, ...options });
  const calls = promises(client);
  return {
    fail: async (number, deadline) => {
      const error = await failCall(calls, number, deadline);
      if (isRight(error, number)) return "right";
      return error instanceof RichError && error.code === Code.DEADLINE_EXCEEDED ? "hanging" : "wrong";
    },
    close: () => client.close(),
  };
}

/**
 * Makes calls, several at once, until there are enough.
 *
 * @param from the number of the first call
 * @param isEnough whether a call with this number is not to begin
 */
export async function failCalls(
  calls: FailingCalls,
  from: number,
  isEnough: (number: number) => boolean,
  atOnce = 64,
): Promise<CallResults> {
  const durations: number[] = [];
  const outcomes = { right: 0, wrong: 0, hanging: 0 };
  let next = from;
  async function work(): Promise<void> {
    while (!isEnough(next)) {
      const number = next++;
      const began = performance.now();
      outcomes[await calls.fail(number, Date.now() + DEADLINE)]++;
      durations.push(performance.now() - began);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  return { ...outcomes, durations: durations.sort((one, other) => one - other) };
}

/** Merges the results of several clients. */
export function mergedResults(all: readonly CallResults[]): CallResults {
  const sum = (outcome: Outcome) => all.reduce((total, results) => total + results[outcome], 0);
  const durations = all.flatMap((results) => results.durations).sort((one, other) => one - other);
  return { right: sum("right"), wrong: sum("wrong"), hanging: sum("hanging"), durations };
}

/** Returns the duration within which a part of the calls ended, in milliseconds. */
export function percentile(durations: readonly number[], part: number): number {
  return durations[Math.ceil(durations.length * part) - 1] ?? Number.NaN;
}

async function failCall(calls: PromiseClient<ShapesClient>, number: number, deadline: number): Promise<unknown> {
  const request = { scenario: isJunk(number) ? "junk" : "typed", before: roundOf(number) };
  const options = { deadline };
  try {
    switch (number % 4) {
      case 0:
        await calls.unary(request, options);
        break;
      case 1:
        await calls.clientStream([request], options);
        break;
      case 2:
        for await (const _ of calls.serverStream(request, options));
        break;
      default:
        for await (const _ of calls.bidi([request], options));
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The round selects the thrown value, its size and the way to fail. */
function roundOf(number: number): number {
  return Math.floor(number / 8);
}

function isJunk(number: number): boolean {
  return number % 8 < 4;
}

function isRight(error: unknown, number: number): boolean {
  const round = roundOf(number);
  if (!isJunk(number)) {
    if (!(error instanceof StreamRevisionConflictError)) return false;
    return fits(round) ? error.detail.actualRevision === BigInt(round) : error.issues.length > 0;
  }
  if (!(error instanceof RichError)) return false;
  const { code, message, standardDetails } = error;
  return code === Code.INTERNAL && message === "internal error" && standardDetails.requestInfo !== undefined;
}
