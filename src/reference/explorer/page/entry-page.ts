import { delayText } from "../../../detail/duration.js";
import { faultText, originText, outcomeText, recoveryText } from "../../advice.js";
import type { Listing } from "../../listing.js";
import type { Entry } from "../entries.js";
import type { PageCatalog } from "../page-catalog.js";
import { outcomeTitle, recoveryTitle, toneOf } from "../tone.js";
import { copyButton } from "./code-block.js";
import { detailSection } from "./detail-section.js";
import { type Child, h, paragraphs, section } from "./dom.js";
import { typescriptSection, wireSection } from "./examples.js";

/** What the page of an error is made from. */
export interface Reference {
  readonly listing: Listing;
  readonly entries: readonly Entry[];
  readonly catalog: PageCatalog;
}

/** The page of one error. */
export function entryPage(entry: Entry, reference: Reference): HTMLElement {
  const { error } = entry;
  const { deprecated, documentation, message, redirectTo } = error;
  return h(
    "article",
    { class: "entry", "data-tone": toneOf(error.recovery) },
    headOf(entry, reference),
    deprecated ? h("p", { class: "deprecated" }, "This error is deprecated.") : undefined,
    paragraphs(documentation.summary, "lead"),
    paragraphs(documentation.remarks ?? "", "remarks"),
    factsOf(entry),
    adviceOf(entry),
    causesOf(entry),
    section("Message", h("p", { class: "message" }, ...templateParts(message))),
    redirectTo === undefined
      ? undefined
      : section("Server to send the request to", h("p", { class: "message" }, ...templateParts(redirectTo))),
    detailSection(error, reference.listing),
    wireSection(entry, reference.catalog),
    typescriptSection(entry, reference.catalog),
    methodsOf(entry),
    declarationOf(entry),
  );
}

function headOf(entry: Entry, { entries }: Reference): HTMLElement {
  const { error, declared, system } = entry;
  const index = entries.indexOf(entry);
  const neighbor = (at: number, text: string) => {
    const other = entries[at];
    return (
      other && h("a", { class: "step", href: `#${other.anchor}`, "aria-label": `${text}: ${other.error.reason}` }, text)
    );
  };
  const place = [system, error.category?.name ?? declared.domain].filter((part, at, all) => all.indexOf(part) === at);
  return h(
    "header",
    { class: "head" },
    h(
      "div",
      { class: "crumbs" },
      h("a", { class: "back", href: "#" }, "All errors"),
      h("span", {}, place.join(" / ")),
      h("span", { class: "steps" }, neighbor(index - 1, "Previous"), neighbor(index + 1, "Next")),
    ),
    h(
      "div",
      { class: "title" },
      h("h1", { tabindex: -1 }, h("span", { class: "number" }, error.number), " ", ...breakable(error.reason)),
      copyButton("Copy link", () => location.href),
    ),
    h(
      "p",
      { class: "names" },
      h("code", {}, error.className),
      error.className === `${error.displayName}Error` ? undefined : h("span", {}, error.displayName),
      error.since === undefined ? undefined : h("span", {}, `since ${error.since}`),
    ),
  );
}

/** A name that may break after each underscore. */
function breakable(name: string): Child[] {
  return name.split(/(?<=_)/).flatMap((part, index) => (index === 0 ? [part] : [h("wbr"), part]));
}

function factsOf({ error }: Entry): HTMLElement {
  const { code, httpStatus, recovery, outcome, fault, origin, retryDelay } = error;
  const fact = (name: string, value: Child, more?: string, data: Record<string, string> = {}) =>
    h("div", { class: "fact", ...data }, h("dt", {}, name), h("dd", {}, value, more && h("small", {}, more)));
  const effect = outcome ? outcomeText(outcome) : "Treat the request as if it may have taken effect.";
  return h(
    "dl",
    { class: "facts" },
    fact("gRPC code", h("code", {}, breakable(code.name)), String(code.number)),
    fact("HTTP status", h("code", {}, httpStatus)),
    fact("Recovery", recoveryTitle(recovery), retryDelay === undefined ? undefined : `after ${delayText(retryDelay)}`, {
      "data-tone": toneOf(recovery),
    }),
    fact("Outcome", outcomeTitle(outcome), effect),
    fact("Fault", capitalized(faultText(fault)), undefined, { "data-fault": fault }),
    fact("Origin", capitalized(originText(origin))),
  );
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function adviceOf({ error: { recovery, documentation, helpUrl } }: Entry): Child {
  const { clientAction } = documentation;
  if (recovery === undefined && clientAction === undefined && helpUrl === undefined) return undefined;
  const rule = recovery && h("p", { class: "rule" }, recoveryText(recovery));
  return h(
    "div",
    { class: "advice", "data-tone": toneOf(recovery) },
    h("h2", {}, "What to do"),
    clientAction === undefined ? undefined : paragraphs(clientAction),
    rule,
    helpUrl === undefined ? undefined : h("p", {}, h("a", { href: helpUrl, rel: "noreferrer" }, helpUrl)),
  );
}

function causesOf({ error: { documentation } }: Entry): Child {
  const causes = documentation.causes.map((cause) => h("li", {}, cause));
  return causes.length === 0 ? undefined : section("Common causes", h("ul", { class: "causes" }, ...causes));
}

/** A message with its placeholders marked. */
function templateParts(message: string): Child[] {
  return message.split(/(\{\{|\}\}|\{[^{}]*\})/).map((part) => {
    if (part === "{{" || part === "}}") return part.slice(1);
    return part.startsWith("{") ? h("code", { class: "placeholder" }, part.slice(1, -1)) : part;
  });
}

function methodsOf({ methods }: Entry): Child {
  if (methods.length === 0) return undefined;
  return section("Methods", h("ul", { class: "methods" }, ...methods.map((name) => h("li", {}, h("code", {}, name)))));
}

function declarationOf({ error, declared }: Entry): HTMLElement {
  const { file, line, labels } = error;
  const rows: readonly (readonly [name: string, value: string])[] = [
    ["Domain", error.domain],
    ["Reason", error.reason],
    ["Enum value", `${declared.name} ${error.name}`],
    ["Declared at", line === undefined ? file : `${file}:${line}`],
    ...Object.entries(labels),
  ];
  return section(
    "Declaration",
    h(
      "dl",
      { class: "rows" },
      ...rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, h("code", {}, value)))),
    ),
  );
}
