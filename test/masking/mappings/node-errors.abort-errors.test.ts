import { setTimeout as sleep } from "node:timers/promises";
import { Code } from "grpc-rich-errors";
import { abortErrors, isAbortError, isTimeoutError } from "grpc-rich-errors/mappings";
import { describe, expect, it } from "vitest";
import { ErrorMap } from "../../../src/masking/error-map.js";

const map = new ErrorMap(abortErrors);

async function thrownBy(run: () => Promise<unknown>): Promise<unknown> {
  return run().then(
    () => undefined,
    (thrown) => thrown,
  );
}

describe("abortErrors", () => {
  it("map an aborted timer of Node to CANCELLED", async () => {
    const thrown = await thrownBy(() => sleep(1000, undefined, { signal: AbortSignal.abort() }));
    expect(isAbortError(thrown)).toBe(true);
    expect(map.map(thrown).error).toMatchObject({ code: Code.CANCELLED, cause: thrown });
  });

  it("map an aborted fetch to CANCELLED", async () => {
    const thrown = await thrownBy(() => fetch("http://127.0.0.1:1", { signal: AbortSignal.abort() }));
    expect(map.map(thrown).error).toMatchObject({ code: Code.CANCELLED, message: "the operation was cancelled" });
  });

  it("map an expired AbortSignal.timeout to DEADLINE_EXCEEDED", async () => {
    const signal = AbortSignal.timeout(0);
    await sleep(1000, undefined, { signal }).catch(() => {});
    const thrown: unknown = signal.reason;
    expect(isTimeoutError(thrown)).toBe(true);
    expect(map.map(thrown).error).toMatchObject({ code: Code.DEADLINE_EXCEEDED, cause: thrown });
  });

  it.each([new Error("AbortError"), { name: "AbortError" }, "AbortError", undefined])("do not match %o", (thrown) => {
    expect(isAbortError(thrown)).toBe(false);
    expect(isTimeoutError(thrown)).toBe(false);
    expect(map.map(thrown).found).toBe(false);
  });
});
