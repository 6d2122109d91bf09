import fc from "fast-check";
import { fromStatus, pack, packError, RichError, toStatus, unpack } from "grpc-rich-errors";
import { BadRequest, ErrorInfo, QuotaFailure, RequestInfo, typeNameOf } from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";
import { readStatus, writeStatus } from "../support/oracle.js";
import { anyDetail, anyText, CATALOGS, recipe, standardDetails, wellFormed } from "./arbitraries.js";
import { runs, TIMEOUT } from "./runs.js";

const reading = { catalogs: CATALOGS };

/** The properties that are equal on both sides. */
function meaning(error: RichError) {
  const { name, code, message, reason, domain, definition, retryDelay } = error;
  const { badRequest, quotaFailure, requestInfo, help } = error.standardDetails;
  return { name, code, message, reason, domain, definition, retryDelay, badRequest, quotaFailure, requestInfo, help };
}

describe("any declared error", () => {
  it("is unpacked as it was packed", { timeout: TIMEOUT }, () => {
    fc.assert(
      fc.property(recipe, (make) => {
        const sent = make();
        const read = unpack(pack(sent), reading);
        expect(sent.issues.filter(({ kind }) => kind !== "invalid-value")).toEqual([]);
        expect(read.constructor).toBe(sent.constructor);
        expect(meaning(read)).toEqual(meaning(sent));
        expect(read.detail).toEqual(wellFormed(sent.detail));
        expect(read.info).toEqual(wellFormed(sent.info));
        // The only possible issues are unknown types among the extras.
        expect(read.issues.filter(({ kind }) => kind !== "unknown-type")).toEqual([]);
      }),
      runs(0.1),
    );
  });

  it("reads the same in every way", { timeout: TIMEOUT }, () => {
    fc.assert(
      fc.property(recipe, (make) => {
        const sent = make();
        const expected = { ...meaning(sent), detail: wellFormed(sent.detail) };
        for (const read of [RichError.from(packError(sent), reading), fromStatus(toStatus(sent), reading)]) {
          expect({ ...meaning(read), detail: wellFormed(read.detail) }).toEqual(expected);
          expect(pack(read)).toEqual(pack(sent));
        }
      }),
      runs(0.02),
    );
  });

  it("has the same bytes if it is the same error", { timeout: TIMEOUT }, () => {
    fc.assert(
      fc.property(recipe, (make) => {
        expect(pack(make())).toEqual(pack(make()));
      }),
      runs(0.02),
    );
  });

  it("has ErrorInfo first, its detail last and each type once", { timeout: TIMEOUT }, () => {
    fc.assert(
      fc.property(recipe, (make) => {
        const error = make();
        const types = error.errorDetails.map(({ typeUrl }) => typeNameOf(typeUrl) || typeUrl);
        expect(types[0]).toBe("google.rpc.ErrorInfo");
        expect(types.at(-1)).toBe(error.definition?.detail?.typeName ?? types.at(-1));
        expect(new Set(types).size).toBe(types.length);
      }),
      runs(0.02),
    );
  });
});

describe("compared with Google's own runtime", () => {
  it("it reads what we write", { timeout: TIMEOUT }, () => {
    fc.assert(
      fc.property(recipe, (make) => {
        const error = make();
        const { code, message, details } = toStatus(error);
        expect(readStatus(pack(error))).toEqual({ code, message, details: wellFormed(details) });
      }),
      runs(0.02),
    );
  });

  it("we read what it writes", { timeout: TIMEOUT }, () => {
    const status = fc.record({
      code: fc.integer({ min: 1, max: 16 }),
      message: anyText.map((text) => text.toWellFormed()),
      details: fc.array(anyDetail.map(wellFormed), { maxLength: 5 }),
    });
    fc.assert(
      fc.property(status, (sent) => {
        expect(toStatus(unpack(writeStatus(sent), reading))).toEqual(sent);
      }),
      runs(0.1),
    );
  });
});

describe("any message", () => {
  it("of the standard types is read as it was written", { timeout: TIMEOUT }, () => {
    fc.assert(
      fc.property(standardDetails, (details) => {
        for (const codec of [BadRequest, QuotaFailure, RequestInfo]) {
          const packed = [...details].find(({ typeUrl }) => typeNameOf(typeUrl) === codec.typeName);
          if (!packed) continue;
          expect(codec.encode(codec.decode(packed.value) as never)).toEqual(packed.value);
        }
      }),
      runs(0.02),
    );
  });

  it("of ErrorInfo is read as it was written", { timeout: TIMEOUT }, () => {
    const text = anyText.map((given) => given.toWellFormed());
    const info = fc.record({ reason: text, domain: text, metadata: fc.dictionary(text, text) });
    fc.assert(
      fc.property(info, (sent) => {
        expect(ErrorInfo.decode(ErrorInfo.encode(sent))).toEqual({ ...sent, metadata: { ...sent.metadata } });
      }),
      runs(0.1),
    );
  });
});

it("ignores type URLs that end with a slash, and does not treat them as equal", () => {
  const errorDetails = [" /", "/", "a/"].map((typeUrl) => ({ typeUrl, value: new Uint8Array([8, 1]) }));
  const { issues } = unpack(pack(new RichError(5, "x", { reason: "R", domain: "d", errorDetails })), reading);
  expect(issues.map(({ kind, typeUrl }) => [kind, typeUrl])).toEqual([
    ["unknown-type", " /"],
    ["unknown-type", "/"],
    ["unknown-type", "a/"],
  ]);
});
