import { Metadata } from "@grpc/grpc-js";
import { toStatus, unpack } from "grpc-rich-errors";
import { type Facts, FIVE, TEN, TWO } from "./facts.js";
import type { Contender } from "./pairs.js";
import { connect } from "./peers/connect.js";
import { gax } from "./peers/gax.js";
import { googleProtobuf } from "./peers/google-protobuf.js";
import { niceGrpc } from "./peers/nice-grpc.js";
import { nitric } from "./peers/nitric.js";
import { ours } from "./peers/ours.js";
import type { GivenError, Peer } from "./peers/peer.js";
import { protobufJs } from "./peers/protobufjs.js";
import { repeat } from "./repeat.js";

const PEERS: readonly Peer[] = [ours, protobufJs, googleProtobuf, niceGrpc, connect, nitric, gax];

/** How many details the errors have, ErrorInfo included. */
export const SAMPLES: Readonly<Record<string, Facts>> = { "2 details": TWO, "5 details": FIVE, "10 details": TEN };

/** An error as grpc-js gives it to a client. */
function given(facts: Facts): GivenError {
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(pack(ours, facts)));
  const { code, message: details } = facts;
  return Object.assign(new Error(`${code} INVALID_ARGUMENT: ${details}`), { code, details, metadata });
}

function pack({ make, pack }: Peer, facts: Facts): Uint8Array {
  if (!make || !pack) throw new Error("it does not pack");
  return pack(make(facts));
}

/** Making and packing one error, by all that can. */
export function packing(facts: Facts): readonly Contender[] {
  const wanted = told(pack(ours, facts));
  return PEERS.filter(({ make }) => make).map((peer) => {
    if (told(pack(peer, facts)) !== wanted) throw new Error(`${peer.name} says something else`);
    return { name: peer.name, run: repeat(() => pack(peer, facts)) };
  });
}

/** What a trailer says, whatever the order of its details. */
function told(trailer: Uint8Array): string {
  const { code, message, details } = toStatus(unpack(trailer));
  const sorted = details.map(({ typeUrl, value }) => `${typeUrl} ${Buffer.from(value).toString("hex")}`).sort();
  return JSON.stringify([code, message, sorted]);
}

/** Reading one error: its reason, its own detail, or all of it. */
export function reading(facts: Facts, what: "reason" | "detail" | "all"): readonly Contender[] {
  const error = given(facts);
  return PEERS.flatMap((peer) => {
    const read = peer[what];
    return read ? [{ name: peer.name, run: repeat(() => read(error)) }] : [];
  });
}
