import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Builds the package, both as ESM and as CommonJS, into a folder of its own, with
 * the scripts of `test/e2e/fixtures` inside: these get what they import from
 * "grpc-rich-errors" as a user does, and no test runner stands between.
 */
export function buildPackage(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "grpc-rich-errors-"));
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  for (const [config, kind] of [
    ["tsconfig.build.json", "esm"],
    ["tsconfig.cjs.json", "cjs"],
  ] as const) {
    const out = join(folder, "dist", kind);
    execFileSync(process.execPath, [tsc, "-p", config, "--noCheck", "--declaration", "false", "--outDir", out], {
      cwd: ROOT,
    });
  }
  writeFileSync(join(folder, "dist/cjs/package.json"), JSON.stringify({ type: "commonjs" }));
  cpSync(join(ROOT, "package.json"), join(folder, "package.json"));
  cpSync(join(ROOT, "test/e2e/fixtures"), join(folder, "fixtures"), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
