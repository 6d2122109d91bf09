import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { moduleOf } from "../../plugin/compile.js";
import { contractProto, generateOrders, openPage } from "../page.js";

const page = openPage("docs/command-line.md");

test("shows a template of buf that runs the generator", async () => {
  const template = page.take("protoc-gen-rich-errors");
  const out = await generateOrders(page, template);
  expect(await readFile(join(out, "gen/shop/v1/errors.rich.ts"), "utf8")).toContain("export const OrderRejectedError");
  // The option M is for errors of this package, as the contract on the page about servers has them.
  const [{ opt }] = parse(template).plugins;
  const contract = contractProto(openPage("docs/server.md"));
  expect(await moduleOf(contract, opt.join())).toContain('from "grpc-rich-errors/catalogs/hapnd"');
});

page.testOtherCode();
