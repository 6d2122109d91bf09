import { Code, RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { maskFailure } from "../../src/masking/mask.js";
import { checkAgainstContract } from "../../src/server/thrown-to-status.js";
import { ShapesContract } from "../gen/shapes/v1/shapes.rich.js";
import { BadShapeError, catalog, TooManySidesError, tooManySides } from "../support/errors.js";

const failure = (thrown: unknown) => ({ thrown, callMetadata: undefined, trailer: undefined });

describe("checkAgainstContract", () => {
  const held = (thrown: unknown, strict: boolean) => {
    const decision = maskFailure(failure(thrown), [catalog]);
    return {
      decision,
      held: checkAgainstContract({ contract: ShapesContract.unary, strict }, decision, failure(thrown)),
    };
  };

  it.each([true, false])("returns an error that the contract names unchanged (strict: %s)", (strict) => {
    const { decision, held: after } = held(tooManySides(), strict);
    expect(after).toBe(decision);
    expect(after.sent).toBeRichError(TooManySidesError);
  });

  it.each([true, false])("returns a masked error unchanged (strict: %s)", (strict) => {
    const { decision, held: after } = held(new Error("secret"), strict);
    expect(after).toBe(decision);
    expect(after).toMatchObject({ masked: true, outsideContract: false });
  });

  const outside = [
    new BadShapeError({ fieldViolations: [] }),
    new RichError(Code.NOT_FOUND, "no such shape"),
    { code: Code.NOT_FOUND, details: "no such shape" },
  ];

  it.each(outside)("marks an error that the contract does not name: %o", (thrown) => {
    const { decision, held: after } = held(thrown, false);
    expect(after).toEqual({ ...decision, outsideContract: true });
  });

  it.each(outside)("masks an error that the contract does not name if it is strict: %o", (thrown) => {
    const { held: after } = held(thrown, true);
    expect(after).toMatchObject({ masked: true, outsideContract: true });
    expect([after.sent.code, after.sent.message, after.sent.cause]).toEqual([Code.INTERNAL, "internal error", thrown]);
    expect(after.sent.standardDetails.requestInfo?.requestId).toBe(after.requestId);
  });

  it("returns an error unchanged without a contract", () => {
    const decision = maskFailure(failure(tooManySides()), []);
    expect(checkAgainstContract(undefined, decision, failure(tooManySides()))).toBe(decision);
  });
});
