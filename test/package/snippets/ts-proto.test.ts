import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generateOrders, openPage } from "../page.js";

const page = openPage("docs/ts-proto.md");

test("shows options of ts-proto that both generators accept", async () => {
  const out = await generateOrders(page, page.take("protoc-gen-ts_proto"));
  const generated = await readFile(join(out, "gen/shop/v1/errors.rich.ts"), "utf8");
  expect(generated).toContain('"message":"order {order_id} breaks rule {rule}"');
  expect(await readFile(join(out, "gen/shop/v1/errors.ts"), "utf8")).toContain("order_id: string;");
});

page.testOtherCode();
