import { isAbsolute } from "node:path";
import type { RolldownOptions } from "rolldown";
import { packageEntries, sourceOf } from "../package-entries.js";

/** The programs behind `npm run fuzz`, `fuzz:…`, `mutation`, `matrix`, `recovery:…` and `explorer:screenshots`. */
const PROGRAMS = [
  "test/fuzz/long/run",
  "test/fuzz/long/budget",
  "test/fuzz/long/calls",
  "test/mutation/run",
  "test/matrix/run",
  "test/client/recovery/search/run",
  "test/client/recovery/outcome/run",
  "test/client/recovery/cluster/run",
  "test/client/recovery/cluster/node",
  "test/explorer/screenshots",
];

/** The package's own names stand for its source, not for what is built. */
const sources = new Map(packageEntries().map((entry) => [entry.name, sourceOf(entry)]));

/** Each program becomes one file of its own. */
export default PROGRAMS.map((path) => ({
  input: `${path}.ts`,
  platform: "node",
  external: (id) => !id.startsWith(".") && !isAbsolute(id) && !sources.has(id),
  resolve: { alias: Object.fromEntries([...sources].map(([name, source]) => [`${name}$`, source])) },
  output: { file: `build/${path}.js`, format: "esm", codeSplitting: false },
})) satisfies RolldownOptions[];
