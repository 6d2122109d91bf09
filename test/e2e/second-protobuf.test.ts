import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltPackage, copyBuiltPackage } from "../support/built.js";
import { protocDescriptors } from "../support/reference-protos.js";

// An application whose generated code and descriptors use another copy of @bufbuild/protobuf than this package.

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MODULES = join(ROOT, "node_modules");

let built: BuiltPackage;
let application: string;
let seen: { twoCopies: boolean; calls: Record<string, Record<string, unknown>> };

/** A folder with its own copy of @bufbuild/protobuf, generated code that imports it, and the built package. */
async function makeApplication(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "grpc-rich-errors-protobuf-"));
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "@bufbuild"), { recursive: true });
  cpSync(join(MODULES, "@bufbuild/protobuf"), join(modules, "@bufbuild/protobuf"), { recursive: true });
  for (const name of readdirSync(MODULES)) {
    if (name !== "@bufbuild") symlinkSync(join(MODULES, name), join(modules, name));
  }
  symlinkSync(built.folder, join(modules, "grpc-rich-errors"));
  for (const name of ["second-protobuf.mjs", "service.mjs"]) {
    cpSync(join(built.folder, "fixtures", name), join(folder, name));
  }
  writeFileSync(join(folder, "errors.binpb"), protocDescriptors());
  await build({
    stdin: {
      contents: 'export * from "./gen/kurrent/rpc/errors.rich.js"; export * from "./gen/kurrent/rpc/errors.js";',
      resolveDir: ROOT,
    },
    outfile: join(folder, "generated.mjs"),
    bundle: true,
    format: "esm",
    packages: "external",
    plugins: [
      {
        name: "runtime",
        setup: ({ onResolve }) =>
          onResolve({ filter: /codegenv1\.js$/ }, () => ({ path: "grpc-rich-errors/codegenv1", external: true })),
      },
    ],
  });
  return folder;
}

beforeAll(async () => {
  built = copyBuiltPackage();
  application = await makeApplication();
  const { stdout } = await promisify(execFile)(process.execPath, [join(application, "second-protobuf.mjs")]);
  seen = JSON.parse(stdout);
});
afterAll(() => {
  if (application) rmSync(application, { recursive: true });
  built.remove();
});

describe("an application with a second copy of @bufbuild/protobuf", () => {
  it("uses another copy than the package", () => {
    expect(seen.twoCopies).toBe(true);
  });

  it.each(
    ["generated", "loaded"].flatMap((thrown) =>
      ["unary", "clientStream", "serverStream", "bidi"].map((shape) => `${shape} ${thrown}`),
    ),
  )("throws and catches errors with their details: %s", (call) => {
    expect(seen.calls[call]).toEqual({
      isDeclared: true,
      isRichError: true,
      operation: "append",
      asOther: { operation: "append", username: "ouro" },
      asTsProto: "ouro",
      http: "append",
      issues: [],
    });
  });
});
