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
 * other packages. Each limit is about two percent above the size. If a change exceeds one, find out why before you
 * raise it.
 */
const LIMITS: Readonly<Record<string, readonly [inNode: number, inBrowser?: number]>> = {
  "grpc-rich-errors": [136_000, 53_500],
  "grpc-rich-errors/details": [34_000, 22_000],
  "grpc-rich-errors/http": [123_500, 95_500],
  "grpc-rich-errors/mappings": [80_500, 53_500],
  "grpc-rich-errors/recovery": [111_000],
  "grpc-rich-errors/testing": [191_500],
  "grpc-rich-errors/jest": [132_000],
  "grpc-rich-errors/vitest": [132_000],
  "grpc-rich-errors/coverage/register": [34_500],
  "grpc-rich-errors/coverage/vitest": [31_500],
  "grpc-rich-errors/proto-loader": [143_500],
  "grpc-rich-errors/protobuf-es": [123_000],
  "grpc-rich-errors/protobuf-es/services": [1_500],
  "grpc-rich-errors/reflection": [35_000],
  "grpc-rich-errors/nestjs": [219_000],
  "grpc-rich-errors/nice-grpc": [106_500],
  "grpc-rich-errors/connect": [109_500, 62_000],
  "grpc-rich-errors/grpc-web": [81_000, 61_000],
  "grpc-rich-errors/express": [122_500],
  "grpc-rich-errors/fastify": [123_000],
  "grpc-rich-errors/opentelemetry": [30_200],
  "grpc-rich-errors/codegenv1": [83_000, 55_500],
  "grpc-rich-errors/codegenv1/es": [90_500, 82_000],
  "grpc-rich-errors/catalogs/aerospike": [125_500, 98_500],
  "grpc-rich-errors/catalogs/eventlog": [143_500, 116_500],
  "grpc-rich-errors/catalogs/hapnd": [94_500, 67_500],
  "grpc-rich-errors/catalogs/kurrent": [90_000, 63_000],
  "grpc-rich-errors/catalogs/kurrentdb": [116_000, 89_000],
};

/** The most that programs with a few exports may take in a browser. */
const PROGRAMS: readonly (readonly [what: string, program: string, inBrowser: number])[] = [
  ["the codes", `export { Code } from "grpc-rich-errors";`, 1_000],
  ["the error class", `export { RichError } from "grpc-rich-errors";`, 50_000],
  ["a declared error", `export { AccessDeniedError } from "grpc-rich-errors/catalogs/kurrent";`, 57_500],
  ["a reader of HTTP", `export { fromHttp } from "grpc-rich-errors/http";`, 82_500],
];

async function sizeOf(contents: string, platform: "browser" | "node"): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: built.folder },
    bundle: true,
    minify: true,
    format: "esm",
    platform,
    external:
      platform === "node" ? ["@*", "nice-grpc", "protobufjs", "rxjs", "vitest"] : ["@connectrpc/*", "@bufbuild/*"],
    write: false,
  });
  return outputFiles[0]?.contents.length ?? Number.NaN;
}

const whole = (name: string) => `export * from "${name}";`;

describe("a bundle", () => {
  it.each(packageEntries())("of $name is not too large", async ({ name, hasBrowserBuild }) => {
    const [inNode, inBrowser] = LIMITS[name] ?? [0];
    expect(LIMITS).toHaveProperty([name]);
    expect(await sizeOf(whole(name), "node")).toBeLessThanOrEqual(inNode);
    expect(hasBrowserBuild).toBe(inBrowser !== undefined);
    if (inBrowser !== undefined) expect(await sizeOf(whole(name), "browser")).toBeLessThanOrEqual(inBrowser);
  });

  it.each(PROGRAMS)("of %s is not too large", async (_, program, inBrowser) => {
    expect(await sizeOf(program, "browser")).toBeLessThanOrEqual(inBrowser);
  });
});
