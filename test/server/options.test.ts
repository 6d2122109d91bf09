import { Catalog } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { defaultOptions, optionsOfMethods } from "../../src/server/options.js";
import { ParcelsContract } from "../gen/parcels/v1/parcels.rich.js";
import { ShapesContract } from "../gen/shapes/v1/shapes.rich.js";
import { BadShapeError } from "../support/errors.js";

describe("optionsOfMethods", () => {
  it("has the options of each method with a contract, by its path", () => {
    const policies = optionsOfMethods([ShapesContract, ParcelsContract], true, defaultOptions());
    expect([...policies.keys()]).toEqual([
      "/shapes.v1.Shapes/Unary",
      "/shapes.v1.Shapes/ClientStream",
      "/shapes.v1.Shapes/ServerStream",
      "/shapes.v1.Shapes/Bidi",
      "/parcels.v1.Parcels/PutXLParcel",
    ]);
  });

  it("has the options of the server, and the errors of the contract", () => {
    const own = new Catalog([BadShapeError]);
    const policy = optionsOfMethods([ParcelsContract], false, {
      ...defaultOptions(),
      catalogs: [own],
      maxHeaderBytes: 100,
    }).get("/parcels.v1.Parcels/PutXLParcel");
    expect(policy?.maxHeaderBytes).toBe(100);
    expect(policy?.catalogs[0]).toBe(own);
    expect(policy?.catalogs.slice(1).flatMap((named) => [...named])).toEqual(ParcelsContract.putXlParcel.errors);
  });
});
