import {
  Metadata,
  ServerInterceptingCall,
  type ServerInterceptor,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { Code, pack, packError, RichError, unpack } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { catalog, SIDES, TooManySidesError } from "../support/errors.js";
import { metadataOf } from "../support/metadata.js";
import { SHAPES, type ShapesOptions, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";

/** Handlers without `richHandlers` that call back or emit. */
function unguarded(make: () => object): UntypedServiceImplementation {
  const fail = (call: { emit(event: string, error: object): unknown }, callback?: (error: object) => void) =>
    void (callback ? callback(make()) : call.emit("error", make()));
  return Object.fromEntries(SHAPES.map((shape) => [shape, fail])) as unknown as UntypedServiceImplementation;
}

const declared = () => new TooManySidesError(SIDES, { metadata: metadataOf({ "x-own": "1" }) });

type SendStatus = Parameters<ServerInterceptingCall["sendStatus"]>[0];

/** An interceptor that changes every status. */
const changing =
  (change: (status: SendStatus) => SendStatus): ServerInterceptor =>
  (_, call) =>
    new ServerInterceptingCall(call, { sendStatus: (status, next) => void next(change(status)) });

/** Calls every shape of a server whose handlers fail with a value, with the interceptor alone. */
async function errorsOf(make: () => object, options: ShapesOptions = {}) {
  const shapes = await startShapes({}, { ...options, unguarded: unguarded(make) });
  const errors: RichError[] = [];
  for (const shape of SHAPES) errors.push((await callOn(shapes, shape)).error as RichError);
  return { errors, failed: shapes.failed };
}

const added = (metadata: Metadata | null | undefined): Metadata => {
  metadata?.set("x-added", "2");
  return metadata ?? new Metadata();
};

const merged = (metadata: Metadata | null | undefined): Metadata => {
  const all = metadataOf({});
  if (metadata) all.merge(metadata);
  return all;
};

describe("behind the interceptor alone, an error that a handler calls back or emits", () => {
  it.each<[string, (status: SendStatus) => SendStatus]>([
    ["passes", (status) => ({ ...status, metadata: added(status.metadata) })],
    ["is recognized after a clone", (status) => ({ ...status, metadata: added(status.metadata?.clone()) })],
    ["is recognized after two clones", (status) => ({ ...status, metadata: added(status.metadata?.clone().clone()) })],
    ["is recognized in other metadata", (status) => ({ ...status, metadata: added(merged(status.metadata)) })],
  ])("%s, with the trailers that another interceptor added", async (_, change) => {
    const thrown: RichError[] = [];
    const make = () => {
      const error = declared();
      thrown.push(error);
      return error;
    };
    const { errors, failed } = await errorsOf(make, { interceptors: [changing(change)] });
    for (const error of errors) {
      expect(error).toBeInstanceOf(TooManySidesError);
      expect(error).toMatchObject({ detail: SIDES, issues: [], shed: [] });
      expect([error.metadata?.get("x-own"), error.metadata?.get("x-added")]).toEqual([["1"], ["2"]]);
    }
    expect(failed.map(({ error }) => error)).toEqual(thrown);
    expect(failed.map(({ error }, index) => error === thrown[index])).toEqual([true, true, true, true]);
  });

  it("keeps an undeclared reason, its cause for onError, and a message beyond the default budget", async () => {
    const cause = new Error("SECRET");
    const message = "m".repeat(10_000);
    const make = () => new RichError(Code.ABORTED, message, { reason: "BUSY", domain: "shop.example", cause });
    const { errors, failed } = await errorsOf(make, { boundary: { maxHeaderBytes: 60_000 } });
    for (const error of errors) expect(error).toMatchObject({ code: 10, reason: "BUSY", message, shed: [] });
    for (const { error } of failed) expect((error as RichError).cause).toBe(cause);
  });

  it("keeps trailers that do not fit into the default budget, if they fit into the server's", async () => {
    const metadata = metadataOf({ "x-large": "x".repeat(5_000) });
    const make = () => new TooManySidesError(SIDES, { metadata });
    const { errors } = await errorsOf(make, {
      boundary: { maxHeaderBytes: 20_000 },
      interceptors: [changing((s) => s)],
    });
    for (const error of errors) expect(error.metadata?.get("x-large")).toEqual(["x".repeat(5_000)]);
  });

  it("is masked if RichError.from only wrapped it, with its trailers", async () => {
    const { errors } = await errorsOf(() => RichError.from(new Error("SECRET")));
    for (const error of errors) {
      expect(error).toMatchObject({ code: 13, message: "internal error" });
      expect(JSON.stringify(error.metadata)).not.toContain("SECRET");
    }
  });

  it("is replaced by a status whose code or text another interceptor changes, and keeps its trailers", async () => {
    for (const change of [{ code: 16 }, { details: "altered" }]) {
      const { errors } = await errorsOf(declared, { interceptors: [changing((status) => ({ ...status, ...change }))] });
      for (const error of errors) {
        expect(error).toMatchObject({ errorDetails: [], ...("code" in change ? change : { message: "altered" }) });
        expect(error.metadata?.get("x-own")).toEqual(["1"]);
      }
    }
  });

  it("is replaced by the error that another interceptor packs", async () => {
    const other = new RichError(Code.UNAUTHENTICATED, "who are you?", { reason: "NO_TOKEN", domain: "shop.example" });
    const { errors } = await errorsOf(declared, { interceptors: [changing(() => packError(other))] });
    for (const error of errors) {
      expect(error).toMatchObject({ code: 16, message: "who are you?", reason: "NO_TOKEN" });
      expect(error.metadata?.get("x-own")).toEqual([]);
    }
  });
});

it("an interceptor that fails a call with packError keeps the error, in front of richHandlers too", async () => {
  const refused = new RichError(Code.UNAUTHENTICATED, "who are you?", { reason: "NO_TOKEN", domain: "shop.example" });
  const refusing: ServerInterceptor = (_, call) =>
    new ServerInterceptingCall(call, {
      start: (next) => {
        next();
        call.sendStatus(packError(refused));
      },
    });
  const shapes = await startShapes({}, { interceptors: [refusing] });
  for (const shape of SHAPES) expect((await callOn(shapes, shape)).error).toMatchObject({ reason: "NO_TOKEN" });
  expect(shapes.failed.map(({ error }) => error === refused)).toEqual([true, true, true, true]);
});

describe("a received error without metadata", () => {
  const received = () => unpack(pack(new TooManySidesError(SIDES, { message: "SECRET" })));

  it("is masked behind the interceptor alone, however it is changed on its way", async () => {
    for (const [make, change] of [
      [received, (status: SendStatus) => status],
      [received, (status: SendStatus) => ({ ...status, details: `it said: ${status.details}` })],
      [() => ({ ...packError(received()), code: 13 }), (status: SendStatus) => status],
    ] as const) {
      const { errors } = await errorsOf(make, {
        interceptors: [changing(change)],
        boundary: { passStatusMetadata: true },
      });
      for (const error of errors)
        expect(error).toMatchObject({ code: 13, message: "internal error", reason: undefined });
    }
  });

  it("is forwarded if a catalog has it", async () => {
    const { errors } = await errorsOf(received, { catalogs: [catalog] });
    for (const error of errors) expect(error).toMatchObject({ message: "SECRET", detail: SIDES });
  });
});

it("an error that is used again with another message gives each call its own text and trailer", async () => {
  const error = new TooManySidesError(SIDES);
  let call = 0;
  const make = () => Object.assign(error, { message: `call ${call++}` });
  const adding = changing((status) => {
    status.metadata?.add("x-call", String(call));
    return status;
  });
  const { errors } = await errorsOf(make, { interceptors: [adding] });
  expect(errors.map(({ message, issues, metadata }) => [message, issues, metadata?.get("x-call")])).toEqual(
    SHAPES.map((_, index) => [`call ${index}`, [], [String(index + 1)]]),
  );
});

it("an error whose code was set to OK never ends a call as a success", async () => {
  const { errors } = await errorsOf(() => Object.assign(new TooManySidesError(SIDES), { code: 0 }));
  for (const error of errors) expect(error).toMatchObject({ code: 3, detail: SIDES });
});

it.each<[string, () => unknown]>([
  ["a plain object", () => ({ "x-own": "1" })],
  [
    "metadata that throws",
    () =>
      Object.assign(metadataOf({ "x-own": "1" }), {
        get: () => {
          throw new Error("broken");
        },
      }),
  ],
])("with passStatusMetadata, %s as the metadata of a status never stops a call from ending", async (_, metadata) => {
  const make = () => ({ code: 5, details: "gone", metadata: metadata() });
  const { errors, failed } = await errorsOf(make, { boundary: { passStatusMetadata: true } });
  expect(errors.map(({ code }) => code)).toHaveLength(4);
  for (const error of errors) expect([5, 13]).toContain(error.code);
  expect(failed).toHaveLength(4);
});

it("a received error that a handler calls back is another server's", async () => {
  const metadata = metadataOf({ "content-type": "application/grpc" });
  metadata.merge(packError(declared()).metadata);
  const received = RichError.from({ code: 7, details: "SECRET", metadata });
  const { errors } = await errorsOf(() => received);
  for (const error of errors) expect(error).toMatchObject({ code: 13, message: "internal error" });
});

it("an interceptor that changes a failure to OK is reported, and the client gets no success without a response", async () => {
  const succeeding = changing((status) => ({ ...status, code: 0 }));
  const shapes = await startShapes({}, { interceptors: [succeeding], unguarded: unguarded(declared) });
  for (const shape of ["unary", "clientStream"] as const) {
    expect((await callOn(shapes, shape)).error).toMatchObject({ code: 13, message: "internal error" });
  }
  expect(shapes.failed.map(({ sent }) => sent.cause)).toEqual([
    expect.objectContaining({ message: "the call ended with OK, but without a response" }),
    expect.objectContaining({ message: "the call ended with OK, but without a response" }),
  ]);
});
