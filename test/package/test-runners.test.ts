import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createProject, type Project } from "./project.js";

/** A test that fails on purpose: with a matcher of Vitest and Jest, and with an assertion for node:test, if there is one. */
type Failing = readonly [name: string, matcher: string, assertion?: string];

const TESTS: readonly Failing[] = [
  [
    "another class",
    "expect(conflict).toBeRichError(StreamNotFoundError, { stream: 'orders' });",
    "assertRichError(conflict, StreamNotFoundError, { stream: 'orders' });",
  ],
  [
    "another field",
    "expect(conflict).toBeRichError(StreamRevisionConflictError, { stream: 'orders', actualRevision: 8n });",
    "assertRichError(conflict, StreamRevisionConflictError, { stream: 'orders', actualRevision: 8n });",
  ],
  [
    "a field deep inside",
    "expect(invalid).toHaveErrorDetail(BadRequest, { fieldViolations: [{ field: 'stream' }, { field: 'revision', localizedMessage: { locale: 'fr' } }] });",
    "assertErrorDetail(invalid, BadRequest, { fieldViolations: [{ field: 'stream' }, { field: 'revision', localizedMessage: { locale: 'fr' } }] });",
  ],
  [
    "a list of another length",
    "expect(invalid).toHaveErrorDetail(BadRequest, { fieldViolations: [{ field: 'stream' }, { field: 'revision' }, { field: 'data' }] });",
  ],
  [
    "an asymmetric matcher",
    "expect(notFound).toBeRichError(StreamNotFoundError, { stream: expect.stringMatching(/^x/) });",
  ],
  [
    "another code",
    "expect({ ...packed, code: 9 }).toBeRichError(StreamNotFoundError);",
    "readRichError({ ...packed, code: 9 }, StreamNotFoundError);",
  ],
  [
    "another domain",
    "expect(notFound).toHaveReason('STREAM_NOT_FOUND', 'shop.example');",
    "assertReason(notFound, 'STREAM_NOT_FOUND', 'shop.example');",
  ],
  ["another reason", "expect(plain).toHaveReason('STREAM_NOT_FOUND');", "assertReason(plain, 'STREAM_NOT_FOUND');"],
  ["a missing detail", "expect(notFound).toHaveErrorDetail(BadRequest);", "assertErrorDetail(notFound, BadRequest);"],
  [
    "no error at all",
    "expect(new TypeError('x is not a function')).toBeRichError(StreamNotFoundError);",
    "assertRichError(new TypeError('x is not a function'), StreamNotFoundError);",
  ],
  ["undefined", "expect(undefined).toBeRichError();", "assertRichError(undefined);"],
  ["a plain object", "expect({ code: 'ENOENT', path: '/tmp' }).toHaveReason('STREAM_NOT_FOUND');"],
  [
    "a call that succeeds",
    "await expect(Promise.resolve({ revision: 5n })).toRejectWithRichError(StreamNotFoundError);",
    "await assertRejectsWithRichError(Promise.resolve({ revision: 5n }), StreamNotFoundError);",
  ],
  [
    "a call that fails otherwise",
    "await expect(Promise.reject(plain)).toRejectWithRichError(StreamNotFoundError);",
    "await assertRejectsWithRichError(Promise.reject(plain), StreamNotFoundError);",
  ],
  [
    "a broken trailer",
    "expect(trailer.subarray(0, trailer.length - 3)).toBeRichError(StreamNotFoundError);",
    "readRichError(trailer.subarray(0, trailer.length - 3), StreamNotFoundError);",
  ],
  [
    "an issue of a trailer",
    "expect({ ...packed, details: 'another text' }).toBeRichError(StreamNotFoundError);",
    "readRichError({ ...packed, details: 'another text' }, StreamNotFoundError);",
  ],
  [
    "metadata without a trailer",
    "expect(new Metadata()).toBeRichError(StreamNotFoundError);",
    "readRichError(new Metadata(), StreamNotFoundError);",
  ],
  [
    "an error that the client does not know",
    "expect(unpack(trailer)).toBeRichError(StreamNotFoundError);",
    "assertRichError(unpack(trailer), StreamNotFoundError);",
  ],
  [
    "a base class without its catalog",
    "expect(trailer).toBeRichError(StreamsError);",
    "readRichError(trailer, StreamsError);",
  ],
  [
    "a packed error where an instance is asserted",
    "expect(trailer).not.toBeRichError();",
    "assertRichError(packed, StreamNotFoundError);",
  ],
  [
    "metadata with two trailers",
    "metadata.add('grpc-status-details-bin', trailer); expect(metadata).toBeRichError(StreamNotFoundError);",
  ],
  ["a masked error", "expect(masked).toBeRichError(StreamNotFoundError);"],
  [
    "an HTTP response of a proxy",
    "await expect(new Response('<html>', { status: 502 })).toBeRichError(StreamNotFoundError);",
    "await readRichError(new Response('<html>', { status: 502 }), StreamNotFoundError);",
  ],
  [
    "an HTTP response that is fine",
    "await expect(new Response('{}')).toBeRichError();",
    "await readRichError(new Response('{}'));",
  ],
  ["an error that is not expected", "expect(notFound).not.toBeRichError(StreamNotFoundError, { stream: 'orders' });"],
  ["a reason that is not expected", "expect(notFound).not.toHaveReason('STREAM_NOT_FOUND');"],
  [
    "a detail that is not expected",
    "expect(invalid).not.toHaveErrorDetail(BadRequest, { fieldViolations: [{}, {}] });",
  ],
  [
    "a rejection that is not expected",
    "await expect(Promise.reject(notFound)).not.toRejectWithRichError(StreamNotFoundError);",
  ],
  [
    "a rule that never fires",
    "failing([{ method: 'Append', error: notFound, nth: 2 }]);",
    "failing([{ method: 'Append', error: notFound, nth: 2 }]).verify();",
  ],
];

