import { type ClientOptions, Metadata, ServerInterceptingCall, type ServerInterceptor, status } from "@grpc/grpc-js";
import { Code, isErrorOf, promises, RichError } from "grpc-rich-errors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ParcelsContract } from "../gen/parcels/v1/parcels.rich.js";
import { ShapesContract } from "../gen/shapes/v1/shapes.rich.js";
import { BadShapeError, CornersBusyError, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";
import { openShapes, request, SHAPES, type Shape, type Shapes, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { expectNothingUncaught } from "../support/watch.js";
import { MESSAGES, messagesBefore, WAYS } from "../support/ways.js";

// Methods that declare their errors, on both sides.

expectNothingUncaught();

const requests = Array.from({ length: MESSAGES }, () => request());
const reported = { contracts: [ShapesContract] };
const strict = { contracts: [ShapesContract], strictContracts: true };

/** The contract names TooManySidesError and CornersBusyError for every method, but not this one. */
const outside = () => new BadShapeError({ fieldViolations: [] });

const failing = (shape: Shape, thrown: unknown) => ({
  [shape]: () => {
    throw thrown;
  },
});

/** Pairs every way to fail with each shape that supports it. */
const cases = SHAPES.flatMap((shape) =>
  WAYS.filter(({ shapes }) => shapes.includes(shape)).map((way, index) => {
    const moments = shape === "unary" ? way.moments.slice(0, 1) : way.moments;
    return { shape, way, moment: moments[index % moments.length] ?? ("before" as const) };
  }),
);

describe.each(cases)("a $shape handler that $way.name, $moment the messages", ({ shape, way, moment }) => {
  it("may fail with an error that the contract names", async () => {
    const handlers = { [shape]: way.handler(tooManySides(), moment, shape) };
    const { failed, ...shapes } = await startShapes(handlers, { contracts: strict });
    const { messages, error } = await callOn({ ...shapes, failed }, shape, { requests });
    expect(messages).toEqual(messagesBefore(moment, shape));
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect(failed).toMatchObject([{ masked: false, outsideContract: false }]);
  });

  it("is reported for an error that the contract does not name, and the client gets the error", async () => {
    const thrown = outside();
    const handlers = { [shape]: way.handler(thrown, moment, shape) };
    const { failed, ...shapes } = await startShapes(handlers, { contracts: reported });
    const { error } = await callOn({ ...shapes, failed }, shape, { requests });
    expect(error).toBeRichError(BadShapeError);
    expect(failed).toMatchObject([{ error: thrown, masked: false, outsideContract: true }]);
  });

  it("is masked for such an error if contracts are strict", async () => {
    const metadata = new Metadata();
    metadata.set("x-token", "SECRET");
    const thrown = new BadShapeError({ fieldViolations: [] }, { message: "SECRET", metadata });
    const handlers = { [shape]: way.handler(thrown, moment, shape) };
    const { failed, ...shapes } = await startShapes(handlers, { contracts: strict });
    const { messages, error } = await callOn({ ...shapes, failed }, shape, { requests });
    expect(messages).toEqual(messagesBefore(moment, shape));
    expect(error).toMatchObject({ name: "RichError", code: Code.INTERNAL, message: "internal error" });
    const { requestId } = (error as RichError).standardDetails.requestInfo ?? {};
    expect(failed).toMatchObject([{ error: thrown, masked: true, requestId, outsideContract: true }]);
    const received = (error as RichError).metadata?.getMap() ?? {};
    expect(Object.keys(received).filter((name) => !["content-type", "date"].includes(name))).toEqual([
      "grpc-status-details-bin",
    ]);
    expect(JSON.stringify(received)).not.toContain("SECRET");
  });
});

describe("a method without a contract", () => {
  it("may fail with any error", async () => {
    const contracts = { contracts: [ParcelsContract, { bidi: ShapesContract.bidi }], strictContracts: true };
    const shapes = await startShapes(failing("unary", outside()), { contracts });
    expect((await callOn(shapes, "unary")).error).toBeRichError(BadShapeError);
    expect(shapes.failed).toMatchObject([{ masked: false, outsideContract: false }]);
  });
});

describe("errors that belong to no method", () => {
  const refusing: ServerInterceptor = (_, call) =>
    new ServerInterceptingCall(call, {
      start: (next) => {
        next();
        call.sendStatus({ code: status.UNAUTHENTICATED, details: "who is there" });
      },
    });

  it("pass unchanged if they come from an interceptor", async () => {
    const shapes = await startShapes({}, { contracts: strict, interceptors: [refusing] });
    const { error } = await callOn(shapes, "unary");
    expect(error).toMatchObject({ code: Code.UNAUTHENTICATED, message: "who is there" });
    expect(shapes.failed).toMatchObject([{ masked: false, outsideContract: false }]);
  });

  it("pass unchanged if they come from grpc-js, for a method without a handler", async () => {
    const shapes = await startShapes({}, { contracts: strict, unguarded: {} });
    expect((await callOn(shapes, "unary")).error).toMatchObject({ code: Code.UNIMPLEMENTED });
  });

  it("are masked if they are not meant for the client", async () => {
    const shapes = await startShapes(failing("unary", new Error("SECRET")), { contracts: strict });
    expect((await callOn(shapes, "unary")).error).toMatchObject({ code: Code.INTERNAL, message: "internal error" });
    expect(shapes.failed).toMatchObject([{ masked: true, outsideContract: false }]);
  });
});

describe("an error of another server", () => {
  const relaying = (upstream: Shapes) => ({ unary: () => upstream.calls.unary(request()) });

  it("is forwarded if the contract names it, even if no catalog of the server has it", async () => {
    const metadata = new Metadata();
    metadata.set("x-token", "SECRET");
    const upstream = await startShapes(failing("unary", tooManySides({ metadata })));
    const shapes = await startShapes(relaying(upstream), { contracts: strict });
    const { error } = await callOn(shapes, "unary");
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect((error as RichError).metadata?.get("x-token")).toEqual([]);
    expect(shapes.failed).toMatchObject([{ masked: false, outsideContract: false }]);
  });

  it("is forwarded if only its trailer identifies it", async () => {
    const plain: ClientOptions = { callInvocationTransformer: (properties) => properties };
    const upstream = await startShapes(failing("unary", new CornersBusyError()), { client: plain });
    const handlers = {
      unary: (_: unknown, callback: (error: Error | null, response?: { index: number }) => void) =>
        void upstream.client.unary(request(), callback),
    };
    const shapes = await startShapes(handlers, { contracts: reported });
    expect((await callOn(shapes, "unary")).error).toBeRichError(CornersBusyError);
  });

  it.each([reported, strict])("is masked if neither the contract nor a catalog has it: %o", async (contracts) => {
    const upstream = await startShapes(failing("unary", outside()));
    const shapes = await startShapes(relaying(upstream), { contracts });
    expect((await callOn(shapes, "unary")).error).toMatchObject({ code: Code.INTERNAL });
    expect(shapes.failed).toMatchObject([{ masked: true, outsideContract: false }]);
  });
});

describe("a client with the contract", () => {
  let shapes: Shapes;
  let thrown: unknown;
  beforeAll(async () => {
    const fail = () => {
      throw thrown;
    };
    shapes = await openShapes({ unary: fail, clientStream: fail, serverStream: fail, bidi: fail });
  });
  afterAll(() => shapes.close());

  async function errorOf(shape: Shape): Promise<unknown> {
    const calls = promises(shapes.client, ShapesContract);
    const run = {
      unary: () => calls.unary(request()),
      clientStream: () => calls.clientStream([request()]),
      serverStream: () => calls.serverStream(request())[Symbol.asyncIterator]().next(),
      bidi: () => calls.bidi([request()])[Symbol.asyncIterator]().next(),
    }[shape];
    return run().then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  it.each(SHAPES)("recognizes the errors that a %s method declares", async (shape) => {
    const method = promises(shapes.client, ShapesContract)[shape];
    expect(method.contract).toBe(ShapesContract[shape]);
    thrown = tooManySides();
    const error = await errorOf(shape);
    expect(isErrorOf(method, error)).toBe(true);
    if (isErrorOf(method, error) && error.reason === "TOO_MANY_SIDES") expect(error.detail).toEqual(SIDES);
    thrown = outside();
    expect(isErrorOf(method, await errorOf(shape))).toBe(false);
    thrown = new RichError(Code.UNAVAILABLE, "no");
    expect(isErrorOf(method, await errorOf(shape))).toBe(false);
  });

  it("also has the methods without a contract", () => {
    const calls = promises(shapes.client, { unary: ShapesContract.unary });
    expect("contract" in calls.unary).toBe(true);
    expect("contract" in calls.bidi).toBe(false);
    expect("contract" in promises(shapes.client).unary).toBe(false);
  });

  it("must be a client of the same service", () => {
    // @ts-expect-error Nor does it compile.
    expect(() => promises(shapes.client, ParcelsContract)).toThrow(
      new TypeError(
        "promises: the client does not have the method /parcels.v1.Parcels/PutXLParcel of the contract; " +
          "pass the contract of its own service",
      ),
    );
  });
});
