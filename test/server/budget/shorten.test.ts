import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ErrorInfo, ShedNote } from "../../../src/detail/error-info.js";
import { lengthOf } from "../../../src/server/budget/header-size.js";
import { isIdentityShort, SentInfo } from "../../../src/server/budget/shorten.js";
import { anyText } from "../../fuzz/arbitraries.js";

const text = anyText.map((any) => any.toWellFormed());

function noteOf(...parts: readonly string[]): ShedNote {
  const note = new ShedNote();
  for (const part of parts) note.add(part);
  return note;
}

describe("the ErrorInfo of an error that is shed", () => {
  it("has the length that it says, with any note", () => {
    const names = fc.array(fc.oneof(text, fc.constantFrom("a.B", "message")), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(text, text, fc.dictionary(text, text), names, fc.nat(2), (reason, domain, metadata, parts, step) => {
        const info = new SentInfo({ reason, domain, metadata }, 42);
        const note = noteOf(...parts);
        if (step > 0) info.strip();
        if (step > 1) info.shortenNote();
        expect(info.lengthWith(note)).toBe(lengthOf([info.pack(note)]));
      }),
    );
  });

  it("keeps reason, domain and number when it is stripped, and the count of the note", () => {
    const info = new SentInfo({ reason: "GONE", domain: "x.y", metadata: { code: "7", a: "1", shed: "old" } }, 7);
    const read = (note: ShedNote) => ErrorInfo.decode(info.pack(note).value);
    const note = noteOf("Help", "message");
    expect(read(note).metadata).toEqual({ code: "7", a: "1", shed: "Help,message" });
    info.strip();
    expect(read(note)).toEqual({ reason: "GONE", domain: "x.y", metadata: { code: "7", shed: "Help,message" } });
    info.shortenNote();
    expect(read(note).metadata).toEqual({ code: "7", shed: "+2" });
  });

  it.each([
    ["a reason of 63 letters", { reason: "A".repeat(63) }, true, []],
    ["a reason of 64 letters", { reason: "A".repeat(64) }, false, ["reason"]],
    ["a reason of 32 letters of two bytes", { reason: "ä".repeat(32) }, false, ["reason"]],
    ["a domain of 253 letters", { domain: "a".repeat(253) }, true, []],
    ["a domain of 254 letters", { domain: "a".repeat(254) }, false, ["domain"]],
    ["a reason that is no text", { reason: 5 as unknown as string }, false, ["reason"]],
  ])("leaves out what is too long to be a name: %s", (_, given, short, unsendable) => {
    const info = { reason: "GONE", domain: "x.y", metadata: {}, ...given };
    expect(isIdentityShort(info)).toBe(short);
    const sent = new SentInfo(info, undefined);
    expect(sent.unsendable).toEqual(unsendable);
    const { reason, domain } = ErrorInfo.decode(sent.pack(noteOf("x")).value);
    expect({ reason, domain }).toEqual({
      reason: unsendable.includes("reason") ? "" : info.reason,
      domain: unsendable.includes("domain") ? "" : info.domain,
    });
  });
});
