import { describe, expect, it } from "vitest";
import { Code } from "../../src/code.js";
import { droppedProblem, errorOfStatus, passStatus } from "../../src/masking/own-status.browser.js";

describe("a plain status in a browser", () => {
  it("passes with its code and its text", () => {
    const problems: Error[] = [];
    const { sent, packed } = passStatus({ code: Code.NOT_FOUND, text: "no order", metadata: undefined }, problems);
    expect([sent.code, sent.message, packed, problems]).toEqual([Code.NOT_FOUND, "no order", undefined, []]);
  });

  it("passes without its metadata, which is reported", () => {
    const problems: Error[] = [];
    const { sent } = passStatus({ code: Code.NOT_FOUND, text: "no order", metadata: { retry: "1" } }, problems);
    expect(sent.metadata?.get("retry") ?? []).toEqual([]);
    expect(problems.map(({ message }) => message)).toEqual([
      "left out the metadata of a plain status, because a browser sends no metadata of gRPC",
    ]);
    expect(droppedProblem({}, "a masked error")?.message).toMatch(/^left out the metadata of a masked error, /);
    expect(droppedProblem(undefined, "a masked error")).toBeUndefined();
  });

  it("carries no error, because nothing packs one there", () => {
    expect(errorOfStatus()).toBeUndefined();
  });
});
