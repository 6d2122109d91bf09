import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Random } from "../fuzz/long/mutator.js";
import { type Mutant, mutate } from "./mutants.js";
import { MutantRunner } from "./runner.js";

// Changes the source in one place at a time, and reports the changes that no test notices. A seed draws the sample.
//
//   npm run mutation -- --sample 500 --seed 1 [--only src/server/] [--files 30] [--shard 1/2 --reuse] [--list] [--verbose]

const { values } = parseArgs({
  options: {
    sample: { type: "string", default: "500" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    shard: { type: "string", default: "1/1" },
    files: { type: "string", default: "1000" },
    reuse: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  },
});

/** Servers, clients, and everything that reads and writes statuses. */
const SCOPE: readonly RegExp[] = [
  /^src\/(server|client|masking|status|wire)\/(?!mappings\/)/,
  /^src\/error\/(?!printing|message)/,
  /^src\/detail\/(?!collected-|standard-|foreign-)/,
  /^src\/(packing|status-conversion|platform\/write-all)\.ts$/,
];

/** A mutant that behaves like the original. It is found by its line's text, because line numbers move. */
interface Equivalent {
  readonly file: string;
  readonly source: string;
  readonly replacement: string;
  readonly why: string;
}

const root = process.cwd();
const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .map((file) => `src/${file}`)
  .filter((file) => file.endsWith(".ts") && SCOPE.some((part) => part.test(file)))
  .sort();

const equivalents: readonly Equivalent[] = JSON.parse(
  readFileSync(join(root, "test/mutation/equivalent.json"), "utf8"),
);

function isEquivalent(mutant: Mutant): boolean {
  return equivalents.some(
    ({ file, source, replacement }) =>
      file === mutant.file && source === mutant.source && replacement === mutant.replacement,
  );
}

/** Draws a sample of all mutants, in an order that depends on the seed. */
function draw(mutants: readonly Mutant[], count: number, seed: number): Mutant[] {
  const random = new Random(seed);
  const shuffled = mutants
    .map((mutant) => ({ mutant, key: random.below(2 ** 31) }))
    .sort((one, other) => one.key - other.key);
  return shuffled.slice(0, count).map(({ mutant }) => mutant);
}

function describe({ file, line, source, original, replacement }: Mutant): string {
  return `${file}:${line}\n    ${source}\n    - ${oneLine(original)}\n    + ${oneLine(replacement)}`;
}

function oneLine(code: string): string {
  const line = code.replace(/\s+/g, " ");
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}

const source = await mutate(root, files);
const all = source.mutants.filter(({ file }) => file.startsWith(values.only));
const [shard = 1, shards = 1] = values.shard.split("/").map(Number);
const sample = draw(all, Number(values.sample), Number(values.seed)).filter((_, index) => index % shards === shard - 1);
console.log(`${all.length} mutants in ${files.length} files; ${sample.length} of them by seed ${values.seed}`);
if (values.list) {
  for (const mutant of sample) console.log(describe(mutant));
  process.exit(0);
}

const runner = await MutantRunner.start(root, source, values.reuse, Number(values.files));
let killed = 0;
let equivalent = 0;
const survivors: Mutant[] = [];
for (const [index, mutant] of sample.entries()) {
  if (isEquivalent(mutant)) {
    equivalent++;
    continue;
  }
  const killer = await runner.findKiller(mutant);
  if (killer !== undefined) {
    killed++;
    if (values.verbose) console.log(`killed by ${killer}: ${describe(mutant)}`);
  } else {
    survivors.push(mutant);
    console.log(`survived: ${describe(mutant)}`);
  }
  if ((index + 1) % 25 === 0) {
    await runner.control();
    console.log(`${index + 1} of ${sample.length}: ${survivors.length} survived`);
  }
}
await runner.close();
const counted = killed + survivors.length;
console.log(`\n${killed} of ${counted} killed (${((killed / counted) * 100).toFixed(1)} %), ${equivalent} equivalent`);
process.exit(survivors.length > 0 ? 1 : 0);
