import { expect, test } from "vitest";
import { parse } from "yaml";
import { run } from "../../cli/fake-terminal.js";
import { imageOf } from "../../cli/images.js";
import { openPage } from "../page.js";

const page = openPage("docs/reference.md");

test("shows how an API refers to the components of its errors", async () => {
  const { responses } = parse(page.take("responses:"));
  const stdin = await imageOf({
    "shop.proto": `syntax = "proto3"; package shop.v1; import "richerrors/v1/annotations.proto";
      enum OrderError {
        ORDER_ERROR_UNSPECIFIED = 0;
        ORDER_ERROR_ORDER_NOT_FOUND = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND}];
      }
      message Order {}
      service Orders {
        rpc PlaceOrder(Order) returns (Order) { option (richerrors.v1.errors) = {error: "ORDER_ERROR_ORDER_NOT_FOUND"}; }
      }`,
  });
  const { components } = JSON.parse((await run(["docs", "-", "--format", "openapi"], { stdin })).out);
  const [, , kind = "", name = ""] = String(responses["404"].$ref).split("/");
  expect(Object.keys(components[kind])).toContain(name);
});

page.testOtherCode();
