import { mkdir, writeFile } from "node:fs/promises";
import { type Cell, type Compiler, compile, FORMATS, type Format, writeFormat } from "./compile.js";
import type { Folder } from "./folder.js";

type TestRunner = "vitest" | "jest";

/** Whether an integration compiles, and whether it runs as ESM and as CommonJS. */
export interface IntegrationCells {
  readonly types: Cell;
  readonly runs: Readonly<Record<Format, Cell>>;
}

/**
 * The first lines of the test files of each test runner. For Jest, one file imports `expect` and the matcher. The other has both from
 * Jest's settings.
 */
const HEADERS: Readonly<Record<TestRunner, Readonly<Record<string, string>>>> = {
  vitest: { matcher: 'import { expect, test } from "vitest";\nimport "grpc-rich-errors/vitest";\n' },
  jest: {
    imported: 'import { expect, test } from "@jest/globals";\nimport "grpc-rich-errors/jest";\n',
    global: "",
  },
};

/** One test that passes, and one that fails. */
const TESTS = `
import { StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
import { RetryInfo } from "grpc-rich-errors/details";

const error = new StreamNotFoundError({ stream: "orders" });

test("passes", async () => {
  expect(error).toBeRichError();
  expect(error).toBeRichError(StreamNotFoundError, { stream: "orders" });
  expect(error).not.toBeRichError(StreamNotFoundError, { stream: "others" });
  expect(error).toBeRichError(StreamNotFoundError, { stream: expect.any(String) });
  expect(new Error("no")).not.toBeRichError();
  const rejected: Promise<void> = expect(Promise.reject(error)).rejects.toBeRichError(StreamNotFoundError);
  await rejected;
  const failed: Promise<void> = expect(Promise.reject(error)).toRejectWithRichError(StreamNotFoundError, {});
  await failed;
  expect(error).toHaveReason("STREAM_NOT_FOUND", "streams");
  expect(error).not.toHaveErrorDetail(RetryInfo, { retryDelay: { nanos: 5 } });
  expect({ error }).toEqual({ error: expect.toHaveReason("STREAM_NOT_FOUND") });
  expect({ error }).toEqual({ error: expect.toBeRichError(StreamNotFoundError) });
  // @ts-expect-error: the detail has no such field.
  expect(error).not.toBeRichError(StreamNotFoundError, { strem: "orders" });
  // @ts-expect-error: the detail has no such field.
  expect(error).not.toHaveErrorDetail(RetryInfo, { delay: 5 });
  // @ts-expect-error: it is not a class of errors.
  expect(() => expect(error).toBeRichError("StreamNotFoundError")).toThrow();
});

test("fails", () => {
  expect(error).toBeRichError(StreamNotFoundError, { stream: "others" });
});
`;

/** Runs the matcher in a folder that has this package and the test runner. */
export async function runMatcher(folder: Folder, compiler: Compiler, runner: TestRunner): Promise<IntegrationCells> {
  const headers = Object.entries(HEADERS[runner]);
  for (const format of FORMATS) {
    await mkdir(folder.file(format, "src"), { recursive: true });
    await writeFormat(folder, format);
    for (const [name, header] of headers) {
      await writeFile(folder.file(format, "src", `${name}.test.ts`), header + TESTS);
    }
    if (runner === "jest") await writeFile(folder.file(format, "src/jest.d.ts"), 'import "grpc-rich-errors/jest";');
  }
  const types = await compile(folder, {
    compiler,
    resolution: "node16",
    types: runner === "jest" ? ["node", "jest"] : ["node"],
    // Vitest itself is ESM only.
    formats: runner === "jest" ? FORMATS : ["esm"],
  });
  const esm = await RUN[runner](folder, "esm", headers.length);
  const cjs = await RUN[runner](folder, "cjs", headers.length);
  return { types, runs: { esm, cjs } };
}

const RUN: Readonly<Record<TestRunner, (folder: Folder, format: Format, files: number) => Promise<Cell>>> = {
  vitest: async (folder, format, files) => {
    if (format === "cjs") return { mark: "–" };
    return cellOf(await folder.run("vitest", ["run", "--dir", "out"], { cwd: format }), files);
  },
  jest: async (folder, format, files) => {
    const settings = { rootDir: folder.file(format), transform: {} };
    const imported = { ...settings, testMatch: ["**/out/imported.test.js"] };
    const global = { ...settings, testMatch: ["**/out/global.test.js"], setupFilesAfterEnv: ["grpc-rich-errors/jest"] };
    const config = JSON.stringify({ projects: [imported, global] });
    const env = format === "esm" ? { NODE_OPTIONS: "--experimental-vm-modules" } : {};
    return cellOf(await folder.run("jest", ["--config", config], { cwd: format, env }), files);
  },
};

/** The tests that pass pass, and those that fail say what differs. */
function cellOf({ output }: { readonly output: string }, files: number): Cell {
  const counted = new RegExp(`\\b${files} failed\\W+${files} passed`).test(output);
  const explained = /expected a StreamNotFoundError, but got one that differs in stream.*others/s.test(output);
  return counted && explained ? { mark: "yes" } : { mark: "no", note: output };
}
