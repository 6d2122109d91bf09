import { LINT_GROUPS } from "../../check/lint/groups.js";
import { lint as findingsIn } from "../../check/lint/lint.js";
import { LINT_RULES } from "../../check/lint/rules.js";
import { printable } from "../../declaration/problems.js";
import { enumsOf } from "../../declaration/schema.js";
import type { Command } from "../input/command.js";
import { type Protos, readProtos } from "../input/protos.js";
import { chosenRules, RULE_OPTIONS } from "../input/rules.js";
import { FINDINGS_FORMAT, findingsOutput } from "../output/findings.js";

/** `rich-errors lint`: finds errors that are declared badly. */
export const lint: Command = {
  name: "lint",
  summary: "Finds errors that your protos declare wrongly, or in a way that misleads clients.",
  arguments: [
    {
      name: "input",
      help:
        "A directory of protos, or an image: the output of buf build -o or protoc --descriptor_set_out, " +
        "binary or JSON, gzipped or not. - reads an image from stdin.",
    },
  ],
  options: { ...RULE_OPTIONS, format: FINDINGS_FORMAT },
  notes: [
    ...Object.entries(LINT_GROUPS).map(
      ([id, purpose]) => `${id}: ${purpose}${isDefault(id) ? "" : " Off by default."}`,
    ),
    "A comment above an element turns off a rule there, and in everything inside it: " +
      "// buf:lint:ignore RICH_ERRORS_VALUE_ANNOTATED",
    "To see the same findings in buf lint and in your editor, name the plugin buf-plugin-rich-errors in your buf.yaml.",
  ],
  async run(input, terminal) {
    const rules = chosenRules(LINT_RULES, LINT_GROUPS, input);
    const [name = ""] = input.arguments;
    const protos = await readProtos(name, terminal);
    if (!declaresErrors(protos)) terminal.stderr.write(`rich-errors: ${printable(name)} declares no errors\n`);
    return findingsOutput(findingsIn(rules, protos.targets, protos.schema), input.options["format"], protos.pathOf);
  },
};

function isDefault(group: string): boolean {
  return LINT_RULES.every(({ groups, isDefault }) => isDefault || !groups.includes(group));
}

function declaresErrors({ targets, schema }: Protos): boolean {
  return targets.some((file) => enumsOf(file).some(({ values }) => values.some((value) => schema.isError(value))));
}
