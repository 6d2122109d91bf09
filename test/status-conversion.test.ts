import { Code, fromStatus, RichError, StandardDetails, type Status, toStatus } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { catalog, TooManySidesError } from "./gen/shapes/v1/shapes.rich.js";
import { readStatus, writeStatus } from "./support/oracle.js";

const SIDES = { shape: "disc", sides: 5n, limit: { most: 4n } };

describe("toStatus", () => {
  it("returns the code, the message and all details", () => {
    const error = new TooManySidesError(SIDES, { message: "no" });
    expect(toStatus(error)).toEqual({ code: 3, message: "no", details: error.errorDetails });
  });

  it("matches what Google's runtime writes and reads", () => {
    const status = toStatus(new TooManySidesError(SIDES));
    expect(readStatus(writeStatus(status))).toEqual(status);
  });
});

describe("fromStatus", () => {
  it("reads every entry of a batch", () => {
    const batch: Status[] = [
      toStatus(new TooManySidesError(SIDES)),
      toStatus(new RichError(Code.ABORTED, "no", { errorDetails: new StandardDetails().setRetryDelay(5) })),
      { code: 5, message: "gone", details: [] },
    ];
    const errors = batch.map((status) => fromStatus(status, { catalogs: [catalog] }));
    expect(errors.map(({ name, code, message, retryDelay }) => [name, code, message, retryDelay])).toEqual([
      ["TooManySidesError", 3, "disc has 5 sides, 4 {at most}", undefined],
      ["RichError", 10, "no", 5],
      ["RichError", 5, "gone", undefined],
    ]);
    expect(errors[0]).toBeRichError(TooManySidesError, SIDES);
    expect(errors.map((error) => toStatus(error))).toEqual(batch);
  });

  it.each([0, -1, 17, 2 ** 31 - 1])("reads the code %d as UNKNOWN and reports it", (code) => {
    const error = fromStatus({ code, message: "odd", details: [] });
    expect([error.code, error.message]).toEqual([Code.UNKNOWN, "odd"]);
    expect(error.issues).toEqual([
      {
        kind: "invalid-code",
        message: `the status code is ${code}, not a whole number from 1 to 16; the error is UNKNOWN`,
      },
    ]);
  });

  it("returns a received error without a stack of its own", () => {
    const error = fromStatus({ code: 5, message: "gone", details: [] });
    expect([error.received, error.metadata?.getMap(), error.stack]).toEqual([true, {}, "RichError: gone"]);
  });
});
