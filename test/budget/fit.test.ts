import { Metadata } from "@grpc/grpc-js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitInto as fitWith, LEAST_BUDGET, MOST_BUDGET } from "../../src/budget/fit.js";
import { sizeOf } from "../../src/budget/header-size.js";
import { encodeDetails } from "../../src/detail/detail.js";
import { BadRequest, ErrorInfo, packDetail, typeNameOf } from "../../src/detail/index.js";
import { Code, fromStatus, pack, RichError, StandardDetails, unpack } from "../../src/index.js";
import { decodeDetails } from "../../src/status/trailer.js";
import { catalog, TooManySidesError } from "../gen/shapes/v1/shapes.rich.js";

const MOST = 4096;
const detail = { shape: "square", sides: 5n, limit: { most: 4n } };

function fitInto(error: RichError, most: number) {
  const fitted = fitWith(error.message.toWellFormed(), RichError.packableOf(error), most, RichError.trailersOf(error));
  return { ...fitted, details: decodeDetails(fitted.details), detailsLength: fitted.details.length };
}

function shortNames(details: readonly { typeUrl: string }[]): string[] {
  return details.map(({ typeUrl }) => typeNameOf(typeUrl).replace(/.*\./, ""));
}

describe("an error that fits", () => {
  test("is sent unchanged", () => {
    const error = new TooManySidesError(detail, { retryDelay: 10 });
    expect(fitInto(error, MOST)).toEqual({
      message: error.message,
      details: error.errorDetails,
      detailsLength: encodeDetails(error.errorDetails).length,
      trailers: undefined,
      shed: [],
    });
  });
});

