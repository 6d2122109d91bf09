import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { Comparison, Part } from "../figures.js";

/** Something that a bundle is made of. */
interface Bundle {
  readonly name: string;
  readonly source: string;
}

const whole = (...packages: readonly string[]) =>
  packages.map((name, index) => `export * as all${index} from "${name}";`).join("\n");

/** Client and server, whole, without grpc-js. */
const NODE: readonly Bundle[] = [
  { name: "grpc-rich-errors", source: whole("grpc-rich-errors") },
  {
    name: "grpc-rich-errors with a catalog",
    source: whole("grpc-rich-errors", "grpc-rich-errors/catalogs/kurrent"),
  },
  { name: "@nitric/grpc-error-status", source: whole("@nitric/grpc-error-status") },
  { name: "nice-grpc and nice-grpc-error-details", source: whole("nice-grpc", "nice-grpc-error-details") },
  {
    name: "@connectrpc/connect with connect-node",
    source: whole("@connectrpc/connect", "@connectrpc/connect-node"),
  },
  { name: "google-gax", source: whole("google-gax") },
];

/** What errors need in a browser, where no grpc-js is. */
const BROWSER: readonly Bundle[] = [
  { name: "grpc-rich-errors: a catalog and its classes", source: whole("grpc-rich-errors/catalogs/kurrent") },
  { name: "grpc-rich-errors/http: errors of JSON", source: whole("grpc-rich-errors/http") },
  { name: "nice-grpc-error-details", source: whole("nice-grpc-error-details") },
  {
    name: "@connectrpc/connect: errors and the standard details",
    source: `export { Code, ConnectError } from "@connectrpc/connect";
      export { errorFromJsonBytes } from "@connectrpc/connect/protocol-connect";
      export * from "./gen/google/rpc/error_details_pb.ts";`,
  },
];

/** The size of bundles, as esbuild makes them. */
export const bundles: Part = {
  name: "bundle",
  title: "Size of bundles",
  extent: "as esbuild makes them",
  async *measure() {
    yield* await sizes("bundle-node", "Bundle of client and server, without grpc-js", NODE, "node");
    yield* await sizes("bundle-browser", "Bundle for a browser", BROWSER, "browser");
  },
};

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

async function sizes(
  id: string,
  title: string,
  contents: readonly Bundle[],
  platform: "node" | "browser",
): Promise<Comparison[]> {
  const made = await Promise.all(contents.map(async ({ source }) => bundle(source, platform)));
  const rowsOf = (sizes: readonly number[]) =>
    contents.map(({ name }, index) => {
      const value = (sizes[index] ?? Number.NaN) / 1_000;
      return { name, value, ratio: (value * 1_000) / (sizes[0] ?? Number.NaN) };
    });
  return [
    { id, title: `${title}, minified`, unit: "KB", rows: rowsOf(made.map((code) => code.length)) },
    {
      id: `${id}-gzip`,
      title: `${title}, gzipped`,
      unit: "KB",
      rows: rowsOf(made.map((code) => gzipSync(code).length)),
    },
  ];
}

async function bundle(source: string, platform: "node" | "browser"): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: ROOT, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform,
    external: ["@grpc/grpc-js"],
    // This package as it is published, not its sources.
    tsconfigRaw: "{}",
    logLevel: "error",
    write: false,
  });
  const [output] = outputFiles;
  if (!output) throw new Error("esbuild made nothing");
  return output.contents;
}
