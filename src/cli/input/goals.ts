import { KINDS, type Kind } from "../../coverage/report/coverage.js";
import type { Goals, Ignored, Thresholds } from "../../coverage/report/goals.js";
import { oneOf } from "../../declaration/problems.js";
import { nearestName } from "../../platform/names.js";
import { type CommandInput, Failure } from "./command.js";

/** The options that say what tests should cover. */
export const GOAL_OPTIONS = {
  threshold: {
    type: "string",
    valueName: "percent",
    multiple: true,
    help:
      "The least percentage of all errors: handled=90, or 80 for thrown, received and handled. Repeat it, or write commas.\n" +
      "By default, there is none.",
  },
  "contract-threshold": {
    type: "string",
    valueName: "percent",
    multiple: true,
    help: "The same, for the errors that the contract of each method names.",
  },
  ignore: {
    type: "string",
    valueName: "error",
    multiple: true,
    help:
      "Errors that do not count, by reason, class, domain/reason or method: ORDER_GONE, legacy/*, shop.v1.Orders/Delete. " +
      "Write handled: before it for one kind only.",
  },
} as const;

/**
 * Returns the goals that the options set.
 *
 * @throws Failure for a kind that does not exist, and for a percentage that is none
 */
export function goalsOf({ options }: Pick<CommandInput, "options">): Goals {
  return {
    errors: thresholdsOf("threshold", textsOf(options["threshold"])),
    contracts: thresholdsOf("contract-threshold", textsOf(options["contract-threshold"])),
    ignored: textsOf(options["ignore"]).map(ignoredOf),
  };
}

function textsOf(option: CommandInput["options"][string]): string[] {
  const texts = [option ?? []].flat().flatMap((value) => String(value).split(","));
  return texts.map((text) => text.trim()).filter((text) => text !== "");
}

function thresholdsOf(option: string, texts: readonly string[]): Thresholds {
  const given = texts.flatMap((text) => {
    const [, kind, percent = ""] = /^(?:([^=]*)=)?(.*)$/s.exec(text) ?? [];
    const threshold = Number(percent);
    if (percent.trim() === "" || !(threshold >= 0 && threshold <= 100)) {
      throw Failure.usage(`--${option} is ${JSON.stringify(text)}, not a percentage; write ${kind ?? "handled"}=90`);
    }
    const kinds = kind === undefined ? KINDS : [kindOf(option, kind)];
    return kinds.map((name) => [name, threshold] as const);
  });
  return Object.fromEntries(given);
}

function kindOf(option: string, text: string): Kind {
  const kind = KINDS.find((name) => name === text);
  if (kind) return kind;
  const near = nearestName(text, [...KINDS]) ?? oneOf([...KINDS]);
  throw Failure.usage(`--${option} names ${JSON.stringify(text)}; write ${near}`);
}

function ignoredOf(text: string): Ignored {
  const [, kind, pattern = text] = /^([a-z]+):(.+)$/s.exec(text) ?? [];
  const name = new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`, "s");
  return { text, name, ...(kind !== undefined && { kind: kindOf("ignore", kind) }) };
}

function escaped(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&");
}
