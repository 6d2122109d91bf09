import { credentials } from "@grpc/grpc-js";
import { Code, promises, RichError, richErrorClientOptions } from "grpc-rich-errors";
import { type ShapeRequest, ShapesClient } from "../../../gen/shapes/v1/shapes.js";
import type { Frame } from "../../../support/frames.js";
import { SHAPES, type Shape } from "../../../support/shapes.js";
import { type Cut, DIRECTIONS, PLACES, startCuttingProxy, WAYS } from "./cutting-proxy.js";
import type { LedgerServer } from "./ledger-servers.js";

/** What a client says of a call: that it succeeded, or the outcome of its error. */
export type Said = "OK" | "NOT_APPLIED" | "MAYBE_APPLIED" | "ALREADY_APPLIED";

/** One call whose connection was cut, and what its client says. */
export interface CutCall {
  readonly server: LedgerServer;
  readonly id: string;
  readonly shape: Shape;
  readonly cut: Cut;
  /** The frame at which the connection was cut. */
  readonly frame: string;
  readonly said: Said;
  readonly code: Code | 0;
  readonly message: string;
}

/** Cuts calls of every shape at every frame, in every place and way. */
export async function cutEverywhere(servers: readonly LedgerServer[], seed: number): Promise<CutCall[]> {
  const made = servers.flatMap((server) =>
    SHAPES.flatMap((shape) => DIRECTIONS.map((direction) => cutEachFrame(server, shape, direction, seed))),
  );
  return (await Promise.all(made)).flat();
}

/** Cuts at one frame after the other, until a call is over before its connection is cut. */
async function cutEachFrame(
  server: LedgerServer,
  shape: Shape,
  direction: Cut["direction"],
  seed: number,
): Promise<CutCall[]> {
  const calls: CutCall[] = [];
  for (let frame = 0; ; frame++) {
    const cuts = PLACES.flatMap((place) => WAYS.map((way): Cut => ({ direction, frame, place, way })));
    const made = await Promise.all(cuts.map((cut) => cutOne(server, shape, cut, seed)));
    const reached = made.filter((call) => call !== undefined);
    calls.push(...reached);
    if (reached.length === 0) return calls;
  }
}

/** Makes a call whose connection is cut. Returns `undefined` if it is over before. */
async function cutOne(server: LedgerServer, shape: Shape, cut: Cut, seed: number): Promise<CutCall | undefined> {
  const id = [server.port, seed, shape, cut.direction, cut.frame, cut.place, cut.way].join("-");
  const random = randomFrom(id);
  const proxy = await startCuttingProxy(server.port, cut, random);
  const client = new ShapesClient(proxy.address, credentials.createInsecure(), {
    ...richErrorClientOptions(),
    // The port of a proxy may have been that of an earlier one, whose connection grpc-js would still know.
    "grpc.use_local_subchannel_pool": 1,
  });
  try {
    const error = await failureOf(client, shape, requestsOf(id, shape, random));
    const frame = proxy.cutFrame();
    if (!frame) return undefined;
    const said: Said = error ? (error.outcome ?? "MAYBE_APPLIED") : "OK";
    const end = { said, code: error?.code ?? (0 as const), message: error?.message ?? "" };
    return { server, id, shape, cut, frame: nameOf(frame), ...end };
  } finally {
    client.close();
    proxy.close();
  }
}

async function failureOf(
  client: ShapesClient,
  shape: Shape,
  requests: readonly [ShapeRequest, ...ShapeRequest[]],
): Promise<RichError | undefined> {
  const calls = promises(client);
  const options = { deadline: Date.now() + 60_000 };
  try {
    if (shape === "unary") await calls.unary(requests[0], options);
    if (shape === "clientStream") await calls.clientStream(requests, options);
    if (shape === "serverStream") for await (const _ of calls.serverStream(requests[0], options));
    if (shape === "bidi") for await (const _ of calls.bidi(requests, options));
    return undefined;
  } catch (thrown) {
    const error = RichError.from(thrown);
    if (error.received && error.code !== Code.DEADLINE_EXCEEDED) return error;
    throw thrown;
  }
}

/** Returns requests of random sizes, of which the last says that it is. */
function requestsOf(id: string, shape: Shape, random: () => number): readonly [ShapeRequest, ...ShapeRequest[]] {
  const request = (which: string) => ({
    scenario: `${id} ${which} ${"x".repeat(Math.floor(random() ** 3 * 3000))}`,
    before: 0,
  });
  if (shape === "unary" || shape === "serverStream") return [request("last")];
  return [request("first"), request("second"), request("last")];
}

/** The names of frames, for tables. */
function nameOf({ type, ack, endStream }: Frame): string {
  if (type === "preface") return "connection preface";
  if (type === "SETTINGS") return ack ? "SETTINGS, ACK" : "SETTINGS";
  if (type === "HEADERS" || type === "DATA") return endStream ? `${type}, END_STREAM` : type;
  return "any other";
}

/** Returns random numbers from 0 to 1, the same for each seed: the hash FNV-1a, then mulberry32. */
function randomFrom(seed: string): () => number {
  let state = 0x811c9dc5;
  for (const char of seed) state = Math.imul(state ^ char.charCodeAt(0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
