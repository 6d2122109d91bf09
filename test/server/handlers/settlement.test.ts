import { EventEmitter } from "node:events";
import { Metadata } from "@grpc/grpc-js";
import { RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { guardCall } from "../../../src/server/handlers/guarded-call.js";
import { type HandledCall, Settlement } from "../../../src/server/handlers/settlement.js";
import { FailureMetadata } from "../../../src/server/thrown-to-status.js";
import type { PackedError } from "../../../src/status/call-status.js";
import { catalog, SIDES, TooManySidesError, tooManySides } from "../../support/errors.js";

/** A settlement of a fake call, and a record of what it did. */
function settle(state: { cancelled?: boolean; writableFinished?: boolean } = {}) {
  const sent: PackedError[] = [];
  const released: unknown[] = [];
  const call = Object.assign(new EventEmitter(), {
    cancelled: false,
    writableFinished: false,
    metadata: new Metadata(),
    destroy(error?: unknown) {
      released.push(error);
      return this;
    },
    ...state,
  }) as unknown as HandledCall;
  return { call, sent, released, settlement: new Settlement(call, (status) => sent.push(status)) };
}

describe("Settlement", () => {
  it("sends the status of the first failure, once", () => {
    const { sent, settlement } = settle();
    settlement.fail(tooManySides());
    settlement.fail(new Error("second"));
    expect(sent).toHaveLength(1);
    expect(RichError.from(sent[0], { catalogs: [catalog] })).toBeRichError(TooManySidesError, SIDES);
  });

  it("carries the thrown value and the metadata of the call in its status", () => {
    const { call, sent, settlement } = settle();
    const thrown = Symbol("thrown");
    settlement.fail(thrown);
    const metadata = sent[0]?.metadata;
    expect(metadata).toBeInstanceOf(FailureMetadata);
    expect(metadata).toMatchObject({ packed: { failure: { thrown, callMetadata: call.metadata } } });
  });

  it("settles once, and sends nothing after that", () => {
    const { sent, settlement } = settle();
    expect([settlement.settle(), settlement.settle()]).toEqual([true, false]);
    settlement.fail(tooManySides());
    expect(sent).toEqual([]);
  });

  it("sends nothing on a cancelled call", () => {
    const { sent, settlement } = settle({ cancelled: true });
    settlement.fail(tooManySides());
    expect(sent).toEqual([]);
    expect(settlement.settle()).toBe(false);
  });

  it("never throws, whatever was thrown", () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    for (const thrown of [undefined, null, 0, "", Symbol("x"), revoked.proxy]) {
      const { sent, settlement } = settle();
      settlement.fail(thrown);
      expect(sent).toMatchObject([{ code: 13, details: "internal error" }]);
    }
  });
});

describe("a guarded destroy", () => {
  it("ends the call with the error instead of releasing the stream", () => {
    const { call, sent, released, settlement } = settle();
    guardCall(call, settlement);
    expect(call.destroy(tooManySides())).toBe(call);
    expect(sent).toMatchObject([{ code: 3 }]);
    expect(released).toEqual([]);
  });

  it("releases the stream without the error if Node cannot read the error", () => {
    const { call, sent, settlement } = settle({ cancelled: true });
    const given: (readonly unknown[])[] = [];
    call.destroy = (...args: readonly unknown[]) => {
      given.push(args);
      if (args.length > 0) throw new Error("the getter of the stack threw");
      return call;
    };
    guardCall(call, settlement);
    const error = new Error("x");
    expect(call.destroy(error)).toBe(call);
    expect(given).toEqual([[error], []]);
    expect(sent).toEqual([]);
  });

  it.each([{ cancelled: true }, { writableFinished: true }])("only releases the stream if the call is %o", (state) => {
    const { call, sent, released, settlement } = settle(state);
    guardCall(call, settlement);
    const error = new Error("x");
    expect(call.destroy(error)).toBe(call);
    expect(sent).toEqual([]);
    expect(released).toEqual([error]);
  });
});
