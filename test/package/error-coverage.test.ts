import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createProject, type Project } from "./project.js";

const run = promisify(execFile);

const BUF_YAML = `
version: v2
modules:
  - path: proto
  - path: node_modules/grpc-rich-errors/proto
`;

const VITEST = ["vitest", "run"] as const;
const FOLDER = ".rich-errors-coverage";

let project: Project;

beforeAll(async () => {
  project = await createProject("examples/hapnd-sdk", ["vitest", "@vitest/coverage-v8", "jest", "cockatiel"]);
  await writeFile(join(project.folder, "buf.yaml"), BUF_YAML);
  await writeFile(join(project.folder, "package.json"), JSON.stringify({ type: "module" }));
});

afterAll(() => project.remove());

interface Output {
  readonly code: number;
  readonly output: string;
  /** The same output, with each paragraph on one line. */
  readonly text: string;
}

/** The output of a program, whether it succeeds or not. */
async function outputOf(command: string, ...args: string[]): Promise<Output> {
  const bin = join(project.folder, "node_modules/.bin");
  const env = { PATH: `${bin}:${process.env["PATH"]}`, HOME: process.env["HOME"], NO_COLOR: "1" };
  const { code = 0, stdout, stderr } = await run(command, args, { cwd: project.folder, env }).catch((error) => error);
  const output = `${stdout}${stderr}`;
  return { code, output, text: output.replaceAll(/\n {2,}/g, " ") };
}

/** Changes a file for the rest of the test. */
async function change(file: string, from: string | RegExp, to: string): Promise<void> {
  const path = join(project.folder, file);
  const before = await readFile(path, "utf8");
  expect(before).toMatch(from);
  await writeFile(path, before.replace(from, to));
  onTestFinished(() => writeFile(path, before));
}

/** The rows of a contract, as the command prints them. */
function contract(text: string): string {
  return expect.stringContaining(text) as string;
}

const COVERED = `
hapnd.events.v1.Events/Append
                             THROWN  RECEIVED   HANDLED
  VALIDATION_ERROR                1         1         1
  AGGREGATE_TYPE_MISMATCH         1         1         1
  CONCURRENCY_CONFLICT            1         1         1

hapnd.events.v1.Events/Read
                             THROWN  RECEIVED   HANDLED
  NOT_FOUND                       1         1         1
`;

describe("the reporter of Vitest", () => {
  test("prints which errors the tests threw, received and handled, beside the coverage of V8", async () => {
    const { code, output } = await outputOf(...VITEST, "--coverage.enabled", "--coverage.reporter=text");
    expect(output).toEqual(contract(COVERED));
    expect(output).toMatch(/explain\.ts +\| +90 /);
    expect(code).toBe(0);
  });

  test("fails the run when a case and an instanceof are deleted from a handler, and says where to look", async () => {
    await change("explain.ts", / {4}case "CONCURRENCY_CONFLICT":\n.*\n/, "");
    await change("explain.ts", / {2}if \(error instanceof NotFoundError\) return/, "  if (error) return");
    await change("explain.test.ts", '"somebody was faster, reload version 1"', "undefined");
    const { code, output, text } = await outputOf(...VITEST);
    expect(output).toContain("Tests  4 passed");
    expect(text).toContain(
      "66% of the errors of hapnd.events.v1.Events/Append are handled (2 of 3), less than 100%: " +
        "proto/hapnd/events/v1/events.proto:26: nothing handled HapndConcurrencyError of hapnd.events.v1.Events/Append: " +
        'explain.ts reads the reason, and has no case "CONCURRENCY_CONFLICT"',
    );
    expect(text).toContain(
      "nothing handled NotFoundError of hapnd.events.v1.Events/Read: no code that received it has a case " +
        '"NOT_FOUND" or an instanceof NotFoundError',
    );
    expect(code).toBe(1);
  });

  test("merges what threads record that share their modules, in contexts of their own", async () => {
    await writeFile(join(project.folder, "again.test.ts"), await readFile(join(project.folder, "explain.test.ts")));
    onTestFinished(() => rm(join(project.folder, "again.test.ts")));
    const { code, output } = await outputOf(...VITEST, "--pool", "vmThreads", "--no-isolate", "--maxWorkers", "1");
    expect(output).toEqual(contract(COVERED.replaceAll("1         1         1", "2         2         2")));
    expect(code).toBe(0);
  });
});

/** A test of the compiled example, for any runner with \`test\`. */
const COMPILED_TEST = `
const { strictEqual } = require("node:assert");
const { ServerCredentials } = require("@grpc/grpc-js");
const { HapndClient } = require("./client.js");
const { explainAppend } = require("./explain.js");
const { grpcServer } = require("./grpc-server.js");
const { overGrpc } = require("./grpc-transport.js");
const { Store } = require("./store.js");

test("explains", async () => {
  const server = grpcServer(new Store());
  const port = await new Promise((resolve) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_, port) => resolve(port));
  });
  const hapnd = new HapndClient(overGrpc("127.0.0.1:" + port));
  const order = { aggregateId: "o-7", aggregateType: "order", expectedVersion: 3n, events: [{ type: "x", data: "" }] };
  const text = await hapnd.append(order).catch(explainAppend);
  strictEqual(text, "somebody was faster, reload version 0");
  hapnd.close();
  server.forceShutdown();
});
`;

const PARTLY = `
hapnd.events.v1.Events/Append
                             THROWN  RECEIVED   HANDLED
  VALIDATION_ERROR                -         -   ignored
  AGGREGATE_TYPE_MISMATCH         -         -   ignored
  CONCURRENCY_CONFLICT            1         1         1
`;

const REPORT = ["rich-errors", "coverage", "--protos", "proto", "--contract-threshold", "handled=100"] as const;
const IGNORE = ["--ignore", "handled:VALIDATION_*,handled:HapndAggregateTypeMismatchError,hapnd/NOT_FOUND"] as const;

describe("a runner of CommonJS", () => {
  beforeAll(async () => {
    await mkdir(join(project.folder, "out"));
    await writeFile(join(project.folder, "out/package.json"), JSON.stringify({ type: "commonjs" }));
    const format = ["--module", "commonjs", "--moduleResolution", "bundler", "--ignoreConfig"];
    await outputOf(
      "tsc",
      "explain.ts",
      "client.ts",
      "grpc-server.ts",
      "grpc-transport.ts",
      "--outDir",
      "out",
      ...format,
    );
    await writeFile(join(project.folder, "out/jest.test.js"), COMPILED_TEST);
    await writeFile(
      join(project.folder, "out/node.test.js"),
      `const { test } = require("node:test");\n${COMPILED_TEST}`,
    );
  });

  test.each<[string, string, ...string[]]>([
    [
      "Jest",
      "jest",
      "--config",
      JSON.stringify({
        transform: {},
        testMatch: ["**/jest.test.js"],
        setupFiles: ["grpc-rich-errors/coverage/register"],
      }),
    ],
    ["node:test", "node", "--import", "grpc-rich-errors/coverage/register", "--test", "out/node.test.js"],
  ])(
    "records for the command: %s",
    async (_, ...command) => {
      await rm(join(project.folder, FOLDER), { recursive: true, force: true });
      const tests = await outputOf(...command);
      expect([tests.code, tests.output]).toEqual([0, expect.anything()]);
      const { code, output } = await outputOf(...REPORT, ...IGNORE);
      expect(output).toEqual(contract(PARTLY));
      expect(code).toBe(0);
      expect((await outputOf(...REPORT)).code).toBe(1);
    },
    60_000,
  );
});
