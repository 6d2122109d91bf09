import { changeOf, type Declarations } from "../../check/breaking/change.js";
import { BREAKING_GROUPS, BREAKING_RULES } from "../../check/breaking/rules.js";
import { findingsOf } from "../../check/rule.js";
import { Problems, printable } from "../../declaration/problems.js";
import { readDeclaredFiles } from "../../declaration/read.js";
import { type Command, Failure } from "../input/command.js";
import { readDeclarations, readProtos } from "../input/protos.js";
import { chosenRules, RULE_OPTIONS } from "../input/rules.js";
import { readVersion } from "../input/version.js";
import { FINDINGS_FORMAT, findingsOutput } from "../output/findings.js";
import type { Terminal } from "../output/terminal.js";

/** `rich-errors breaking`: finds changes to declared errors that break someone. */
export const breaking: Command = {
  name: "breaking",
  summary: "Finds changes of your errors that break old clients, old servers, stored data or code.",
  arguments: [
    {
      name: "new",
      help:
        "The new version: a directory of protos, an image, - for an image on stdin, or git:REF:PATH for a directory " +
        "at a commit of your git repository.",
    },
  ],
  options: {
    against: {
      type: "string",
      valueName: "old",
      required: true,
      help: "The old version, likewise. git:REF means the directory of the new version at a branch, a tag or a commit.",
    },
    ...RULE_OPTIONS,
    format: FINDINGS_FORMAT,
  },
  notes: [
    "Each finding says whom the change breaks, and what to write instead. buf breaking finds other breaking changes, " +
      "but ignores annotations; run both.",
    ...Object.entries(BREAKING_GROUPS).map(
      ([id, purpose]) => `${id}: ${purpose}${id === "RICH_ERRORS_HUMANS" ? " Off by default." : ""}`,
    ),
    "In a pull request: rich-errors breaking proto --against git:origin/main --format github",
  ],
  async run({ arguments: [input = ""], options }, terminal) {
    const rules = chosenRules(BREAKING_RULES, BREAKING_GROUPS, { options });
    const { against } = options;
    if (typeof against !== "string") {
      throw Failure.usage("missing --against; write rich-errors breaking proto --against git:main");
    }
    if (input === "-" && against === "-") {
      throw Failure.usage("both versions are -, but stdin has only one image; write one of them to a file");
    }
    const current = await readVersion(input, undefined, terminal, readDeclarations);
    const old = await readVersion(against, input, terminal, readOldDeclarations);
    if (old.files.length === 0 && current.files.length === 0) {
      terminal.stderr.write(`rich-errors: neither ${printable(input)} nor ${printable(against)} declares errors\n`);
    }
    return findingsOutput(findingsOf(rules, changeOf(old, current)), options["format"], current.pathOf);
  },
};

/** Reads errors, and only notes mistakes, because nobody can correct the past. */
async function readOldDeclarations(input: string, terminal: Terminal) {
  const protos = await readProtos(input, terminal);
  const problems = new Problems();
  const files = readDeclaredFiles(protos.targets, protos.schema, problems);
  if (problems.size > 0) {
    const note = "the old version has mistakes; what they hide is not compared:";
    terminal.stderr.write(`rich-errors: ${note}\n${problems.toString().split("\n").map(printable).join("\n")}\n`);
  }
  return { ...protos, files } satisfies Declarations;
}
