import type { DeclaredEnum, DeclaredError, Facts } from "../declaration/model.js";
import { isStandardFile } from "../declaration/schema.js";
import { templateText } from "../declaration/template.js";
import { defaultsOf } from "../definition.js";
import { tsPropertyPath } from "./ts-proto.js";

/** What the JSON of an entry says besides code and message, in order. */
const KEYS = [
  "category",
  "recovery",
  "retryDelay",
  "outcome",
  "fault",
  "origin",
  "httpStatus",
  "displayName",
  "since",
  "labels",
  "helpUrl",
  "deprecated",
  "documentation",
] as const;

/** What stands before the reason in the names of most of an enum's errors. */
export function prefixOf({ errors }: DeclaredEnum): string {
  const counts = new Map<string, number>();
  for (const { facts } of errors) {
    const prefix = facts.name.slice(0, facts.name.length - facts.reason.length);
    counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? "";
}

/** The text of an error that `ErrorEntry` reads at run time. */
export function entryText({ facts, detail, template }: DeclaredError, prefix: string): string {
  const { name, reason, number, code } = facts;
  const messageType = detail && !isStandardFile(detail.file) ? [detail.typeName] : [];
  const json = JSON.stringify({
    code,
    message: templateText(template, tsPropertyPath),
    ...(name !== prefix + reason && { name }),
    ...saidOf(facts),
  });
  return [reason, "=", number, ...messageType, json].join(" ");
}

/** What an error's annotation and comment say that would not follow without them. */
function saidOf(facts: Facts): Partial<Facts> {
  const defaults: Partial<Facts> = defaultsOf(facts.reason, facts.code);
  const said = KEYS.filter((key) => JSON.stringify(facts[key]) !== JSON.stringify(defaults[key]));
  return Object.fromEntries(said.map((key) => [key, facts[key]]));
}
