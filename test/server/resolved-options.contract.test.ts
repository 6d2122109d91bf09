import { Catalog, Code, RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { maskFailure } from "../../src/masking/mask.js";
import { applyContract, DEFAULT_OPTIONS, optionsOfMethods } from "../../src/server/options.js";
import { ParcelsContract } from "../gen/parcels/v1/parcels.rich.js";
import { ShapesContract } from "../gen/shapes/v1/shapes.rich.js";
import { BadShapeError, catalog, TooManySidesError, tooManySides } from "../support/errors.js";

const failure = (thrown: unknown) => ({ thrown, callMetadata: undefined, trailer: undefined });

describe("the policies of methods", () => {
  it("are one for each method with a contract, by its path", () => {
    const policies = optionsOfMethods([ShapesContract, ParcelsContract], true, DEFAULT_OPTIONS);
    expect([...policies.keys()]).toEqual([
      "/shapes.v1.Shapes/Unary",
      "/shapes.v1.Shapes/ClientStream",
      "/shapes.v1.Shapes/ServerStream",
      "/shapes.v1.Shapes/Bidi",
      "/parcels.v1.Parcels/PutXLParcel",
    ]);
  });

  it("let out what the server's does, and what the contract names", () => {
    const own = new Catalog([BadShapeError]);
    const policy = optionsOfMethods([ParcelsContract], false, {
      ...DEFAULT_OPTIONS,
      catalogs: [own],
      maxHeaderBytes: 100,
    }).get("/parcels.v1.Parcels/PutXLParcel");
    expect(policy?.maxHeaderBytes).toBe(100);
    expect(policy?.catalogs[0]).toBe(own);
    expect(policy?.catalogs.slice(1).flatMap((named) => [...named])).toEqual(ParcelsContract.putXlParcel.errors);
  });
});

describe("what a contract makes of a failure", () => {
  const held = (thrown: unknown, strict: boolean) => {
    const decision = maskFailure(failure(thrown), [catalog]);
    return { decision, held: applyContract({ contract: ShapesContract.unary, strict }, decision, failure(thrown)) };
  };

  it.each([true, false])("is nothing if the contract names it, strict or not: %s", (strict) => {
    const { decision, held: after } = held(tooManySides(), strict);
    expect(after).toBe(decision);
    expect(after.sent).toBeRichError(TooManySidesError);
  });

  it.each([true, false])("is nothing if it is masked already, strict or not: %s", (strict) => {
    const { decision, held: after } = held(new Error("secret"), strict);
    expect(after).toBe(decision);
    expect(after).toMatchObject({ masked: true, outsideContract: false });
  });

  const outside = [
    new BadShapeError({ fieldViolations: [] }),
    new RichError(Code.NOT_FOUND, "no such shape"),
    { code: Code.NOT_FOUND, details: "no such shape" },
  ];

  it.each(outside)("is a mark on what the contract does not name: %o", (thrown) => {
    const { decision, held: after } = held(thrown, false);
    expect(after).toEqual({ ...decision, outsideContract: true });
  });

  it.each(outside)("is a mask over it, if it is strict: %o", (thrown) => {
    const { held: after } = held(thrown, true);
    expect(after).toMatchObject({ masked: true, outsideContract: true });
    expect([after.sent.code, after.sent.message, after.sent.cause]).toEqual([Code.INTERNAL, "internal error", thrown]);
    expect(after.sent.standardDetails.requestInfo?.requestId).toBe(after.requestId);
  });

  it("is nothing where there is none", () => {
    const decision = maskFailure(failure(tooManySides()), []);
    expect(applyContract(undefined, decision, failure(tooManySides()))).toBe(decision);
  });
});
