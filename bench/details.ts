import { inspect } from "node:util";
import { toStatus, unpack } from "grpc-rich-errors";
import { type Facts, FIVE, TEN, TWO } from "./facts.js";
import { type Comparison, type Effort, type Goal, isOurs, type Part, type Row } from "./figures.js";
import { type Contender, compare, type Result } from "./pairs.js";
import { byHand, byHandError } from "./peers/by-hand.js";
import { connect } from "./peers/connect.js";
import { gax } from "./peers/gax.js";
import { googleProtobuf } from "./peers/google-protobuf.js";
import { niceGrpc } from "./peers/nice-grpc.js";
import { nitric } from "./peers/nitric.js";
import { ours } from "./peers/ours.js";
import { bytesOf, type GivenError, givenBy, type Peer } from "./peers/peer.js";
import { protobufEs } from "./peers/protobuf-es.js";
import { protobufJs } from "./peers/protobufjs.js";
import { tsProto } from "./peers/ts-proto.js";
import { prepared, repeat } from "./repeat.js";

const FLOORS: readonly Peer[] = [byHand, byHandError];
const OTHERS: readonly Peer[] = [protobufJs, tsProto, protobufEs, googleProtobuf, niceGrpc, connect, nitric, gax];
/** All that packs or reads standard details; what it is measured against comes first. */
const PEERS: readonly Peer[] = [...FLOORS, ours, ...OTHERS];

type Reading = "reason" | "detail" | "all";

/** Standard details beside every peer, each with the same facts; which are told, is checked before. */
export const details: Part = {
  name: "details",
  title: "Standard details, beside every peer",
  extent: "31 rounds of 25 ms for each",
  async *measure(effort) {
    for (const [count, facts] of Object.entries({ two: TWO, five: FIVE, ten: TEN })) {
      const what = `${count} details, ${bytesOf(pack(ours, facts)).length} bytes`;
      const goals = count === "two" ? toFloor(1) : count === "five" ? toBestPeer : noGoal;
      yield await compared(effort, `pack-${count}`, `Making and packing ${what}`, makingAndPacking(facts), goals);
      yield await compared(
        effort,
        `pack-${count}-made`,
        `Packing ${what}, of an error that is there`,
        packing(facts),
        goals,
      );
      if (count === "two") {
        const [reason, detail] = [reading(facts, "reason"), reading(facts, "detail")];
        yield await compared(effort, "unpack-reason", `Unpacking ${what}: the reason read`, reason, toFloor(0.3));
        yield await compared(effort, "unpack-detail", `Unpacking ${what}: the violations read`, detail, toFloor(1));
      } else {
        yield await compared(effort, `unpack-${count}`, `Unpacking ${what}, all read`, reading(facts, "all"), goals);
      }
    }
  },
};

/** The facts as a client of grpc-js has them. */
function given(facts: Facts): GivenError {
  return givenBy(facts.code, facts.message, pack(ours, facts));
}

function pack({ make, pack }: Peer, facts: Facts): Uint8Array | string {
  if (!make || !pack) throw new Error("it does not pack");
  return pack(make(facts));
}

/** Making and packing one error, by all that can. */
export function makingAndPacking(facts: Facts): readonly Contender[] {
  return packers(facts).map((peer) => ({ name: peer.name, run: repeat(() => pack(peer, facts)) }));
}

/** Packing errors that were made before, each once. */
function packing(facts: Facts): readonly Contender[] {
  return packers(facts).flatMap(({ name, make, pack }) =>
    make && pack ? [{ name, ...prepared(() => make(facts), pack) }] : [],
  );
}

function packers(facts: Facts): readonly Peer[] {
  const wanted = told(pack(ours, facts));
  const packers = PEERS.filter(({ make }) => make);
  for (const peer of packers) {
    if (told(pack(peer, facts)) !== wanted) throw new Error(`${peer.name} says something else`);
  }
  return packers;
}

/** What a trailer says, whatever the order of its details. */
export function told(trailer: Uint8Array | string): string {
  const { code, message, details } = toStatus(unpack(bytesOf(trailer)));
  const sorted = details.map(({ typeUrl, value }) => `${typeUrl} ${Buffer.from(value).toString("hex")}`).sort();
  return JSON.stringify([code, message, sorted]);
}

/** Reading one error: its reason, its own detail, or all of it. */
export function reading(facts: Facts, what: Reading): readonly Contender[] {
  const error = given(facts);
  return PEERS.flatMap((peer) => {
    const read = peer[what];
    if (!read) return [];
    checkRead(peer.name, read(error), textsOf(facts, what));
    return [{ name: peer.name, run: repeat(() => read(error)) }];
  });
}

/** The texts that must be in what was read. */
function textsOf({ reason, domain, fieldViolations, requestId, help, more }: Facts, what: Reading): unknown[] {
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
