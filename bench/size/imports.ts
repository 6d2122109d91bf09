import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Comparison, Goal, Part, Row } from "../figures.js";
import { median, pairedRatio } from "../pairs.js";
import type { Loading } from "./load-modules.js";

interface Load {
  readonly name: string;
  readonly way: "import" | "require";
  /** Modules that are loaded before the clock starts. */
  readonly before: readonly string[];
  readonly modules: readonly string[];
  readonly goal?: Goal;
}

export const GRPC: readonly string[] = ["@grpc/grpc-js"];
export const OURS = "grpc-rich-errors";
const CATALOG = "grpc-rich-errors/catalogs/kurrent";
const ALONE = "@grpc/grpc-js alone";
const share = (figure: number): Goal => ({ bound: "at most", figure, to: ALONE });

const LOADS: readonly Load[] = [
  { name: ALONE, way: "import", before: [], modules: GRPC },
  { name: `${OURS}, ESM`, way: "import", before: GRPC, modules: [OURS], goal: share(0.1) },
  { name: `${OURS}, CommonJS`, way: "require", before: GRPC, modules: [OURS], goal: share(0.1) },
  { name: `${OURS} and a catalog, ESM`, way: "import", before: GRPC, modules: [OURS, CATALOG], goal: share(0.13) },
  {
    name: `${OURS} and a catalog, CommonJS`,
    way: "require",
    before: GRPC,
    modules: [OURS, CATALOG],
    goal: share(0.13),
  },
  { name: "@nitric/grpc-error-status", way: "import", before: GRPC, modules: ["@nitric/grpc-error-status"] },
  {
    name: "nice-grpc and nice-grpc-error-details",
    way: "import",
    before: GRPC,
    modules: ["nice-grpc", "nice-grpc-error-details"],
  },
  { name: "google-gax", way: "import", before: GRPC, modules: ["google-gax"] },
  {
    name: "@connectrpc/connect and connect-node",
    way: "import",
    before: [],
    modules: ["@connectrpc/connect", "@connectrpc/connect-node"],
  },
];

/** The time to load packages in fresh processes, after grpc-js. */
export const imports: Part = {
  name: "import",
  title: "Import time",
  extent: "21 processes each, in turns",
  async *measure({ smoke }) {
    const rounds: Loading[][] = [];
    for (let round = 0; round < (smoke ? 1 : 21); round++) {
      const loadings: Loading[] = [];
      for (const load of LOADS) loadings.push(await loadInProcess(load));
      rounds.push(loadings);
    }
    yield comparison("import-processor", "Import after grpc-js (CPU time)", rounds, "processor");
    yield comparison("import-clock", "Import after grpc-js (wall clock)", rounds, "clock");
  },
};

const SCRIPT = fileURLToPath(new URL("load-modules.js", import.meta.url));

/** Loads modules in a new process. */
export async function loadInProcess({ way, before, modules }: Omit<Load, "name">): Promise<Loading> {
  // A cache of compiled code would hide the cost of loading.
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  const names = [...before, ",", ...modules];
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, way, ...names], { env });
  return JSON.parse(stdout) as Loading;
}

function comparison(
  id: string,
  title: string,
  rounds: readonly (readonly Loading[])[],
  figure: keyof Loading,
): Comparison {
  const rows = LOADS.map(({ name, goal }, index): Row => {
    const own = rounds.map((loadings) => loadings[index]?.[figure] ?? Number.NaN);
    const first = rounds.map((loadings) => loadings[0]?.[figure] ?? Number.NaN);
    return {
      name,
      value: median(own),
      ratio: pairedRatio(own, first),
      ...(goal && figure === "processor" && { goal }),
    };
  });
  return { id, title, unit: "ms", rows };
}
