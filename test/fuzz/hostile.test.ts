import { inspect } from "node:util";
import { Metadata } from "@grpc/grpc-js";
import fc from "fast-check";
import { pack, RichError, StandardDetails, unpack } from "grpc-rich-errors";
import { StreamRevisionConflictError } from "grpc-rich-errors/catalogs/kurrentdb";
import { BadRequest } from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";
import { TooManySidesError } from "../gen/shapes/v1/shapes.rich.js";
import { concat, hex } from "../support/bytes.js";
import { expectEachOnce } from "../support/issues.js";
import { writeErrorInfo, writeStatus } from "../support/oracle.js";
import { CATALOGS } from "./arbitraries.js";
import { runs, TIMEOUT } from "./runs.js";

const reading = { catalogs: CATALOGS };

/** Reads every property of an error. */
function askAll(error: RichError): void {
  void error.issues;
  void error.detail;
  void error.info;
  void error.errorDetails;
  void error.retryDelay;
  void error.standardDetails.badRequest;
  error.findDetails(BadRequest);
  expect(JSON.stringify(error)).toBeTypeOf("string");
  expect(inspect(error)).toBeTypeOf("string");
  expect(pack(error)).toBeInstanceOf(Uint8Array);
  expectEachOnce(error.issues);
}

/** Reads a trailer in every way. The status of the call wins, whatever the trailer says. */
function survive(trailer: Uint8Array): RichError {
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(trailer));
  const error = RichError.from({ code: 9, details: "no", metadata }, reading);
  expect([error.code, error.message]).toEqual([9, "no"]);
  askAll(error);
  askAll(unpack(trailer, reading));
  return error;
}

const valid = [
  pack(new StreamRevisionConflictError({ stream: "orders", expectedRevision: -1n, actualRevision: 9007199254740993n })),
  pack(
    new TooManySidesError(
      { shape: "disc", sides: 5n, limit: { most: 4n } },
      {
        info: { a: "1", b: "2" },
        errorDetails: new StandardDetails()
          .addFieldViolation("a", "b", { localizedMessage: { locale: "fr", message: "m" } })
          .addPreconditionViolation("t", "s", "d")
          .addQuotaViolation("s", "d", { quotaDimensions: { region: "eu" } })
          .addHelpLink("d", "u")
          .setRetryDelay(1500)
          .setDebugInfo("d", ["a"])
          .setRequestInfo("r")
          .setResourceInfo({ owner: "o" })
          .setLocalizedMessage("fr", "m"),
      },
    ),
  ),
];

describe("a trailer", () => {
  it("of random bytes does no harm", { timeout: TIMEOUT }, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300, size: "max" }), (bytes) => {
        survive(bytes);
      }),
      runs(0.15),
    );
  });

  it("of bytes that resemble protobuf does no harm", { timeout: TIMEOUT }, () => {
    // Tags, small lengths and the beginnings of long numbers, far more often than by chance.
    const byte = fc.oneof(
      fc.constantFrom(0x08, 0x0a, 0x0b, 0x0c, 0x0d, 0x09, 0x12, 0x1a, 0x80, 0xff),
      fc.nat(12),
      fc.nat(255),
    );
    const bytes = fc.array(byte, { maxLength: 100, size: "max" }).map((list) => Uint8Array.from(list));
    fc.assert(
      fc.property(bytes, (body) => {
        survive(body);
        survive(writeStatus({ code: 9, message: "no", details: [{ typeUrl: "t/google.rpc.ErrorInfo", value: body }] }));
        survive(
          writeStatus({ code: 9, message: "no", details: [{ typeUrl: "t/google.rpc.QuotaFailure", value: body }] }),
        );
      }),
      runs(0.05),
    );
  });

  it("does no harm if it was valid and some of its bytes changed", { timeout: TIMEOUT }, () => {
    const change = fc.record({ at: fc.nat(), to: fc.nat(255), remove: fc.boolean() });
    fc.assert(
      fc.property(fc.constantFrom(...valid), fc.array(change, { minLength: 1, maxLength: 4 }), (trailer, changes) => {
        const bytes = [...trailer];
        for (const { at, to, remove } of changes) bytes.splice(at % bytes.length, remove ? 1 : 0, to);
        survive(Uint8Array.from(bytes));
      }),
      runs(0.15),
    );
  });

  it.each([0, 1])("does no harm if it was valid and ends after any of its bytes (%d)", (index) => {
    const trailer = valid[index] ?? new Uint8Array();
    for (let length = 0; length < trailer.length; length++) {
      const error = survive(trailer.subarray(0, length));
      expect(error.issues).not.toEqual([]);
    }
    const whole = unpack(trailer, reading);
    expect([whole.issues, whole.name]).toEqual([[], ["StreamRevisionConflictError", "TooManySidesError"][index]]);
  });
});