/** Tests that pass, in this order, in Vitest and in Jest. */
const PASSING: readonly Failing[] = [
  ["an error in a snapshot", "expect({ conflict }).toMatchSnapshot();"],
  [
    "a server closes at the end of its test",
    `ended.push(await testing.testServer(Echo, { echo: fail }));
     const client = ended[0].client(EchoClient, root.richErrorClientOptions({ catalogs: [catalog] }));
     await expect(root.promises(client).echo("x")).toRejectWithRichError(StreamNotFoundError, { stream: "x" });`,
  ],
  [
    "a recording ends at the end of its test",
    `await expect(connect(ended[0].address)).rejects.toMatchObject({ code: "ECONNREFUSED" });
     ended.push(await testing.testServer(Echo, { echo: fail }));
     recordings.push(testing.recordErrors(shared.server));`,
  ],
  [
    "a server that several tests share stays",
    `await expect(connect(ended[1].address)).rejects.toMatchObject({ code: "ECONNREFUSED" });
     await expect(shared.promises(EchoClient).echo("x")).toRejectWithRichError();
     expect(recordings[0].calls).toEqual([]);`,
  ],
  [
    "a rule that fires",
    `const faults = failing({ error: conflict });
     const calls = shared.promises(EchoClient, { ...root.richErrorClientOptions({ catalogs: [catalog] }), interceptors: [faults.client] });
     await expect(calls.echo("x")).toRejectWithRichError(StreamRevisionConflictError);`,
  ],
];

/** What the passing tests share. */
const SHARED = `
const bytes = { requestSerialize: (text) => Buffer.from(text), requestDeserialize: String, responseSerialize: (text) => Buffer.from(text), responseDeserialize: String };
const Echo = { echo: { path: "/echo.v1.Echo/Echo", requestStream: false, responseStream: false, ...bytes } };
const EchoClient = grpc.makeGenericClientConstructor(Echo, "Echo");
const fail = ({ request }) => { throw new StreamNotFoundError({ stream: request }); };
const ended = [];
const recordings = [];
failing({ method: "Nowhere", error: notFound });
let shared;
beforeAll(async () => { shared = await testing.testServer(Echo, { echo: fail }); });
afterAll(() => shared.close());
const connect = (address) => new Promise((resolve, reject) => {
  const [host, port] = address.split(":");
  const socket = net.connect(Number(port), host, () => { socket.destroy(); resolve(); }).on("error", reject);
});
`;

const SUBJECTS = `
const { Metadata } = grpc;
const { Code, pack, packError, RichError, unpack } = root;
const { StreamNotFoundError, StreamRevisionConflictError, StreamsError, catalog } = kurrentdb;
const { BadRequest, packDetail } = details;
const notFound = new StreamNotFoundError({ stream: "orders" });
const conflict = new StreamRevisionConflictError({ stream: "orders", expectedRevision: 5n, actualRevision: 7n });
const invalid = new RichError(Code.INVALID_ARGUMENT, "2 fields are invalid", {
  errorDetails: [packDetail(BadRequest, { fieldViolations: [
    { field: "stream", description: "is empty", reason: "", localizedMessage: undefined },
    { field: "revision", description: "is negative", reason: "", localizedMessage: { locale: "en", message: "below 0" } },
  ] })],
});
const plain = new RichError(Code.UNAVAILABLE, "no connection");
const trailer = Buffer.from(pack(notFound));
const metadata = new Metadata();
metadata.set("grpc-status-details-bin", trailer);
const packed = { code: 5, details: notFound.message, metadata };
const masked = RichError.from({ code: 13, details: "internal error", metadata: new Metadata() });
`;

