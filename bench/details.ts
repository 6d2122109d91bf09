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
    yield* packing(effort, "two", TWO, toHandWritten);
    const error = `an error with two details (${trailerOf(received(TWO)).length} bytes)`;
    const reason = [...reading(TWO, "reason"), readingAllByHand(TWO)];
    yield await compared(effort, "unpack-reason", `Reading the reason of ${error}`, reason, toReadingAll);
    const detail = reading(TWO, "detail");
    yield await compared(effort, "unpack-detail", `Reading the field violations of ${error}`, detail, toHandWritten);
    for (const [count, sample, goal] of [["five", FIVE, toBestLibrary] as const, ["ten", TEN, noGoal] as const]) {
      yield* packing(effort, count, sample, goal);
      const title = `Reading all details of an error with ${count} details (${trailerOf(received(sample)).length} bytes)`;
      yield await compared(effort, `unpack-${count}`, title, reading(sample, "all"), goal);
    }
  },
};

async function* packing(effort: Effort, count: string, sample: Sample, goal: GoalFor): AsyncIterable<Comparison> {
  const details = `${count} details (${trailerOf(received(sample)).length} bytes)`;
  yield await compared(
    effort,
    `pack-${count}`,
    `Creating and packing an error with ${details}`,
    creating(sample),
    goal,
  );
  const title = `Packing an existing error with ${details}`;
  yield await compared(effort, `pack-${count}-made`, title, packingExisting(sample), goal);
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

/** Hand-written code that reads the whole error, as most libraries do even for one field. */
function readingAllByHand(sample: Sample): Contender {
  const error = received(sample);
  return { name: READING_ALL, run: repeat(() => byHand.all?.(error)) };
}

const READING_ALL = "hand-written, reading everything";

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

type GoalFor = (rows: readonly Row[]) => Goal | undefined;

const noGoal: GoalFor = () => undefined;

const toHandWritten: GoalFor = () => ({ bound: "at most", figure: 1, to: byHand.name });

const toReadingAll: GoalFor = () => ({ bound: "at most", figure: 0.3, to: READING_ALL });

/** Three times as fast as the fastest library of this run. */
const toBestLibrary: GoalFor = (rows) => {
  const peers = rows.filter(({ name }) => LIBRARIES.some((peer) => peer.name === name));
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
