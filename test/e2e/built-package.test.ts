import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import {
  type Client,
  type ClientOptions,
  credentials,
  Metadata,
  makeGenericClientConstructor,
  type ServiceDefinition,
} from "@grpc/grpc-js";
import { RichError, richErrorClientOptions } from "grpc-rich-errors";
import { AccessDeniedError, catalog } from "grpc-rich-errors/catalogs/kurrent";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltPackage, copyBuiltPackage } from "../support/built.js";

// Runs the published package in separate processes, because the test runner would keep a crashing process alive.

let built: BuiltPackage;
beforeAll(() => {
  built = copyBuiltPackage();
});
afterAll(() => built.remove());

const DETAIL = { operation: "append", username: "ouro", permission: undefined };

describe("a server in its own process", () => {
  let server: ChildProcess;
  let client: Client & Record<string, (...args: unknown[]) => NodeJS.ReadWriteStream>;
  let ways: string[] = [];

  beforeAll(async () => {
    server = fork(join(built.folder, "fixtures/server.mjs"), { stdio: "inherit" });
    const [started] = (await once(server, "message")) as [{ port: number; ways: string[] }];
    ways = started.ways.filter((way) => way !== "ok" && way !== "rejects after the client is gone");
    const { FixtureService } = (await import(join(built.folder, "fixtures/service.mjs"))) as {
      FixtureService: ServiceDefinition;
    };
    const options: ClientOptions = richErrorClientOptions({ catalogs: [catalog] });
    client = new (makeGenericClientConstructor(FixtureService, "fixture.Fixture"))(
      `127.0.0.1:${started.port}`,
      credentials.createInsecure(),
      options,
    ) as unknown as typeof client;
  });
  afterAll(async () => {
    client.close();
    server.disconnect();
    await once(server, "exit");
  });

  function call(shape: string, way: string, milliseconds = 5000): Promise<unknown> {
    const metadata = new Metadata();
    metadata.set("x-way", way);
    const options = { deadline: Date.now() + milliseconds };
    const message = Buffer.from("x");
    return new Promise((resolve) => {
      const method = client[shape]?.bind(client);
      if (shape === "unary") method?.(message, metadata, options, resolve);
      else if (shape === "clientStream") method?.(metadata, options, resolve).end();
      else {
        const stream = shape === "bidi" ? method?.(metadata, options) : method?.(message, metadata, options);
        stream?.on("error", resolve).on("status", ({ code }) => code === 0 && resolve(null));
        stream?.resume();
        if (shape === "bidi") stream?.end();
      }
    });
  }

  const SHAPES = ["unary", "clientStream", "serverStream", "bidi"];

  it.each(SHAPES)("survives every failure of a %s handler", async (shape) => {
    expect(ways.length).toBeGreaterThan(8);
    for (const way of ways) {
      const error = await call(shape, way);
      expect([way, error instanceof RichError]).toEqual([way, true]);
      if (/nothing|undefined|hostile/.test(way)) expect([way, (error as RichError).code]).toEqual([way, 13]);
      else expect(error).toBeRichError(AccessDeniedError, DETAIL);
      expect([way, await call(shape, "ok")]).toEqual([way, null]);
    }
    expect(server.exitCode).toBeNull();
  });

  it.each(SHAPES)("survives a %s handler that rejects after the client is gone", async (shape) => {
    expect(await call(shape, "rejects after the client is gone", 30)).toMatchObject({ code: 4 });
    expect(await call(shape, "ok")).toBeNull();
    expect(server.exitCode).toBeNull();
  });
});

describe("two copies of the package in one process, ESM and CommonJS", () => {
  let seen: Record<string, unknown> = {};
  beforeAll(() => {
    const output = execFileSync(process.execPath, [join(built.folder, "fixtures/copies.mjs")], { encoding: "utf8" });
    seen = JSON.parse(output);
  });

  const DENIED = { AccessDeniedError: true, ServerError: true, RichError: true, BadRequestError: false };

  it("are different copies", () => {
    expect(seen["twoCopies"]).toBe(true);
  });

  it.each([
    "esmErrorInCjs",
    "cjsErrorInEsm",
    "overTheWireInCjs",
    "overTheWireInEsm",
    "thrownAcross",
    "overHttpInCjs",
    "overHttpInEsm",
  ])("recognize each other's errors, but not as a user's subclass: %s", (which) => {
    expect(seen[which]).toEqual({ ...DENIED, OwnError: false });
  });

  it("recognize an error of a user's subclass where the subclass is defined", () => {
    expect(seen["own"]).toEqual({ ...DENIED, OwnError: true });
    expect(seen["otherOwn"]).toEqual({ ...DENIED, OwnError: false });
  });

  it("return each other's errors unchanged from RichError.from", () => {
    expect(seen["fromKeeps"]).toEqual([true, true]);
  });

  it("send and read each other's details", () => {
    const detail = { operation: "append", username: "ouro" };
    expect(seen["details"]).toEqual([detail, detail]);
    expect(seen["failed"]).toEqual({ masked: false, same: true });
  });

  it("pack and print each other's errors, even after the code was changed", () => {
    const detail = { operation: "append", username: "ouro" };
    const changed = [2, "access denied: operation append", 2];
    expect(seen).toMatchObject({
      packed: [true, true],
      printed: [
        [detail, true],
        [detail, true],
      ],
      changed: [changed, changed],
    });
  });
});

describe("a server that uses another copy of grpc-js than the package", () => {
  interface Result {
    readonly chain: string;
    readonly way: string;
    readonly shape: string;
    readonly guarded: boolean;
  }
  let seen: { readonly twoCopies: boolean; readonly problems: unknown[]; readonly results: readonly Result[] };
  beforeAll(() => {
    const output = execFileSync(process.execPath, ["--no-warnings", join(built.folder, "fixtures/grpc-copies.mjs")], {
      encoding: "utf8",
    });
    seen = JSON.parse(output);
  });

  const GOT: Record<string, object> = {
    success: { code: 0, initial: "1", own: "1", bytes: 255, reports: "" },
    "success without trailers": { code: 0, initial: "1", own: "", reports: "" },
    error: { reason: "ACCESS_DENIED", own: "1", bytes: 255, reports: "first" },
    "status with trailers": { own: "1", bytes: 255, reports: "first" },
    masked: { code: 13, details: "internal error", own: "", reports: "first" },
  };

  it("has two copies, and no error stays uncaught", () => {
    expect(seen.twoCopies).toBe(true);
    expect(seen.problems).toEqual([]);
    expect(seen.results.length).toBeGreaterThan(150);
  });

  it.each(Object.keys(GOT))(
    "sends each client its status, with any interceptor behind it, and when attached twice: %s",
    (which) => {
      const results = seen.results.filter(({ way }) => way === which);
      expect(results).toMatchObject(results.map((result) => ({ ...result, ...GOT[which] })));
    },
  );
});
