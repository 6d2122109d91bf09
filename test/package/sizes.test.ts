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
 * other packages. Each limit is about two percent above the size. If a change exceeds one, find out why before you
 * raise it.
 */
const LIMITS: Readonly<Record<string, readonly [inNode: number, inBrowser?: number]>> = {
  "grpc-rich-errors": [142_500, 59_000],
  "grpc-rich-errors/details": [34_600, 22_600],
  "grpc-rich-errors/http": [126_000, 98_000],
  "grpc-rich-errors/mappings": [83_000, 56_000],
  "grpc-rich-errors/redaction": [32_400, 11_800],
  "grpc-rich-errors/recovery": [114_000],
  "grpc-rich-errors/testing": [194_000],
  "grpc-rich-errors/jest": [134_500],
  "grpc-rich-errors/vitest": [134_500],
  "grpc-rich-errors/coverage/register": [37_000],
  "grpc-rich-errors/coverage/vitest": [34_000],
  "grpc-rich-errors/proto-loader": [151_500],
  "grpc-rich-errors/protobuf-es": [131_200],
  "grpc-rich-errors/protobuf-es/services": [1_500],
  "grpc-rich-errors/reflection": [35_000],
  "grpc-rich-errors/nestjs": [228_700],
  "grpc-rich-errors/nice-grpc": [109_000],
  "grpc-rich-errors/connect": [112_000, 64_500],
  "grpc-rich-errors/grpc-web": [83_500, 63_500],
  "grpc-rich-errors/express": [125_000],
  "grpc-rich-errors/fastify": [125_500],
  "grpc-rich-errors/codegenv1": [90_000, 62_500],
  "grpc-rich-errors/codegenv1/es": [97_500, 89_000],
  "grpc-rich-errors/catalogs/aerospike": [128_000, 101_000],
  "grpc-rich-errors/catalogs/eventlog": [146_000, 119_000],
  "grpc-rich-errors/catalogs/hapnd": [97_000, 70_000],
  "grpc-rich-errors/catalogs/kurrent": [92_500, 65_500],
  "grpc-rich-errors/catalogs/kurrentdb": [118_500, 91_500],
  "grpc-rich-errors/opentelemetry": [30_200],
  "grpc-rich-errors/logging": [41_900],
  "grpc-rich-errors/sentry": [40_500],
  "grpc-rich-errors/mcp": [117_000],
};

/** The most that programs with a few exports may take in a browser. */
const PROGRAMS: readonly (readonly [what: string, program: string, inBrowser: number])[] = [
  ["the codes", `export { Code } from "grpc-rich-errors";`, 1_000],
  ["the error class", `export { RichError } from "grpc-rich-errors";`, 52_000],
  ["a declared error", `export { AccessDeniedError } from "grpc-rich-errors/catalogs/kurrent";`, 59_500],
  ["a reader of HTTP", `export { fromHttp } from "grpc-rich-errors/http";`, 84_000],
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
