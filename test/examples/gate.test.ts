import { EventEmitter } from "node:events";
import { ServerNotReadyError, ServerOverloadedError, ServerShuttingDownError } from "grpc-rich-errors/catalogs/kurrent";
import { describe, expect, it } from "vitest";
import { Gate } from "../../examples/eventstore/gate.js";

/** The part of a call that the gate uses. */
class Call extends EventEmitter {
  cancelled = false;

  end(): void {
    this.emit("cancelled");
  }
}

describe("Gate", () => {
  it("refuses calls before it is opened", () => {
    const gate = new Gate(1);
    expect(() => gate.enter(new Call())).toThrow(ServerNotReadyError);
    gate.open();
    gate.enter(new Call());
    expect(gate.running).toBe(1);
  });

  it("refuses calls at its limit, and accepts the next one when a running call ends", () => {
    const gate = new Gate(2);
    gate.open();
    const first = new Call();
    gate.enter(first);
    gate.enter(new Call());
    expect(() => gate.enter(new Call())).toThrow(ServerOverloadedError);
    first.end();
    gate.enter(new Call());
    expect(gate.running).toBe(2);
  });

  it("refuses calls while it drains, and is drained when the last call ends", async () => {
    const gate = new Gate(2);
    gate.open();
    const calls = [new Call(), new Call()];
    for (const call of calls) gate.enter(call);
    let drained = false;
    const draining = gate.drain().then(() => {
      drained = true;
    });
    expect(() => gate.enter(new Call())).toThrow(ServerShuttingDownError);
    calls[0]?.end();
    await Promise.resolve();
    expect(drained).toBe(false);
    calls[1]?.end();
    await draining;
  });

  it("stays closed if it drains before it is opened", async () => {
    const gate = new Gate(1);
    await gate.drain();
    gate.open();
    expect(() => gate.enter(new Call())).toThrow(ServerShuttingDownError);
  });
});
