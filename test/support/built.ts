import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export interface BuiltPackage {
  readonly folder: string;
  remove(): void;
}

/**
 * Copies the last build of the package (`npm run build`) into a folder of its own, with the scripts of
 * `test/e2e/fixtures` inside: they import "grpc-rich-errors" as a user does, without a test runner in between. The
 * folder `copy` has a second copy of grpc-js.
 */
export function copyBuiltPackage(): BuiltPackage {
  const folder = mkdtempSync(join(tmpdir(), "grpc-rich-errors-"));
  cpSync(join(ROOT, "dist"), join(folder, "dist"), { recursive: true });
  cpSync(join(ROOT, "package.json"), join(folder, "package.json"));
  cpSync(join(ROOT, "test/e2e/fixtures"), join(folder, "fixtures"), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const copy = "node_modules/@grpc/grpc-js";
  cpSync(join(ROOT, copy), join(folder, "copy", copy), { recursive: true });
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
