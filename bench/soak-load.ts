import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { credentials } from "@grpc/grpc-js";
import { Code, type PromiseClient, promises, RichError, richErrorClientOptions } from "grpc-rich-errors";
import { catalog, StreamRevisionConflictError } from "grpc-rich-errors/catalogs/kurrentdb";
import { ShapesClient } from "../test/gen/shapes/v1/shapes.js";

import type { ServerHealth } from "./soak-server.js";

const SERVER = fileURLToPath(new URL("./soak-server.js", import.meta.url));

/** A server in its own process, and its client. */
export interface Soak {
  readonly calls: PromiseClient<ShapesClient>;
  /** Asks the server for its heap after a garbage collection, and for uncaught errors. */
  health(): Promise<ServerHealth>;
  close(): void;
}

/**
 * Starts the server and the client.
 *
 * @param script the compiled server
 */
export async function startSoak(script = SERVER): Promise<Soak> {
  const server: ChildProcess = fork(script, { execArgv: ["--expose-gc"] });
  const [port] = await once(server, "message");
  const options = richErrorClientOptions({ catalogs: [catalog] });
  const client = new ShapesClient(`127.0.0.1:${port}`, credentials.createInsecure(), options);
  return {
    calls: promises(client),
    health: async () => {
      server.send("health");
      const [health] = await once(server, "message");
      return health as ServerHealth;
    },
    close: () => {
      client.close();
      server.disconnect();
    },
  };
}

/** The results of many calls. */
export interface CallResults {
  /** Calls that ended with the expected typed or masked error. */
  right: number;
  /** Calls that ended with another error, or with none. */
  wrong: number;
  /** Calls that ran into their deadline. */
  hanging: number;
  /** The duration of each call in milliseconds, sorted. */
  readonly durations: Float64Array;
}

const DEADLINE = 60_000;
const AT_ONCE = 64;

/** Makes calls of all shapes that fail in all ways, half of them with junk. */
export async function failCalls({ calls }: Soak, from: number, to: number): Promise<CallResults> {
  const durations = new Float64Array(to - from);
  const results: CallResults = { right: 0, wrong: 0, hanging: 0, durations };
  let next = from;
  async function work(): Promise<void> {
    while (next < to) {
      const number = next++;
      const began = performance.now();
      const error = await failCall(calls, number);
      durations[number - from] = performance.now() - began;
      if (isRight(error, number)) results.right++;
      else if (error instanceof RichError && error.code === Code.DEADLINE_EXCEEDED) results.hanging++;
      else results.wrong++;
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  durations.sort();
  return results;
}

async function failCall(calls: Soak["calls"], number: number): Promise<unknown> {
  // The round selects the thrown value and the way to fail.
  const round = Math.floor(number / 8);
  const request = { scenario: isJunk(number) ? "junk" : "typed", before: round };
  const options = { deadline: Date.now() + DEADLINE };
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

function isJunk(number: number): boolean {
  return number % 8 < 4;
}

function isRight(error: unknown, number: number): boolean {
  if (!isJunk(number))
    return (
      error instanceof StreamRevisionConflictError && error.detail.actualRevision === BigInt(Math.floor(number / 8))
    );
  if (!(error instanceof RichError)) return false;
  const { code, message, standardDetails } = error;
  return code === Code.INTERNAL && message === "internal error" && standardDetails.requestInfo !== undefined;
}

/** Reads a stream more slowly than the server writes it. Returns the heap of the server, taken `samples` times. */
export async function readSlowly({ calls, health }: Soak, messages: number, samples: number): Promise<number[]> {
  const heaps: number[] = [];
  let read = 0;
  for await (const _ of calls.serverStream({ scenario: "messages", before: messages })) {
    if (++read % Math.floor(messages / samples) === 0) heaps.push((await health()).heap);
    // Yield to the event loop.
    else if (read % 1_000 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  if (read !== messages) throw new Error(`${read} of ${messages} messages arrived`);
  return heaps;
}
