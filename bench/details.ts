import { inspect } from "node:util";
import { toStatus, unpack } from "grpc-rich-errors";
import { type Comparison, type Effort, type Goal, isOurs, type Part, type Row } from "./figures.js";
import { type Contender, compare, type Result } from "./pairs.js";
import { byHand, byHandError } from "./peers/by-hand.js";
import { connect } from "./peers/connect.js";
import { gax } from "./peers/gax.js";
import { googleProtobuf } from "./peers/google-protobuf.js";
import { niceGrpc } from "./peers/nice-grpc.js";
import { nitric } from "./peers/nitric.js";
import { ours } from "./peers/ours.js";
import { bytesOf, type Peer, type ReceivedError, receivedError, trailerOf } from "./peers/peer.js";
import { protobufEs } from "./peers/protobuf-es.js";
import { protobufJs } from "./peers/protobufjs.js";
import { tsProto } from "./peers/ts-proto.js";
import { prepared, repeat } from "./repeat.js";
import { FIVE, type Sample, TEN, TWO } from "./samples.js";

const FLOORS: readonly Peer[] = [byHand, byHandError];
const OTHERS: readonly Peer[] = [protobufJs, tsProto, protobufEs, googleProtobuf, niceGrpc, connect, nitric, gax];
/** All that packs or reads standard details; what it is measured against comes first. */
const PEERS: readonly Peer[] = [...FLOORS, ours, ...OTHERS];

type Reading = "reason" | "detail" | "all";

/** Standard details beside every peer, each with the same sample; which are told, is checked before. */
export const details: Part = {
  name: "details",
  title: "Standard details, beside every peer",
  extent: "31 rounds of 25 ms for each",
  async *measure(effort) {
    yield* packing(effort, "two", TWO, toFloor(1));
    const what = `Unpacking two details, ${trailerOf(received(TWO)).length} bytes`;
    const reason = [...reading(TWO, "reason"), readingAllByHand(TWO)];
    yield await compared(effort, "unpack-reason", `${what}: the reason read`, reason, toWholeFloor);
    const detail = reading(TWO, "detail");
    yield await compared(effort, "unpack-detail", `${what}: the violations read`, detail, toFloor(1));
    for (const [count, sample, goal] of [["five", FIVE, toBestPeer] as const, ["ten", TEN, noGoal] as const]) {
      yield* packing(effort, count, sample, goal);
      const what = `Unpacking ${count} details, ${trailerOf(received(sample)).length} bytes, all read`;
      yield await compared(effort, `unpack-${count}`, what, reading(sample, "all"), goal);
    }
  },
};

async function* packing(effort: Effort, count: string, sample: Sample, goal: GoalFor): AsyncIterable<Comparison> {
  const what = `${count} details, ${trailerOf(received(sample)).length} bytes`;
  yield await compared(effort, `pack-${count}`, `Making and packing ${what}`, makingAndPacking(sample), goal);
  const title = `Packing ${what}, of an error that is there`;
  yield await compared(effort, `pack-${count}-made`, title, packingOfMade(sample), goal);
}

/** The sample as a client of grpc-js has them. */
function received(sample: Sample): ReceivedError {
  return receivedError(sample.code, sample.message, pack(ours, sample));
}

function pack({ make, pack }: Peer, sample: Sample): Uint8Array | string {
  if (!make || !pack) throw new Error("it does not pack");
  return pack(make(sample));
}

/** Making and packing one error, by all that can. */
export function makingAndPacking(sample: Sample): readonly Contender[] {
  return packers(sample).map((peer) => ({ name: peer.name, run: repeat(() => pack(peer, sample)) }));
}

/** Packing errors that were made before, each once. */
function packingOfMade(sample: Sample): readonly Contender[] {
  return packers(sample).flatMap(({ name, make, pack }) =>
    make && pack ? [{ name, ...prepared(() => make(sample), pack) }] : [],
  );
}

function packers(sample: Sample): readonly Peer[] {
  const wanted = contentOf(pack(ours, sample));
  const packers = PEERS.filter(({ make }) => make);
  for (const peer of packers) {
    if (contentOf(pack(peer, sample)) !== wanted) throw new Error(`${peer.name} says something else`);
  }
  return packers;
}

/** What a trailer says, whatever the order of its details. */
export function contentOf(trailer: Uint8Array | string): string {
  const { code, message, details } = toStatus(unpack(bytesOf(trailer)));
  const sorted = details.map(({ typeUrl, value }) => `${typeUrl} ${Buffer.from(value).toString("hex")}`).sort();
  return JSON.stringify([code, message, sorted]);
}

/** Reading one error: its reason, its own detail, or all of it. */
export function reading(sample: Sample, what: Reading): readonly Contender[] {
  const error = received(sample);
  return PEERS.flatMap((peer) => {
    const read = peer[what];
    if (!read) return [];
    checkRead(peer.name, read(error), textsOf(sample, what));
    return [{ name: peer.name, run: repeat(() => read(error)) }];
  });
}

/** What is written by hand reads no more than is asked for; this reads it all. */
function readingAllByHand(sample: Sample): Contender {
  const error = received(sample);
  return { name: WHOLE_FLOOR, run: repeat(() => byHand.all?.(error)) };
}

const WHOLE_FLOOR = "by hand, all of it read";

/** The texts that must be in what was read. */
function textsOf({ reason, domain, fieldViolations, requestId, help, more }: Sample, what: Reading): unknown[] {
  if (what === "reason") return [reason];
  const violations = fieldViolations.flatMap(({ field, description }) => [field, description]);
  if (what === "detail") return violations;
  const { debug, stack = [], quota = {}, precondition = {}, resource = {}, localized = {} } = more ?? {};
  const others = [help ?? {}, quota, precondition, resource, localized].flatMap(Object.values);
  return [reason, domain, ...violations, requestId, debug, ...stack, ...others].filter((text) => text !== undefined);
}

function checkRead(name: string, read: unknown, texts: readonly unknown[]): void {
  const shown = inspect(read, { depth: null, maxStringLength: null, breakLength: Number.POSITIVE_INFINITY });
  for (const text of texts) {
    if (!shown.includes(String(text))) throw new Error(`${name} does not read "${text}", but ${shown}`);
  }
}

type GoalFor = (rows: readonly Row[]) => Goal | undefined;

const noGoal: GoalFor = () => undefined;

function toFloor(figure: number): GoalFor {
  return () => ({ bound: "at most", figure, to: byHand.name });
}

const toWholeFloor: GoalFor = () => ({ bound: "at most", figure: 0.3, to: WHOLE_FLOOR });

/** At least three times as fast as the peer that is the fastest in this run. */
const toBestPeer: GoalFor = (rows) => {
  const peers = rows.filter(({ name }) => OTHERS.some((peer) => peer.name === name));
  const [best] = [...peers].sort((one, other) => one.ratio - other.ratio);
  return best && { bound: "at most", figure: 1 / 3, to: best.name };
};

async function compared(
  { smoke }: Effort,
  id: string,
  title: string,
  contenders: readonly Contender[],
  goalFor: GoalFor,
): Promise<Comparison> {
  const results = await compare(contenders, smoke ? 2 : 31, smoke ? 20 : { ms: 25 });
  const rows = results.map(({ name, micros, ratio }: Result): Row => ({ name, value: micros, ratio }));
  const goal = goalFor(rows);
  return { id, title, unit: "µs", rows: rows.map((row) => (goal && isOurs(row) ? { ...row, goal } : row)) };
}