describe("a trailer of a hostile peer", () => {
  const detail = (type: string, value: Uint8Array) => ({ typeUrl: `type.googleapis.com/${type}`, value });
  const status = (...details: { typeUrl: string; value: Uint8Array }[]) =>
    writeStatus({ code: 9, message: "no", details });
  const nest = (depth: number, wrap: (inner: Uint8Array) => Uint8Array) => {
    let bytes: Uint8Array = new Uint8Array();
    for (let i = 0; i < depth; i++) bytes = wrap(bytes);
    return bytes;
  };
  const field = (tag: number, value: Uint8Array) => concat(Uint8Array.of(tag), varint(value.length), value);
  const entries = Array.from({ length: 20_000 }, (_, i): [string, string] => [`k${i}`, "v"]);
  const sides = "shapes.v1.TooManySidesErrorDetails";

  it.each([
    [
      "an Any in an Any, 500 deep",
      () =>
        status(
          detail(
            "google.protobuf.Any",
            nest(500, (inner) => field(0x12, inner)),
          ),
        ),
    ],
    [
      "a message in a message, 2,000 deep",
      () =>
        status(
          detail(
            sides,
            nest(2_000, (inner) => field(0x1a, inner)),
          ),
        ),
    ],
    ["groups 100,000 deep", () => concat(status(), new Uint8Array(100_000).fill(0x0b))],
    ["groups 100,000 deep in a detail", () => status(detail("google.rpc.Help", new Uint8Array(100_000).fill(0x0b)))],
    [
      "groups 100,000 deep in ErrorInfo",
      () => status(detail("google.rpc.ErrorInfo", new Uint8Array(100_000).fill(0x0b))),
    ],
    ["10,000 details of one type", () => status(...Array(10_000).fill(detail("google.rpc.Help", hex("0a 00"))))],
    [
      "10,000 details of different types",
      () => status(...entries.slice(0, 10_000).map(([key]) => detail(`new.v1.${key}`, hex("00")))),
    ],
    [
      "10,000 ErrorInfos that cannot be read",
      () => status(...Array(10_000).fill(detail("google.rpc.ErrorInfo", hex("ff")))),
    ],
    ["two gigabytes in nine bytes", () => hex("0a ff ff ff ff 07 61 62 63")],
    [
      "a detail of two gigabytes in nine bytes",
      () => status(detail("google.rpc.DebugInfo", hex("0a ff ff ff ff 07 61 62 63"))),
    ],
    [
      "a packed list of two gigabytes",
      () => status(detail("google.rpc.QuotaFailure", hex("0a 09 2a 07 0a ff ff ff ff 07 61"))),
    ],
    ["a negative length", () => hex("1a ff ff ff ff ff ff ff ff ff 01")],
    ["20,000 metadata entries", () => status(detail("google.rpc.ErrorInfo", writeErrorInfo("R", "d", entries)))],
    [
      "20,000 metadata entries with one name",
      () => status(detail("google.rpc.ErrorInfo", writeErrorInfo("R", "d", Array(20_000).fill(["k", "v"])))),
    ],
    [
      "names that are special in JavaScript",
      () => status(...["__proto__", "constructor", "toString"].map((name) => detail(name, hex("ff")))),
    ],
    ["a type URL of a megabyte", () => status(detail("/".repeat(1_000_000), hex("")))],
    ["a message of a megabyte of NULs", () => writeStatus({ code: 9, message: "\0".repeat(1_000_000) })],
    ["the code 100,000 times", () => new Uint8Array(200_000).fill(0x08)],
  ])("does no harm: %s", (_, make) => {
    const trailer = make();
    const before = process.memoryUsage().arrayBuffers;
    const start = performance.now();
    survive(trailer);
    // A quadratic reader takes minutes here, and one that trusts lengths takes gigabytes.
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200_000_000);
  });
});

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Uint8Array.of(...bytes, rest);
}
