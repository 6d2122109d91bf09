import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { Comparison, Goal, Part } from "../figures.js";

interface Bundle {
  readonly name: string;
  readonly entry: string;
  /** The most that it may take minified. */
  readonly goal?: Goal;
}

/** A module that exports everything of some packages. */
export const whole = (...packages: readonly string[]) =>
  packages.map((name, index) => `export * as all${index} from "${name}";`).join("\n");

/** Whole packages of client and server, without grpc-js. */
const NODE: readonly Bundle[] = [
  { name: "grpc-rich-errors", entry: whole("grpc-rich-errors") },
  {
    name: "grpc-rich-errors and a catalog",
    entry: whole("grpc-rich-errors", "grpc-rich-errors/catalogs/kurrent"),
  },
  { name: "@nitric/grpc-error-status", entry: whole("@nitric/grpc-error-status") },
  { name: "nice-grpc and nice-grpc-error-details", entry: whole("nice-grpc", "nice-grpc-error-details") },
  {
    name: "@connectrpc/connect and connect-node",
    entry: whole("@connectrpc/connect", "@connectrpc/connect-node"),
  },
  { name: "google-gax", entry: whole("google-gax") },
];

/** The modules that errors need in a browser, without grpc-js. */
const BROWSER: readonly Bundle[] = [
  {
    name: "grpc-rich-errors, a catalog with its classes",
    entry: whole("grpc-rich-errors/catalogs/kurrent"),
    goal: { bound: "at most", figure: 45 },
  },
  {
    name: "grpc-rich-errors/http",
    entry: whole("grpc-rich-errors/http"),
    goal: { bound: "at most", figure: 70 },
  },
  { name: "nice-grpc-error-details", entry: whole("nice-grpc-error-details") },
  {
    name: "@connectrpc/connect, errors and standard details",
    entry: `export { Code, ConnectError } from "@connectrpc/connect";
      export { errorFromJsonBytes } from "@connectrpc/connect/protocol-connect";
      export * from "./gen/google/rpc/error_details_pb.ts";`,
  },
];

export const bundles: Part = {
  name: "bundle",
  title: "Bundle size",
  extent: "bundled with esbuild",
  async *measure() {
    yield* await sizes("bundle-node", "Bundle of client and server without grpc-js", NODE, "node");
    yield* await sizes("bundle-browser", "Browser bundle", BROWSER, "browser");
  },
};

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

async function sizes(
  id: string,
  title: string,
  contents: readonly Bundle[],
  platform: "node" | "browser",
): Promise<Comparison[]> {
  const made = await Promise.all(contents.map(async ({ entry }) => bundle(entry, platform)));
  const rowsOf = (sizes: readonly number[]) =>
    contents.map(({ name }, index) => {
      const value = (sizes[index] ?? Number.NaN) / 1_000;
      return { name, value, ratio: (value * 1_000) / (sizes[0] ?? Number.NaN) };
    });
  const minified = rowsOf(made.map((code) => code.length)).map((row, index) => {
    const goal = contents[index]?.goal;
    return { ...row, ...(goal && { goal }) };
  });
  return [
    { id, title: `${title}, minified`, unit: "KB", rows: minified },
    {
      id: `${id}-gzip`,
      title: `${title}, gzipped`,
      unit: "KB",
      rows: rowsOf(made.map((code) => gzipSync(code).length)),
    },
  ];
}

/** Bundles a module without grpc-js and other packages. */
export async function bundle(
  entry: string,
  platform: "node" | "browser",
  without: readonly string[] = [],
): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: ROOT, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform,
    external: ["@grpc/grpc-js", ...without],
    // Resolve this package to its build, not to its TypeScript sources.
    tsconfigRaw: "{}",
    logLevel: "error",
    write: false,
  });
  const [output] = outputFiles;
  if (!output) throw new Error("esbuild returned no file");
  return output.contents;
}
