import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageEntries } from "../../package-entries.js";
import { type BuiltPackage, buildPackage } from "../support/built.js";

let built: BuiltPackage;
beforeAll(async () => {
  built = await buildPackage();
}, 60_000);
afterAll(() => built.remove());

/**
 * The most that each entry may take in a bundle, in bytes: everything that it exports, minified by esbuild, without
 * other packages. A few percent above what it takes. If a change exceeds a limit, find out why before you raise it.
 */
const LIMITS: Readonly<Record<string, readonly [inNode: number, inBrowser?: number]>> = {
  "grpc-rich-errors": [1, 1],
};

/** Programs of a few exports. */
const PROGRAMS: readonly (readonly [what: string, program: string, inBrowser: number])[] = [
  ["the codes", `export { Code } from "grpc-rich-errors";`, 1_000],
];

async function sizeOf(contents: string, platform: "browser" | "node"): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: built.folder },
    bundle: true,
    minify: true,
    format: "esm",
    platform,
    external: platform === "node" ? ["@*", "protobufjs", "rxjs", "vitest"] : [],
    write: false,
  });
  return outputFiles[0]?.contents.length ?? Number.NaN;
}

const whole = (name: string) => `export * from "${name}";`;

describe("a bundle", () => {
  it.each(packageEntries())("of $name is not too large", async ({ name, hasBrowserBuild }) => {
    const [inNode, inBrowser] = LIMITS[name] ?? [0];
    expect(await sizeOf(whole(name), "node")).toBeLessThanOrEqual(inNode);
    expect(hasBrowserBuild).toBe(inBrowser !== undefined);
    if (inBrowser !== undefined) expect(await sizeOf(whole(name), "browser")).toBeLessThanOrEqual(inBrowser);
  });

  it.each(PROGRAMS)("of %s is not too large", async (_, program, inBrowser) => {
    expect(await sizeOf(program, "browser")).toBeLessThanOrEqual(inBrowser);
  });
});
