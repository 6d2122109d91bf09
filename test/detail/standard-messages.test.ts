import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as generated from "../../gen/google/rpc/error_details.js";
import * as inBrowser from "../../src/detail/standard-messages.browser.js";
import * as own from "../../src/detail/standard-messages.js";
import { runs } from "../fuzz/runs.js";

const text = fc.string({ unit: "binary", maxLength: 8 }).map((one) => one.toWellFormed());
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
        quotaDimensions: fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
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

interface Code {
  encode(message: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
}

const GENERATED = { ...generated } as object as Readonly<Record<Name, Code>>;
const NAMES = Object.keys(MESSAGES) as Name[];

/** What a function returns, or nothing where it throws. */
function outcome<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}

describe.each([
  ["in Node", own],
  ["in a browser", inBrowser],
])("the code of a standard detail %s", (_, code) => {
  const OWN = { ...code } as object as Readonly<Record<Name, Code>>;

  it("exists for each of them", () => {
    expect(Object.keys(code).sort()).toEqual([...NAMES].sort());
  });

  it.each(NAMES)("writes and reads the same as ts-proto's: %s", (name) => {
    const [mine, other] = [OWN[name], GENERATED[name]];
    fc.assert(
      fc.property(MESSAGES[name] as fc.Arbitrary<unknown>, fc.nat(), fc.nat(255), (message, at, byte) => {
        const bytes = other.encode(message).finish();
        expect(Buffer.from(mine.encode(message).finish()).toString("hex")).toBe(Buffer.from(bytes).toString("hex"));
        expect(mine.decode(bytes)).toEqual(other.decode(bytes));
        // The same bytes, but one of them.
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        expect(outcome(() => mine.decode(bytes))).toEqual(outcome(() => other.decode(bytes)));
      }),
      runs(0.02),
    );
  });

  it.each(NAMES)("reads any bytes as ts-proto's: %s", (name) => {
    const [mine, other] = [OWN[name], GENERATED[name]];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
        expect(outcome(() => mine.decode(bytes))).toEqual(outcome(() => other.decode(bytes)));
      }),
      runs(0.02),
    );
  });

  it.each<[string, Name, unknown]>([
    ["a text", "RequestInfo", { requestId: 5, servingData: "" }],
    ["a list", "Help", { links: 5 }],
    ["a bigint", "RetryInfo", { retryDelay: { seconds: 1, nanos: 0 } }],
    ["64 bits long", "RetryInfo", { retryDelay: { seconds: 2n ** 63n, nanos: 0 } }],
    ["an integer", "RetryInfo", { retryDelay: { seconds: 0n, nanos: 0.5 } }],
  ])("refuses a value that is not %s", (_, name, message) => {
    expect(() => OWN[name].encode(message)).toThrow();
  });
});
