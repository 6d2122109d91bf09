import { describe, expect, it } from "vitest";
import { CornersBusyError } from "../gen/shapes/v1/shapes.rich.js";

describe("grpc-rich-errors/vitest", () => {
  it("registers the matcher on import, here in test/setup.ts", () => {
    expect(new CornersBusyError()).toBeRichError(CornersBusyError);
    expect({ error: new CornersBusyError() }).toEqual({ error: expect.toBeRichError(CornersBusyError) });
  });
});
