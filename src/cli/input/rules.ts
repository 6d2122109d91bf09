import type { Rule, RuleGroups } from "../../check/rule.js";
import { oneOf } from "../../declaration/problems.js";
import { nearestName } from "../../platform/names.js";
import { type CommandInput, Failure } from "./command.js";

/** The options that choose among the rules of a command. */
export const RULE_OPTIONS = {
  enable: {
    type: "string",
    valueName: "rule",
    multiple: true,
    help: "Turns on a rule or a group of rules, in addition to the default ones. Repeat it, or write commas between ids.",
  },
  disable: {
    type: "string",
    valueName: "rule",
    multiple: true,
    help: "Turns off a rule or a group of rules. A rule named by its own id counts more than its group.",
  },
} as const;

/**
 * Returns the rules that the options ask for: the default ones, with those of `--enable` and without those of `--disable`.
 * A rule that an option names counts more than its group, and `--disable` counts more than `--enable`.
 *
 * @throws Failure if an option names no rule and no group
 */
export function chosenRules<Subject>(
  rules: readonly Rule<Subject>[],
  groups: RuleGroups,
  { options }: Pick<CommandInput, "options">,
): Rule<Subject>[] {
  const known = [...rules.map(({ id }) => id), ...Object.keys(groups)];
  const [enabled, disabled] = [idsIn(options, "enable", known, groups), idsIn(options, "disable", known, groups)];
  const inGroup = (rule: Rule<Subject>, ids: ReadonlySet<string>) => rule.groups.some((group) => ids.has(group));
  return rules.filter((rule) => {
    if (disabled.has(rule.id)) return false;
    if (enabled.has(rule.id)) return true;
    return !inGroup(rule, disabled) && (rule.isDefault || inGroup(rule, enabled));
  });
}

function idsIn(
  options: CommandInput["options"],
  name: string,
  known: readonly string[],
  groups: RuleGroups,
): ReadonlySet<string> {
  const values = [options[name] ?? []].flat().flatMap((value) => String(value).split(","));
  const ids = values.map((id) => id.trim()).filter((id) => id !== "");
  for (const id of ids) if (!known.includes(id)) throw unknownId(id, name, known, groups);
  return new Set(ids);
}

function unknownId(id: string, option: string, known: readonly string[], groups: RuleGroups): Failure {
  const names = known.map((name) => name.slice(PREFIX.length));
  const near = nearestName(id.toUpperCase().replace(PREFIX, ""), names);
  const fix = near === undefined ? `write a rule, or ${oneOf(Object.keys(groups))}` : `write ${PREFIX}${near}`;
  return Failure.usage(`--${option} names ${JSON.stringify(id)}, which is neither a rule nor a group; ${fix}`);
}

const PREFIX = "RICH_ERRORS_";
