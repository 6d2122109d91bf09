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

test("shows how a reflection service learns the types of errors", async () => {
  const { addReflection } = await page.imported(
    `import { catalog } from "grpc-rich-errors/catalogs/hapnd";
     ${page
       .take("errorReflection")
       .replace("const services", "export const addReflection = (server) => {\nconst services")
       .replace('includeDirs: ["proto"]', 'includeDirs: ["examples/orders/proto", "proto"]')}
     }`,
  );
  const added: string[] = [];
  addReflection({ addService: (service: object) => added.push(...Object.keys(service)) });
  expect(added).toEqual(["ServerReflectionInfo", "ServerReflectionInfo"]);
});

page.testOtherCode();
