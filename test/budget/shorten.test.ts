import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutToBytes, cutViolations, isIdentityShort, SentInfo } from "../../src/budget/shorten.js";
import { encodeDetails } from "../../src/detail/detail.js";
import { ErrorInfo, ShedNote } from "../../src/detail/error-info.js";
import { BadRequest } from "../../src/detail/index.js";
import { StandardDetails } from "../../src/index.js";
import { anyText } from "../fuzz/arbitraries.js";

const text = anyText.map((any) => any.toWellFormed());

function noteOf(...parts: readonly string[]): ShedNote {
  const note = new ShedNote();
  for (const part of parts) note.add(part);
  return note;
}

describe("the ErrorInfo of an error that does not fit", () => {
  it("has the length that it announces, with any note", () => {
    const names = fc.array(fc.oneof(text, fc.constantFrom("a.B", "message")), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(text, text, fc.dictionary(text, text), names, fc.nat(2), (reason, domain, metadata, parts, step) => {
        const info = new SentInfo({ reason, domain, metadata }, 42);
        const note = noteOf(...parts);
        if (step > 0) info.strip();
        if (step > 1) info.shortenNote();
        expect(info.lengthWith(note)).toBe(encodeDetails([info.pack(note)]).length);
      }),
    );
  });

  it("keeps reason, domain, number and the count of shed parts when it is stripped", () => {
    const info = new SentInfo({ reason: "GONE", domain: "x.y", metadata: { code: "7", a: "1", shed: "old" } }, 7);
    const read = (note: ShedNote) => ErrorInfo.decode(info.pack(note).value);
    const note = noteOf("Help", "message");
    expect(read(note).metadata).toEqual({ code: "7", a: "1", shed: "Help,message" });
    info.strip();
    expect(read(note)).toEqual({ reason: "GONE", domain: "x.y", metadata: { code: "7", shed: "Help,message" } });
    info.shortenNote();
    expect(read(note).metadata).toEqual({ code: "7", shed: "+2" });
  });

  it("keeps no metadata of an error without a number when it is stripped", () => {
    const info = new SentInfo({ reason: "GONE", domain: "x.y", metadata: { a: "1" } }, undefined);
    info.strip();
    expect(ErrorInfo.decode(info.pack(noteOf("Help")).value).metadata).toEqual({ shed: "Help" });
  });

  it.each([
    ["a reason of 63 letters", { reason: "A".repeat(63) }, true, []],
    ["a reason of 64 letters", { reason: "A".repeat(64) }, false, ["reason"]],
    ["a reason of 32 letters of two bytes", { reason: "ä".repeat(32) }, false, ["reason"]],
    ["a domain of 253 letters", { domain: "a".repeat(253) }, true, []],
    ["a domain of 254 letters", { domain: "a".repeat(254) }, false, ["domain"]],
    ["a reason that is a number", { reason: 5 as unknown as string }, false, ["reason"]],
  ])("leaves out an identity that is too long, and keeps others: %s", (_, given, short, unsendable) => {
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

describe("cutToBytes", () => {
  it.each([
    ["short", 10, "short"],
    ["short", 5, "short"],
    ["short", 3, "sho"],
    ["naïve", 3, "na"],
    ["naïve", 4, "naï"],
    ["日本語", 5, "日"],
    ["a😀b", 4, "a"],
    ["a😀b", 5, "a😀"],
    ["a", 0, ""],
  ])("cuts %j to %d bytes between code points", (text, bytes, expected) => {
    expect(cutToBytes(text, bytes)).toBe(expected);
  });

  it("returns as many whole code points as fit", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(64), (text, bytes) => {
        const cut = cutToBytes(text, bytes);
        expect(text.startsWith(cut)).toBe(true);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(bytes);
        if (cut !== text) expect(Buffer.byteLength(cut)).toBeGreaterThan(bytes - 4);
      }),
    );
  });
});

describe("cutViolations", () => {
  const details = new StandardDetails();
  for (let field = 0; field < 100; field++) details.addFieldViolation(`items[${field}]`, "must not be empty");
  const whole = BadRequest.encode(details.badRequest ?? { fieldViolations: [] });

  it("keeps the first violations, as many whole ones as fit", () => {
    const cut = cutViolations(whole, 500);
    const { fieldViolations } = BadRequest.decode(cut);
    expect(fieldViolations.map(({ field }) => field)).toEqual(
      Array.from({ length: fieldViolations.length }, (_, field) => `items[${field}]`),
    );
    expect(cut.length).toBeLessThanOrEqual(500);
    expect(cut.length).toBeGreaterThan(500 - whole.length / 50);
  });

  it("keeps a message that fits, and no violation if the first does not fit", () => {
    expect(cutViolations(whole, whole.length)).toBe(whole);
    expect(cutViolations(whole, 5)).toHaveLength(0);
  });

  it("keeps a violation that ends exactly at the limit, wherever the bytes are in memory", () => {
    const violation = BadRequest.encode({ fieldViolations: [{ field: "a", description: "b", reason: "" } as never] });
    const two = Buffer.concat([violation, violation]);
    for (const offset of [0, 7]) {
      const message = Buffer.concat([Buffer.alloc(offset), two]).subarray(offset);
      expect([...cutViolations(message, violation.length)]).toEqual([...violation]);
      expect(cutViolations(message, violation.length - 1)).toHaveLength(0);
      expect(cutViolations(message, two.length - 1)).toHaveLength(violation.length);
    }
  });

  it("stops at bytes that it cannot read", () => {
    const broken = Uint8Array.of(0x0a, 1, 65, 0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 1, 1);
    expect(cutViolations(broken, 10)).toEqual(Uint8Array.of(0x0a, 1, 65));
  });
});
