import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import type { Figures, Part } from "../figures.js";

/** The figures of one run, with the date, the versions and the processor. */
export interface Results {
  readonly date: string;
  readonly node: string;
  /** The versions of this package, which comes first, and of its peers. */
  readonly versions: Readonly<Record<string, string>>;
  readonly cpu: string;
  readonly cpus: number;
  readonly parts: readonly MeasuredPart[];
}

/** The figures of one part. */
export interface MeasuredPart extends Pick<Part, "name" | "title" | "extent"> {
  readonly figures: readonly Figures[];
}

const ROOT = new URL("../../../", import.meta.url);

const PEERS = [
  "@grpc/grpc-js",
  "@bufbuild/protobuf",
  "ts-proto",
  "protobufjs",
  "google-protobuf",
  "nice-grpc",
  "nice-grpc-error-details",
  "@connectrpc/connect",
  "@connectrpc/connect-node",
  "@nitric/grpc-error-status",
  "google-gax",
];

/** Adds date, versions and processor to the figures of a run that ends now. */
export function resultsOf(parts: readonly MeasuredPart[]): Results {
  const processors = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    versions: versionsOf(PEERS),
    cpu: processors[0]?.model.trim() ?? "unknown",
    cpus: processors.length,
    parts,
  };
}

/** Returns the versions of this package and of its peers. */
export function versionsOf(peers: readonly string[]): Results["versions"] {
  const versions = peers.map((name) => [name, versionIn(new URL(`node_modules/${name}/`, ROOT))]);
  return { "grpc-rich-errors": versionIn(ROOT), ...Object.fromEntries(versions) };
}

function versionIn(folder: URL): string {
  const { version } = JSON.parse(readFileSync(fileURLToPath(new URL("package.json", folder)), "utf8")) as {
    version: string;
  };
  return version;
}
