import { execFile, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { patienceFor, SIZES, sizesTable, startLarge } from "../support/sizes.js";

// Python's grpcio, like every library on gRPC's C core, drops metadata of more than 8 KiB at random, and the status
// with it.

const CLIENT = fileURLToPath(new URL("fixtures/grpcio_client.py", import.meta.url));
const PYTHONS = ["python3", "/usr/bin/python3"];

/** A Python that has grpcio, and the version of grpcio. */
function findGrpcio(): { python: string; version: string } | undefined {
  const script = "import grpc, google.protobuf; print(grpc.__version__)";
  for (const python of PYTHONS) {
    const { status, stdout } = spawnSync(python, ["-c", script], { encoding: "utf8" });
    if (status === 0) return { python, version: stdout.trim() };
  }
  return undefined;
}

const grpcio = findGrpcio();
if (!grpcio) console.log("grpcio is not installed (Debian: apt-get install python3-grpcio): its test is skipped");

/** How many of a hundred errors arrive with code and reason, by size. */
async function arrivals(maxHeaderBytes: number | undefined): Promise<number[]> {
  const port = await startLarge(maxHeaderBytes);
  const sizes = SIZES.map((bytes) => `${bytes}:${patienceFor(bytes, maxHeaderBytes !== undefined)}`);
  const { stdout } = await promisify(execFile)(grpcio?.python ?? "", [CLIENT, String(port), "100", ...sizes]);
  return JSON.parse(stdout);
}

it.skipIf(!grpcio)(
  "an error of any size reaches Python's grpcio with its reason, but without the budget a large one does not",
  async () => {
    const [bounded, unbounded] = await Promise.all([arrivals(8_192), arrivals(undefined)]);
    const words = (counts: readonly number[]) => counts.map((count) => `${count} of 100`);
    const columns = { "with a budget of 8,192 bytes": words(bounded), "without a budget": words(unbounded) };
    console.log(sizesTable(`errors at grpcio ${grpcio?.version}`, columns));
    expect(bounded).toEqual(SIZES.map(() => 100));
    expect(unbounded[0]).toBe(100);
    for (const count of unbounded.slice(SIZES.indexOf(8192))) expect(count).toBeLessThan(100);
    expect(unbounded.at(-1)).toBe(0);
  },
  180_000,
);
