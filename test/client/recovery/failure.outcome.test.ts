import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { cutEverywhere } from "./outcome/cut-calls.js";
import { startPackageServer, startPlainServer } from "./outcome/ledger-servers.js";
import { claimsOf, matrix, naiveClaimsOf, unlistedIn } from "./outcome/matrix.js";

// `npm run recovery:outcome` does the same with many seeds.

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
