import { Code, pack, RichError, unpack } from "grpc-rich-errors";
import type { ErrorInfo } from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";
import { SHED, ShedNote, shedOf } from "../../src/detail/error-info.js";

const infoWith = (metadata: Record<string, string>): ErrorInfo => ({ reason: "GONE", domain: "x.y", metadata });

describe("the parts that were shed", () => {
  it.each([
    ["nothing", undefined, []],
    ["nothing, by an ErrorInfo", infoWith({}), []],
    ["one part", infoWith({ [SHED]: "DebugInfo" }), ["DebugInfo"]],
    ["several", infoWith({ [SHED]: "Help,message,,trailers" }), ["Help", "message", "trailers"]],
  ])("are read by the client: %s", (_, info, shed) => {
    expect(shedOf(info)).toEqual(shed);
  });

  it("are an issue of a received error only", () => {
    const made = new RichError(Code.NOT_FOUND, "gone", {
      reason: "GONE",
      domain: "x.y",
      info: { [SHED]: "Help,message" },
    });
    const received = unpack(pack(made));
    expect(received.issues).toEqual([
      { kind: "shed", message: "the server left out or cut Help, message, because the error was too large" },
    ]);
    expect([made.issues, made.shed, received.shed]).toEqual([[], [], ["Help", "message"]]);
  });
});

describe("the note of the shed parts", () => {
  function noteOf(parts: readonly string[]): ShedNote {
    const note = new ShedNote();
    for (const part of parts) note.add(part);
    return note;
  }

  it("names types without their packages, each once", () => {
    const note = noteOf(["google.rpc.Help", "message", "my.Help"]);
    expect([note.isEmpty, note.text, note.entries]).toEqual([false, "Help,message", ["Help", "message"]]);
    expect(new ShedNote().isEmpty).toBe(true);
  });

  it("counts the parts beyond a few names", () => {
    const note = noteOf(Array.from({ length: 8_000 }, (_, index) => `a.T${index}`));
    expect(note.entries).toHaveLength(17);
    expect([note.entries.at(-1), note.count]).toEqual(["+7984", "+8000"]);
    expect(note.text).toBe(note.entries.join(","));
  });

  it.each([
    ["long", "a".repeat(65)],
    ["of two words", "a b"],
    ["several", "a,b"],
    ["a control character", "a\u001b[2Jb"],
    ["not ASCII", "\ufffd"],
    ["a count", "+5"],
    ["empty", "a."],
  ])("only counts a name that is %s", (_, name) => {
    expect(noteOf([name, "message"]).text).toBe("message,+1");
    expect(noteOf([name]).text).toBe("+1");
  });

  it("is bounded, whatever the names", () => {
    const note = noteOf(Array.from({ length: 100 }, (_, index) => `${"n".repeat(60)}${index}`));
    expect(note.text.length).toBeLessThan(260);
    expect(shedOf(infoWith({ [SHED]: note.text }))).toEqual(note.entries);
  });
});
