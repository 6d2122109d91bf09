import type { ReportedDetail } from "../../../decode/detail-report.js";
import type { DumpedField } from "../../../decode/field-dump.js";
import type { Form } from "../../../decode/found-error.js";
import type { DecodedError, DecodeReport } from "../../../decode/report.js";
import type { SizeLimit, TrailerSize } from "../../../decode/size-limits.js";
import { delayText } from "../../../detail/duration.js";
import { faultText, outcomeText, recoveryText } from "../../advice.js";
import { anchorOf } from "../../anchor.js";
import { recoveryTitle, toneOf } from "../tone.js";
import { codeBlock } from "./code-block.js";
import { type Child, h, section } from "./dom.js";
import type { Reference } from "./entry-page.js";
import { countOf } from "./overview.js";

/** What was found, in one line. */
export function headline({ errors, more }: DecodeReport): string {
  const [first] = errors;
  if (!first) return "No error found";
  const count = errors.length + more;
  return count > 1 ? `${countOf(count, "error")} found` : `Found ${first.reason ?? first.code.name}`;
}

/** Everything about the errors in an input. */
export function decodedErrors({ errors, more, isCut }: DecodeReport, reference: Reference): HTMLElement {
  return h(
    "div",
    {},
    ...errors.map((error) => decodedError(error, reference)),
    more > 0 ? h("p", { class: "none" }, `${countOf(more, "more error")} not shown.`) : undefined,
    isCut ? h("p", { class: "none" }, "The input is longer than 4 MiB. Its end was not read.") : undefined,
  );
}

function decodedError(error: DecodedError, reference: Reference): HTMLElement {
  const { message, recovery, code, details, moreDetails } = error;
  return h(
    "section",
    { class: "decoded", "data-tone": toneOf(recovery), "aria-label": error.reason ?? code.name },
    h("p", { class: "origin" }, originOf(error)),
    titleOf(error, reference),
    message === "" ? undefined : h("p", { class: "message" }, message),
    error.declared ? h("p", {}, error.declared.summary) : undefined,
    factsOf(error),
    adviceOf(error),
    doubtsOf(error),
    error.metadata && section("Facts in ErrorInfo", rowsOf(error.metadata)),
    details.length > 0 ? section("Details", ...details.map(detailOf)) : undefined,
    moreDetails > 0 ? h("p", { class: "none" }, `${countOf(moreDetails, "more detail")} not shown.`) : undefined,
    error.size && section("Size", sizeOf(error.size)),
  );
}

const FORMS: Readonly<Record<Form, string>> = {
  status: "google.rpc.Status",
  header: "grpc-status-details-bin",
  grpcurl: "output of grpcurl",
  json: "JSON",
  connect: "Connect error",
  http: "HTTP response",
  text: "text without details",
};

function originOf({ found: { form, encoding, line, times } }: DecodedError): string {
  const parts = [FORMS[form], encoding, line > 1 && `line ${line}`, times > 1 && `${times} times`];
  return parts.filter((part) => typeof part === "string").join(" · ");
}

/** The title: a link to the error's page if this reference has it. */
function titleOf({ declared, reason, domain = "", code, recovery }: DecodedError, { entries }: Reference): HTMLElement {
  const anchor = reason === undefined ? undefined : anchorOf({ domain, reason });
  const name = reason ?? code.name;
  const number = declared && h("span", { class: "number" }, declared.number);
  const isListed = entries.some((entry) => entry.anchor === anchor);
  return h(
    "h2",
    {},
    isListed ? h("a", { href: `#${anchor}` }, number, number && " ", name) : name,
    recovery && h("span", { class: "chip", "data-tone": toneOf(recovery) }, recoveryTitle(recovery)),
  );
}

