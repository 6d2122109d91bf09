import { NestFactory } from "@nestjs/core";
import { expect, onTestFinished, test } from "vitest";
import { refusing } from "../../support/half-servers.js";
import { nestProgram } from "../nest-page.js";
import { openPage } from "../page.js";

const page = openPage("docs/nestjs.md");

test("shows a NestJS microservice, its client and its gateway", async () => {
  const url = await refusing();
  const { app, GatewayModule, connect, loaded } = await page.imported(
    `import { loadSync } from "grpc-rich-errors/proto-loader";
     ${nestProgram((containing) => page.take(containing), url)}`,
  );
  await app.listen();
  const gateway = await NestFactory.create(GatewayModule, { logger: false });
  await gateway.listen(0, "127.0.0.1");
  onTestFinished(async () => {
    await gateway.close();
    await app.close();
  });
  const get = async (path: string) => (await fetch(`${await gateway.getUrl()}/${path}`)).json();
  expect(await get("changes/o-7")).toMatchObject({ status: 404, reason: "ORDER_NOT_FOUND", orderId: "o-7" });
  expect(await get("state/o-7")).toEqual({ state: "unknown order o-7" });
  expect(await get("validated")).toMatchObject({
    reason: "REQUEST_INVALID",
    details: [{ fieldViolations: [{ field: "name" }] }],
  });
  expect(loaded.server.options.package).toBe("shop.v1");
  expect(new loaded.OrderNotFoundError({ orderId: "o-7" }).message).toBe("there is no order o-7");
  const connected: unknown[] = [];
  connect({ connectMicroservice: (...args: unknown[]) => connected.push(...args) });
  expect(connected).toMatchObject([{ options: { url } }, { inheritAppConfig: true }]);
});

page.testOtherCode();
