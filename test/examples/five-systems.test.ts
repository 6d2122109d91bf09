import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { packError, RichError } from "grpc-rich-errors";
import { catalog, GenerationError, TimeoutError } from "grpc-rich-errors/catalogs/aerospike";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FailureReport, reportOf } from "../../examples/eventstore/report.js";
import { differences } from "../../examples/five-systems/tour/failure.js";
import { errorLines } from "../../examples/five-systems/tour/print.js";
import { aerospike } from "../../examples/five-systems/tour/systems/aerospike.js";
import { eventLog } from "../../examples/five-systems/tour/systems/event-log.js";
import { hapnd } from "../../examples/five-systems/tour/systems/hapnd.js";
import { platform } from "../../examples/five-systems/tour/systems/platform.js";
import { streams } from "../../examples/five-systems/tour/systems/streams.js";
import { tableOf } from "../../examples/five-systems/tour/table.js";

// `npm run build:examples` compiles it before the tests.
const built = (path: string) => fileURLToPath(new URL(`../../build/examples/${path}`, import.meta.url));
const TOUR = built("tour.js");

const SYSTEMS = [eventLog, streams, platform, hapnd, aerospike];
const plain = (_style: unknown, text: string) => text;

describe("the tour of five systems", { timeout: 120_000 }, () => {
  let temporary: string;
  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), "five-systems-test-"));
  });
  afterEach(() => {
    expect(readdirSync(temporary)).toEqual([]);
    rmSync(temporary, { recursive: true, force: true });
  });

  it("follows the tour of the event store: all errors in tables, and fifteen of them live", async () => {
    const { code, out, err } = await start("--all").ended;
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const [store = "", systems = ""] = out.split("18 errors, 18 arrived as thrown\n");
    expect(store).toContain("ServerShuttingDownError");
    expect(out).not.toContain("\u001b");
    expect(systems.split("\n").filter((line) => line.length > 100)).toEqual([]);
    for (const system of SYSTEMS) {
      const head = `${system.name}: ${system.catalog.size} errors `;
      expect(systems).toContain(`${head}${"═".repeat(100 - head.length)}\n${system.about}\n`);
      expect(systems).toContain(tableOf(system, 100, plain).join("\n"));
    }
    expect(systems.match(/^✔ \w+Error /gm)).toHaveLength(15);
    expect(
      systems.match(/^ {2}caught {3}.*\n(?: {2}.*\n)* {2}means {4}.*\n(?: {11}.*\n)* {2}then {5}./gm),
    ).toHaveLength(15);
    expect(systems.trimEnd().split("\n").at(-1)).toBe("15 errors of five systems, 15 arrived as thrown");
  });

  it("is left out if the event store is asked for one error", async () => {
    const { code, out } = await start("--only", "StreamNotFoundError").ended;
    expect(code).toBe(0);
    expect(out.trimEnd()).toMatch(/1 error, 1 arrived as thrown$/);
  });

  it.skipIf(!existsSync(`/proc/${process.pid}/task/${process.pid}/children`))(
    "exits with 1 if an error does not occur, and leaves no servers behind",
    async () => {
      const tour = start("--only", "hapnd", "--only", "aerospike", "--only", "event-log");
      await expect.poll(() => serversOf(tour.pid).length, { timeout: 60_000, interval: 1 }).toBeGreaterThan(0);
      for (const pid of serversOf(tour.pid)) process.kill(pid, "SIGKILL");
      const { code, out } = await tour.ended;
      expect(code).toBe(1);
      expect(out).toContain("✘ did not occur: ");
      expect(out.trimEnd()).toMatch(/9 errors of 3 systems, [0-8] arrived as thrown$/);
      expect(serversOf(tour.pid)).toEqual([]);
    },
  );

  function start(...args: string[]) {
    expect(existsSync(TOUR), "the tour is built by: npm run build:examples").toBe(true);
    const child = spawn(process.execPath, [TOUR, ...args], { env: { ...process.env, TMPDIR: temporary } });
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err += text;
    });
    const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
      child.on("close", (code) => resolve({ code, out, err }));
    });
    return { pid: child.pid ?? 0, ended };
  }
});

/** The servers of the three systems that a process started. */
function serversOf(parent: number): number[] {
  try {
    const children = readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").split(" ").filter(Boolean);
    return children
      .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("five-systems/server.js"))
      .map(Number);
  } catch {
    // The process has ended, or one of its children has.
    return [];
  }
}

describe.each(SYSTEMS)("the table of $name", (system) => {
  it.each([80, 100, 120])("has every error of the catalog in %i columns", (width) => {
    const lines = tableOf(system, width, plain);
    expect(lines.filter((line) => line.length > width)).toEqual([]);
    for (const { definition } of system.catalog) {
      const known = system.columns.slice(0, -1).map(({ text }) => text(definition));
      const row = lines.filter((line) => known.every((cell) => line.includes(cell)));
      expect(row.length, known.join(" ")).toBeGreaterThan(0);
    }
    const parts = new Set([...system.catalog].map(({ definition }) => system.part?.(definition)));
    if (system.part)
      expect(lines.filter((line) => /^ {2}\S.* \(-?\d+ to -?\d+\)$/.test(line)).length).toBeGreaterThanOrEqual(
        parts.size,
      );
  });
});

describe("a caught error", () => {
  const error = new TimeoutError({ inDoubt: true });
  const caught = RichError.from(packError(error), { catalogs: [catalog] });
  const report = reportOf({ error, masked: false, method: "/systems.v1.Aerospike/Put" });

  it("arrived as it was thrown if nothing differs", () => {
    expect(differences({ thrown: report, caught }, TimeoutError)).toEqual([]);
  });

  it.each<[string, Partial<FailureReport>]>([
    ["class", { className: "GenerationError" }],
    ["code", { code: 9 }],
    ["message", { message: "another" }],
    ["detail", { detail: { inDoubt: false } }],
    ["order of parts", { typeUrls: [] }],
    ["a masked error", { masked: true }],
  ])("arrived changed if it differs in: %s", (name, changed) => {
    expect(differences({ thrown: { ...report, ...changed }, caught }, TimeoutError)).toEqual([name]);
  });

  it("is printed with its differences", () => {
    const scene = { error: GenerationError, title: "a race", failure: { thrown: report, caught }, afterwards: "wept" };
    const lines = errorLines(scene, 80, plain);
    expect(lines[1]).toMatch(/^✘ GenerationError +a race$/);
    expect(lines).toContain("  differs  instanceof");
    expect(errorLines({ ...scene, failure: { thrown: report, caught: 7 } }, 80, plain)).toContain(
      "  differs  the caught value is not a RichError",
    );
    expect(stripVTControlCharacters(lines.join("\n"))).toContain("  caught   number 9, reason TIMEOUT");
  });
});
