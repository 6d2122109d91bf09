import { expect, it } from "vitest";
import { HEAD, listingFor, protoWith } from "./images.js";

it("a method is listed with the errors that it names, wherever they are declared", async () => {
  const { methods } = await listingFor({
    ...protoWith(""),
    "api.proto": `${HEAD.replace("package shop.v1", "package shop.api")}
      import "kurrent/rpc/errors.proto";
      import "shop.proto";
      service Orders {
        rpc Get(Request) returns (Request) {
          option (richerrors.v1.errors) = {
            error: ["kurrent.rpc.SERVER_ERROR_ACCESS_DENIED", "shop.v1.ORDER_ERROR_ORDER_GONE"]
          };
        }
        rpc List(Request) returns (stream Request);
      }
      message Request {}`,
  });
  expect(methods).toEqual([
    {
      name: "shop.api.Orders/Get",
      file: "api.proto",
      line: 5,
      errors: [
        { enum: "kurrent.rpc.ServerError", number: 1, reason: "ACCESS_DENIED" },
        { enum: "shop.v1.OrderError", number: 7, reason: "ORDER_GONE" },
      ],
    },
  ]);
});
