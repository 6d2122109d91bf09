import { Code, isErrorOf, RichError } from "grpc-rich-errors";
import { AccessDeniedError } from "grpc-rich-errors/catalogs/kurrent";
import { describe, expect, it, vi } from "vitest";
import { ParcelsContract } from "./gen/parcels/v1/parcels.rich.js";
import { CornersBusyError, TooManySidesError } from "./gen/shapes/v1/shapes.rich.js";

const SIDES = { shape: "disc", sides: 5n, limit: undefined };
const method = ParcelsContract.putXlParcel;

describe("isErrorOf", () => {
  it.each([
    ["an error that the contract names", new TooManySidesError(SIDES), true],
    ["one of another file", new AccessDeniedError({ operation: "put" }), true],
    ["another error of the same catalog", new CornersBusyError(), false],
    [
      "an error with the same reason and domain that was read without a catalog",
      new RichError(Code.INVALID_ARGUMENT, "no", { reason: "TOO_MANY_SIDES", domain: "shapes.example.com" }),
      false,
    ],
    ["an error without a reason", new RichError(Code.UNAVAILABLE, "no"), false],
    ["any other error", new TypeError("no"), false],
    ["what looks like an error", { reason: "TOO_MANY_SIDES", definition: TooManySidesError.definition }, false],
    ["nothing", undefined, false],
  ])("decides for %s", (_, error, is) => {
    expect(isErrorOf(method, error)).toBe(is);
    expect(isErrorOf({ contract: method }, error)).toBe(is);
  });

  it("recognizes an error of another copy of the package", async () => {
    vi.resetModules();
    const copy = await import("./gen/shapes/v1/shapes.rich.js");
    expect(copy.TooManySidesError).not.toBe(TooManySidesError);
    expect(isErrorOf(method, new copy.TooManySidesError(SIDES))).toBe(true);
    expect(isErrorOf(method, new copy.CornersBusyError())).toBe(false);
  });
});
