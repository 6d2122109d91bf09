import { Metadata } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { recall, remember } from "../../src/server/failures.js";
import { DEFAULT_POLICY, seal } from "../../src/server/seal.js";

describe("recall", () => {
  const failure = { thrown: new Error("x"), incoming: new Metadata(), trailer: undefined };

  it("knows the failure of a status by its metadata, whatever else becomes of the status", () => {
    const sealed = seal(failure, DEFAULT_POLICY);
    remember(failure, sealed);
    expect(recall({ ...sealed.status }.metadata)).toEqual({ failure, sealed });
  });

  it("does not know other metadata, equal or none", () => {
    const sealed = seal(failure, DEFAULT_POLICY);
    remember(failure, sealed);
    expect(recall(sealed.status.metadata.clone())).toBeUndefined();
    expect(recall(null)).toBeUndefined();
    expect(recall(undefined)).toBeUndefined();
  });
});
