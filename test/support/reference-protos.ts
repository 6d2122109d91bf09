import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The folder of the package's protos. */
export const PROTO_FOLDER = join(ROOT, "proto");

/** The protos that declare the errors of the reference catalogs. */
export const REFERENCE_PROTOS = [
  "aerospike/v1/errors.proto",
  "eventlog/v1/errors.proto",
  "hapnd/v1/errors.proto",
  "kurrent/rpc/errors.proto",
  "kurrentdb/protocol/v2/streams/errors.proto",
  "kurrentdb/protocol/v2/indexes/errors.proto",
  "kurrentdb/protocol/v2/registry/errors.proto",
];

/** The buf image of all protos of the repository. */
export function bufImage(): Uint8Array {
  return compile((file) => ["buf", "build", "-o", file]);
}

/** The descriptor set that protoc writes of the reference protos. */
export function protocDescriptors(): Uint8Array {
  const flags = ["--include_imports", "--include_source_info", "-Iproto"];
  return compile((file) => ["protoc", ...flags, `-o${file}`, ...REFERENCE_PROTOS]);
}

function compile(command: (file: string) => [tool: string, ...args: string[]]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "grpc-rich-errors-descriptors-"));
  try {
    const file = join(folder, "set.binpb");
    const [tool, ...args] = command(file);
    execFileSync(join(ROOT, "node_modules/.bin", tool), args, { cwd: ROOT });
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The descriptor set that buf writes of `test/proto/vault`. */
export function vaultDescriptors(): Uint8Array {
  return compile((file) => [
    "buf",
    "build",
    "test/proto",
    "--path",
    "test/proto/vault",
    "--as-file-descriptor-set",
    "-o",
    file,
  ]);
}
