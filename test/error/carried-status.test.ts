import { inspect } from "node:util";
import { Code, pack, RichError as Rich, type RichError, unpack } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { sizeOf } from "../../src/budget/header-size.js";
import { encodeDetails } from "../../src/detail/detail.js";
import { isFromPeer } from "../../src/status/metadata.js";
import { catalog, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";
import { metadataOf } from "../support/metadata.js";

const TRAILER = "grpc-status-details-bin";

function trailerOf(error: RichError): Buffer {
  const [trailer, another] = error.metadata?.get(TRAILER) ?? [];
  expect(another).toBeUndefined();
  return trailer as Buffer;
}

/** Checks that the code, the text and the trailer that grpc-js reads from an error fit together. */
function expectConsistent(error: RichError): RichError {
  const read = unpack(trailerOf(error), { catalogs: [catalog] });
  expect(read).toMatchObject({ code: error.code, message: error.details });
  return read;
}

describe("the metadata of a thrown error", () => {
  it("has the packed error and its own trailers", () => {
    const error = new TooManySidesError(SIDES, { metadata: metadataOf({ "x-own": ["1", "2"] }) });
    expect(expectConsistent(error)).toMatchObject({ detail: SIDES, reason: "TOO_MANY_SIDES" });
    expect(error.metadata?.get("x-own")).toEqual(["1", "2"]);
  });

  it("has no trailer if the error has no details", () => {
    expect(new Rich(Code.ABORTED, "busy").metadata?.toJSON()).toEqual({});
  });

  it("keeps the options of its own trailers", () => {
    const metadata = metadataOf({});
    metadata.setOptions({ waitForReady: true });
    expect(tooManySides({ metadata }).metadata?.getOptions()).toEqual({ waitForReady: true });
  });

  it("is another object for each call, so that no call gets what was added for an earlier one", () => {
    const own = metadataOf({ "x-own": "1" });
    const error = tooManySides({ metadata: own });
    const { metadata: first, message } = error;
    first?.add("x-added", "1");
    error.message = "another";
    own.set("x-own", "2");
    expect(error.metadata?.toJSON()).toMatchObject({ "x-own": ["2"] });
    expect(error.metadata?.get("x-added")).toEqual([]);
    expect(first?.get("x-own")).toEqual(["1"]);
    expect(unpack(first?.get(TRAILER)[0] as Buffer).message).toBe(message);
  });

  it("is missing, and the message is what it is, for a Proxy of an error and an object that inherits from one", () => {
    for (const error of [new Proxy(tooManySides(), {}), Object.create(tooManySides()) as RichError]) {
      expect([error.metadata, error.details]).toEqual([undefined, tooManySides().message]);
    }
  });

  it("follows a code and a message that are set later", () => {
    const error = tooManySides();
    expectConsistent(error);
    error.message = "another";
    expect(expectConsistent(error).message).toBe("another");
    Object.assign(error, { code: Code.ABORTED });
    expect(expectConsistent(error).code).toBe(Code.ABORTED);
    Object.assign(error, { code: 99, message: 7 });
    expect(error.details).toBe(unpack(trailerOf(error)).message);
  });

  it.each([2_000, 100_000])("fits into 4,096 bytes, and so does the text: a message of %s characters", (length) => {
    const error = new TooManySidesError(SIDES, {
      message: "é".repeat(length),
      metadata: metadataOf({ "x-own": ["1"] }),
    });
    const message = error.details;
    expect(message.length).toBeLessThan(length);
    expect(error.message).toHaveLength(length);
    const read = expectConsistent(error);
    expect(read.shed).toContain("message");
    const detailsLength = encodeDetails(read.errorDetails).length;
    expect(sizeOf({ message, detailsLength, trailers: error.metadata })).toBeLessThanOrEqual(4_096);
  });

  it("sheds trailers that do not fit, and never carries what HTTP/2 cannot send", () => {
    const large = new TooManySidesError(SIDES, { metadata: metadataOf({ "x-own": ["x".repeat(5_000)] }) });
    expect(Object.keys(large.metadata?.getMap() ?? {})).toEqual([TRAILER]);
    expect(expectConsistent(large).shed).toEqual(["trailers"]);
    const unsendable = new TooManySidesError(SIDES, { metadata: metadataOf({ te: ["1"], etag: ["1", "2"] }) });
    expect(unsendable.metadata?.get("te")).toEqual([]);
    expect(unsendable.metadata?.get("etag")).toEqual(["1"]);
  });

  it.each<[string, () => never]>([
    ["throws", () => expect.unreachable()],
    ["returns no lists", () => ({ "x-own": 5 }) as never],
    ["returns no object", () => 5 as never],
  ])("survives metadata whose toJSON %s", (_, toJSON) => {
    const broken = Object.assign(metadataOf({ "x-own": "1" }), { toJSON });
    expect(expectConsistent(tooManySides({ metadata: broken })).reason).toBe("TOO_MANY_SIDES");
  });

  it("is not printed", () => {
    const error = tooManySides();
    void error.metadata;
    for (const text of [inspect(error), JSON.stringify(error), inspect({ ...error })]) {
      expect(text).not.toContain(TRAILER);
    }
  });
});

it("the metadata of a received error without any marks it as another server's", () => {
  const error = unpack(pack(tooManySides()));
  expect([error.metadata?.toJSON(), isFromPeer(error.metadata), isFromPeer(error.metadata?.clone())]).toEqual([
    {},
    true,
    true,
  ]);
  expect(isFromPeer(tooManySides().metadata)).toBe(false);
});

it("the metadata of a received error is what it was received with", () => {
  const metadata = metadataOf({ "x-peer": ["1"] });
  const error = Rich.from({ code: 5, details: "gone", metadata });
  expect(error.metadata).toBe(metadata);
  expect(metadata.get(TRAILER)).toEqual([]);
});
