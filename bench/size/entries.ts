import { packageEntries } from "../../package-entries.js";
import type { Comparison, Part } from "../figures.js";
import { median } from "../pairs.js";
import { bundle, whole } from "./bundles.js";
import { GRPC, loadInProcess, OURS } from "./imports.js";

/** What a program imports before an entry anyway, besides grpc-js and this package. */
const PEERS: Readonly<Record<string, readonly string[]>> = {
  jest: ["@jest/globals"],
  "proto-loader": ["@grpc/proto-loader", "protobufjs"],
  "protobuf-es": ["@bufbuild/protobuf"],
  "protobuf-es/services": ["@bufbuild/protobuf"],
  nestjs: ["@nestjs/common", "@nestjs/core", "@nestjs/microservices", "rxjs"],
  opentelemetry: ["@opentelemetry/api"],
  "nice-grpc": ["nice-grpc"],
  connect: ["@connectrpc/connect"],
  "grpc-web": ["grpc-web"],
  express: ["express"],
  fastify: ["fastify"],
  reflection: ["@grpc/reflection"],
};

/** Entries that only run in a test, or that no program imports itself. */
const APART = /\/(vitest|jest|testing|coverage\/.*|codegenv1.*)$/;

const ENTRIES = packageEntries(new URL("../../../", import.meta.url)).filter(({ name }) => !APART.test(name));

const ROUNDS = 9;

/** What each entry adds to a program that imports the main one, which is the first. */
export const entries: Part = {
  name: "entries",
  title: "What each entry adds",
  extent: `${ROUNDS} processes each, in turns; bundled with esbuild`,
  async *measure({ smoke }) {
    const times = ENTRIES.map((): number[] => []);
    for (let round = 0; round < (smoke ? 1 : ROUNDS); round++) {
      for (const [index, { name }] of ENTRIES.entries()) {
        const before = name === OURS ? GRPC : [...GRPC, OURS, ...peersOf(name)];
        const { processor } = await loadInProcess({ way: "import", before, modules: [name] });
        times[index]?.push(processor);
      }
    }
    yield added(
      "import",
      "Import after grpc-js, the main entry and the entry's peer (CPU time)",
      "ms",
      times.map(median),
    );
    const sizes: number[] = [];
    for (const { name } of ENTRIES) sizes.push((await bundle(whole(OURS, name), "node", PACKAGES)).length / 1_000);
    const [alone = 0] = sizes;
    const more = sizes.map((size, index) => (index === 0 ? size : size - alone));
    yield added("bundle", "Bundle beyond that of the main entry, without peers, minified", "KB", more);
  },
};

const PACKAGES = Object.values(PEERS).flat();

function peersOf(name: string): readonly string[] {
  return PEERS[name.slice(OURS.length + 1)] ?? [];
}

function added(figure: string, title: string, unit: "ms" | "KB", values: readonly number[]): Comparison {
  const [main = Number.NaN] = values;
  const rows = ENTRIES.map(({ name }, index) => {
    const value = values[index] ?? Number.NaN;
    return { name, value, ratio: value / main };
  });
  return { id: `entries-${figure}`, title, unit, rows };
}
