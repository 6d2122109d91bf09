import { inspect } from "node:util";
import { contentOf } from "../details.js";
import type { Part } from "../figures.js";
import type { Contender } from "../pairs.js";
import { receivedError } from "../peers/peer.js";
import { repeat } from "../repeat.js";
import { CODE, DETAIL_PEERS, MESSAGE } from "./detail-peers.js";
import { EXTENT, measureGrowth } from "./measure-growth.js";

/** Errors with up to 1,000 details, each of its own type. */
export const manyDetails: Part = {
  name: "many-details",
  title: "Many details",
  extent: EXTENT,
  async *measure(effort) {
    const head = { of: "details", sizes: [1, 3, 10, 30, 100, 300, 1_000] };
    yield await measureGrowth(
      effort,
      { ...head, id: "details-pack", title: "Creating and packing an error with many details" },
      packing,
    );
    yield await measureGrowth(
      effort,
      { ...head, id: "details-unpack", title: "Reading all details of an error with many details" },
      reading,
    );
  },
};

function packing(count: number): readonly Contender[] {
  const expected = contentOf(packedOf(count));
  return DETAIL_PEERS.flatMap(({ name, pack }) => {
    if (!pack) return [];
    if (contentOf(pack(count)) !== expected) throw new Error(`${name} packs a different content`);
    return [{ name, run: repeat(() => pack(count)) }];
  });
}

function reading(count: number): readonly Contender[] {
  const received = receivedError(CODE, MESSAGE, packedOf(count));
  return DETAIL_PEERS.map(({ name, read }) => {
    const details = read(received, count);
    const right = details.filter((detail) => inspect(detail).includes("the field must not be empty"));
    if (right.length !== count) throw new Error(`${name} reads ${right.length} of ${count} details`);
    return { name, run: repeat(() => read(received, count)) };
  });
}

function packedOf(count: number): Uint8Array | string {
  const packed = DETAIL_PEERS[0]?.pack?.(count);
  if (packed === undefined) throw new Error("the first peer cannot pack");
  return packed;
}
