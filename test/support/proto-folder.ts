import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder with protos by the paths under which they are imported, deleted with the test. */
export function protoFolder(protos: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "grpc-rich-errors-protos-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [path, content] of Object.entries(protos)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}
