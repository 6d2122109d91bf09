import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { credentials } from "@grpc/grpc-js";
import { Code, type PromiseClient, promises, RichError, richErrorClientOptions } from "grpc-rich-errors";
import { catalog, StreamRevisionConflictError } from "grpc-rich-errors/catalogs/kurrentdb";
import { ShapesClient } from "../test/gen/shapes/v1/shapes.js";

import type { ServerHealth } from "./soak-server.js";

const SERVER = fileURLToPath(new URL("./soak-server.js", import.meta.url));

/** A server in a process of its own, and a client of it. */
export interface Soak {
  readonly calls: PromiseClient<ShapesClient>;
  /** Asks the server how it is, after its garbage was collected. */
  health(): Promise<ServerHealth>;
  close(): void;
}

/**
 * Starts both.
 *
 * @param script the server, compiled
 */
export async function startSoak(script = SERVER): Promise<Soak> {
  const server: ChildProcess = fork(script, { execArgv: ["--expose-gc"] });
  const [port] = await once(server, "message");
  const options = richErrorClientOptions({ catalogs: [catalog] });
  const client = new ShapesClient(`127.0.0.1:${port}`, credentials.createInsecure(), options);
  return {
    calls: promises(client),
    health: async () => {
      server.send("how are you?");
      const [health] = await once(server, "message");
      return health as ServerHealth;
    },
    close: () => {
      client.close();
      server.disconnect();
    },
  };
}

/** What came of many calls. */
export interface Outcome {
  /** Calls that ended as they should, of a typed error or with a masked one. */
  right: number;
  /** Calls that ended with something else. */
  wrong: number;
  /** Calls that ended by their deadline. */
  hanging: number;
  /** How long the clients waited, in milliseconds, in order. */
  readonly waited: Float64Array;
}

/** Longer than any call takes. */
const PATIENCE = 60_000;
const AT_ONCE = 64;

/** Makes calls that fail, in all shapes and ways, every other one with junk; so many at once. */
export async function failCalls({ calls }: Soak, from: number, to: number): Promise<Outcome> {
  const waited = new Float64Array(to - from);
  const outcome: Outcome = { right: 0, wrong: 0, hanging: 0, waited };
  let next = from;
  async function work(): Promise<void> {
    while (next < to) {
      const number = next++;
      const began = performance.now();
      const error = await failCall(calls, number);
      waited[number - from] = performance.now() - began;
      if (isRight(error, number)) outcome.right++;
      else if (error instanceof RichError && error.code === Code.DEADLINE_EXCEEDED) outcome.hanging++;
      else outcome.wrong++;
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  waited.sort();
  return outcome;
}

async function failCall(calls: Soak["calls"], number: number): Promise<unknown> {
  // Every other call of each shape is junk, and which value and which way go round.
  const round = Math.floor(number / 8);
  const request = { scenario: isJunk(number) ? "junk" : "typed", before: round };
  const options = { deadline: Date.now() + PATIENCE };
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

/** Reads a stream of messages more slowly than they are made. Tells what the server needed most while it went on. */
export async function readSlowly({ calls, health }: Soak, messages: number, looks: number): Promise<number[]> {
  const heaps: number[] = [];
  let read = 0;
  for await (const _ of calls.serverStream({ scenario: "messages", before: messages })) {
    if (++read % Math.floor(messages / looks) === 0) heaps.push((await health()).heap);
    // Others get their turn, and so does the server.
    else if (read % 1_000 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  if (read !== messages) throw new Error(`${messages} messages were sent, and ${read} came`);
  return heaps;
}
