import { Server } from "@grpc/grpc-js";
import { promises, richErrorServerInterceptor } from "grpc-rich-errors";
import { StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
import { expect, test } from "vitest";
import { request, startShapes } from "../../support/shapes.js";
import { callOn } from "../../support/surfaces.js";
import { openPage } from "../page.js";

const page = openPage("docs/operating.md");

test("shows how to count and log failures", async () => {
  const { interceptor, counts } = await page.imported(
    `import { codeName, richErrorServerInterceptor } from "grpc-rich-errors";
     ${page.take("onError: (")}
     export { interceptor, counts };`,
  );
  const fail = () => {
    throw new StreamNotFoundError({ stream: "x" });
  };
  const shapes = await startShapes({ unary: fail }, { onlyInterceptors: [interceptor] });
  await callOn(shapes, "unary");
  await callOn(shapes, "unary");
  await expect.poll(() => [...counts]).toEqual([["/shapes.v1.Shapes/Unary NOT_FOUND STREAM_NOT_FOUND", 2]]);
});

test("shows how to measure and trace calls", async () => {
  const { interceptor, options, recovering } = await page.imported(
    `import { catalog } from "grpc-rich-errors/catalogs/kurrent";
     ${page.take("serverTelemetry()")}
     export { interceptor, options, recovering };`,
  );
  const { client } = await startShapes({}, { onlyInterceptors: [interceptor], client: options });
  expect(await promises(client, { recovery: recovering }).unary(request())).toEqual({ index: 0 });
});

test("shows how to drain a server", async () => {
  const { stopOn } = await page.imported(
    `import { drain } from "grpc-rich-errors";
     export function stopOn(process, server) {
       ${page.take("SIGTERM")}
     }`,
  );
  const server = new Server({ interceptors: [richErrorServerInterceptor()] });
  const drained = await new Promise((resolve) =>
    stopOn({ once: (_: string, stop: () => void) => resolve(stop()) }, server),
  );
  expect(drained).toEqual({ refused: 0, cutOff: 0, forced: false });
});

page.testOtherCode();
