import { Metadata } from "@grpc/grpc-js";
import { packError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { carry, markTrailer, thrownOf } from "../../src/error/carried-metadata.js";
import { tooManySides } from "../support/errors.js";
import { metadataOf } from "../support/metadata.js";

const TRAILER = "grpc-status-details-bin";
const error = tooManySides();

/** The same changes to metadata of grpc-js and to metadata that carries an error. */
const CHANGES: readonly [string, (metadata: Metadata) => void][] = [
  ["nothing", () => {}],
  ["set", (metadata) => metadata.set("X-Name", "value")],
  ["set twice", (metadata) => ["1", "2"].forEach((value) => void metadata.set("x-name", value))],
  ["add twice", (metadata) => ["1", "2"].forEach((value) => void metadata.add("x-name", value))],
  ["add bytes", (metadata) => metadata.add("x-name-bin", Buffer.from([0, 255]))],
  ["remove", (metadata) => metadata.remove("X-A")],
  ["remove what is not there", (metadata) => metadata.remove("x-none")],
  ["merge", (metadata) => metadata.merge(metadataOf({ "x-a": ["2", "3"], "x-b": ["4"] }))],
  ["set options", (metadata) => metadata.setOptions({ waitForReady: true })],
  ["set opaque data", (metadata) => metadata.setOpaque("trace", 7)],
];

describe("metadata that carries an error", () => {
  it.each(CHANGES)("has the methods of grpc-js's Metadata: %s", (_, change) => {
    const given = metadataOf({ "x-a": ["1"] });
    const carried = carry(error, [["x-a", ["1"]]]);
    change(given);
    change(carried);
    for (const [one, other] of [
      [given, carried],
      [given.clone(), carried.clone()],
    ] as const) {
      expect(other.toHttp2Headers()).toEqual(one.toHttp2Headers());
      expect(other.toJSON()).toEqual(one.toJSON());
      expect(other.getMap()).toEqual(one.getMap());
      for (const name of ["x-a", "X-Name", "x-name-bin", "x-none"]) expect(other.get(name)).toEqual(one.get(name));
      expect(other.getOptions()).toEqual(one.getOptions());
    }
    expect(carried.getOpaque("trace")).toBe(given.getOpaque("trace"));
  });

  it("refuses what HTTP/2 cannot send, as grpc-js does", () => {
    const carried = carry(error, []);
    for (const [name, value] of [
      ["x-name", "ä"],
      ["x name", "a"],
      ["x-name", Buffer.of(1)],
      ["x-name-bin", "a"],
      ["connection", "x"],
      ["grpc-status", "0"],
    ] as const) {
      expect(() => carried.set(name, value)).toThrow(/HTTP\/2 cannot send/);
      expect(() => carried.add(name, value)).toThrow(/HTTP\/2 cannot send/);
    }
    expect(carried.getMap()).toEqual({});
  });

  it("is independent of its clone", () => {
    const carried = carry(error, [["x-a", ["1"]]]);
    const clone = carried.clone();
    clone.add("x-a", "2");
    clone.setOptions({ corked: true });
    expect([carried.get("x-a"), carried.getOptions()]).toEqual([["1"], {}]);
  });
});

describe("thrownOf", () => {
  it("finds the error behind its metadata, a clone, and metadata of grpc-js that it was merged into", () => {
    const { metadata } = packError(error);
    const merged = metadataOf({ "x-b": ["1"] });
    merged.merge(metadata);
    const mergedClone = new Metadata();
    mergedClone.merge(metadata.clone());
    for (const found of [metadata, metadata.clone(), metadata.clone().clone(), merged, mergedClone]) {
      expect(thrownOf(found)).toBe(error);
    }
  });

  it("finds nothing behind other metadata, equal bytes, and values that throw", () => {
    const { metadata } = packError(error);
    const equal = metadataOf({});
    equal.set(TRAILER, Buffer.from(metadata.get(TRAILER)[0] as Buffer));
    const broken = { get: () => expect.unreachable() };
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    for (const found of [
      undefined,
      null,
      "text",
      {},
      metadataOf({}),
      equal,
      broken,
      revoked.proxy,
      { get: () => [] },
    ]) {
      expect(thrownOf(found)).toBeUndefined();
    }
  });

  it("finds the last error that was marked", () => {
    const metadata = carry(error, [[TRAILER, [Buffer.of(8, 5)]]]);
    markTrailer(metadata, error);
    const plain = metadataOf({});
    plain.merge(metadata);
    expect(thrownOf(plain)).toBe(error);
  });
});
