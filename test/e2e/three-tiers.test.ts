import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import type { Metadata } from "@grpc/grpc-js";
import { Code, RichError, richErrorClientOptions } from "grpc-rich-errors";
import { AccessDeniedError, catalog } from "grpc-rich-errors/catalogs/kurrent";
import { beforeAll, describe, expect, it } from "vitest";
import { type FixtureClient, fixtureClient, forkFixture } from "../support/fixture.js";
import { metadataOf } from "../support/metadata.js";
import { rawCall } from "../support/raw.js";
import { SHAPES, type Shape } from "../support/shapes.js";

// Three processes: a client, a server that forwards every call, and a server behind it.

const DETAIL = { operation: "append", username: "ouro", permission: undefined };

/** A report of a process on a call. */
interface Report {
  readonly id: string;
  readonly began?: { readonly left: number };
  readonly over?: true;
  readonly failed?: Readonly<Record<string, unknown>>;
}

type Subject = Exclude<keyof Report, "id">;

/** Collects the reports of a process. */
class ReportLog {
  readonly #reports: Report[] = [];
  #waiting: (() => void)[] = [];

  constructor(readonly process: ChildProcess) {
    process.on("message", (message: Report) => {
      this.#reports.push(message);
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  /** The reports on a call so far. */
  all<Key extends Subject>(id: string, key: Key): NonNullable<Report[Key]>[] {
    return this.#reports
      .filter((message) => message.id === id && message[key] !== undefined)
      .map((report) => report[key]) as NonNullable<Report[Key]>[];
  }

  /** The first report on a call. */
  async first<Key extends Subject>(id: string, key: Key): Promise<NonNullable<Report[Key]>> {
    for (;;) {
      const [found] = this.all(id, key);
      if (found !== undefined) return found;
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
  }
}

function path(shape: Shape): string {
  return `/fixture.Fixture/${shape.charAt(0).toUpperCase()}${shape.slice(1)}`;
}

interface Cancellable {
  cancel(): void;
}

function draining<Call extends Readable>(call: Call, done: (error: unknown) => void): Call {
  return call
    .on("error", done)
    .on("end", () => done(undefined))
    .resume();
}

function start(client: FixtureClient, shape: Shape, metadata: Metadata, done: (error: unknown) => void): Cancellable {
  const message = Buffer.from("x");
  if (shape === "unary") return client.unary(message, metadata, {}, done);
  if (shape === "clientStream") {
    const call = client.clientStream(metadata, {}, done);
    call.end(message);
    return call;
  }
  if (shape === "serverStream") return draining(client.serverStream(message, metadata, {}), done);
  const call = client.bidi(metadata, {});
  call.end(message);
  return draining(call, done);
}

/** Starts three tiers; the caller stops the two servers. */
async function tiers(kind: string): Promise<{ middle: ReportLog; back: ReportLog; port: number }> {
  const last = await forkFixture("back-server.mjs");
  const back = new ReportLog(last.process);
  const second = await forkFixture("middle-server.mjs", [String((last.started as { port: number }).port), kind]);
  return { back, middle: new ReportLog(second.process), port: (second.started as { port: number }).port };
}

let calls = 0;

async function call(
  port: number,
  shape: Shape,
  entries: Record<string, string>,
): Promise<{ id: string; error: RichError }> {
  const id = `call-${++calls}`;
  const client = await fixtureClient(port, richErrorClientOptions({ catalogs: [catalog] }));
  const metadata = metadataOf({ "x-request-id": id, ...entries });
  const error = await new Promise((done) => start(client, shape, metadata, done));
  if (!(error instanceof RichError)) throw new TypeError(`expected a RichError, got ${error}`);
  return { id, error };
}

describe.each(["rich", "plain"])("behind a server with a %s client", (kind) => {
  let middle: ReportLog;
  let back: ReportLog;
  let port = 0;
  beforeAll(async () => {
    ({ middle, back, port } = await tiers(kind));
    return () => {
      back.process.kill();
      middle.process.kill();
    };
  });

  describe.each(SHAPES)("a %s call", (shape) => {
    it("ends with an error that the middle server declares, without trailers and DebugInfo", async () => {
      const { error } = await call(port, shape, { "x-way": "declared" });
      expect(error).toBeRichError(AccessDeniedError, DETAIL);
      expect(error.metadata?.get("x-token")).toEqual([]);
      expect(error.standardDetails.requestInfo?.requestId).toBe(kind === "plain" ? "r-back" : undefined);
      expect(error.standardDetails.debugInfo).toBeUndefined();
      expect(JSON.stringify(error)).not.toContain("hunter2");
    });

    it("ends with details that the middle server cannot read only if that server names them, and unchanged", async () => {
      const { errorDetails } = (await call(port, shape, { "x-way": "declared" })).error;
      const foreign = errorDetails.find(({ typeUrl }) => typeUrl === "type.googleapis.com/back.v1.Foreign");
      expect(Buffer.from(foreign?.value ?? []).toString("hex")).toBe(kind === "plain" ? "08960112026869" : "");
    });

    it.each(["undeclared", "plain"])("hides an error that is %s, which stays in the middle server", async (way) => {
      const { id, error } = await call(port, shape, { "x-way": way });
      expect(error).toMatchObject({ code: Code.INTERNAL, message: "internal error", reason: undefined });
      expect(error.metadata?.get("x-token")).toEqual([]);
      expect(JSON.stringify(error)).not.toContain("hunter2");
      const code = way === "plain" ? Code.RESOURCE_EXHAUSTED : Code.NOT_FOUND;
      expect(await middle.first(id, "failed")).toEqual({
        error: { code },
        sent: Code.INTERNAL,
        ours: true,
        masked: true,
        late: false,
        method: path(shape),
      });
    });

    it("passes on its cancellation, and the last server sees no failure", async () => {
      const client = await fixtureClient(port, {});
      const id = `call-${++calls}`;
      const over = new Promise((done) => {
        const cancellable = start(client, shape, metadataOf({ "x-request-id": id, "x-way": "hang" }), done);
        void back.first(id, "began").then(() => cancellable.cancel());
      });
      await over;
      expect(await back.first(id, "over")).toBe(true);
      const failed = await middle.first(id, "failed");
      expect(failed).toMatchObject({
        error: { code: Code.CANCELLED },
        sent: Code.CANCELLED,
        masked: false,
        late: true,
      });
    });

    it("passes on its deadline, and the last server sees no failure", async () => {
      const id = `call-${++calls}`;
      const headers = { "grpc-timeout": "250m", "x-way": "hang", "x-request-id": id };
      const { trailers } = await rawCall(`127.0.0.1:${port}`, path(shape), [Buffer.from("x")], headers);
      expect(trailers["grpc-status"]).toBe("4");
      expect((await back.first(id, "began")).left).toBeLessThanOrEqual(251);
      expect(await back.first(id, "over")).toBe(true);
      await middle.first(id, "failed");
      const failed = middle.all(id, "failed").map(({ sent, masked }) => [sent, masked]);
      expect(failed).toEqual(failed.map(() => [Code.DEADLINE_EXCEEDED, false]));
    });
  });
});

it("a server responds for a server behind it that is too slow or has died", async () => {
  const { middle, back, port } = await tiers("rich");
  const slow = await call(port, "unary", { "x-way": "hang", "x-back-ms": "50" });
  expect(slow.error).toMatchObject({ code: Code.INTERNAL, message: "internal error" });
  const failed = await middle.first(slow.id, "failed");
  expect(failed).toMatchObject({ error: { code: Code.DEADLINE_EXCEEDED }, masked: true, late: false });
  back.process.kill("SIGKILL");
  const dead = await call(port, "unary", { "x-way": "declared" });
  expect(dead.error).toMatchObject({ code: Code.INTERNAL, message: "internal error" });
  expect(await middle.first(dead.id, "failed")).toMatchObject({ error: { code: Code.UNAVAILABLE }, masked: true });
  middle.process.kill();
});
