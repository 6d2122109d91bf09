import { createRequire } from "node:module";
import { dirname, isAbsolute, join, relative, sep } from "node:path";

/** The protos of this package. */
export const OWN_PROTOS = join(
  dirname(createRequire(import.meta.url).resolve("grpc-rich-errors/package.json")),
  "proto",
);

/** Checks whether a path is a folder or in it. */
export function isWithin(path: string, folder: string): boolean {
  const inside = relative(folder, path);
  return inside.split(sep)[0] !== ".." && !isAbsolute(inside);
}

/** The innermost folder that contains some folders. Returns `undefined` for folders on different drives. */
export function commonFolder(folders: readonly string[], candidate = folders[0]): string | undefined {
  if (candidate === undefined || folders.every((folder) => isWithin(folder, candidate))) return candidate;
  const parent = dirname(candidate);
  return parent === candidate ? undefined : commonFolder(folders, parent);
}
