import { execFile } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  catalog,
  HapndConcurrencyError,
  HapndNetworkError,
  HapndValidationError,
  InvalidRequestError,
  NotFoundError,
} from "grpc-rich-errors/catalogs/hapnd";
import { fromHttp, type HttpFormat } from "grpc-rich-errors/http";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { Aggregates } from "../../examples/http/aggregates.js";
import { AggregatesClient } from "../../examples/http/client.js";
import { expressApp } from "../../examples/http/express.js";
import { fastifyApp } from "../../examples/http/fastify.js";
import { FORMATS } from "../support/over-http.js";

const SECRET = "hunter2";

/** An aggregate store that fails to read one of its aggregates. */
class Broken extends Aggregates {
  override read(id: string): { events: readonly string[] } {
    if (id === "broken") throw new Error(SECRET);
    return super.read(id);
  }
}

async function startExpress(format: HttpFormat): Promise<string> {
  const server = expressApp(new Broken(), format).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function startFastify(format: HttpFormat): Promise<string> {
  const app = fastifyApp(new Broken(), format);
  onTestFinished(() => app.close());
  return app.listen({ host: "127.0.0.1", port: 0 });
}

const SERVERS = [
  ["Express", startExpress],
  ["Fastify", startFastify],
] as const;

describe.each(SERVERS)("a server of %s", (name, start) => {
  afterEach(() => void vi.restoreAllMocks());

  describe.each(FORMATS)("in the format %s", (format) => {
    it("sends the errors of its service, which a client catches", async () => {
      const client = new AggregatesClient(await start(format));
      expect(await client.append("o-7", "Placed", 0)).toBe(1);
      expect(await client.appendAnyway("o-7", "Paid")).toBe(2);
      expect(await client.read("o-7")).toEqual(["Placed", "Paid"]);
      await expect(client.append("o-7", "Sent", 1)).rejects.toBeRichError(HapndConcurrencyError, {
        expectedVersion: 1n,
        actualVersion: 2n,
      });
      await expect(client.append("o-7", "", 2)).rejects.toBeRichError(HapndValidationError, {
        violations: [{ field: "type", description: "must be a non-empty string" }],
      });
      await expect(client.read("o-8")).rejects.toThrow("the aggregate o-8 does not exist");
    });

    it("sends the content type of the format", async () => {
      const { status, headers } = await fetch(`${await start(format)}/aggregates/o-8`);
      const type = format === "problem" ? "application/problem+json" : "application/json";
      expect([status, headers.get("content-type")?.split(";")[0]]).toEqual([404, type]);
    });

    it("sends only a request id for an internal failure", async () => {
      const log = vi.spyOn(console, "error").mockReturnValue();
      const url = `${await start(format)}/aggregates/broken`;
      const response = await fetch(url, { headers: { "x-request-id": "r-7" } });
      const body = await response.text();
      expect(response.status).toBe(500);
      expect(body).toContain("r-7");
      expect(body + JSON.stringify([...response.headers])).not.toContain(SECRET);
      expect(fromHttp(response.status, response.headers, body).standardDetails.requestInfo?.requestId).toBe("r-7");
      if (name === "Express")
        expect(log).toHaveBeenCalledWith("request r-7:", expect.objectContaining({ message: SECRET }));
    });

    it("sends the framework's findings about a request as the service's own errors", async () => {
      const url = await start(format);
      const broken = { method: "POST", body: "{", headers: { "content-type": "application/json" } };
      expect(await failureOf(`${url}/aggregates/o-7/events`, broken)).toBeRichError(InvalidRequestError);
      expect(await failureOf(`${url}/elsewhere`)).toBeRichError(NotFoundError);
    });
  });
});

async function failureOf(url: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  return fromHttp(response.status, response.headers, await response.text(), { catalogs: [catalog] });
}

describe("the client", () => {
  it("rejects with its own error if the server cannot be reached", async () => {
    const app = fastifyApp(new Aggregates());
    const url = await app.listen({ host: "127.0.0.1", port: 0 });
    await app.close();
    await expect(new AggregatesClient(url).read("x")).rejects.toBeInstanceOf(HapndNetworkError);
  });
});

describe("the program", () => {
  it("prints the errors of both servers", async () => {
    const main = fileURLToPath(new URL("../../build/examples/http/main.js", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [main]);
    const linesOf = (server: string) => [
      `${server}: at version 1`,
      `${server}: at version 2`,
      `${server}: conflict: it is at 2`,
      `${server}: type must be a non-empty string, expectedVersion must be an integer of at least 0`,
      `${server}: the aggregate o-8 does not exist`,
    ];
    expect(stdout.trim().split("\n")).toEqual([
      ...linesOf("express"),
      ...linesOf("fastify"),
      "fastify: cannot reach the server",
    ]);
  }, 30_000);
});
