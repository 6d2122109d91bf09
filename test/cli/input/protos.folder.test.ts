import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ROOT, writeFiles } from "../../plugin/compile.js";
import { run } from "../fake-terminal.js";

const IMPORT = 'import "richerrors/v1/annotations.proto";';
const proto = (name: string, imports = IMPORT) => `syntax = "proto3";
package ${name};
${imports}
enum ${name}Error {
  ${name.toUpperCase()}_ERROR_UNSPECIFIED = 0;
  ${name.toUpperCase()}_ERROR_GONE = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND}];
}
`;
const V2 = (...paths: string[]) => `version: v2\nmodules:\n${paths.map((path) => `  - path: ${path}\n`).join("")}`;

describe("a directory of protos", () => {
  let folder: string;
  let temporary: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "rich-errors-folder-"));
    temporary = await mkdtemp(join(tmpdir(), "rich-errors-temporary-"));
    vi.stubEnv("TMPDIR", temporary);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    // No run leaves a temporary file behind.
    expect(await readdir(temporary)).toEqual([]);
    await rm(folder, { recursive: true });
    await rm(temporary, { recursive: true });
  });

  /** The files of the listed enums, or the exit code and the lines of stderr. */
  async function listed(path: string, cwd = folder): Promise<string[]> {
    const env = { ...process.env, PATH: `${join(ROOT, "node_modules/.bin")}:${process.env["PATH"]}` };
    const { code, out, err } = await run(["catalog", path, "--format", "json"], { cwd, env });
    if (code !== 0) return [`${code}`, ...err.trimEnd().split("\n")];
    return JSON.parse(out).enums.map(({ file }: { file: string }) => file);
  }

  it("compiles without a buf.yaml, and without copies of the annotations and details that it imports", async () => {
    const kurrents = `syntax = "proto3"; package k; import "kurrent/rpc/rpc.proto"; import "google/rpc/error_details.proto";
      import "google/rpc/status.proto"; message S { google.rpc.Status s = 1; google.rpc.BadRequest b = 2; }
      enum K { K_UNSPECIFIED = 0; K_GONE = 1 [(kurrent.rpc.error) = {status_code: NOT_FOUND}]; }`;
    const b = proto("b", `${IMPORT} import "a/a.proto";`);
    await writeFiles(folder, { "protos/a/a.proto": proto("a"), "protos/b.proto": b, "protos/k.proto": kurrents });
    const all = ["a/a.proto", "b.proto", "k.proto"];
    const others = [listed(".", join(folder, "protos")), listed(join(folder, "protos"))];
    expect(await Promise.all([listed("protos"), ...others])).toEqual([all, all, all]);
    expect(await readdir(folder)).toEqual(["protos"]);
    expect(await readdir(join(folder, "protos"))).toEqual(["a", "b.proto", "k.proto"]);
  });

  it("compiles with its own copies of the protos of this package", async () => {
    await writeFiles(folder, { "protos/a.proto": proto("a") });
    await cp(join(ROOT, "proto/google"), join(folder, "protos/google"), { recursive: true });
    expect(await listed("protos")).toEqual(["a.proto"]);
    await cp(join(ROOT, "proto/richerrors"), join(folder, "protos/richerrors"), { recursive: true });
    expect(await listed("protos")).toEqual(["a.proto"]);
  });

  it("compiles with a copy of google/rpc that lacks files", async () => {
    await writeFiles(folder, { "protos/a.proto": proto("a", `${IMPORT} import "google/rpc/status.proto";`) });
    await cp(join(ROOT, "proto/google/rpc/status.proto"), join(folder, "protos/google/rpc/status.proto"));
    expect(await listed("protos")).toEqual(["a.proto"]);
    await cp(join(ROOT, "proto/richerrors"), join(folder, "protos/richerrors"), { recursive: true });
    expect(await listed("protos")).toEqual(["a.proto"]);
  });

  it("compiles with the modules of its buf.yaml, and lists only its own files", async () => {
    await writeFiles(folder, {
      "buf.yaml": V2("proto", "other", "node_modules/grpc-rich-errors/proto"),
      "proto/a/a.proto": proto("a", `${IMPORT} import "b.proto";`),
      "proto/c/c.proto": proto("c"),
      "other/b.proto": proto("b"),
    });
    await cp(join(ROOT, "proto"), join(folder, "node_modules/grpc-rich-errors/proto"), { recursive: true });
    expect(await listed("proto")).toEqual(["a/a.proto", "c/c.proto"]);
    expect(await listed(".", join(folder, "proto/c"))).toEqual(["c/c.proto"]);
    // The package is a module, too, but its files are not listed.
    expect(await listed(".")).toEqual(["a/a.proto", "b.proto", "c/c.proto"]);
  });

  it("compiles if its buf.yaml names a module that does not exist, or none with the annotations", async () => {
    await writeFiles(folder, {
      "buf.yaml": V2("proto", "other", "node_modules/grpc-rich-errors/proto"),
      "proto/a/a.proto": proto("a", `${IMPORT} import "b.proto";`),
      "proto/c/c.proto": proto("c"),
      "other/b.proto": proto("b"),
    });
    expect(await listed("proto/a")).toEqual(["a/a.proto"]);
    expect(await listed(".")).toEqual(["a/a.proto", "b.proto", "c/c.proto"]);
  });

  it("compiles if it contains the buf.yaml", async () => {
    await writeFiles(folder, { "buf.yaml": "version: v2\n", "a.proto": proto("a"), "x/b.proto": proto("b") });
    expect(await listed(".")).toEqual(["a.proto", "x/b.proto"]);
  });

  it("compiles with a buf.yaml of version v1, alone and in a workspace", async () => {
    await writeFiles(folder, {
      "buf.work.yaml": "version: v1\ndirectories:\n  - one\n  - two\n",
      "one/buf.yaml": "version: v1\n",
      "one/x/a.proto": proto("a"),
      "two/b.proto": proto("b"),
    });
    expect(await listed("one/x")).toEqual(["x/a.proto"]);
    expect(await listed(".")).toEqual(["b.proto", "x/a.proto"]);
  });

  it("can be a whole project without a buf.yaml, and installed packages are left out", async () => {
    await writeFiles(folder, { "a.proto": proto("a") });
    await cp(join(ROOT, "proto"), join(folder, "node_modules/grpc-rich-errors/proto"), { recursive: true });
    expect(await listed(".")).toEqual(["a.proto"]);
  });

  it("is rejected with every mistake that the compiler finds, each with its place", async () => {
    const missing = proto("b", `${IMPORT}\nimport "nope.proto";`);
    await writeFiles(folder, {
      "protos/x/a.proto": proto("a").replace("NOT_FOUND", "NOT_FOUNT"),
      "protos/b.proto": missing,
    });
    expect(await listed("protos")).toEqual([
      "1",
      "protos/b.proto:4:1: imported file does not exist",
      expect.stringMatching(/^protos\/x\/a\.proto:6:\d+: .*NOT_FOUNT/),
    ]);
    // Nothing is missing here: buf reports the mistake in its first run.
    await writeFiles(folder, { "protos/b.proto": proto("b") });
    for (const name of ["google", "richerrors"]) {
      await cp(join(ROOT, "proto", name), join(folder, "protos", name), { recursive: true });
    }
    expect(await listed("protos")).toEqual(["1", expect.stringMatching(/^protos\/x\/a\.proto:6:\d+: .*NOT_FOUNT/)]);
  });

  it("is rejected with a hint if a dependency of its buf.yaml is missing", async () => {
    await writeFiles(folder, {
      "buf.yaml": "version: v2\n",
      "buf.lock": "version: v2\n",
      "a.proto": proto("a", `${IMPORT} import "buf/validate/validate.proto";`),
    });
    expect(await listed(".")).toEqual([
      "1",
      `a.proto:3:${IMPORT.length + 2}: imported file does not exist`,
      expect.stringMatching(
        /^rich-errors: the dependencies in your buf\.yaml are missing .* add node_modules\/grpc-rich-errors\/proto/,
      ),
    ]);
  });

  it.each<[string, Record<string, string>, string]>([
    ["without protos", { "protos/readme.md": "" }, "rich-errors: protos contains no .proto files"],
    [
      "with protos of packages only",
      { "protos/node_modules/a/a.proto": "" },
      "rich-errors: protos contains no .proto files",
    ],
    [
      "with a broken buf.yaml",
      { "protos/a.proto": "", "buf.yaml": "version: 1" },
      "rich-errors: buf cannot read its configuration in",
    ],
  ])("is rejected: %s", async (_, files, message) => {
    await writeFiles(folder, files);
    expect(await listed("protos")).toEqual(["2", expect.stringContaining(message)]);
  });
});
