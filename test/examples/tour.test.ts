import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
import { unpackTrailer } from "grpc-rich-errors/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { SYSTEMS } from "../../examples/five-systems/tour/tour.js";
import { ROOT } from "../package/project.js";

/** `npm run build:examples` compiles it before the tests. */
const built = (path: string) => join(ROOT, "build/examples", path);
const TOUR = built("tour.js");

const ERRORS = [
  "StreamNotFoundError",
  "StreamAlreadyExistsError",
  "StreamDeletedError",
  "StreamTombstonedError",
  "StreamRevisionConflictError",
  "AppendRecordSizeExceededError",
  "AppendTransactionSizeExceededError",
  "StreamAlreadyInAppendSessionError",
  "AppendSessionNoRequestsError",
  "AppendConsistencyViolationError",
  "AccessDeniedError",
  "BadRequestError",
  "NotLeaderNodeError",
  "OperationTimeoutError",
  "ServerNotReadyError",
  "ServerOverloadedError",
  "ServerMalfunctionError",
  "ServerShuttingDownError",
];

describe("the tour", { timeout: 120_000 }, () => {
  let temporary: string;
  let json: Result;
  let plain: Result;
  let accounts: readonly Account[];

  beforeAll(async () => {
    temporary = mkdtempSync(join(tmpdir(), "tour-test-"));
    json = await tour("--json");
    plain = await tour();
    accounts = JSON.parse(json.out);
  });

  // The tour cleans up after itself, whatever a test does.
  afterEach(() => {
    expect(readdirSync(temporary)).toEqual([]);
    expect(serversRunning() ?? 0).toBe(0);
  });

  afterAll(() => {
    rmSync(temporary, { recursive: true, force: true });
  });

  it("causes every error of streams and of the platform, and each arrives as it was thrown", () => {
    expect(accounts.filter(({ arrivedAsThrown }) => !arrivedAsThrown)).toEqual([]);
    expect(accounts.map(({ caught }) => caught.className)).toEqual(ERRORS);
    const declared = [...catalog].filter(({ definition: { domain } }) => domain === "streams" || domain === "server");
    expect(accounts.map(({ error }) => error)).toEqual(declared.map(({ definition }) => definition.className));
    expect(json).toMatchObject({ code: 0, err: "" });
  });

  it("shows trailers that the strict reader accepts, with an equal code and message", () => {
    for (const { trailer, caught } of accounts) {
      const error = unpackTrailer(trailer.base64, { catalogs: [catalog] });
      expect(error).toMatchObject({ code: trailer.grpcStatus, message: trailer.grpcMessage, reason: caught.reason });
    }
  });

  it("asks for a delay of five seconds where waiting helps, and nowhere else", () => {
    const patient = accounts.filter(({ caught }) => caught.retryDelay !== undefined);
    expect(patient.map(({ error, caught }) => [error, caught.retryDelay])).toEqual([
      ["OperationTimeoutError", 5000],
      ["ServerNotReadyError", 5000],
      ["ServerOverloadedError", 5000],
      ["ServerShuttingDownError", 5000],
    ]);
  });

  it("fits 60 lines of 100 columns: one error in full, a line for each error and system, the totals", () => {
    const { code, out, err } = plain;
    const lines = out.trimEnd().split("\n");
    // npm prints four more lines.
    expect(lines.length).toBeLessThanOrEqual(56);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(out).not.toContain("\u001b");
    for (const label of ["proto", "throw", "catch", "wire"]) {
      expect(lines.filter((line) => line.startsWith(`  ${label} `))).toHaveLength(1);
    }
    for (const name of ERRORS) expect(lines.filter((line) => line.startsWith(`  ✔ ${name} `))).toHaveLength(1);
    for (const { name, catalog } of SYSTEMS) {
      expect(lines.filter((line) => line.startsWith(`  ✔ ${name} `))).toEqual([
        expect.stringMatching(`${catalog.size} errors +3 of 3 arrived`),
      ]);
    }
    expect(lines).toContain("18 errors of the event store and 15 of the five systems: 33 of 33 arrived as thrown");
    for (const next of ["--wire", "--only", "--all", "npm run failures", "docs/"]) expect(out).toContain(next);
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });

  it("shows the proto, the throw and the catch exactly as in the files", () => {
    const { out } = plain;
    const shown = out.slice(out.indexOf("  proto"), out.indexOf("  wire")).replace(/^ {2}(proto|throw|catch)/gm, "");
    const squeeze = (text: string) => text.replace(/^\s*\/\/.*$/gm, "").replace(/\s+/g, "");
    const files = ["proto/kurrentdb/protocol/v2/streams/errors.proto"];
    files.push("examples/eventstore/store/head.ts", "examples/eventstore/tour/streams-scenes.ts");
    const source = files.map((file) => squeeze(readFileSync(join(ROOT, file), "utf8"))).join("");
    for (const statement of shown.split(/(?<=[;}])\n/)) {
      expect(source.includes(squeeze(statement)), statement).toBe(true);
    }
  });

  it("shows only the bytes of each error with --wire", async () => {
    const { code, out } = await tour("--wire");
    expect(out.match(/^ {2}trailer {2}grpc-status: /gm)).toHaveLength(18);
    expect(out.match(/^ {11}0000 {2}/gm)).toHaveLength(18);
    expect(out).not.toMatch(/^ {2}(thrown|caught) /m);
    expect(out.trimEnd()).toMatch(/18 errors, 18 arrived as thrown$/);
    expect(code).toBe(0);
  });

  it("shows one system by its name", async () => {
    const { code, out } = await tour("--only", "Event log", "--only", "hapnd");
    expect(out).toContain("Event log: 68 errors");
    expect(out).not.toContain("Aerospike");
    expect(out.trimEnd()).toMatch(/6 errors of 2 systems, 6 arrived as thrown$/);
    expect(code).toBe(0);
  });

  it.each([
    [["--wires"], "unknown option --wires: write --wire, --all, --only NAME, --json or --help"],
    [["-a"], "unknown option -a: write --wire, --all, --only NAME, --json or --help"],
    [["hapnd"], "unexpected argument hapnd: write --only hapnd"],
    [["--only"], "--only needs a name: write --only NAME"],
    [["--all", "--wire"], "--all and --wire exclude each other: write one of them"],
    [["--all", "--only", "hapnd"], "--all and --only exclude each other: write one of them"],
    [["--only", "hapnd", "--json"], "--json is for errors of the event store: write --only hapnd without it"],
    [["--all=yes"], "Option '--all' does not take an argument: write it alone"],
  ])("refuses %j and says what to write instead", async (args, message) => {
    const { code, out, err } = await tour(...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err.split("\n")[0]).toBe(message);
    expect(err).toContain("usage: npm run tour -- [options]");
  });

  it("prints its options with --help", async () => {
    const { code, out, err } = await tour("--help");
    for (const option of ["--wire", "--all", "--only NAME", "--json"]) expect(out).toContain(`  ${option} `);
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });

  it.each([[[]], [["--all"]], [["--json"]]])(
    "shows a cross and exits with 1 if another error arrives than the expected one: %j",
    async (args) => {
      const { code, out, err } = await planted("StreamNotFoundError", "StreamDeletedError", ...args);
      if (args[0] === "--json") {
        expect(JSON.parse(out)).toMatchObject([{ error: "StreamDeletedError", arrivedAsThrown: false }]);
      } else {
        expect(out).toContain("arrived differently: instanceof");
        expect(out).toMatch(/^ {2}✘ /m);
        expect(out).not.toMatch(/^ {2}✔ /m);
      }
      expect({ code, err }).toEqual({ code: 1, err: "" });
    },
  );

  it("shows a cross and exits with 1 if a system's error is not the expected one", async () => {
    const { code, out } = await planted("Hapnd", "StreamDeletedError");
    expect(out).toMatch(/^ {2}✘ Hapnd +14 errors +2 of 3 arrived/m);
    expect(out).toContain("0 errors of the event store and 3 of the five systems: 2 of 3 arrived as thrown");
    expect(code).toBe(1);
  });

  it("shows one error by its class or by its reason", async () => {
    const byClass = await tour("--only", "StreamDeletedError", "--json");
    const byReason = await tour("--only", "STREAM_DELETED", "--json");
    for (const { out } of [byClass, byReason]) {
      expect(JSON.parse(out)).toMatchObject([{ error: "StreamDeletedError", arrivedAsThrown: true }]);
    }
  });

  it("refuses an unknown name, and lists the known ones", async () => {
    const { code, out, err } = await tour("--only", "StreamLostError");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("there is no error or system called StreamLostError: write one of these names");
    for (const name of ERRORS) expect(err).toContain(name);
  });

  it("leaves no folders and no servers behind, even if it is interrupted", async () => {
    const interrupted = start("--json");
    await waitFor(() => readdirSync(temporary).length > 0 && serversRunning() !== 0);
    interrupted.process.kill("SIGINT");
    expect((await interrupted.ended).code).toBe(130);
    await waitFor(() => (serversRunning() ?? 0) === 0);
  });

  it("stops its servers even if it is killed, although it can no longer remove folders", async () => {
    const killed = start("--json");
    await waitFor(() => readdirSync(temporary).length > 0 && serversRunning() !== 0);
    killed.process.kill("SIGKILL");
    await killed.ended;
    await waitFor(() => (serversRunning() ?? 0) === 0);
    for (const folder of readdirSync(temporary)) rmSync(join(temporary, folder), { recursive: true, force: true });
  });

  /** Runs the tour with one error or system, but expects another error. */
  function planted(name: string, wrong: string, ...args: string[]): Promise<Result> {
    const script = `
      import { run } from "${built("tour/run.js")}";
      import { streamsScenes } from "${built("eventstore/tour/streams-scenes.js")}";
      import { SYSTEMS } from "${built("five-systems/tour/tour.js")}";
      const { error } = streamsScenes.find(({ error }) => error.definition.className === "${wrong}");
      const scenes = streamsScenes
        .filter((scene) => scene.error.definition.className === "${name}")
        .map((scene) => ({ ...scene, error }));
      const systems = SYSTEMS.filter((system) => system.name === "${name}").map((system) => ({
        ...system,
        play: async (servers) => {
          const [first, ...others] = await system.play(servers);
          return [{ ...first, error }, ...others];
        },
      }));
      process.exitCode = await run(process.argv.slice(2), { scenes, systems });`;
    // Needs a file, because the servers would inherit "--eval".
    const folder = mkdtempSync(join(tmpdir(), "tour-planted-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, "planted.mjs"), script);
    return spawned(join(folder, "planted.mjs"), ...args).ended;
  }

  function start(...args: string[]) {
    expect(existsSync(TOUR), "the tour is built by: npm run build:examples").toBe(true);
    return spawned(TOUR, ...args);
  }

  function spawned(...args: string[]) {
    const child = spawn(process.execPath, args, { env: { ...process.env, TMPDIR: temporary } });
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err += text;
    });
    const ended = new Promise<Result>((resolve) => {
      child.on("close", (code) => resolve({ code, out, err }));
    });
    return { process: child, ended };
  }

  async function tour(...args: string[]): Promise<Result> {
    return start(...args).ended;
  }

  /** How many servers of this test run. `undefined` if the system does not say. */
  function serversRunning(): number | undefined {
    if (!existsSync("/proc/self/cmdline")) return undefined;
    const commands = readdirSync("/proc").map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return "";
      }
    });
    return commands.filter((command) => command.includes(temporary)).length;
  }
});

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The members of the `--json` output that the tests use. */
interface Account {
  readonly error: string;
  readonly arrivedAsThrown: boolean;
  readonly trailer: { readonly grpcStatus: number; readonly grpcMessage: string; readonly base64: string };
  readonly caught: { readonly className: string; readonly reason: string; readonly retryDelay?: number };
}

async function waitFor(holds: () => boolean): Promise<void> {
  await expect.poll(holds, { timeout: 60_000, interval: 10 }).toBe(true);
}
