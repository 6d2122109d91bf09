import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A module that `exports` of package.json offers. */
export interface Entry {
  /** The name that users import: `"grpc-rich-errors/http"`. */
  readonly name: string;
  /** The path without its extension, the same in the repository and in `dist/esm`: `"src/http/index"`. */
  readonly path: string;
  /** Whether browsers get a build of their own, in `dist/browser`. */
  readonly hasBrowserBuild: boolean;
}

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<
    Record<string, string | { readonly import: { readonly browser?: string; readonly default: string } }>
  >;
}

const BUILT = /^\.\/dist\/esm\/(.+)\.js$/;

/**
 * Returns the modules that `exports` of package.json offers, in its order.
 *
 * @param folder the folder of package.json, for programs that are compiled into another one
 */
export function packageEntries(folder = new URL(".", import.meta.url)): Entry[] {
  const manifest: Manifest = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
  return Object.entries(manifest.exports).flatMap(([subpath, target]) => {
    if (typeof target === "string") return [];
    const path = BUILT.exec(target.import.default)?.[1];
    const hasBrowserBuild = target.import.browser !== undefined;
    return path === undefined ? [] : [{ name: manifest.name + subpath.slice(1), path, hasBrowserBuild }];
  });
}

/** The absolute path of an entry's source. */
export function sourceOf({ path }: Entry): string {
  return fileURLToPath(new URL(`${path}.ts`, import.meta.url));
}
