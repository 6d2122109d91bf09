import { Metadata, status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { sendableSuccess } from "../../src/server/final-status.js";

function metadata(entries: Record<string, string>): Metadata {
  const made = new Metadata();
  for (const [name, value] of Object.entries(entries)) made.set(name, value);
  return made;
}

describe("the status of a success", () => {
  it.each([
    ["no metadata", null],
    ["empty metadata", new Metadata()],
    ["trailers", metadata({ "x-cost": "7" })],
  ])("with %s is handed on as it is", (_, trailers) => {
    const sent = { code: status.OK, details: "OK", metadata: trailers };
    expect(sendableSuccess(sent)).toBe(sent);
    const told = { ...sent, details: "fine \u00e9" };
    expect(sendableSuccess(told)).toBe(told);
  });

  it("loses trailers that cannot be sent", () => {
    const sent = { code: status.OK, details: "OK", metadata: metadata({ te: "x", "x-cost": "7" }) };
    expect(sendableSuccess(sent)).toMatchObject({ code: status.OK, details: "OK" });
    expect(sendableSuccess(sent).metadata?.toJSON()).toEqual({ "x-cost": ["7"] });
  });

  it("has a text that can be sent", () => {
    const textOf = (details: unknown) =>
      sendableSuccess({ code: status.OK, details: details as string, metadata: null }).details;
    expect(textOf("a\ud800")).toBe("a\ufffd");
    expect(textOf("a".repeat(100_000))).toBe("a".repeat(1_024));
    expect(textOf(undefined)).toBe("");
  });
});
