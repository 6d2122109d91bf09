import { once } from "node:events";
import type { AddressInfo } from "node:net";
import express from "express";
import { StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
import { expect, onTestFinished, test } from "vitest";
import { openPage } from "../page.js";

const page = openPage("docs/http.md");

test("shows how to write and read errors over HTTP", async () => {
  const { use, call } = await page.imported(
    `import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
     import { fromHttp, toHttp } from "grpc-rich-errors/http";
     export function use(app) { ${page.take("toHttp(")} }
     export async function call(url) { ${page.take("fromHttp(")} }`,
  );
  const app = express().get("/", () => {
    throw new StreamNotFoundError({ stream: "x" });
  });
  use(app);
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(call(url)).rejects.toBeRichError(StreamNotFoundError, { stream: "x" });
});

page.testOtherCode();
