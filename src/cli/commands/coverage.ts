import { statSync } from "node:fs";
import { resolve } from "node:path";
import { type Run, readRun } from "../../coverage/folder.js";
import { DEFAULT_FOLDER } from "../../coverage/record.js";
import { coverageOf, type Declared } from "../../coverage/report/coverage.js";
import { shortfallsOf, unusedPatterns } from "../../coverage/report/goals.js";
import { Problems, printable } from "../../declaration/problems.js";
import { readDeclaredFiles } from "../../declaration/read.js";
import { listingOf } from "../../reference/listed-errors.js";
import { errorKey, type Location } from "../../reference/listing.js";
import { type Command, Failure } from "../input/command.js";
import { GOAL_OPTIONS, goalsOf } from "../input/goals.js";
import { protosOf } from "../input/known-errors.js";
import { readDeclarations } from "../input/protos.js";
import { coverageData, coveragePage, findingsOf } from "../output/coverage.js";
import { findingsOutput } from "../output/findings.js";
import { jsonText } from "../output/json.js";
import { painterFor, type Terminal, widthFor } from "../output/terminal.js";

/** `rich-errors coverage`: says which errors the tests threw, received and handled. */
export const coverage: Command = {
  name: "coverage",
  summary: "Reports which declared errors your tests threw, received and handled.",
  arguments: [
    {
      name: "folder",
      optional: true,
      repeated: true,
      help:
        "A folder that tests wrote to, or one that holds several such folders. Several are merged. " +
        `By default, ${DEFAULT_FOLDER}.`,
    },
  ],
  options: {
    protos: {
      type: "string",
      valueName: "input",
      multiple: true,
      help: "A directory of protos, or an image. May be repeated.\nBy default, the current folder.",
    },
    ...GOAL_OPTIONS,
    format: {
      type: "string",
      default: "text",
      choices: ["text", "json", "github"],
      help: [
        "The output format. By default, text.",
        "text: for people",
        "json: one object, for programs",
        "github: annotations of GitHub Actions for what is missing",
      ].join("\n"),
    },
  },
  notes: [
    "Tests write to the folder if they load grpc-rich-errors/coverage/register: a setup file of Vitest and Jest, and " +
      "node --import for others.",
    "thrown: your program made the error, and for a contract, a call of the method failed with it. received: a client got " +
      "it. handled: your program received it and took a branch for it, outside of tests.",
    "The exit code is 1 if a threshold is not met.",
  ],
  async run(input, terminal) {
    const { arguments: given, options } = input;
    const goals = goalsOf(input);
    const folders = given.length > 0 ? given : [DEFAULT_FOLDER];
    const paths = folders.map((folder) => resolve(terminal.cwd(), folder));
    const file = folders.find((_, index) => statSync(paths[index] ?? "", { throwIfNoEntry: false })?.isFile());
    if (file !== undefined) {
      throw Failure.usage(`${printable(file)} is a file; name the folder that tests recorded into`);
    }
    const run = readRun(paths);
    const [unreadable] = run.unreadable;
    if (unreadable !== undefined) {
      throw Failure.usage(`${printable(unreadable)} is of another version; delete the folder, and run the tests again`);
    }
    if (run.processes === 0) throw noData(folders);
    const lost = readersOfLostScripts(run);
    if (lost.length > 0) terminal.stderr.write(`rich-errors: ${lostText(lost)}\n`);
    const inputs = protosOf(options["protos"]);
    const declared = await readDeclared(inputs.length > 0 ? inputs : ["."], terminal);
    const found = coverageOf(declared, run.facts, run.scriptOf);
    const [unused] = unusedPatterns(found, goals.ignored);
    if (unused !== undefined) throw Failure.usage(`--ignore ${JSON.stringify(unused)} matches no error and no method`);
    const missed = shortfallsOf(found, goals);
    const exitCode = missed.length > 0 ? 1 : 0;
    switch (options["format"]) {
      case "json":
        return { text: jsonText(coverageData(found, goals, missed)), exitCode };
      case "github":
        return { text: findingsOutput(findingsOf(missed), "github", (file) => file).text, exitCode };
      default:
        return { text: coveragePage(found, goals, missed, [widthFor(terminal), painterFor(terminal)]), exitCode };
    }
  },
};

function noData(folders: readonly string[]): Failure {
  const names = folders.map((folder) => printable(folder)).join(", ");
  return Failure.usage(
    `${names} has no data of tests; add grpc-rich-errors/coverage/register to the setupFiles of Vitest or Jest, or run ` +
      "node --import grpc-rich-errors/coverage/register --test, and then run the tests",
  );
}

/** Returns the files of the program whose scripts are not in the data, so that nobody can look for their branches. */
function readersOfLostScripts({ facts, scriptOf }: Run): readonly string[] {
  const hashes = new Set(facts.flatMap(({ script }) => script ?? []));
  const lost = new Set([...hashes].filter((hash) => scriptOf(hash) === undefined));
  return [...new Set(facts.flatMap(({ script = "", file }) => (lost.has(script) && file ? [file] : [])))].sort();
}

function lostText(files: readonly string[]): string {
  const names = files.map((file) => printable(file)).join(", ");
  return `the data lacks the script of ${names}, so no branch in it counts; keep the .js files beside the .jsonl files`;
}

/** Reads the errors and the contracts of some inputs, with paths as the user finds the files. */
async function readDeclared(inputs: readonly string[], terminal: Terminal): Promise<Declared> {
  const found: Declared[] = [];
  for (const input of inputs) {
    const { files, schema, pathOf } = await readDeclarations(input, terminal);
    const { enums, methods } = listingOf(files, schema);
    const located = <Listed extends Location>(listed: Listed): Listed => ({ ...listed, file: pathOf(listed.file) });
    if (enums.length + methods.length === 0) {
      terminal.stderr.write(`rich-errors: ${printable(input)} declares no errors and no contracts\n`);
    }
    // A contract may name errors of files that the input only imports.
    const named = new Set(methods.flatMap(({ errors }) => errors.map(errorKey)));
    const imported = listingOf(readDeclaredFiles(schema.files, schema, new Problems()), schema).enums;
    const errors = [...enums, ...imported].flatMap((listed) => listed.errors);
    const counted = errors.filter(
      (error) => enums.some(({ name }) => name === error.enum) || named.has(errorKey(error)),
    );
    found.push({ errors: counted.map(located), methods: methods.map(located) });
  }
  return { errors: found.flatMap(({ errors }) => errors), methods: found.flatMap(({ methods }) => methods) };
}
