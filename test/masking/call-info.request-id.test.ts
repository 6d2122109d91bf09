import { Metadata } from "@grpc/grpc-js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { requestIdOf } from "../../src/masking/call-info.js";

const MADE = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const made = expect.stringMatching(MADE);
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";
const ZEROS = "0".repeat(32);

function callMetadata(headers: Record<string, string | string[]>): Metadata {
  const metadata = new Metadata();
  for (const [name, values] of Object.entries(headers)) for (const value of [values].flat()) metadata.add(name, value);
  return metadata;
}

describe("requestIdOf", () => {
  it.each([
    ["abc-123", "abc-123"],
    ["a/b+c=:d.e_f", "a/b+c=:d.e_f"],
    ["a".repeat(128), "a".repeat(128)],
    ["", made],
    ["a".repeat(129), made],
    ["a b", made],
    ["abc-123 ", made],
    [["abc-123", "abc-124"], "abc-123"],
    ["<b>", made],
  ])("reads the x-request-id %j as %j", (given, expected) => {
    expect(requestIdOf(callMetadata({ "x-request-id": given }))).toEqual(expected);
  });

  it.each([
    ["well-formed", `00-${TRACE}-${PARENT}-01`, TRACE],
    ["with a trace id that begins with 0", `00-0${TRACE.slice(1)}-${PARENT}-01`, `0${TRACE.slice(1)}`],
    ["of a later version", `01-${TRACE}-${PARENT}-01`, TRACE],
    ["of a later version with an appendix", `cc-${TRACE}-${PARENT}-01-what-may-be`, TRACE],
    ["with an appendix that its version does not have", `00-${TRACE}-${PARENT}-01-x`, made],
    ["with a trailing hyphen", `00-${TRACE}-${PARENT}-01-`, made],
    ["of a later version with an appendix without a hyphen", `cc-${TRACE}-${PARENT}-01x`, made],
    ["of the forbidden version ff", `ff-${TRACE}-${PARENT}-01`, made],
    ["with an empty trace id", `00-${ZEROS}-${PARENT}-01`, made],
    ["with an empty parent id", `00-${TRACE}-${"0".repeat(16)}-01`, made],
    ["in upper case", `00-${TRACE.toUpperCase()}-${PARENT}-01`, made],
    ["too short", `00-${TRACE.slice(1)}-${PARENT}-01`, made],
    ["with a leading space", ` 00-${TRACE}-${PARENT}-01`, made],
    ["with a trailing space", `00-${TRACE}-${PARENT}-01`.concat(" "), made],
    ["sent twice", [`00-${TRACE}-${PARENT}-01`, `00-${TRACE}-${PARENT}-01`], made],
    ["empty", "", made],
  ])("uses the trace id of a traceparent if it is valid: %s", (_, traceparent, expected) => {
    expect(requestIdOf(callMetadata({ traceparent }))).toEqual(expected);
  });

  it("prefers a valid x-request-id to the trace id", () => {
    const traceparent = `00-${TRACE}-${PARENT}-00`;
    expect(requestIdOf(callMetadata({ "x-request-id": "r-1", traceparent }))).toBe("r-1");
    expect(requestIdOf(callMetadata({ "x-request-id": "r 1", traceparent }))).toBe(TRACE);
  });

  it.each([
    ["x-request-id", "r-1"],
    ["traceparent", `00-${TRACE}-${PARENT}-01`],
  ])("ignores a %s that is not a string", (name, text) => {
    const get = (asked: string) => (asked === name ? [Buffer.from(text)] : []);
    expect(requestIdOf({ get })).toMatch(MADE);
  });

  it("creates a UUID if no header is sent", () => {
    expect(requestIdOf(undefined)).toMatch(MADE);
    expect(requestIdOf(new Metadata())).toMatch(MADE);
    expect(requestIdOf(undefined)).not.toBe(requestIdOf(undefined));
  });

  it("returns an id that is safe in a log, whatever is sent", () => {
    const value = fc.oneof(fc.string(), fc.constantFrom(`00-${TRACE}-${PARENT}-01`, `${TRACE}\n`, "r-1"));
    fc.assert(
      fc.property(value, value, (id, traceparent) => {
        const headers: Record<string, string> = { "x-request-id": id, traceparent };
        const get = (name: string) => (headers[name] === undefined ? [] : [headers[name]]);
        expect(requestIdOf({ get })).toMatch(/^[\w.:/+=-]{1,128}$/);
      }),
    );
  });
});
