import { Metadata } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import type { ErrorDetail } from "../../src/detail/index.js";
import { pack, RichError, type RichErrorOptions, StandardDetails, unpack } from "../../src/index.js";
import { catalog, SIDES, SIDES_MESSAGE, TooManySidesError, tooManySides } from "../support/errors.js";
import { rawFields, sizeOfFields } from "../support/header-size.js";
import { bytesOf, rawCall } from "../support/raw.js";
import { SHAPES, type Shape, type Shapes, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";

function violations(count: number): StandardDetails {
  const details = new StandardDetails();
  for (let field = 0; field < count; field++) details.addFieldViolation(`items[${field}]`, "must not be empty");
  return details;
}

function entries(count: number): Metadata {
  const metadata = new Metadata();
  for (let entry = 0; entry < count; entry++) metadata.set(`x-entry-${entry}`, "some value");
  return metadata;
}

/** Errors that on plain grpc-js hang their call, or every call of the connection. */
const LARGE: readonly (readonly [string, () => TooManySidesError])[] = [
  ["a message of 1 MB", () => tooManySides({ message: "m".repeat(1_000_000) })],
  ["a message of 1 MB that is percent-encoded", () => tooManySides({ message: "😀".repeat(250_000) })],
  [
    "DebugInfo of 1 MB",
    () => tooManySides({ errorDetails: new StandardDetails().setDebugInfo("d".repeat(1_000_000)) }),
  ],
  ["10,000 violations", () => tooManySides({ errorDetails: violations(10_000) })],
  ["4,000 trailers", () => tooManySides({ metadata: entries(4_000) })],
  [
    "a detail of 61 KB",
    () => new TooManySidesError({ ...SIDES, shape: "s".repeat(61_000) }, { message: SIDES_MESSAGE }),
  ],
  ["info of 100 KB", () => tooManySides({ info: { note: "n".repeat(100_000) } })],
];

describe.each(LARGE)("an error with %s", (_, make) => {
  it.each(SHAPES)("arrives with its code, reason and domain, and the connection stays usable (%s)", async (shape) => {
    const shapes = await startShapes({ [shape]: failing(make) });
    for (let time = 0; time < 3; time++) {
      const error = RichError.from(await failureOf(shapes, shape));
      expect(error).toBeRichError(TooManySidesError);
      expect(error).toMatchObject({ code: 3, domain: "shapes.example.com" });
      expect(error.shed.length).toBeGreaterThan(0);
      expect(error.issues.map(({ kind }) => kind).filter((kind) => kind !== "missing-detail")).toEqual(["shed"]);
    }
    expect(shapes.failed[0]?.shed).toEqual(RichError.from(await failureOf(shapes, shape)).shed);
    expect(new Set(shapes.peers).size).toBe(1);
  });

  it("takes at most 4,096 bytes on the wire by default", async () => {
    const shapes = await startShapes({ unary: failing(make) });
    const { trailers } = await rawCall(shapes.address, "/shapes.v1.Shapes/Unary");
    const size = Object.entries(trailers).reduce(
      (sum, [name, value]) => sum + name.length + String(value).length + 32,
      0,
    );
    expect(size).toBeLessThanOrEqual(4_096);
    expect(size).toBeGreaterThan(300);
  });
});

function failing(make: () => Error): () => never {
  return () => {
    throw make();
  };
}

async function failureOf(shapes: Shapes, shape: Shape): Promise<unknown> {
  return (await callOn(shapes, shape)).error;
}

const GET = "/shapes.v1.Shapes";
const PATHS: Readonly<Record<Shape, string>> = {
  unary: `${GET}/Unary`,
  clientStream: `${GET}/ClientStream`,
  serverStream: `${GET}/ServerStream`,
  bidi: `${GET}/Bidi`,
};

function typed(count: number, nameOf: (index: number) => string): readonly ErrorDetail[] {
  return Array.from({ length: count }, (_, index) => ({ typeUrl: `x/${nameOf(index)}`, value: new Uint8Array(1) }));
}

/** A response of another server: an error that this server declares, and a detail whose type name is 40 KB of invalid UTF-8. */
function upstreamError(): RichError {
  const name = "~".repeat(40_000);
  const bytes = Buffer.from(pack(tooManySides({ errorDetails: typed(1, () => name) })));
  return unpack(Buffer.from(bytes.toString("latin1").replaceAll("~", "\xff"), "latin1"), { catalogs: [catalog] });
}

const REASON = { reason: "GONE", domain: "x.example" };

/** Errors whose names are as long, or as many, as the contents of other errors. */
const HOSTILE: readonly (readonly [string, () => RichError])[] = [
  [
    "a type name of 70 KB",
    () => new RichError(5, "x", { ...REASON, errorDetails: typed(1, () => "a".repeat(70_000)) }),
  ],
  [
    "a type name of commas",
    () => new RichError(5, "x", { ...REASON, errorDetails: typed(1, () => ",".repeat(9_000)) }),
  ],
  ["1,000 details without content", () => new RichError(5, "x", { ...REASON, errorDetails: typed(1_000, String) })],
  ["16,000 details", () => new RichError(5, "x", { ...REASON, errorDetails: typed(16_000, (at) => `a.b.T${at}`) })],
  ["a reason of 70,000 letters", () => new RichError(5, "x", { ...REASON, reason: "A".repeat(70_000) })],
  ["a domain of 70,000 letters", () => new RichError(5, "x", { ...REASON, domain: "a".repeat(70_000) })],
  ["a key of 70 KB in its info", () => new RichError(5, "x", { ...REASON, info: { ["k".repeat(70_000)]: "v" } })],
];

describe.each(HOSTILE)("an error with %s", (_, make) => {
  it.each(SHAPES)("arrives within its budget, and the connection stays usable (%s)", async (shape) => {
    let fail = true;
    const handler = (): { index: number } => {
      if (fail) throw make();
      return { index: 0 };
    };
    const many = function* () {
      yield handler();
    };
    const handlers = { unary: handler, clientStream: handler, serverStream: many, bidi: many };
    const shapes = await startShapes(handlers, { catalogs: [catalog] });
    const error = RichError.from(await failureOf(shapes, shape));
    const { blocks } = await rawCall(shapes.address, PATHS[shape]);
    expect(blocks).toHaveLength(1);
    expect(sizeOfFields(rawFields(blocks[0] ?? []))).toBeLessThanOrEqual(4_096);
    expect([3, 5]).toContain(error.code);
    expect(error.shed.length).toBeGreaterThan(0);
    expect(error.shed.join().length).toBeLessThan(260);
    expect(error.shed.every((name) => /^(\w{1,64}|\+\d+)$/.test(name))).toBe(true);
    expect(shapes.failed.map(({ shed }) => shed)).toEqual([error.shed, error.shed]);
    fail = false;
    expect((await callOn(shapes, shape)).error).toBeUndefined();
    expect(shapes.peers.at(-1)).toBe(shapes.peers[0]);
  });
});

/** Errors of another server that this server declares, with many more details. */
const FORWARDED: readonly (readonly [string, () => RichError])[] = [
  ["a type name of 40 KB of invalid UTF-8", upstreamError],
  ["16,000 details", () => received({ errorDetails: typed(16_000, (at) => `a.b.T${at}`) })],
  ["10,000 violations", () => received({ errorDetails: violations(10_000) })],
  ["a message of 100 KB", () => received({ message: "m".repeat(100_000) })],
  ["info of 100 KB", () => received({ info: { note: "n".repeat(100_000) } })],
];

function received(options: RichErrorOptions): RichError {
  return unpack(pack(tooManySides(options)), { catalogs: [catalog] });
}

describe.each(FORWARDED)("another server's error with %s", (_, make) => {
  it.each(SHAPES)("is forwarded within the budget, and the missing parts are reported (%s)", async (shape) => {
    const shapes = await startShapes({ [shape]: failing(make) }, { catalogs: [catalog] });
    const error = RichError.from(await failureOf(shapes, shape));
    expect(error).toBeRichError(TooManySidesError);
    const [block = []] = (await rawCall(shapes.address, PATHS[shape])).blocks;
    expect(sizeOfFields(rawFields(block))).toBeLessThanOrEqual(4_096);
    const [failed] = shapes.failed;
    expect(failed?.shed).toEqual(error.shed);
    expect([...error.shed, ...(failed?.problems ?? [])].length).toBeGreaterThan(0);
  });
});

it("lists the first names of the dropped parts and counts the others", async () => {
  const errorDetails = typed(8_000, (index) => `a.b.T${index}`);
  const shapes = await startShapes({ unary: failing(() => new RichError(5, "x", { ...REASON, errorDetails })) });
  const error = RichError.from(await failureOf(shapes, "unary"));
  expect(error.shed).toHaveLength(17);
  expect(error.shed[0]).toBe("T7999");
  expect(Number(error.shed.at(-1))).toBe(8_000 - error.errorDetails.length + 1 - 16);
});

it("leaves out a reason that is too long, and nothing else", async () => {
  const long = () => new RichError(5, "gone", { reason: "A".repeat(64), domain: "x.example", info: { a: "1" } });
  const shapes = await startShapes({ unary: failing(long) });
  const error = RichError.from(await failureOf(shapes, "unary"));
  expect(error).toMatchObject({ code: 5, message: "gone", reason: undefined, domain: "x.example", shed: ["reason"] });
  expect(error.info?.metadata).toEqual({ a: "1", shed: "reason" });
  expect(error.issues).toMatchObject([{ kind: "shed" }]);
});

it("sends a reason of 63 bytes and a domain of 253 bytes unshortened", async () => {
  const longest = { reason: "A".repeat(63), domain: "d".repeat(253) };
  const shapes = await startShapes({ unary: failing(() => new RichError(5, "m".repeat(9_000), longest)) }, LEAST);
  expect(RichError.from(await failureOf(shapes, "unary"))).toMatchObject(longest);
});

/** Bytes that base64 writes as "+", which HPACK cannot compress. */
const INCOMPRESSIBLE = Buffer.from("fbefbe".repeat(30_000), "hex");

describe("with the largest budget", () => {
  it.each<[string, () => RichError]>([
    [
      "one value",
      () => tooManySides({ errorDetails: [{ typeUrl: "x/Big", value: INCOMPRESSIBLE.subarray(0, 44_000) }] }),
    ],
    ["many values", () => tooManySides({ metadata: bytes(100, 400) })],
    ["more values than Node takes", () => tooManySides({ metadata: bytes(1_000, 0) })],
    ["a message", () => tooManySides({ message: "\u00e9!".repeat(20_000) })],
  ])("an error that hardly compresses arrives: %s", async (_, make) => {
    const shapes = await startShapes({ unary: failing(make) }, { boundary: { maxHeaderBytes: 60_000 } });
    for (let time = 0; time < 3; time++) {
      expect(RichError.from(await failureOf(shapes, "unary"))).toBeRichError(TooManySidesError);
    }
    const [block = []] = (await rawCall(shapes.address, PATHS.unary)).blocks;
    expect(sizeOfFields(rawFields(block))).toBeLessThanOrEqual(60_000);
    expect(new Set(shapes.peers.slice(0, 3)).size).toBe(1);
  });
});

function bytes(count: number, length: number): Metadata {
  const metadata = new Metadata();
  for (let entry = 0; entry < count; entry++) metadata.set(`x${entry}-bin`, INCOMPRESSIBLE.subarray(0, length));
  return metadata;
}

const LEAST = { boundary: { maxHeaderBytes: 1_024, requestInfo: true, retryPushback: true } };

it("keeps a masked error and its request id within the smallest budget", async () => {
  const shapes = await startShapes({ unary: failing(() => new Error("secret")) }, LEAST);
  const headers = { "x-request-id": "r".repeat(128) };
  const { blocks, trailers } = await rawCall(shapes.address, PATHS.unary, [new Uint8Array()], headers);
  expect(sizeOfFields(rawFields(blocks[0] ?? []))).toBeLessThanOrEqual(1_024);
  expect(unpack(bytesOf(trailers["grpc-status-details-bin"])).standardDetails.requestInfo?.requestId).toHaveLength(128);
});
