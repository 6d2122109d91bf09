import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageEntries } from "../../package-entries.js";
import { type BuiltPackage, copyBuiltPackage } from "../support/built.js";

let built: BuiltPackage;
beforeAll(() => {
  built = copyBuiltPackage();
});
afterAll(() => built.remove());

/**
 * The most that each entry may take in a bundle, in bytes: everything that it exports, minified by esbuild, without
 * other packages. Each limit is about one percent above the size. If a change exceeds one, find out why before you
 * raise it.
 */
const LIMITS: Readonly<Record<string, readonly [inNode: number, inBrowser?: number]>> = {
  "grpc-rich-errors": [142_500, 55_000],
  "grpc-rich-errors/details": [32_500, 21_000],
  "grpc-rich-errors/http": [125_500, 93_000],
  "grpc-rich-errors/mappings": [82_000, 51_500],
  "grpc-rich-errors/redaction": [13_600, 11_900],
  "grpc-rich-errors/recovery": [114_000],
  "grpc-rich-errors/testing": [194_000],
  "grpc-rich-errors/jest": [133_500],
  "grpc-rich-errors/vitest": [133_500],
  "grpc-rich-errors/coverage/register": [4_650],
  "grpc-rich-errors/coverage/vitest": [3_100],
  "grpc-rich-errors/proto-loader": [150_500],
  "grpc-rich-errors/protobuf-es": [130_200],
  "grpc-rich-errors/protobuf-es/services": [700],
  "grpc-rich-errors/reflection": [8_750],
  "grpc-rich-errors/nestjs": [228_000],
  "grpc-rich-errors/nice-grpc": [108_500],
  "grpc-rich-errors/connect": [111_000, 53_000],
  "grpc-rich-errors/grpc-web": [80_500, 51_500],
  "grpc-rich-errors/express": [123_500],
  "grpc-rich-errors/fastify": [124_000],
  "grpc-rich-errors/codegenv1": [90_000, 58_900],
  "grpc-rich-errors/codegenv1/es": [96_700, 59_000],
  "grpc-rich-errors/catalogs/aerospike": [126_500, 96_000],
  "grpc-rich-errors/catalogs/eventlog": [146_000, 115_000],
  "grpc-rich-errors/catalogs/hapnd": [97_000, 66_500],
  "grpc-rich-errors/catalogs/kurrent": [91_500, 60_500],
  "grpc-rich-errors/catalogs/kurrentdb": [118_500, 88_000],
  "grpc-rich-errors/opentelemetry": [3_850],
  "grpc-rich-errors/logging": [39_900],
  "grpc-rich-errors/sentry": [38_500],
  "grpc-rich-errors/mcp": [116_000],
};

/** The most that programs with a few exports may take in a browser and in Node. */
const PROGRAMS: readonly (readonly [what: string, program: string, inBrowser: number, inNode: number])[] = [
  ["the codes", `export { Code } from "grpc-rich-errors";`, 300, 300],
  ["the error class", `export { RichError } from "grpc-rich-errors";`, 47_500, 78_500],
  ["a declared error", `export { AccessDeniedError } from "grpc-rich-errors/catalogs/kurrent";`, 55_000, 86_000],
  ["a reader of HTTP", `export { fromHttp } from "grpc-rich-errors/http";`, 80_000, 111_000],
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

  it.each(PROGRAMS)("of %s is not too large", async (_, program, inBrowser, inNode) => {
    expect(await sizeOf(program, "browser")).toBeLessThanOrEqual(inBrowser);
    expect(await sizeOf(program, "node")).toBeLessThanOrEqual(inNode);
  });
});
