import { Code } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { type UnreportedEnd, unreportedFailure } from "../../src/server/call-report.js";

const REFUSAL = new TypeError("no number");
const fine = () => new Uint8Array(5);
const refuses = () => {
  throw REFUSAL;
};
const call: UnreportedEnd = {
  deadline: Number.POSITIVE_INFINITY,
  standing: true,
  unwritten: undefined,
  serialize: fine,
};
const passed = Date.now() - 1000;
const unwritten = { response: "seven" };

describe("a call that is over without a status of ours", () => {
  it.each<[string, Partial<UnreportedEnd>, object | undefined]>([
    ["at its deadline", { deadline: passed }, { code: Code.DEADLINE_EXCEEDED }],
    [
      "at its deadline, and its client is gone",
      { deadline: passed, standing: false },
      { code: Code.DEADLINE_EXCEEDED },
    ],
    ["at its deadline, with a response on its way", { deadline: passed, unwritten, serialize: refuses }, { code: 4 }],
    ["with a response that is fit, and its stream stands", { unwritten }, { code: Code.RESOURCE_EXHAUSTED }],
    ["with a response that is fit, and its client is gone", { unwritten, standing: false }, undefined],
    ["with no response on its way, and its stream stands", {}, { code: Code.INTERNAL }],
    ["with no response on its way, and its client is gone", { standing: false }, undefined],
  ])("%s", (_, known, sent) => {
    const report = unreportedFailure({ ...call, ...known });
    if (sent) expect(report).toMatchObject({ sent, masked: false, late: false, error: report?.sent });
    else expect(report).toBeUndefined();
  });

  it.each([true, false])("with a response that cannot be serialized tells why (its stream stands: %s)", (standing) => {
    expect(unreportedFailure({ ...call, standing, unwritten, serialize: refuses })).toMatchObject({
      error: REFUSAL,
      masked: true,
      sent: { code: Code.INTERNAL, message: "Error serializing response" },
    });
  });

  it("of which the response was nothing is about nothing, too", () => {
    const report = unreportedFailure({ ...call, unwritten: { response: undefined }, serialize: refuses });
    expect(report?.error).toBe(REFUSAL);
  });
});
