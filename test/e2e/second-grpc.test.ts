import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Server, type ServiceDefinition } from "@grpc/grpc-js";
import { richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { AccessDeniedError, catalog } from "grpc-rich-errors/catalogs/kurrent";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltPackage, copyBuiltPackage } from "../support/built.js";
import { listen } from "../support/shapes.js";

// An application whose generated code imports another copy of grpc-js than this package.

const MODULES = fileURLToPath(new URL("../../node_modules", import.meta.url));
const DETAIL = { operation: "append", username: "ouro", permission: undefined };

let built: BuiltPackage;
let application: string;
let server: Server;
let seen: { twoCopies: boolean; calls: Record<string, Record<string, unknown>> };

/** A folder whose `node_modules` have their own copy of grpc-js and share everything else. */
function applicationFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "grpc-rich-errors-copy-"));
  mkdirSync(join(folder, "node_modules/@grpc"), { recursive: true });
  cpSync(join(MODULES, "@grpc/grpc-js"), join(folder, "node_modules/@grpc/grpc-js"), { recursive: true });
  for (const name of readdirSync(MODULES)) {
    if (name !== "@grpc") symlinkSync(join(MODULES, name), join(folder, "node_modules", name));
  }
  symlinkSync(join(MODULES, "@grpc/proto-loader"), join(folder, "node_modules/@grpc/proto-loader"));
  cpSync(join(built.folder, "fixtures/second-grpc.mjs"), join(folder, "client.mjs"));
  return folder;
}

interface Given {
  readonly metadata: { get(name: string): unknown[] };
}

beforeAll(async () => {
  built = copyBuiltPackage();
  application = applicationFolder();
  const path = join(built.folder, "fixtures/service.mjs");
  const { FixtureService } = (await import(path)) as { FixtureService: ServiceDefinition };
  const respond = ({ metadata }: Given) => {
    if (metadata.get("x-way")[0] === "fail") throw new AccessDeniedError(DETAIL);
    const [bytes] = metadata.get("x-bytes-bin") as Buffer[];
    return Buffer.from([...metadata.get("x-many"), bytes?.toString("hex") ?? ""].join());
  };
  async function* respondMany(call: Given) {
    yield Buffer.from("before");
    yield respond(call);
  }
  server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] });
  server.addService(
    FixtureService,
    richHandlers(FixtureService, {
      unary: respond,
      clientStream: async (call: Given) => respond(call),
      serverStream: respondMany,
      bidi: respondMany,
    } as never),
  );
  const address = `127.0.0.1:${await listen(server)}`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(application, "client.mjs"),
    built.folder,
    address,
  ]);
  seen = JSON.parse(stdout);
});
afterAll(() => {
  server.forceShutdown();
  rmSync(application, { recursive: true });
  built.remove();
});

describe.each(["with options", "without options"])("a client of a second copy of grpc-js, %s,", (manner) => {
  it("uses another copy", () => {
    expect(seen.twoCopies).toBe(true);
  });

  it.each(["unary", "clientStream", "serverStream", "bidi"])("makes %s calls with any metadata", (shape) => {
    const calls = seen.calls[`${shape} ${manner}`];
    const messages = (last: string) =>
      (shape.endsWith("Stream") && shape !== "clientStream") || shape === "bidi" ? ["before", last] : [last];
    const failed = {
      code: 7,
      isDeclared: manner === "with options",
      isRichError: true,
      isSecond: true,
      text: expect.stringContaining("denied"),
      ...(manner === "with options" && { detail: { operation: "append", username: "ouro" } }),
    };
    expect(calls).toEqual({
      none: { read: messages("") },
      deadline: { read: messages("") },
      first: { read: messages("one, two,00ff") },
      second: { read: messages("one, two,00ff") },
      fails: failed,
      firstFails: failed,
      plain: {
        isDeclared: false,
        isRichError: false,
        isSecond: false,
        text: "TypeError: metadata must be an instance of Metadata of @grpc/grpc-js, not an object",
      },
    });
  });
});
