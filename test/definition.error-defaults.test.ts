import { Code } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { defaultsOf } from "../src/defaults.js";

describe("the defaults of an error", () => {
  it("follow from its reason and its code", () => {
    expect(defaultsOf("ORDER_NOT_FOUND", Code.NOT_FOUND)).toEqual({
      className: "OrderNotFoundError",
      fault: "CALLER",
      origin: "SERVER",
      httpStatus: 404,
      displayName: "OrderNotFound",
      documentation: { summary: "Order not found." },
    });
    expect(defaultsOf("INTERNAL_ERROR", Code.INTERNAL)).toMatchObject({
      className: "InternalError",
      fault: "SERVER",
      httpStatus: 500,
      displayName: "InternalError",
    });
  });
});
