import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { browserLibrary, library } from "../../rolldown.config.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export interface BuiltPackage {
  readonly folder: string;
  remove(): void;
}

/**
 * Builds the package as ESM, as CommonJS and for browsers into a folder of its own, with the
 * scripts of `test/e2e/fixtures` inside: they import "grpc-rich-errors" as a
 * user does, without a test runner in between. The folder `copy` has a second
 * copy of grpc-js.
 */
export async function buildPackage(): Promise<BuiltPackage> {
  const folder = mkdtempSync(join(tmpdir(), "grpc-rich-errors-"));
  for (const { output, ...input } of [library, browserLibrary]) {
    const bundle = await rolldown({ ...input, cwd: ROOT });
    for (const one of [output].flat()) await bundle.write({ ...one, dir: join(folder, one.dir) });
    await bundle.close();
  }
  cpSync(join(ROOT, "package.json"), join(folder, "package.json"));
  cpSync(join(ROOT, "test/e2e/fixtures"), join(folder, "fixtures"), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const copy = "node_modules/@grpc/grpc-js";
  cpSync(join(ROOT, copy), join(folder, "copy", copy), { recursive: true });
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
