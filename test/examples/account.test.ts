import { packError, RichError } from "grpc-rich-errors";
import { catalog, StreamDeletedError, StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
import { describe, expect, it } from "vitest";
import { type FailureReport, reportOf } from "../../examples/eventstore/report.js";
import { accountOf } from "../../examples/eventstore/tour/account.js";
import type { Scene } from "../../examples/eventstore/tour/scene.js";

const METHOD = "/eventstore.v1.EventStore/Read";
const error = new StreamNotFoundError({ stream: "a" });
const scene = { error: StreamNotFoundError, title: "", play: () => Promise.reject(new Error()) } satisfies Scene;

/** The differences that the tour finds if the server's report is changed. */
async function differences(changed: Partial<FailureReport>, of: Scene = scene): Promise<readonly string[]> {
  const status = packError(error);
  const report = reportOf({ error, sent: error, masked: false, method: METHOD, peer: "" } as never);
  const account = await accountOf(of, {
    server: { failure: async () => ({ ...report, ...changed }), statuses: [status] },
    call: { method: "Read", request: {}, surface: "" },
    caught: RichError.from(status, { catalogs: [catalog] }),
  });
  return account.differences;
}

describe("the tour's comparison of a thrown and a caught error", () => {
  it("finds nothing if the error arrived as it was thrown", async () => {
    expect(await differences({})).toEqual([]);
  });

  it.each<[string, Partial<FailureReport>]>([
    ["class", { className: "StreamDeletedError" }],
    ["code", { code: 9 }],
    ["message", { message: "another" }],
    ["reason", { reason: "STREAM_DELETED" }],
    ["domain", { domain: "server" }],
    ["detail", { detail: { stream: "b" } }],
    ["retry delay", { retryDelay: 1 }],
    ["order of parts", { typeUrls: [...error.errorDetails].reverse().map(({ typeUrl }) => typeUrl) }],
    ["the method", { method: "/eventstore.v1.EventStore/Append" }],
    ["a masked error", { masked: true }],
  ])("finds a difference in: %s", async (name, changed) => {
    expect(await differences(changed)).toEqual([name]);
  });

  it("finds that another error arrived than the expected one", async () => {
    expect(await differences({}, { ...scene, error: StreamDeletedError })).toEqual(["instanceof"]);
  });
});
