import { inspect } from "node:util";
import { toStatus, unpack } from "grpc-rich-errors";
import type { Comparison, Effort, Goal, Part, Row } from "./figures.js";
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

const LIBRARIES: readonly Peer[] = [protobufJs, tsProto, protobufEs, googleProtobuf, niceGrpc, connect, nitric, gax];
/** The first is the base of all ratios. */
const PEERS: readonly Peer[] = [byHand, byHandError, ours, ...LIBRARIES];

type Reading = "reason" | "detail" | "all";

/** Standard details, compared with every peer. Checks first that all peers pack and read the same content. */
export const details: Part = {
  name: "details",
  title: "Standard details, compared with every peer",
  extent: "31 rounds of 25 ms each",
  async *measure(effort) {
    yield* packing(effort, "two", TWO, PACKING_GOALS);
    const error = `an error with two details (${trailerOf(received(TWO)).length} bytes)`;
    const reason = reading(TWO, "reason");
    yield await compared(effort, "unpack-reason", `Reading the reason of ${error}`, reason, readingGoals(0.15));
    const detail = reading(TWO, "detail");
    yield await compared(
      effort,
      "unpack-detail",
      `Reading the field violations of ${error}`,
      detail,
      readingGoals(0.25),
    );
    yield* packing(effort, "five", FIVE, PACKING_GOALS);
    yield await readingAll(effort, "five", FIVE, readingGoals(0.4));
    yield* packing(effort, "ten", TEN, NEVER_SLOWER);
    yield await readingAll(effort, "ten", TEN, NEVER_SLOWER);
  },
};

function readingAll(effort: Effort, count: string, sample: Sample, goals: Goals): Promise<Comparison> {
  const title = `Reading all details of an error with ${count} details (${trailerOf(received(sample)).length} bytes)`;
  return compared(effort, `unpack-${count}`, title, reading(sample, "all"), goals);
}

async function* packing(effort: Effort, count: string, sample: Sample, goals: Goals): AsyncIterable<Comparison> {
  const details = `${count} details (${trailerOf(received(sample)).length} bytes)`;
  yield await compared(
    effort,
    `pack-${count}`,
    `Creating and packing an error with ${details}`,
    creating(sample),
    goals,
  );
  const title = `Packing an existing error with ${details}`;
  yield await compared(effort, `pack-${count}-made`, title, packingExisting(sample), {});
}

/** The sample as a client of grpc-js receives it. */
function received(sample: Sample): ReceivedError {
  return receivedError(sample.code, sample.message, pack(ours, sample));
}

function pack({ make, pack }: Peer, sample: Sample): Uint8Array | string {
  if (!make || !pack) throw new Error("this peer only reads");
  return pack(make(sample));
}

/** Creates and packs one error with each peer that can pack. */
export function creating(sample: Sample): readonly Contender[] {
  return packers(sample).map((peer) => ({ name: peer.name, run: repeat(() => pack(peer, sample)) }));
}

/** Packs errors that exist already, each once. */
function packingExisting(sample: Sample): readonly Contender[] {
  return packers(sample).flatMap(({ name, make, pack }) =>
    make && pack ? [{ name, ...prepared(() => make(sample), pack) }] : [],
  );
}

function packers(sample: Sample): readonly Peer[] {
  const expected = contentOf(pack(ours, sample));
  const packers = PEERS.filter(({ make }) => make);
  for (const peer of packers) {
    if (contentOf(pack(peer, sample)) !== expected) throw new Error(`${peer.name} packs a different content`);
  }
  return packers;
}

/** The content of a trailer as text, independent of the order of its details. */
export function contentOf(trailer: Uint8Array | string): string {
  const { code, message, details } = toStatus(unpack(bytesOf(trailer)));
  const sorted = details.map(({ typeUrl, value }) => `${typeUrl} ${Buffer.from(value).toString("hex")}`).sort();
  return JSON.stringify([code, message, sorted]);
}

/** Reads one error with each peer: its reason, its field violations, or everything. */
export function reading(sample: Sample, what: Reading): readonly Contender[] {
  const error = received(sample);
  return PEERS.flatMap((peer) => {
    const read = peer[what];
    if (!read) return [];
    checkRead(peer.name, read(error), textsOf(sample, what));
    return [{ name: peer.name, run: repeat(() => read(error)) }];
  });
}

/** The texts that a peer must have read. */
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
    if (!shown.includes(String(text))) throw new Error(`${name} read ${shown}, which lacks "${text}"`);
  }
}

type Goals = Readonly<Record<string, Goal>>;

/** The goal that a peer takes at least so many times as long as this package. */
const slowerBy = (figure: number): Goal => ({ bound: "at least", figure, to: ours.name });

/** Code with protobufjs is the fastest that a user writes without counting bytes. */
const NEVER_SLOWER: Goals = { [protobufJs.name]: slowerBy(1) };

/** Hand-written code creates its error with a stack too. */
const PACKING_GOALS: Goals = {
  ...NEVER_SLOWER,
  [ours.name]: { bound: "at most", figure: 1, to: byHand.name },
  [niceGrpc.name]: slowerBy(4),
  [connect.name]: slowerBy(4),
};

/** A client catches an Error, so this package is compared with hand-written code that returns one. */
const readingGoals = (figure: number): Goals => ({
  ...NEVER_SLOWER,
  [ours.name]: { bound: "at most", figure, to: byHandError.name },
  [niceGrpc.name]: slowerBy(8),
  [connect.name]: slowerBy(8),
});

async function compared(
  { smoke }: Effort,
  id: string,
  title: string,
  contenders: readonly Contender[],
  goals: Goals,
): Promise<Comparison> {
  const results = await compare(contenders, smoke ? 2 : 31, smoke ? 20 : { ms: 25 });
  const rows = results.map(({ name, micros, ratio }: Result): Row => {
    const goal = goals[name];
    return { name, value: micros, ratio, ...(goal && { goal }) };
  });
  return { id, title, unit: "µs", rows };
}
