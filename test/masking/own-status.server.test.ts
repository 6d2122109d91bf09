import { setImmediate } from "node:timers/promises";
import { Metadata, StatusBuilder, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { Code, packError, RichError, StandardDetails } from "grpc-rich-errors";
import { ErrorInfo, packDetail } from "grpc-rich-errors/details";
import { describe, expect, it, onTestFinished } from "vitest";
import { encodeDetails } from "../../src/detail/detail.js";
import { encodeStatus } from "../../src/status/trailer.js";
import { ShapeRequest, ShapesService } from "../gen/shapes/v1/shapes.js";
import { catalog, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";
import { metadataOf } from "../support/metadata.js";
import { rawCall } from "../support/raw.js";
import { type Handlers, SHAPES, type Shape, type ShapesOptions, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";

const TRAILER = "grpc-status-details-bin";
const RATE_LIMITED = packDetail(ErrorInfo, { reason: "RATE_LIMITED", domain: "other.example", metadata: {} });
const debugInfo = [...new StandardDetails().setDebugInfo("stack")];
const UNKNOWN_TYPE = { typeUrl: "type.googleapis.com/acme.v1.Trace", value: Buffer.from([8, 7]) };

/** Metadata as services pack it by hand. */
function packedByHand(trailer: Uint8Array): Metadata {
  const metadata = metadataOf({ "x-hint": ["7", "8"] });
  metadata.set("x-trace-bin", Buffer.from([0, 255]));
  metadata.set(TRAILER, Buffer.from(trailer));
  return metadata;
}

const details = encodeDetails([RATE_LIMITED, ...debugInfo, UNKNOWN_TYPE, UNKNOWN_TYPE]);
const TRAILERS: Readonly<Record<string, Uint8Array>> = {
  "any details": encodeStatus(9, "slow down", details),
  "the error of a catalog": packError(tooManySides()).metadata.get(TRAILER)[0] as Buffer,
  "another code and no message": encodeStatus(5, "", details),
  "its fields in another order, and an unknown field": Buffer.concat([
    details,
    Buffer.from([0x20, 7]),
    encodeStatus(9, "slow down", new Uint8Array()),
  ]),
  "no details": encodeStatus(9, "slow down", new Uint8Array()),
};

/** The ways by which a handler without this package makes a status. */
const MADE: Readonly<Record<string, (metadata: Metadata) => object>> = {
  "a status": (metadata) => ({ code: 9, details: "slow down", metadata }),
  "the result of StatusBuilder": (metadata) =>
    new StatusBuilder().withCode(9).withDetails("slow down").withMetadata(metadata).build(),
  "an Error with a code, details and metadata": (metadata) =>
    Object.assign(new Error("other"), { code: 9, details: "slow down", metadata }),
  "an Error with a code and metadata": (metadata) => Object.assign(new Error("slow down"), { code: 9, metadata }),
  "a status with the code UNKNOWN": (metadata) => ({ code: 2, details: "slow down", metadata }),
};

type Fail = (call: { emit(event: "error", error: object): unknown }, callback: unknown) => void;

/** Handlers of all shapes that call back or emit. */
function failing(make: () => object): Handlers & UntypedServiceImplementation {
  const fail: Fail = (call, callback) =>
    void (typeof callback === "function" ? callback(make()) : call.emit("error", make()));
  const handlers = Object.fromEntries(
    SHAPES.map((shape) => [shape, (call: never, callback: never) => fail(call, callback)]),
  );
  return handlers as Handlers & UntypedServiceImplementation;
}

/** What a client gets, without the date. */
async function received(handlers: Handlers & UntypedServiceImplementation, shape: Shape, options: ShapesOptions) {
  const { address } = await startShapes(handlers, options);
  const request = ShapeRequest.encode({ scenario: "", before: 0 }).finish();
  const { frames, blocks } = await rawCall(address, ShapesService[shape].path, [request]);
  const fields = blocks.map((block) => block.filter((_, at) => block[at - (at % 2)] !== "date"));
  return { frames, fields: fields.map(sorted) };
}

/** The order of header fields has no meaning, except that of several values of a name. */
function sorted(block: readonly string[]): (readonly [string, string])[] {
  const pairs = block.flatMap((name, at) => (at % 2 === 0 ? [[name, block[at + 1] ?? ""] as const] : []));
  return pairs.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
}

const OPTION = { boundary: { passStatusMetadata: true } };

describe("with the option passStatusMetadata, a client of a service that packs statuses by hand", () => {
  describe.each(Object.entries(MADE))("gets the same bytes of %s", (_, make) => {
    it.each(Object.entries(TRAILERS))("whose trailer has %s", async (_, trailer) => {
      const handlers = failing(() => make(packedByHand(trailer)));
      for (const shape of SHAPES) {
        const plain = await received(handlers, shape, { unguarded: handlers, onlyInterceptors: [] });
        expect(plain.fields.at(-1)).toContainEqual([TRAILER, Buffer.from(trailer).toString("base64")]);
        expect(await received(handlers, shape, { unguarded: handlers, ...OPTION })).toEqual(plain);
        expect(await received(handlers, shape, OPTION)).toEqual(plain);
      }
    });
  });

  it("gets the same bytes of a status with empty metadata", async () => {
    const handlers = failing(() => ({ code: 9, details: "slow down", metadata: new Metadata() }));
    for (const shape of SHAPES) {
      const plain = await received(handlers, shape, { unguarded: handlers, onlyInterceptors: [] });
      expect(await received(handlers, shape, { unguarded: handlers, ...OPTION })).toEqual(plain);
      expect(await received(handlers, shape, OPTION)).toEqual(plain);
    }
  });

  it("does not get what came from another server", async () => {
    const metadata = packedByHand(TRAILERS["any details"] as Uint8Array);
    metadata.set("content-type", "application/grpc");
    const handlers = failing(() => ({ code: 9, details: "SECRET", metadata }));
    const shapes = await startShapes(handlers, OPTION);
    for (const shape of SHAPES) {
      const { error } = await callOn(shapes, shape);
      expect(error).toMatchObject({ code: 13, message: "internal error" });
    }
  });

  it("gets what fits into the budget, and learns what was shed", async () => {
    const many = Array.from({ length: 50 }, (_, index) => ({
      ...UNKNOWN_TYPE,
      typeUrl: `type.googleapis.com/acme.v1.T${index}`,
      value: Buffer.alloc(200),
    }));
    const trailer = encodeStatus(9, "slow down", encodeDetails([RATE_LIMITED, ...many]));
    const shapes = await startShapes(
      failing(() => MADE["a status"]?.(packedByHand(trailer)) ?? {}),
      OPTION,
    );
    const { error } = await callOn(shapes, "unary");
    expect(error).toMatchObject({ code: 9, message: "slow down", reason: "RATE_LIMITED" });
    expect((error as RichError).shed.length).toBeGreaterThan(2);
  });

  it("gets no trailer that is not a google.rpc.Status, and onError says so", async () => {
    const shapes = await startShapes(
      failing(() => MADE["a status"]?.(packedByHand(Buffer.from([0xff]))) ?? {}),
      OPTION,
    );
    const { error } = await callOn(shapes, "unary");
    expect(error).toMatchObject({ code: 9, message: "slow down", errorDetails: [] });
    expect((error as RichError).metadata?.get("x-hint")).toEqual(["7, 8"]);
    expect(shapes.failed[0]?.problems.map(({ message }) => message)).toEqual([
      "grpc-status-details-bin is left out, because it is not a google.rpc.Status",
    ]);
  });

  it("gets a trailer that contradicts its status, and onError says so", async () => {
    const trailer = TRAILERS["another code and no message"] as Uint8Array;
    const shapes = await startShapes(
      failing(() => MADE["a status"]?.(packedByHand(trailer)) ?? {}),
      OPTION,
    );
    await callOn(shapes, "unary");
    expect(shapes.failed[0]?.problems.map(({ message }) => message)).toEqual([
      "grpc-status-details-bin has the code 5, but the status has the code 9",
      "grpc-status-details-bin has another message than the status",
    ]);
  });
});

describe("without the option", () => {
  const WARNING = "GRPC_RICH_ERRORS_STATUS_METADATA";

  it("code and text pass, onError names what is dropped, and the process warns once of the option", async () => {
    const warnings: (Error & { code?: string })[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on("warning", note);
    onTestFinished(() => void process.off("warning", note));
    const handlers = failing(() => MADE["a status"]?.(packedByHand(TRAILERS["any details"] as Uint8Array)) ?? {});
    for (const options of [{ unguarded: handlers }, {}]) {
      const shapes = await startShapes(handlers, options);
      for (const shape of SHAPES) {
        const { error } = await callOn(shapes, shape);
        expect(error).toMatchObject({ code: 9, message: "slow down", errorDetails: [] });
        expect((error as RichError).metadata?.get("x-hint")).toEqual([]);
      }
      expect(shapes.failed).toHaveLength(4);
      for (const { problems } of shapes.failed) {
        expect(problems.map(({ message }) => message)).toEqual([
          'left out the metadata of a plain status: "x-hint", "x-trace-bin", "grpc-status-details-bin"; if the handlers of ' +
            'this server make such metadata themselves, set "passStatusMetadata" of richErrorServerInterceptor',
        ]);
      }
    }
    await setImmediate();
    expect(warnings.filter(({ code }) => code === WARNING)).toHaveLength(1);
    expect(warnings.find(({ code }) => code === WARNING)?.message).toContain("passStatusMetadata");
  });

  it("the trailer of a declared error passes, and onError names what else is dropped", async () => {
    const handlers = failing(
      () => MADE["a status"]?.(packedByHand(TRAILERS["the error of a catalog"] as Uint8Array)) ?? {},
    );
    for (const options of [{ unguarded: handlers }, {}]) {
      const shapes = await startShapes(handlers, { ...options, catalogs: [catalog] });
      for (const shape of SHAPES) {
        const { error } = await callOn(shapes, shape);
        expect(error).toBeInstanceOf(TooManySidesError);
        expect((error as TooManySidesError).detail).toEqual(SIDES);
      }
      expect(shapes.failed[0]?.problems.map(({ message }) => message)).toEqual([
        expect.stringContaining('left out the metadata of a declared error: "x-hint", "x-trace-bin";'),
      ]);
    }
  });
});

describe("trailers beside the error of a callback", () => {
  const beside = (error: object, trailers: () => Metadata) =>
    ({
      unary: (_: unknown, callback: (...args: unknown[]) => void) => callback(error, null, trailers()),
      clientStream: (_: unknown, callback: (...args: unknown[]) => void) => callback(error, null, trailers()),
    }) as unknown as Handlers & UntypedServiceImplementation;

  it.each(Object.entries(TRAILERS))("arrive whole with a plain status: %s", async (_, trailer) => {
    const handlers = beside({ code: 9, details: "slow down" }, () => packedByHand(trailer));
    for (const shape of ["unary", "clientStream"] as const) {
      const plain = await received(handlers, shape, { unguarded: handlers, onlyInterceptors: [] });
      expect(await received(handlers, shape, {})).toEqual(plain);
    }
  });

  it("do not replace the details of a RichError", async () => {
    const handlers = beside(tooManySides(), () => packedByHand(TRAILERS["any details"] as Uint8Array));
    const shapes = await startShapes(handlers);
    for (const shape of ["unary", "clientStream"] as const) {
      const { error } = await callOn(shapes, shape);
      expect(error).toBeInstanceOf(TooManySidesError);
      expect((error as RichError).metadata?.get("x-hint")).toEqual(["7, 8"]);
    }
  });

  it("do not reach the client with a masked error, and onError names them", async () => {
    const shapes = await startShapes(beside(new Error("SECRET"), () => metadataOf({ "x-hint": "SECRET" })));
    const { error } = await callOn(shapes, "unary");
    expect(error).toMatchObject({ code: 13, message: "internal error" });
    expect((error as RichError).metadata?.get("x-hint")).toEqual([]);
    expect(shapes.failed[0]?.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('left out the metadata of a masked error: "x-hint"'),
    ]);
  });
});

it("onError says why an Error with a numeric code is masked, and what to do", async () => {
  const shapes = await startShapes(failing(() => Object.assign(new Error("no such row"), { code: Code.NOT_FOUND })));
  const { error } = await callOn(shapes, "unary");
  expect(error).toMatchObject({ code: 13, message: "internal error" });
  expect(shapes.failed[0]?.problems.map(({ message }) => message)).toEqual([
    "masked an Error with the code 5, because errors of other libraries have numeric codes too; " +
      'to send NOT_FOUND, throw new RichError(Code.NOT_FOUND, message), or add an entry to "map"',
  ]);
  expect(RichError.from(error).code).toBe(13);
});