const MODULES = {
  net: "node:net",
  grpc: "@grpc/grpc-js",
  root: "grpc-rich-errors",
  kurrentdb: "grpc-rich-errors/catalogs/kurrentdb",
  details: "grpc-rich-errors/details",
  testing: "grpc-rich-errors/testing",
};

function imports(extra: readonly string[]): string {
  return [...extra, ...Object.entries(MODULES).map(([name, from]) => `import * as ${name} from "${from}";`)].join("\n");
}

function requires(extra: readonly string[]): string {
  return [...extra, ...Object.entries(MODULES).map(([name, from]) => `const ${name} = require("${from}");`)].join("\n");
}

function testsOf(bodies: readonly (readonly [name: string, body: string, ...unknown[]])[]): string {
  return bodies.map(([name, body]) => `test("${name}", async () => {\n  ${body}\n});`).join("\n");
}

const MATCHERS = SHARED + testsOf([...PASSING, ...TESTS]);
const ASSERTIONS = testsOf(TESTS.flatMap(([name, , body]) => (body === undefined ? [] : [[name, body] as const])));
const TAKEN = "const { failing } = testing;";
const ALL =
  "const { assertErrorDetail, assertReason, assertRejectsWithRichError, assertRichError, failing, readRichError } = testing;";

/** Prints the failures of node:test as lines of JSON. */
const REPORTER = `
export default async function* report(source) {
  for await (const { type, data } of source) {
    if (type === "test:fail" && data.nesting === 0 && data.details.error.cause?.message) {
      yield JSON.stringify([data.name, data.details.error.cause.message]) + "\\n";
    }
  }
}`;

interface Report {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly title: string; readonly failureMessages: readonly string[] }[];
  }[];
}

let project: Project;

/** Runs a program to its end, whatever its exit code. */
function output(command: string, args: readonly string[]): Promise<string> {
  // Not the whole environment: in CI, test runners write no snapshots.
  const env = { PATH: process.env["PATH"], HOME: process.env["HOME"], FORCE_COLOR: "0", NO_COLOR: "1" };
  const [program, ...rest] =
    command === "node" ? [process.execPath] : [process.execPath, join(project.folder, "node_modules", command)];
  return new Promise((resolve) => {
    execFile(program ?? "", [...rest, ...args], { cwd: project.folder, env, maxBuffer: 1e8 }, (_, stdout) =>
      resolve(stdout),
    );
  });
}

/** The messages of failed tests, by their names, without stacks. */
function messagesOf(stdout: string): ReadonlyMap<string, string> {
  const report: Report = JSON.parse(stdout.slice(stdout.indexOf("{")));
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  return new Map(results.map(({ title, failureMessages: [message = "(passed)"] }) => [title, withoutStack(message)]));
}

function withoutStack(message: string): string {
  const lines = message.replace(/^(?:\w*Error: )+(?:\[ERR_ASSERTION\]: )?/, "").split("\n");
  const end = lines.findIndex((line) => /^\s+at /.test(line));
  return (end < 0 ? lines : lines.slice(0, end)).join("\n").trimEnd();
}

/** The failure of the file itself, beside those of its tests. */
function failureOfFile(stdout: string): string {
  const report: Report = JSON.parse(stdout.slice(stdout.indexOf("{")));
  return report.testResults[0]?.message ?? "";
}

let ofFiles: readonly string[];
let inVitest: ReadonlyMap<string, string>;
let inJest: ReadonlyMap<string, string>;
let inNode: ReadonlyMap<string, string>;

