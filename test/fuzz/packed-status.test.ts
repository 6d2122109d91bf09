import fc, { type Arbitrary } from "fast-check";
import { pack } from "grpc-rich-errors";
import { BadRequest, type DetailCodec, ErrorInfo, Help, RetryInfo } from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";
import { STANDARD_TYPES } from "../../src/detail/collected-details.js";
import { FROM_SERVER } from "../../src/error/origin.js";
import { receivePacked } from "../../src/error/receive.js";
import { ReceivedContent } from "../../src/error/received-error.js";
import { identify, identifyPacked } from "../../src/status/identify.js";
import { decodeStatus, PackedStatus } from "../../src/status/trailer.js";
import { concat } from "../support/bytes.js";
import { expectEachOnce } from "../support/issues.js";
import { CATALOGS, recipe } from "./arbitraries.js";
import { runs, TIMEOUT } from "./runs.js";

const CODECS: readonly DetailCodec<unknown>[] = [ErrorInfo, Help, RetryInfo, BadRequest];

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Uint8Array.of(...bytes, rest);
}

const field = (tag: number, value: Uint8Array) => concat(Uint8Array.of(tag), varint(value.length), value);
const utf8 = (text: string) => new TextEncoder().encode(text);

/** The fields of a status, of an Any and of an ErrorInfo, and some unknown fields. */
function fields(...known: Arbitrary<Uint8Array>[]): Arbitrary<Uint8Array> {
  const odd = fc.constantFrom(
    Uint8Array.of(0x20, 0x01),
    Uint8Array.of(0x2a, 0x01, 0x61),
    Uint8Array.of(0x00),
    Uint8Array.of(0x0f),
    Uint8Array.of(0x33, 0x34),
    Uint8Array.of(0x1a, 0x7f),
  );
  const weighted = known.map((arbitrary) => ({ arbitrary, weight: 12 }));
  return fc.array(fc.oneof(...weighted, { arbitrary: odd, weight: 1 }), { maxLength: 5 }).map((all) => concat(...all));
}

const text = fc.oneof(
  fc.constantFrom(...["TOO_MANY_SIDES", "shapes.example.com", "server", "ACCESS_DENIED", "X", ""].map(utf8)),
  fc.uint8Array({ maxLength: 5 }),
);
const info = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(text, text).map(([reason, domain]) => concat(field(0x0a, reason), field(0x12, domain))),
  },
  {
    weight: 1,
    arbitrary: fields(
      text.map((value) => field(0x0a, value)),
      text.map((value) => field(0x12, value)),
    ),
  },
);

const NAMES = ["google.rpc.ErrorInfo", "google.rpc.Help", "google.rpc.RetryInfo", "shapes.v1.TooManySidesErrorDetails"];
const PREFIXES = ["type.googleapis.com/", "/", "", "a/b/", "x.", "\u00ff/"];
const typeUrl = fc
  .tuple(fc.constantFrom(...PREFIXES), fc.constantFrom(...NAMES, "new.v1.Fact", ""), fc.constantFrom("", "", "", "/"))
  .map((parts) => utf8(parts.join("")));

const any = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(typeUrl, info).map(([url, value]) => concat(field(0x0a, url), field(0x12, value))) },
  { weight: 1, arbitrary: typeUrl.map((url) => field(0x0a, url)) },
  {
    weight: 1,
    arbitrary: fields(
      typeUrl.map((url) => field(0x0a, url)),
      info.map((value) => field(0x12, value)),
    ),
  },
);
const details = fc
  .array(
    any.map((value) => field(0x1a, value)),
    { maxLength: 20 },
  )
  .map((all) => concat(...all));
const code = fc.oneof(
  fc.nat(20).map((value) => Uint8Array.of(0x08, value)),
  fc.constant(Uint8Array.of(0x08, 0x85, 0x00)),
);
const message = text.map((value) => field(0x12, value));

/** A status in the usual order, in any order, and damaged. */
const made = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(code, message, details).map((parts) => concat(...parts)) },
  {
    weight: 1,
    arbitrary: fields(
      code,
      message,
      any.map((value) => field(0x1a, value)),
    ),
  },
  { weight: 1, arbitrary: recipe.map((make) => pack(make())) },
);
const change = fc.record({ at: fc.nat(), to: fc.nat(255), remove: fc.boolean() });
const spoilt = fc.tuple(made, fc.array(change, { minLength: 1, maxLength: 3 })).map(([status, changes]) => {
  const bytes = [...status];
  for (const { at, to, remove } of changes) bytes.splice(at % Math.max(1, bytes.length), remove ? 1 : 0, to);
  return Uint8Array.from(bytes);
});
const status = fc.oneof(made, spoilt);

/** Every property of an error, read in the same order. */
function all(error: ReceivedContent) {
  const { code, message, errorClass, info, reason, domain, detail, errorDetails } = error;
  const found = CODECS.map((codec) => error.reader.find(codec));
  return { code, message, errorClass, info, reason, domain, detail, found, errorDetails, issues: error.issues };
}

describe("a lazily decoded status", () => {
  it("finds single parts as a full decode does", { timeout: TIMEOUT }, () => {
    const found = { head: 0, identity: 0, detail: 0 };
    fc.assert(
      fc.property(status, (bytes) => {
        const decoded = decodeStatus(bytes);
        const { head } = new PackedStatus(bytes);
        found.head++;
        expect(head).toEqual({ code: decoded.code, message: decoded.message });
        const identity = identifyPacked(new PackedStatus(bytes), CATALOGS);
        if (identity) {
          found.identity++;
          const { info, errorClass, issues } = identity;
          expect({ info, errorClass, issues }).toEqual(
            identify(decoded.code, decoded.details, CATALOGS, STANDARD_TYPES),
          );
        }
        for (const codec of CODECS) {
          const one = new PackedStatus(bytes).read(codec);
          if (one === undefined) continue;
          found.detail++;
          const first = decoded.details.find(({ typeUrl }) => typeUrl.endsWith(`/${codec.typeName}`));
          expect(one).toEqual(first ? codec.decode(first.value) : null);
        }
      }),
      runs(0.2),
    );
    for (const count of Object.values(found)) expect(count).toBeGreaterThan(0);
  });

  it("gives the same error and issues as a full decode, each issue once", { timeout: TIMEOUT }, () => {
    fc.assert(
      fc.property(status, (bytes) => {
        const decoded = decodeStatus(bytes);
        const read = all(receivePacked(bytes, CATALOGS));
        expect(read).toEqual(all(new ReceivedContent(decoded, decoded, CATALOGS, { originFacts: FROM_SERVER })));
        expectEachOnce(read.issues);
      }),
      runs(0.1),
    );
  });
});
