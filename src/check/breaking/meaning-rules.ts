import type { DescField } from "@bufbuild/protobuf";
import { codeName } from "../../code.js";
import { templateText } from "../../declaration/template.js";
import { defaultFault, defaultHttpStatus, pascalCase } from "../../defaults.js";
import type { Affected } from "../finding.js";
import { breakingRule, READERS } from "./breaking-rule.js";
import type { ErrorChange } from "./change.js";
import { placeIn } from "./identity-rules.js";
import { effectiveRecovery, isOutcomeUnsafe, isRecoveryUnsafe } from "./recovery-change.js";

const ADD = "add another error that says so";

/** Rules about what an error says: its code, what to do about it, and texts for people. */
export const MEANING_RULES = [
  breakingRule(
    "SAME_CODE",
    "Checks that the gRPC status code of an error stays the same.",
    READERS,
    ({ errors, schema }, report) => {
      for (const { before, after } of errors) {
        const [old, current] = [codeName(before.facts.code), codeName(after.facts.code)];
        if (old === current) continue;
        const text = `the code of ${after.value.name} changes from ${old} to ${current}; keep ${old}, or ${ADD}`;
        report(placeIn(after.value, "status_code", schema), text, READERS);
      }
    },
  ),
  breakingRule(
    "SAME_HTTP_STATUS",
    "Checks that the HTTP status of an error stays the same.",
    READERS,
    ({ errors, schema }, report) => {
      for (const { before, after } of errors) {
        const [old, current] = [before.facts, after.facts];
        // The rule for codes covers a default that follows from the code.
        const isDerived = (facts: typeof old) => facts.httpStatus === defaultHttpStatus(facts.code);
        if (old.httpStatus === current.httpStatus) continue;
        if (old.code !== current.code && isDerived(old) && isDerived(current)) continue;
        const change = `the HTTP status of ${after.value.name} changes from ${old.httpStatus} to ${current.httpStatus}`;
        report(placeIn(after.value, "http_status", schema), `${change}; write http_status: ${old.httpStatus}`, READERS);
      }
    },
  ),
  breakingRule(
    "SAFE_RECOVERY",
    "Checks that no client repeats a request, or takes it for a success, where the other version forbids it.",
    ["old clients", "old servers"],
    ({ errors, schema }, report) => {
      for (const { before, after } of errors) {
        const breaks: Affected[] = [];
        if (isRecoveryUnsafe(before.facts, after.facts)) breaks.push("old clients");
        // A recovery that was not declared before may have been right all the time.
        if (before.facts.recovery && isRecoveryUnsafe(after.facts, before.facts)) breaks.push("old servers");
        if (breaks.length === 0) continue;
        // Without a declared recovery, both follow the code that the new server sends.
        const old = effectiveRecovery({ ...after.facts, recovery: before.facts.recovery });
        const current = effectiveRecovery(after.facts);
        const change = `the recovery of ${after.value.name} changes from ${old} to ${current}`;
        const effect = breaks.includes("old clients")
          ? `but old clients still do as for ${old}`
          : `but old servers do not allow it`;
        const text = `${change}, ${effect}; write recovery: RECOVERY_${old}, or ${ADD}`;
        report(placeIn(after.value, "recovery", schema), text, breaks);
      }
    },
  ),
  breakingRule(
    "SAFE_OUTCOME",
    "Checks that no client takes a request for one without effect, or for one that took effect, where the other version does not.",
    ["old clients", "old servers"],
    ({ errors, schema }, report) => {
      for (const { before, after } of errors) {
        const [old, current] = [before.facts.outcome, after.facts.outcome];
        const breaks: Affected[] = [];
        if (isOutcomeUnsafe(old, current)) breaks.push("old clients");
        if (old && isOutcomeUnsafe(current, old)) breaks.push("old servers");
        if (breaks.length === 0) continue;
        const change = `the outcome of ${after.value.name} changes from ${old ?? "undeclared"} to ${current ?? "undeclared"}`;
        const effect = breaks.includes("old clients")
          ? "but old clients rely on the old one"
          : "but old servers do not follow it";
        const keep = old ? `write outcome: OUTCOME_${old}` : "remove outcome";
        report(placeIn(after.value, "outcome", schema), `${change}, ${effect}; ${keep}, or ${ADD}`, breaks);
      }
    },
  ),
  breakingRule(
    "SAME_ORIGIN",
    "Checks that the origin of an error stays the same. It decides whether the error is one of the client's ApiErrors.",
    ["generated code", "humans"],
    ({ errors, schema }, report) => {
      for (const { before, after } of errors) {
        const [old, current] = [before.facts.origin, after.facts.origin];
        if (old === current) continue;
        const api = (old === "SERVER" || current === "SERVER") && after.enum.clientErrors?.api;
        const effect = api ? `, and with it whether ${api} holds the error` : "";
        const text = `the origin of ${after.value.name} changes from ${old} to ${current}${effect}; write origin: ORIGIN_${old}`;
        report(placeIn(after.value, "origin", schema), text, api ? ["generated code"] : ["humans"]);
      }
    },
  ),
  humanRule("fault", ({ facts: { fault, code } }) => ({
    text: fault,
    isDerived: fault === defaultFault(code),
  })),
  humanRule("category", ({ facts: { category = "none" } }) => ({ text: category })),
  humanRule("display_name", ({ facts: { displayName, reason } }) => ({
    text: displayName,
    isDerived: displayName === pascalCase(reason),
  })),
  humanRule("message", ({ template }) => ({
    text: JSON.stringify(templateText(template, pathOf)),
  })),
];

/** Makes a rule about a property of an error that only people read. A default that follows another property may change. */
function humanRule(
  field: string,
  read: (error: ErrorChange["after"]) => { readonly text: string; readonly isDerived?: boolean },
) {
  const property = field.replace("_", " ");
  const purpose = `Checks that the ${property} of an error stays the same.`;
  return breakingRule(`SAME_${field.toUpperCase()}`, purpose, ["humans"], ({ errors, schema }, report) => {
    for (const { before, after } of errors) {
      const [old, current] = [read(before), read(after)];
      if (old.text === current.text || (old.isDerived && current.isDerived)) continue;
      // Most texts follow from the reason, which has its own rule.
      if (before.facts.reason !== after.facts.reason) continue;
      const change = `the ${property} of ${after.value.name} changes from ${old.text} to ${current.text}`;
      report(
        placeIn(after.value, field, schema),
        `${change}, which people may know; keep it if somebody relies on it`,
        ["humans"],
      );
    }
  });
}

function pathOf(path: readonly DescField[]): string {
  return path.map(({ name }) => name).join(".");
}
