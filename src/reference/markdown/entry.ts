import { delayText } from "../../detail/duration.js";
import { faultText, originText, outcomeText, recoveryText } from "../advice.js";
import { anchorOf } from "../anchor.js";
import type { ListedEnum, ListedError } from "../listing.js";
import { fieldTable } from "./fields.js";
import { inlineProse, prose } from "./prose.js";
import type { ReferenceLinks } from "./reference-links.js";
import { anchor, code, escapeText, heading, link, list, strong } from "./syntax.js";

/** The entry of one error: everything that its declaration says, in blocks. */
export function errorEntry(
  error: ListedError,
  { numericCodes }: ListedEnum,
  depth: number,
  reference: ReferenceLinks,
): string[] {
  const { number, reason, displayName, deprecated, documentation, detail } = error;
  const { summary, remarks = "", causes, clientAction } = documentation;
  return [
    anchor(anchorOf(error)),
    heading(depth, numericCodes ? `${number} ${escapeText(displayName)}` : code(reason)),
    ...(deprecated ? [strong("Deprecated.")] : []),
    ...prose(summary),
    ...prose(remarks),
    list(factsOf(error, reference.methodsOf(error))),
    ...(causes.length > 0 ? [strong("Common causes"), list(causes.map(inlineProse))] : []),
    ...(clientAction === undefined ? [] : [`${strong("Client action:")} ${inlineProse(clientAction)}`]),
    ...(detail ? [`${strong("Detail:")} ${code(detail.type)}`, ...prose(detail.documentation)] : []),
    ...(detail ? fieldTable(detail) : []),
  ];
}

function factsOf(error: ListedError, methods: readonly string[]): string[] {
  const { reason, code: grpcCode, httpStatus, message, recovery, retryDelay, outcome, fault, origin } = error;
  const { redirectTo, since, labels, helpUrl, className } = error;
  const facts: (readonly [label: string, content: string] | undefined)[] = [
    ["Reason", code(reason)],
    ["Code", `${code(grpcCode.name)} (${grpcCode.number}), HTTP ${httpStatus}`],
    ["Message", code(message)],
    recovery && ["Recovery", `${code(recovery)}. ${recoveryText(recovery)}`],
    redirectTo === undefined ? undefined : ["Server", code(redirectTo)],
    retryDelay === undefined ? undefined : ["Retry delay", `at least ${delayText(retryDelay)}`],
    outcome && ["Outcome", `${code(outcome)}. ${outcomeText(outcome)}`],
    ["Caused by", `${faultText(fault)}; it arises ${originText(origin)}`],
    methods.length > 0 ? ["Methods", methods.map(code).join(", ")] : undefined,
    since === undefined ? undefined : ["Since", escapeText(since)],
    ...Object.entries(labels).map(([name, value]) => [escapeText(name), escapeText(value)] as const),
    helpUrl === undefined ? undefined : ["Help", link(helpUrl, escapeText(helpUrl))],
    ["Class", code(className)],
  ];
  return facts.flatMap((fact) => (fact ? `${fact[0]}: ${fact[1]}` : []));
}
