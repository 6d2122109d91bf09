import { ServerInterceptingCall, type ServerInterceptor } from "@grpc/grpc-js";
import {
  type MethodContract,
  RichError,
  type RichErrorServerOptions,
  richErrorServerInterceptor,
  signalOf,
} from "grpc-rich-errors";
import { describe, expect, it, onTestFinished } from "vitest";
import { ShapesContract } from "../gen/shapes/v1/shapes.rich.js";
import { BadShapeError, catalog } from "../support/errors.js";
import { type Handlers, request, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { expectNothingUncaught } from "../support/watch.js";

expectNothingUncaught();

/** A method that lists no errors, and is in its contract for another reason. */
const IDEMPOTENT: MethodContract = { path: ShapesContract.unary.path, errors: [], idempotencyLevel: "IDEMPOTENT" };

describe("an error that the contract of its method does not name", () => {
  it.each<[RichErrorServerOptions, boolean, boolean]>([
    [{}, false, false],
    [{ contracts: [] }, false, false],
    [{ strictContracts: true }, false, false],
    [{ contracts: [ShapesContract] }, false, true],
    [{ contracts: [ShapesContract], strictContracts: false }, false, true],
    [{ contracts: [ShapesContract], strictContracts: true }, true, true],
    [{ contracts: [{ unary: IDEMPOTENT }], strictContracts: true }, false, false],
  ])("with the options %o is masked: %s, and outsideContract: %s", async (boundary, masked, outsideContract) => {
    const thrown = new BadShapeError({ fieldViolations: [] });
    const shapes = await startShapes({ unary: () => Promise.reject(thrown) }, { boundary, catalogs: [catalog] });
    const { error } = await callOn(shapes, "unary");
    expect(error).toMatchObject(masked ? { code: 13, message: "internal error" } : { reason: thrown.reason });
    expect(shapes.failed).toMatchObject([{ error: thrown, masked, outsideContract }]);
  });
});

describe("the option containUncaught", () => {
  /** Calls the listener of the package as Node does for an exception that nothing catches. */
  function throwUncaught(thrown: unknown): void {
    const listener = process.listeners("uncaughtException").find(({ name }) => name === "onUncaught");
    listener?.(thrown as Error, "uncaughtException");
  }

  /** An interceptor whose factory causes an uncaught exception. */
  function failingFactory(thrown: unknown): ServerInterceptor {
    return (_, call) => {
      throwUncaught(thrown);
      return new ServerInterceptingCall(call);
    };
  }

  it("adds one listener to the process", () => {
    const own = () => process.listeners("uncaughtException").filter(({ name }) => name === "onUncaught").length;
    richErrorServerInterceptor({ containUncaught: true });
    richErrorServerInterceptor({ containUncaught: true });
    expect(own()).toBe(1);
  });

  it("ends a call with an exception in the factory of a later interceptor", async () => {
    const thrown = new RichError(9, "not now");
    const boundary = { containUncaught: true };
    const shapes = await startShapes({}, { boundary, interceptors: [failingFactory(thrown)] });
    expect((await callOn(shapes, "unary")).error).toMatchObject({ code: 9, message: "not now" });
    expect(shapes.failed).toMatchObject([{ error: thrown, masked: false }]);
  });

  it("ends a call with an exception that its handler causes", async () => {
    const thrown = new RichError(9, "not now");
    const unary = () => {
      throwUncaught(thrown);
      return new Promise<never>(() => {});
    };
    const shapes = await startShapes({ unary }, { boundary: { containUncaught: true } });
    expect((await callOn(shapes, "unary")).error).toMatchObject({ code: 9, message: "not now" });
  });

  it("lets a handler learn that its client cancelled", async () => {
    let signal: AbortSignal | undefined;
    const unary: Handlers["unary"] = (call) => {
      signal = signalOf(call);
      return new Promise<never>(() => {});
    };
    const shapes = await startShapes({ unary }, { boundary: { containUncaught: true } });
    const call = shapes.client.unary(request(), () => {});
    await expect.poll(() => signal?.aborted).toBe(false);
    call.cancel();
    await expect.poll(() => signal?.aborted).toBe(true);
  });

  it.each([{}, { containUncaught: false }])("is off with the options %o", async (boundary) => {
    const thrown = new RichError(9, "not now");
    const unary = () => {
      throwUncaught(thrown);
      return { index: 0 };
    };
    const shapes = await startShapes({ unary }, { boundary, interceptors: [failingFactory(thrown)] });
    expect(await callOn(shapes, "unary")).toEqual({ messages: [0], error: undefined });
    expect([...shapes.failed, ...shapes.late]).toEqual([]);
  });
});

describe("a second richErrorServerInterceptor", () => {
  it("has no effect, and causes one warning", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on("warning", onWarning);
    onTestFinished(() => void process.off("warning", onWarning));
    const mapped = new RichError(9, "mapped");
    const second = richErrorServerInterceptor({ map: [[TypeError, () => mapped]] });
    const unary = () => Promise.reject(new TypeError("hunter2"));
    const shapes = await startShapes({ unary }, { interceptors: [second] });
    for (const _ of [1, 2])
      expect((await callOn(shapes, "unary")).error).toMatchObject({ code: 13, message: "internal error" });
    await expect.poll(() => warnings.length).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toMatchObject([
      {
        name: "GrpcRichErrorsWarning",
        code: "GRPC_RICH_ERRORS_ATTACHED_TWICE",
        message:
          "richErrorServerInterceptor is attached to a server twice. Only the first one has an effect: remove the other",
      },
    ]);
  });
});

describe("an interceptor that throws at the status of a failed call", () => {
  it("ends the call with both failures", async () => {
    const thrown = new RichError(9, "not now");
    const failing: ServerInterceptor = (_, call) =>
      new ServerInterceptingCall(call, {
        sendStatus: () => {
          throw new TypeError("broken");
        },
      });
    const shapes = await startShapes({ unary: () => Promise.reject(thrown) }, { interceptors: [failing] });
    expect((await callOn(shapes, "unary")).error).toMatchObject({ code: 13, message: "internal error" });
    expect(shapes.failed).toMatchObject([
      {
        error: {
          message: "an interceptor threw while it handled the status of a failed call",
          errors: [{ message: "broken" }, thrown],
        },
      },
    ]);
  });
});