function factsOf({ code, domain, outcome, fault, retryDelay, declared, reason }: DecodedError): HTMLElement {
  const rows: Record<string, string> = {
    "gRPC code": `${code.name} (${code.number})`,
    ...(domain !== undefined && { Domain: domain }),
    ...(declared && { Class: declared.className }),
    ...(outcome && { Outcome: outcomeText(outcome) }),
    Fault: faultText(fault),
    ...(retryDelay !== undefined && { "Retry after": delayText(retryDelay) }),
  };
  const isUnknown = !declared && reason !== undefined;
  return h(
    "div",
    {},
    rowsOf(rows),
    isUnknown ? h("p", { class: "none" }, "This reference has no error of this name.") : undefined,
  );
}

function adviceOf({ declared, recovery }: DecodedError): Child {
  if (!recovery && declared?.clientAction === undefined) return undefined;
  return h(
    "div",
    { class: "advice", "data-tone": toneOf(recovery) },
    h("h3", {}, "What to do"),
    declared?.clientAction === undefined ? undefined : h("p", {}, declared.clientAction),
    recovery && h("p", { class: "rule" }, recoveryText(recovery)),
  );
}

function doubtsOf({ issues, damage }: DecodedError): Child {
  const doubts = [...damage, ...issues.map(({ message }) => message)];
  if (doubts.length === 0) return undefined;
  return section("What is wrong with it", h("ul", { class: "causes" }, ...doubts.map((doubt) => h("li", {}, doubt))));
}

function rowsOf(rows: Readonly<Record<string, string>>): HTMLElement {
  const items = Object.entries(rows).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)));
  return h("dl", { class: "rows" }, ...items);
}

const KINDS: Readonly<Record<ReportedDetail["kind"], string>> = {
  declared: "the declared detail",
  standard: "standard detail",
  other: "known type",
  unknown: "unknown type",
};

function detailOf({ typeName, typeUrl, kind, bytes, json, fields = [], rest }: ReportedDetail): HTMLElement {
  const label = typeName || typeUrl || "a detail without a type";
  return h(
    "div",
    { class: "type" },
    h(
      "h3",
      {},
      h("code", {}, label),
      h("span", { class: "flag" }, KINDS[kind]),
      bytes === undefined ? undefined : h("span", { class: "flag" }, countOf(bytes, "byte")),
    ),
    json && h("div", { class: "framed" }, codeBlock(JSON.stringify(json, null, 2), "json", label)),
    fields.length > 0 ? h("div", { class: "framed dump" }, dumpOf(fields)) : undefined,
    rest === undefined ? undefined : h("p", {}, rest),
  );
}

/** Fields of an unknown message as a nested list. */
function dumpOf(fields: readonly DumpedField[]): HTMLElement {
  return h(
    "ul",
    {},
    ...fields.map(({ number, name, wireType, value, as, or = [], fields: inner }) =>
      h(
        "li",
        {},
        h("span", { class: "t-key" }, name ?? `field ${number}`),
        h("span", { class: "tag" }, ` ${wireType === "bytes" ? as : wireType} `),
        value === undefined
          ? undefined
          : h(
              "span",
              { class: as === "text" ? "t-string" : "t-number" },
              as === "text" ? JSON.stringify(value) : value,
            ),
        or.length > 0 ? h("span", { class: "tag" }, ` or ${or.join(" or ")}`) : undefined,
        inner ? dumpOf(inner) : undefined,
      ),
    ),
  );
}

function sizeOf({ status, block, exceeds }: TrailerSize): HTMLElement {
  const of = ({ of, bytes }: SizeLimit) =>
    `${bytes.toLocaleString("en")} bytes of the ${of === "status" ? "status" : "header block"}`;
  return h(
    "div",
    {},
    h("p", {}, `${countOf(status, "byte")}; ${countOf(block, "byte")} as a header block.`),
    exceeds.length === 0
      ? h("p", { class: "none" }, "Every known peer and proxy passes it on.")
      : h(
          "ul",
          { class: "causes" },
          ...exceeds.map((limit) =>
            h("li", {}, h("strong", {}, limit.by), ` takes ${of(limit)}. Beyond, ${limit.beyond}.`),
          ),
        ),
  );
}
