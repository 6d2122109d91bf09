import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runTool } from "../../plugin/compile.js";
import { ORDERS, openPage } from "../page.js";
import { ROOT } from "../project.js";
import { flat } from "../snippets.js";

const page = openPage("docs/runtime-catalogs.md");

test("loads protos with lines of the example without generated code", async () => {
  const code = page.take("loadSync(");
  for (const file of ["server.mjs", "client.mjs"]) {
    expect(flat(await readFile(join(ROOT, "examples/orders/loaded", file), "utf8"))).toContain(flat(code));
  }
});

test("shows how to make a catalog from a descriptor set", async () => {
  const image = join(page.folder, "errors.binpb");
  await runTool("buf", ["build", "--config", ORDERS, "-o", image], ROOT);
  const { OrderRejectedError } = await page.imported(
    `import { readFileSync } from "node:fs";
     import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
     ${page.take("catalogFromDescriptorSet(").replace('"errors.binpb"', JSON.stringify(image))}
     export { OrderRejectedError };`,
  );
  expect(new OrderRejectedError({ orderId: "o-7", rule: 7n }).message).toBe("order o-7 breaks rule 7");
});

test("shows how to pack a detail of protobufjs", async () => {
  const { error, codec } = await page.imported(
    `import protobufjs from "protobufjs";
     const { root } = protobufjs.parse("syntax = 'proto3'; package shop.v1; message Note { string text = 1; }");
     const console = { log: () => {} };
     ${page.take("protobufjsCodec(")}
     export { error, codec };`,
  );
  expect(error.findDetail(codec)).toEqual({ text: "look at the log" });
});

page.testOtherCode();