describe("an error that is too large", () => {
  const metadata = new Metadata();
  metadata.set("x-trailer", "t".repeat(100));
  const long = "m".repeat(1_500);
  const standard = () =>
    new StandardDetails()
      .setDebugInfo("d".repeat(100))
      .addHelpLink("h".repeat(100), "https://example.com")
      .setLocalizedMessage("de", "l".repeat(100))
      .addFieldViolation("a", "f".repeat(100))
      .addFieldViolation("b", "f".repeat(100))
      .setRequestInfo("r".repeat(100))
      .setResourceInfo({ resourceName: "s".repeat(100) });
  const error = () =>
    new TooManySidesError(
      { ...detail, shape: "s".repeat(100) },
      { message: long, errorDetails: standard(), metadata, retryDelay: 1000, info: { note: "n".repeat(100) } },
    );

  test("gets no ErrorInfo with the shed parts if it has no reason", () => {
    const { details, shed } = fitInto(new RichError(Code.ABORTED, long.repeat(4), { errorDetails: standard() }), 2_000);
    expect(shed).toContain("message");
    expect(shortNames(details)).not.toContain("ErrorInfo");
  });

  test("loses its parts in the documented order", () => {
    const order: string[] = [];
    for (let most = 6_000; most > 0; most -= 20) {
      const { shed } = fitInto(error(), most);
      expect(shed.slice(0, order.length)).toEqual(order);
      order.push(...shed.slice(order.length));
    }
    expect(order).toEqual([
      "DebugInfo",
      "Help",
      "LocalizedMessage",
      "message",
      "BadRequest",
      "trailers",
      "ResourceInfo",
      "RequestInfo",
      "TooManySidesErrorDetails",
      "RetryInfo",
      "info",
    ]);
  });

  test("keeps code, reason, domain and number in any block", () => {
    const fitted = fitInto(error(), 0);
    const read = fromStatus(
      { code: Code.INVALID_ARGUMENT, message: fitted.message, details: fitted.details },
      { catalogs: [catalog] },
    );
    expect(read).toBeInstanceOf(TooManySidesError);
    expect(read.info).toMatchObject({
      reason: "TOO_MANY_SIDES",
      domain: "shapes.example.com",
      metadata: { code: "1" },
    });
    expect(read.message).toBe("");
  });

  test("lists the shed parts in ErrorInfo", () => {
    const fitted = fitInto(error(), 3_000);
    const read = fromStatus({ code: Code.INVALID_ARGUMENT, message: fitted.message, details: fitted.details });
    expect(read.info?.metadata["shed"]).toBe(fitted.shed.join(","));
    expect(fitted.shed.length).toBeGreaterThan(0);
  });

  test("keeps ErrorInfo first and the typed detail last", () => {
    const names = shortNames(fitInto(error(), MOST).details);
    expect(names.at(0)).toBe("ErrorInfo");
    expect(names.at(-1)).toBe("TooManySidesErrorDetails");
  });

  test("keeps as many violations as fit", () => {
    const details = new StandardDetails();
    for (let field = 0; field < 10_000; field++) details.addFieldViolation(`items[${field}]`, "must not be empty");
    const fitted = fitInto(new TooManySidesError(detail, { errorDetails: details }), MOST);
    const packed = fitted.details.find(({ typeUrl }) => typeNameOf(typeUrl) === BadRequest.typeName);
    expect(BadRequest.decode(packed?.value ?? new Uint8Array()).fieldViolations.length).toBeGreaterThan(50);
    expect(fitted.shed).toEqual(["BadRequest"]);
  });

  test("keeps the first 1,024 bytes of its message while anything else can be shed", () => {
    const errorDetails = [
      packDetail({ ...BadRequest, typeName: "x.Unknown", encode: () => new Uint8Array(1_000_000) }, undefined),
    ];
    const fitted = fitInto(new TooManySidesError(detail, { message: "m".repeat(1_000_000), errorDetails }), MOST);
    expect(fitted.message.length).toBeGreaterThanOrEqual(1024);
    expect(shortNames(fitted.details)).toEqual(["ErrorInfo", "TooManySidesErrorDetails"]);
  });

  test("keeps the longest reason and domain in the smallest budget, with number, note and pushback", () => {
    const definition = { ...TooManySidesError.definition, reason: "R".repeat(63), domain: "d".repeat(253) };
    const declared = { ...definition, numericCode: true, number: -(2 ** 31) };
    const largest = new RichError(declared, detail, { message: long, errorDetails: standard(), info: { a: long } });
    const pushback = "grpc-retry-pushback-ms".length + 10 + 32;
    const fitted = fitInto(largest, LEAST_BUDGET - pushback);
    expect(sizeOf(fitted)).toBeLessThanOrEqual(LEAST_BUDGET - pushback);
    const [info] = fitted.details;
    expect(ErrorInfo.decode(info?.value ?? new Uint8Array())).toMatchObject({
      reason: definition.reason,
      domain: definition.domain,
      metadata: { code: "-2147483648" },
    });
  });

  test("loses all trailers if there are more than Node accepts", () => {
    const trailers = (count: number) => {
      const made = new Metadata();
      for (let entry = 0; entry < count; entry++) made.set(`x${entry}`, "");
      return new RichError(Code.ABORTED, "x", { reason: "REASON", domain: "d", metadata: made });
    };
    expect(fitInto(trailers(121), MOST_BUDGET).shed).toEqual([]);
    expect(fitInto(trailers(122), MOST_BUDGET)).toMatchObject({ trailers: undefined, shed: ["trailers"] });
  });

  test("fits, whatever it contains", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.nat(20_000).map((length) => "ä😀%".repeat(length / 3)),
    );
    fc.assert(
      fc.property(
        text,
        text,
        text,
        fc.nat(3_000),
        fc.integer({ min: 700, max: 9_000 }),
        (message, info, debug, count, most) => {
          const errorDetails = new StandardDetails().setDebugInfo(debug).setRequestInfo(info);
          for (let index = 0; index < count; index++)
            errorDetails.addPreconditionViolation("T", `s${index}`, debug.slice(0, 20));
          const trailers = new Metadata();
          for (let index = 0; index < count; index++) trailers.set(`x-${index}`, "v");
          const plain = new RichError(Code.ABORTED, message, {
            reason: "REASON",
            domain: "d",
            errorDetails,
            info: { info },
            metadata: trailers,
          });
          const fitted = fitInto(plain, most);
          expect(sizeOf(fitted)).toBeLessThanOrEqual(most);
          expect(message.toWellFormed().startsWith(fitted.message)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});

test.each([
  ["thrown", (error: RichError) => error],
  ["received", (error: RichError) => unpack(pack(error))],
])("an error with 100,000 details of different types fits: %s", (_, of) => {
  const errorDetails = Array.from({ length: 100_000 }, (_, index) => {
    return { typeUrl: `x/a.b.Type${index}`, value: new Uint8Array(8) };
  });
  const error = of(new RichError(Code.ABORTED, "x", { reason: "REASON", domain: "d", errorDetails }));
  expect(error.errorDetails).toHaveLength(100_001);
  expect(error.issues.filter(({ kind }) => kind !== "unknown-type")).toEqual([]);
  const fitted = fitInto(error, MOST);
  expect(sizeOf(fitted)).toBeLessThanOrEqual(MOST);
  expect(Number(fitted.shed.at(-1))).toBe(100_001 - fitted.details.length - 16);
});
