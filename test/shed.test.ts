import { Code, type ErrorInfo, pack, RichError, unpack } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { SHED, shedOf } from "../src/shed.js";

const infoWith = (metadata: Record<string, string>): ErrorInfo => ({ reason: "GONE", domain: "x.y", metadata });

describe("what was shed", () => {
  it.each([
    ["nothing", undefined, []],
    ["nothing, by an ErrorInfo", infoWith({}), []],
    ["one part", infoWith({ [SHED]: "DebugInfo" }), ["DebugInfo"]],
    ["several", infoWith({ [SHED]: "Help,message,,trailers" }), ["Help", "message", "trailers"]],
  ])("is told to the client: %s", (_, info, shed) => {
    expect(shedOf(info)).toEqual(shed);
  });

  it("is among the issues of an error that was received, and of no other", () => {
    const made = new RichError(Code.NOT_FOUND, "gone", {
      reason: "GONE",
      domain: "x.y",
      info: { [SHED]: "Help,message" },
    });
    const received = unpack(pack(made));
    expect(received.issues).toEqual([{ kind: "shed", message: "the server left out or cut: Help, message" }]);
    expect([made.issues, made.shed, received.shed]).toEqual([[], [], ["Help", "message"]]);
  });
});
