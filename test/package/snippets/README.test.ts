import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { promises } from "grpc-rich-errors";
import { StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
import { expect, onTestFinished, test } from "vitest";
import { ShapesClient, ShapesService } from "../../gen/shapes/v1/shapes.js";
import { listen, OK, request } from "../../support/shapes.js";
import { expectRecovery } from "../busy-orders.js";
import { openPage } from "../page.js";
import { ROOT } from "../project.js";
import { flat } from "../snippets.js";

const page = openPage("README.md");

test("fits two screens", () => {
  expect(page.text.split("\n").length).toBeLessThanOrEqual(170);
});

test("begins with lines of the example", async () => {
  const paths = ["proto/shop/v1/errors.proto", "server.ts", "client.ts"];
  const sources = await Promise.all(paths.map((path) => readFile(join(ROOT, "examples/orders", path), "utf8")));
  const [first = "", second = "", third = ""] = sources.map(flat);
  const beginning = page.text.split("\n").slice(0, 35).join("\n");
  const blocks = [...beginning.matchAll(/```\w+\n([\s\S]*?)```/g)].map(([, code = ""]) => flat(code));
  const [proto, server, client] = blocks;
  expect(blocks).toHaveLength(3);
  expect(first).toContain(proto);
  expect(second).toContain(server);
  expect(third).toContain(client);
  for (const start of ["enum OrderError", "const problems", "try {"]) page.take(start);
});

test("shows how to attach the package", async () => {
  const { attach } = await page.imported(
    `import { credentials, Server } from "@grpc/grpc-js";
     import { richErrorClientOptions, richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
     import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
     export function attach(OrderServiceService, handlers, OrderServiceClient) {
       ${page.take("new Server(")}
       return { server, options, client };
     }`,
  );
  const fail = () => {
    throw new StreamNotFoundError({ stream: "x" });
  };
  const { server, client, options } = attach(ShapesService, { ...OK, unary: fail }, ShapesClient);
  client.close();
  const calling = new ShapesClient(`127.0.0.1:${await listen(server)}`, credentials.createInsecure(), options);
  onTestFinished(() => {
    calling.close();
    server.forceShutdown();
  });
  await expect(promises(calling).unary(request())).rejects.toBeRichError(StreamNotFoundError, { stream: "x" });
});

test("shows how calls recover", async () => {
  const { views } = await page.imported(
    `import { promises } from "grpc-rich-errors";
     import { recovery } from "grpc-rich-errors/recovery";
     export const views = (client) => { ${page.take("recovery.declared")} return [orders]; };`,
  );
  await expectRecovery(views);
});

test("has links that work on npm's site", () => {
  const links = [...page.text.matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link);
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter((link) => !link.startsWith("https://"))).toEqual([]);
});

page.testOtherCode();
