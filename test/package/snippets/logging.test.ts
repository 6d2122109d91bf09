import { expect, test } from "vitest";
import { startShapes } from "../../support/shapes.js";
import { callOn } from "../../support/surfaces.js";
import { openPage } from "../page.js";

const page = openPage("docs/logging.md");

test("shows how to log with pino, and the line", async () => {
  const code = page.take("pinoSerializers(").replace(") });", ") }, stream);");
  const { lines } = await page.imported(
    `${STREAM_ERROR}
     const lines = [];
     const stream = { write: (line) => lines.push(line) };
     ${code}
     export { lines };`,
  );
  const { time: _, pid: __, hostname: ___, ...line } = JSON.parse(lines[0]);
  expect(line).toEqual(JSON.parse(page.take('"level": 50')));
});

test("shows how to log with winston", async () => {
  const { lines } = await page.imported(
    `import { Writable } from "node:stream";
     import { transports as all } from "winston";
     ${STREAM_ERROR}
     const lines = [];
     const stream = new Writable({ write(chunk, _, done) { lines.push(JSON.parse(chunk)); done(); } });
     const transports = [new all.Stream({ stream })];
     ${page.take("winstonFormat(),")}
     export { lines };`,
  );
  const { type: _, ...err } = JSON.parse(page.take('"level": 50')).err;
  expect(lines).toEqual([
    { level: "error", message: "order not placed", err },
    { level: "error", message: err.message, err },
  ]);
});

test("shows how to log elsewhere, and what onError gets", async () => {
  const { lines, interceptor } = await page.imported(
    `import { richErrorServerInterceptor } from "grpc-rich-errors";
     import { serializeCall, serializeError } from "grpc-rich-errors/logging";
     ${STREAM_ERROR}
     const lines = [];
     const console = { error: (line) => lines.push(JSON.parse(line)) };
     const logger = { error: (line) => lines.push(line) };
     ${page.take("JSON.stringify({ level")}
     ${page.take("serializeCall(call")}
     export { lines, interceptor };`,
  );
  const shapes = await startShapes(
    { unary: () => Promise.reject(new TypeError("x")) },
    { onlyInterceptors: [interceptor] },
  );
  await callOn(shapes, "unary");
  await expect.poll(() => lines).toHaveLength(2);
  expect(lines).toMatchObject([
    { level: "error", err: { reason: "STREAM_NOT_FOUND", stack: expect.any(String) } },
    { method: "/shapes.v1.Shapes/Unary", masked: true, err: { name: "TypeError", stack: expect.any(String) } },
  ]);
});

test("shows how to report to Sentry", async () => {
  const { given, error } = await page.imported(
    `import { richErrorIntegration } from "grpc-rich-errors/sentry";
     ${STREAM_ERROR}
     const dsn = "";
     let given;
     const Sentry = { init: (options) => { given = options; } };
     ${page.take("Sentry.init(")}
     export { given, error };`,
  );
  expect(given.integrations[0].processEvent({}, { originalException: error })).toBeNull();
});

test("shows the result of a tool that fails", async () => {
  const { result, outputSchema } = await page.imported(
    `import { toolErrorSchema, toToolResult } from "grpc-rich-errors/mcp";
     import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
     import { z } from "zod";
     ${STREAM_ERROR}
     ${page.take("toolErrorSchema).optional()")}
     const inputSchema = {};
     const logger = { error: () => {} };
     const orders = { placeOrder: () => Promise.reject(error) };
     let tool;
     const server = { registerTool: (name, schemas, handler) => { tool = handler; } };
     ${page.take("server.registerTool(")}
     export const result = await tool({});
     export { outputSchema };`,
  );
  expect(page.text).toContain(`\`\`\`\n${result.content[0].text}\n\`\`\``);
  expect(outputSchema.safeParse(result.structuredContent).success).toBe(true);
});

page.testOtherCode();

/** An error as the page about logs shows it. */
const STREAM_ERROR = `
  import { StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
  const cause = Object.assign(new Error("no such file"), { code: "ENOENT" });
  const error = new StreamNotFoundError({ stream: "orders-7" }, { cause });`;
