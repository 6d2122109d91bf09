import { execFile } from "node:child_process";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** The domain of all errors in a large catalog. */
export const DOMAIN = "large.example";

/** Returns the reason of the error with this number. */
export function reasonAt(number: number): string {
  return `${wordAt(THINGS, number)}_${wordAt(STATES, number)}_${number}`.replaceAll(" ", "_").toUpperCase();
}

/** Returns the full name of the detail type of the error with this number. One in four errors has a detail. */
export function detailTypeAt(number: number): string | undefined {
  return number % 4 === 0 ? `large.${pascalCase(reasonAt(number))}ErrorDetails` : undefined;
}

/**
 * Generates a catalog: writes protos, runs buf with ts-proto and the plugin, and compiles the result with tsc.
 *
 * @returns the folder of the modules `catalog.js` and `messages.js`
 */
export async function largeCatalog(errors: number): Promise<string> {
  const folder = join(ROOT, "build/large-catalog", String(errors));
  const files = await writeProtos(folder, errors);
  await generate(folder, files, TEMPLATE, ".js");
  return join(folder, "js/large");
}

/**
 * Writes the protos of a catalog into an empty folder, as a module of buf.
 *
 * @returns the numbers of the files
 */
export async function writeProtos(folder: string, errors: number): Promise<readonly number[]> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "proto/large"), { recursive: true });
  for (const name of ["google", "richerrors"]) {
    await cp(join(ROOT, "proto", name), join(folder, "proto", name), { recursive: true });
  }
  const files = Array.from({ length: Math.ceil(errors / ERRORS_PER_FILE) }, (_, index) => index);
  for (const file of files) {
    const first = file * ERRORS_PER_FILE + 1;
    const last = Math.min(errors, first + ERRORS_PER_FILE - 1);
    await writeFile(join(folder, `proto/large/errors${file}.proto`), protoOf(file, first, last));
  }
  await writeFile(join(folder, "buf.yaml"), "version: v2\nmodules:\n  - path: proto\n");
  return files;
}

/**
 * Runs buf with the plugins of a template, and compiles the result with tsc into the folder `js`.
 *
 * @param suffix the end of the names of the modules with the messages
 */
export async function generate(
  folder: string,
  files: readonly number[],
  template: unknown,
  suffix: string,
): Promise<void> {
  await writeFile(join(folder, "buf.gen.yaml"), JSON.stringify(template));
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(TSCONFIG));
  await run("buf", "generate", folder);
  await writeFile(
    join(folder, "gen/large/messages.ts"),
    files.map((file) => `import "./errors${file}${suffix}";\n`).join(""),
  );
  await writeFile(join(folder, "gen/large/catalog.ts"), catalogModule(files));
  await run("tsc", "--project . --noCheck", folder);
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** ts-proto takes quadratic time in the number of messages of a file. */
const ERRORS_PER_FILE = 1_000;

const CODES = ["NOT_FOUND", "ABORTED", "UNAVAILABLE", "INVALID_ARGUMENT", "INTERNAL", "FAILED_PRECONDITION"];
const THINGS = ["order", "invoice", "shipment", "warehouse", "customer", "voucher", "supplier"];
const STATES = ["was deleted", "is locked", "is too large", "has expired"];

const TEMPLATE = {
  version: "v2",
  inputs: [{ directory: "proto", paths: ["proto/large"] }],
  plugins: [
    {
      local: "protoc-gen-ts_proto",
      out: "gen",
      opt: [
        "forceLong=bigint",
        "oneof=unions-value",
        "outputServices=false",
        "outputJsonMethods=false",
        "outputPartialMethods=false",
        "outputTypeAnnotations=static-only",
        "esModuleInterop=true",
        "importSuffix=.js",
      ],
      exclude_types: ["richerrors.v1.error", "richerrors.v1.error_enum"],
    },
    { local: ["node", join(ROOT, "dist/esm/src/plugin/bin.js")], out: "gen", strategy: "all" },
  ],
};

const TSCONFIG = {
  compilerOptions: { target: "es2022", module: "nodenext", rootDir: "gen", outDir: "js", types: [] },
  include: ["gen/large"],
};

function protoOf(file: number, first: number, last: number): string {
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return `syntax = "proto3";
package large;
import "richerrors/v1/annotations.proto";

// What can go wrong, part ${file}.
enum Large${file}Error {
  option (richerrors.v1.error_enum) = {
    domain: "${DOMAIN}"
    numeric_codes: true
    categories: {name: "Part ${file}" first: ${first} last: ${last}}
  };
  // Not an error.
  LARGE${file}_ERROR_UNSPECIFIED = 0;
${numbers.map((number) => enumValueAt(file, number)).join("")}}
${numbers.map(messageAt).join("")}`;
}

/** Writes a value as long as the average value of the catalogs in `gen`. */
function enumValueAt(file: number, number: number): string {
  const thing = wordAt(THINGS, number);
  const state = wordAt(STATES, number);
  const hasDetails = detailTypeAt(number) !== undefined;
  return `
  // The ${thing} cannot be used, because it ${state}.
  //
  // Common causes:
  // - Another client was faster than this one.
  //
  // Client action: Read the ${thing} again, and decide anew.
  LARGE${file}_ERROR_${reasonAt(number)} = ${number} [(richerrors.v1.error) = {
    status_code: ${wordAt(CODES, number)}
    has_details: ${hasDetails}
    message: "the ${thing} ${hasDetails ? "{key} " : ""}${state}, as step ${number} found"
    recovery: RECOVERY_REFRESH_AND_RETRY
    outcome: OUTCOME_NOT_APPLIED
  }];
`;
}

function messageAt(number: number): string {
  const type = detailTypeAt(number);
  if (type === undefined) return "";
  return `
// What ${reasonAt(number)} carries.
message ${type.slice(type.indexOf(".") + 1)} {
  // Which one it is.
  string key = 1;
  // The version that it is at.
  int64 version = 2;
}
`;
}

function catalogModule(files: readonly number[]): string {
  const imports = files.map((file) => `import { catalog as catalog${file} } from "./errors${file}.rich.js";\n`);
  const names = files.map((file) => `catalog${file}`);
  return `import { Catalog } from "grpc-rich-errors";
${imports.join("")}
export const catalog: Catalog = Catalog.of(${names.join(", ")});
`;
}

function wordAt(words: readonly string[], index: number): string {
  return words[index % words.length] ?? "";
}

function pascalCase(reason: string): string {
  return reason.replace(/([A-Z0-9])([A-Z0-9]*)_?/g, (_, head: string, rest: string) => head + rest.toLowerCase());
}

/** Runs a tool of the repository. */
export async function run(tool: string, args: string, cwd: string): Promise<void> {
  const path = `${join(ROOT, "node_modules/.bin")}:${process.env["PATH"]}`;
  await promisify(execFile)(tool, args.split(" "), { cwd, env: { ...process.env, PATH: path }, maxBuffer: 1 << 26 });
}