beforeAll(async () => {
  project = await createProject("examples/orders", ["vitest", "jest", "@jest/globals", "expect"]);
  const file = (name: string, text: string) => writeFile(join(project.folder, name), text);
  const vitest = ['import { afterAll, beforeAll, expect, test } from "vitest";', 'import "grpc-rich-errors/vitest";'];
  const jest = [
    'const { afterAll, beforeAll, expect, test } = require("@jest/globals");',
    'require("grpc-rich-errors/jest");',
  ];
  const node = ['import { test } from "node:test";'];
  await file("vitest.test.mjs", [imports(vitest), TAKEN, SUBJECTS, MATCHERS].join("\n"));
  await file("jest.test.cjs", [requires(jest), TAKEN, SUBJECTS, MATCHERS].join("\n"));
  await file("node.mjs", [imports(node), ALL, SUBJECTS, ASSERTIONS].join("\n"));
  await file("reporter.mjs", REPORTER);
  const jestConfig = JSON.stringify({
    rootDir: project.folder,
    testMatch: ["**/jest.test.cjs"],
    transform: {},
    moduleFileExtensions: ["js", "cjs", "mjs"],
  });
  const [vitestOutput, jestOutput, nodeOutput] = await Promise.all([
    output("vitest/vitest.mjs", ["run", "--reporter=json", "vitest.test.mjs"]),
    output("jest/bin/jest.js", ["--json", "--silent", "--config", jestConfig]),
    output("node", ["--test", "--test-reporter=./reporter.mjs", "node.mjs"]),
  ]);
  ofFiles = [vitestOutput, jestOutput].map(failureOfFile);
  inVitest = messagesOf(vitestOutput);
  inJest = messagesOf(jestOutput);
  const lines: readonly [string, string][] = nodeOutput
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  inNode = new Map(lines.map(([name, message]) => [name, withoutStack(message)]));
});

afterAll(() => project?.remove());

test("every failure is shown as in failure-output.txt", async () => {
  const shown = TESTS.map(
    ([name, matcher]) => `${name}\n${"=".repeat(name.length)}\n${matcher}\n\n${inVitest.get(name)}\n`,
  );
  await expect(shown.join("\n\n")).toMatchFileSnapshot("failure-output.txt");
});

test.each(PASSING.map(([name]) => name))("in both test runners: %s", (name) => {
  expect([inVitest.get(name), inJest.get(name)]).toEqual(["(passed)", "(passed)"]);
});

test.each(["Vitest", "Jest"])("%s verifies the rules that the tests of a file share after all of them", (runner) => {
  expect(ofFiles[runner === "Vitest" ? 0 : 1]).toContain("rules[0] (StreamNotFoundError for Nowhere): no call matched");
});

test.each([
  ["vitest", "vitest"],
  ["jest", "@jest/globals"],
])("the matchers of grpc-rich-errors/%s have types if they are imported first", async (entry, runner) => {
  const lines = [
    `import "grpc-rich-errors/${entry}";`,
    `import { expect } from "${runner}";`,
    "expect(5).toBeRichError();",
    "const failed: Promise<void> = expect(Promise.resolve(5)).toRejectWithRichError();",
    "// @ts-expect-error: no such matcher",
    "expect(5).toBeRichErorr(failed);",
  ];
  await writeFile(join(project.folder, "first.mts"), lines.join("\n"));
  const options = [
    "--ignoreConfig",
    "--noEmit",
    "--strict",
    "--skipLibCheck",
    "--module",
    "nodenext",
    "--types",
    "node",
  ];
  expect(await project.run("tsc", ...options, "first.mts")).toBe("");
});

test("Vitest and Jest write the same snapshot", async () => {
  const [first, second] = await Promise.all(
    ["vitest.test.mjs", "jest.test.cjs"].map((name) =>
      readFile(join(project.folder, "__snapshots__", `${name}.snap`), "utf8"),
    ),
  );
  expect(bodyOf(first)).toBe(bodyOf(second));
  expect(bodyOf(first)).toMatchInlineSnapshot(`
    "{
      "conflict": StreamRevisionConflictError {
        code: FAILED_PRECONDITION
        reason: STREAM_REVISION_CONFLICT
        domain: streams
        message: "stream revision conflict: stream orders, expected revision 5, actual revision 7"
        detail: { actualRevision: 7n, expectedRevision: 5n, stream: "orders" }
      },
    }"
  `);
});

/** The snapshot without its name and the name of the file's format. */
function bodyOf(file: string | undefined): string {
  return /= `\n([\s\S]*?)\n`;/.exec(file ?? "")?.[1] ?? "none";
}

test("Jest shows the same as Vitest", () => {
  expect(Object.fromEntries(inJest)).toEqual(Object.fromEntries(inVitest));
});

test("the assertions for node:test show the same, except where only the matchers read packed errors", () => {
  const { "a packed error where an instance is asserted": packed, ...others } = Object.fromEntries(inNode);
  const expected = TESTS.flatMap(([name, , assertion]) => (assertion ? [[name, inVitest.get(name)] as const] : []));
  const { "a packed error where an instance is asserted": _, ...same } = Object.fromEntries(expected);
  expect(others).toEqual(same);
  expect(packed).toBe(
    "expected an instance of StreamNotFoundError, but the error is still packed; read it with readRichError",
  );
});
