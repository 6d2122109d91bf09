import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isWithin } from "../input/folders.js";

/** The annotation that declares errors. */
export const ANNOTATION = "richerrors/v1/annotations.proto";

/** The file that the annotation imports. Many projects already have it. */
export const STATUS_CODES = "google/rpc/code.proto";

/**
 * The paths of the files below a folder whose names fit, sorted. Hidden folders and installed packages are left out, and
 * a folder that does not exist has no files.
 */
export function filesBelow(folder: string, fits: (name: string) => boolean): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return fits(entry.name) ? [path] : [];
    return entry.name.startsWith(".") || entry.name === "node_modules" ? [] : filesBelow(path, fits);
  });
}

/** The paths of the protos below a folder. */
export function protosBelow(folder: string): string[] {
  return filesBelow(folder, (name) => name.endsWith(".proto"));
}

/** The package that the text of a proto declares, or an empty text. */
export function packageOf(text: string): string {
  return /^\s*package\s+([\w.]+)\s*;/m.exec(text)?.[1] ?? "";
}

/** The folders that imports between the protos below a folder are relative to, as far as their packages tell. */
export function importRoots(folder: string): string[] {
  const roots = new Set(
    protosBelow(folder).map((path) => {
      const parts = packageOf(readFileSync(path, "utf8")).split(".");
      const root = join(dirname(path), ...parts.map(() => ".."));
      return join(root, ...parts) === dirname(path) ? root : dirname(path);
    }),
  );
  return [...roots].filter((root) => ![...roots].some((other) => other !== root && isWithin(root, other)));
}
