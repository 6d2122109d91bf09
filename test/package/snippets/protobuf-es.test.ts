import { expect, onTestFinished, test } from "vitest";
import { listen } from "../../support/shapes.js";
import { generateOrders, openPage } from "../page.js";

const page = openPage("docs/protobuf-es.md");

test("shows how to use the messages of protobuf-es", async () => {
  await generateOrders(page, page.take("protoc-gen-es"));
  const here = (code: string) => code.replaceAll('"./gen/', '"./orders/gen/');

  const logged: unknown[] = [];
  const head = 'import { OrderRejectedError } from "./orders/gen/shop/v1/errors.rich.js";';
  const run = "export function run(console) {";
  const { run: construct } = await page.imported(`${head}\n${run}${page.take("new OrderRejectedError({ orderId: ")}}`);
  construct({ log: (...values: unknown[]) => logged.push(values.join(" ")) });
  expect(logged).toEqual(["order o-7 breaks rule 0", "shop.v1.OrderRejectedErrorDetails 0"]);

  const { server } = await page.imported(`${here(page.take("protobufEsService(OrderService)"))}\nexport { server };`);
  onTestFinished(() => server.forceShutdown());
  const address = JSON.stringify(`127.0.0.1:${await listen(server)}`);
  const { said } = await page.imported(
    `const said = []; const console = { log: (text) => said.push(text) }; const address = ${address};
     ${here(page.take("protobufEsClient(OrderService)"))}
     client.close();
     export { said };`,
  );
  expect(said).toEqual([7n]);
});

page.testOtherCode();
