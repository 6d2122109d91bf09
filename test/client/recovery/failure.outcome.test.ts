import { readFileSync } from "node:fs";
import net from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { credentials } from "@grpc/grpc-js";
import { Code, promises, richErrorClientOptions } from "grpc-rich-errors";
import { describe, expect, it, onTestFinished } from "vitest";
import { ShapesClient } from "../../gen/shapes/v1/shapes.js";
import { tcp } from "../../support/half-servers.js";
import { until } from "../../support/turns.js";
import { cutEverywhere } from "./outcome/cut-calls.js";
import { startPackageServer, startPlainServer } from "./outcome/ledger-servers.js";
import { claimsOf, matrix, naiveClaimsOf, unlistedIn } from "./outcome/matrix.js";

// `npm run recovery:outcome` does the first test with many seeds.

describe("a client whose connection is cut before, within and after each frame of a call", () => {
  it.each([
    ["the package's server", startPackageServer],
    ["a plain grpc-js server", startPlainServer],
  ])(
    "knows what %s has not applied",
    async (_, start) => {
      const server = await start();
      onTestFinished(server.close);
      const calls = await cutEverywhere([server], 1);
      // A server may apply a request after its client has heard of the cut.
      await wait(200);
      for (const { name, wrong } of claimsOf(calls)) expect(wrong, name).toEqual([]);
      expect(calls.filter(({ said }) => said === "NOT_APPLIED").length).toBeGreaterThan(50);
      expect(calls.filter(({ said }) => said === "MAYBE_APPLIED").length).toBeGreaterThan(100);
      for (const { name, wrong } of naiveClaimsOf(calls)) expect(wrong.length, name).toBeGreaterThan(0);
      expect(unlistedIn(readFileSync("docs/outcomes.md", "utf8"), matrix(calls))).toEqual([]);
    },
    120_000,
  );
});

describe("a call that ends in the moment in which it begins", () => {
  const last = (id: string) => ({ scenario: `${id} last`, before: 0 });

  async function started() {
    const server = await startPlainServer();
    const client = new ShapesClient(`127.0.0.1:${server.port}`, credentials.createInsecure(), richErrorClientOptions());
    onTestFinished(() => {
      client.close();
      server.close();
    });
    return { server, client };
  }

  it("may be applied if it is cancelled, because grpc-js sends it all the same", async () => {
    const { server, client } = await started();
    await promises(client).unary(last("first"));
    const error = await new Promise((resolve) => client.unary(last("cancelled"), resolve).cancel());
    expect(error).toMatchObject({ code: Code.CANCELLED, outcome: "MAYBE_APPLIED" });
    await until(() => server.ledger.has("cancelled"));
    expect(server.ledger.get("cancelled")).toBe(1);
  });

  it("is not applied if its deadline ends before there is a connection, even if there is one later", async () => {
    const { server } = await started();
    const waiting: net.Socket[] = [];
    const address = await tcp((socket) => void waiting.push(socket));
    const client = new ShapesClient(address, credentials.createInsecure(), richErrorClientOptions());
    onTestFinished(() => client.close());
    const late = promises(client).unary(last("late"), { deadline: Date.now() + 100 });
    await expect(late).rejects.toMatchObject({ code: Code.DEADLINE_EXCEEDED, outcome: "NOT_APPLIED" });
    for (const socket of waiting) {
      const upstream = net.connect(server.port, "127.0.0.1").on("error", () => {});
      socket.pipe(upstream).pipe(socket);
    }
    await promises(client).unary(last("next"));
    expect([...server.ledger.keys()]).toEqual(["next"]);
  });
});
