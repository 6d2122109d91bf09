import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The folder that this package is installed in. */
export const PACKAGE_FOLDER = dirname(createRequire(import.meta.url).resolve("grpc-rich-errors/package.json"));

/** The version of this package. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(PACKAGE_FOLDER, "package.json"), "utf8"));
  return String(Reflect.get(Object(manifest), "version"));
}
