import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DetailCodec } from "../../src/detail/detail.js";
import * as inBrowser from "../../src/detail/standard-details.browser.js";
import * as generated from "../../src/detail/standard-details.js";
import { runs } from "../fuzz/runs.js";

const text = fc.string({ unit: "binary", maxLength: 8 }).map((one) => one.toWellFormed());
const word = text.map((one) => `a${one}`);
const texts = fc.array(text, { maxLength: 3 });
const long = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);
const localizedMessage = fc.record({ locale: text, message: text });

/** Arbitrary messages of each type. */
const MESSAGES = {
  BadRequest: fc.record({
    fieldViolations: fc.array(
      fc.record({
        field: text,
        description: text,
        reason: text,
        localizedMessage: fc.option(localizedMessage, { nil: undefined }),
      }),
      { maxLength: 3 },
    ),
  }),
  PreconditionFailure: fc.record({
    violations: fc.array(fc.record({ type: text, subject: text, description: text }), { maxLength: 3 }),
  }),
  QuotaFailure: fc.record({
    violations: fc.array(
      fc.record({
        ...{ subject: text, description: text, apiService: text, quotaMetric: text, quotaId: text },
        // ts-proto leaves an empty key or value of an entry out.
        quotaDimensions: fc.dictionary(word, word, { maxKeys: 3, noNullPrototype: true }),
        quotaValue: long,
        futureQuotaValue: fc.option(long, { nil: undefined }),
      }),
      { maxLength: 3 },
    ),
  }),
  RetryInfo: fc.record({
    retryDelay: fc.option(fc.record({ seconds: long, nanos: fc.integer() }), { nil: undefined }),
  }),
  DebugInfo: fc.record({ stackEntries: texts, detail: text }),
  RequestInfo: fc.record({ requestId: text, servingData: text }),
  ResourceInfo: fc.record({ resourceType: text, resourceName: text, owner: text, description: text }),
  Help: fc.record({ links: fc.array(fc.record({ description: text, url: text }), { maxLength: 3 }) }),
  LocalizedMessage: localizedMessage,
} as const;

type Name = keyof typeof MESSAGES;
type Codecs = Readonly<Record<Name, DetailCodec<unknown>>>;

const OWN = { ...inBrowser } as object as Codecs;
const GENERATED = { ...generated } as object as Codecs;

describe("the standard details in a browser", () => {
  it("are the same as elsewhere", () => {
    expect(Object.keys(inBrowser).sort()).toEqual(Object.keys(generated).sort());
    expect(Object.keys(MESSAGES).sort()).toEqual(Object.keys(generated).sort());
    for (const name of Object.keys(MESSAGES) as Name[]) expect(OWN[name].typeName).toBe(GENERATED[name].typeName);
  });

  it.each(Object.keys(MESSAGES) as Name[])("have the same bytes and the same messages: %s", (name) => {
    const [own, other] = [OWN[name], GENERATED[name]];
    fc.assert(
      fc.property(MESSAGES[name] as fc.Arbitrary<unknown>, (message) => {
        const bytes = other.encode(message);
        expect(Buffer.from(own.encode(message)).toString("hex")).toBe(Buffer.from(bytes).toString("hex"));
        expect(own.decode(bytes)).toEqual(other.decode(bytes));
      }),
      runs(0.01),
    );
  });

  it.each(Object.keys(MESSAGES) as Name[])("leave out what is missing: %s", (name) => {
    const own = OWN[name];
    expect(own.decode(own.encode({}))).toEqual(GENERATED[name].decode(new Uint8Array()));
  });

  it.each([
    ["a list", inBrowser.Help, { links: 5 }],
    ["a text", inBrowser.RequestInfo, { requestId: 5 }],
    ["a message", inBrowser.RetryInfo, { retryDelay: "1s" }],
    ["an object", inBrowser.Help, "links"],
  ])("refuse a value that is not %s", (_, codec, message) => {
    expect(() => codec.encode(message as never)).toThrow(TypeError);
  });
});
