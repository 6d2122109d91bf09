import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { unpackTrailer } from "grpc-rich-errors/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { catalog } from "../../examples/eventstore/tour/connection.js";

/** As `npm run build:examples` makes it, which runs before the tests. */
const TOUR = fileURLToPath(new URL("../../build/examples/eventstore/tour/tour.js", import.meta.url));

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

describe("the tour", { timeout: 30_000 }, () => {
  let temporary: string;
  let told: Result;
  let accounts: readonly Account[];

  beforeAll(async () => {
    temporary = mkdtempSync(join(tmpdir(), "tour-test-"));
    told = await tour("--json");
    accounts = JSON.parse(told.out);
  }, 30_000);

  // Whatever a test does, the tour tidies up after itself.
  afterEach(() => {
    expect(readdirSync(temporary)).toEqual([]);
    expect(serversRunning() ?? 0).toBe(0);
  });

  afterAll(() => {
    rmSync(temporary, { recursive: true, force: true });
  });

  it("causes every error of both catalogs, and each arrives as it was thrown", () => {
    expect(accounts.filter(({ arrivedAsThrown }) => !arrivedAsThrown)).toEqual([]);
    expect(accounts.map(({ caught }) => caught.className)).toEqual(ERRORS);
    expect(accounts.map(({ error }) => error)).toEqual([...catalog].map(({ definition }) => definition.className));
    expect(told).toMatchObject({ code: 0, err: "" });
  });

  it("shows trailers that the strict reader takes, with an equal code and message", () => {
    for (const { trailer, caught } of accounts) {
      const error = unpackTrailer(trailer.base64, { catalogs: [catalog] });
      expect(error).toMatchObject({ code: trailer.grpcStatus, message: trailer.grpcMessage, reason: caught.reason });
    }
  });

  it("asks for five seconds of patience where waiting helps, and nowhere else", () => {
    const patient = accounts.filter(({ caught }) => caught.retryDelay !== undefined);
    expect(patient.map(({ error, caught }) => [error, caught.retryDelay])).toEqual([
      ["OperationTimeoutError", 5000],
      ["ServerNotReadyError", 5000],
      ["ServerOverloadedError", 5000],
      ["ServerShuttingDownError", 5000],
    ]);
  });

  it("is plain text of at most 100 columns when it is piped, and ends with a count", async () => {
    const { code, out } = await tour();
    const lines = out.trimEnd().split("\n");
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(out).not.toContain("\u001b");
    expect(lines.at(-1)).toBe("18 errors, 18 arrived as thrown");
    expect(lines.filter((line) => line.startsWith("  ✔ arrived as thrown"))).toHaveLength(18);
    expect(code).toBe(0);
  });

  it("shows one error by its class or by its reason", async () => {
    const byClass = await tour("--only", "StreamDeletedError", "--json");
    const byReason = await tour("--only", "STREAM_DELETED", "--json");
    for (const { out } of [byClass, byReason]) {
      expect(JSON.parse(out)).toMatchObject([{ error: "StreamDeletedError", arrivedAsThrown: true }]);
    }
  });

  it("refuses a name that it does not know, and tells those that it knows", async () => {
    const { code, out, err } = await tour("--only", "StreamLostError");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("there is no error called StreamLostError");
    for (const name of ERRORS) expect(err).toContain(name);
  });

  it("leaves no folders and no servers behind, even if it is interrupted", async () => {
    const interrupted = start("--json");
    await waitFor(() => readdirSync(temporary).length > 0 && serversRunning() !== 0);
    interrupted.process.kill("SIGINT");
    expect((await interrupted.ended).code).toBe(130);
    await waitFor(() => (serversRunning() ?? 0) === 0);
  });

  it("ends its servers even if it is killed, when it cannot remove folders any more", async () => {
    const killed = start("--json");
    await waitFor(() => readdirSync(temporary).length > 0 && serversRunning() !== 0);
    killed.process.kill("SIGKILL");
    await killed.ended;
    await waitFor(() => (serversRunning() ?? 0) === 0);
    for (const folder of readdirSync(temporary)) rmSync(join(temporary, folder), { recursive: true, force: true });
  });

  function start(...args: string[]) {
    expect(existsSync(TOUR), "the tour is built by: npm run build:examples").toBe(true);
    const child = spawn(process.execPath, [TOUR, ...args], { env: { ...process.env, TMPDIR: temporary } });
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

  /** How many servers of this test run; nothing where the system does not tell. */
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

/** What the tests look at of what `--json` prints. */
interface Account {
  readonly error: string;
  readonly arrivedAsThrown: boolean;
  readonly trailer: { readonly grpcStatus: number; readonly grpcMessage: string; readonly base64: string };
  readonly caught: { readonly className: string; readonly reason: string; readonly retryDelay?: number };
}

async function waitFor(holds: () => boolean): Promise<void> {
  await expect.poll(holds, { timeout: 10_000, interval: 10 }).toBe(true);
}
