import { recoveryText } from "../../advice.js";
import type { Entry } from "../entries.js";
import { RECOVERIES, recoveryTitle, TONES, toneOf } from "../tone.js";
import { h, section } from "./dom.js";
import { fragmentOf } from "./route.js";

/** What the page shows before an error is chosen: the systems, the recoveries, and what else it can do. */
export function overviewPage(entries: readonly Entry[]): HTMLElement {
  const systems = [...new Set(entries.map(({ system }) => system))];
  const only = systems.length === 1 ? systems[0] : undefined;
  const cards = systems.map((name) => h("li", {}, cardOf(name, entries)));
  return h(
    "article",
    { class: "overview" },
    h(
      "h1",
      { tabindex: -1 },
      `${countOf(entries.length, "error")} ${only ? `of ${only}` : `in ${systems.length} systems`}`,
    ),
    h(
      "p",
      { class: "lead" },
      "Search by number, reason or words. Do you hold a trailer, an HTTP body or a log line? ",
      h("a", { href: "#decode" }, "Decode it"),
      ".",
    ),
    only === undefined ? section("Systems", h("ul", { class: "cards" }, ...cards)) : undefined,
    section("What to do after an error", legendOf(entries)),
    section(
      "Keyboard",
      h(
        "ul",
        { class: "keys" },
        h("li", {}, h("kbd", {}, "/"), " searches"),
        h("li", {}, h("kbd", {}, "↑"), " ", h("kbd", {}, "↓"), " move through the errors"),
        h("li", {}, h("kbd", {}, "Enter"), " opens one"),
        h("li", {}, h("kbd", {}, "Esc"), " goes back"),
      ),
    ),
  );
}

function cardOf(system: string, all: readonly Entry[]): HTMLElement {
  const entries = all.filter((entry) => entry.system === system);
  const domains = new Set(entries.map(({ error }) => error.domain));
  const query = { text: "", filters: { system: new Set([system]) } };
  return h(
    "a",
    { class: "card", href: fragmentOf({ kind: "overview" }, query) },
    h("strong", {}, system),
    h("span", {}, countOf(entries.length, "error")),
    h("small", {}, domains.size > 1 ? [...domains].join(", ") : sentenceOf(entries)),
    barOf(entries),
  );
}

/** The first sentence about the enum of some errors. */
function sentenceOf([first]: readonly Entry[]): string {
  return /^[^.\n]*\./.exec(first?.declared.documentation ?? "")?.[0] ?? "";
}

/** A bar with the shares of the recoveries. The legend says the same in words. */
function barOf(entries: readonly Entry[]): HTMLElement {
  const parts = TONES.flatMap((tone) => {
    const number = entries.filter(({ error }) => toneOf(error.recovery) === tone).length;
    if (number === 0) return [];
    const part = h("span", { "data-tone": tone });
    part.style.flexGrow = String(number);
    return part;
  });
  return h("span", { class: "share", "aria-hidden": "true" }, ...parts);
}

function legendOf(entries: readonly Entry[]): HTMLElement {
  const rows = RECOVERIES.filter((recovery) => entries.some(({ error }) => error.recovery === recovery)).map(
    (recovery) => {
      const number = entries.filter(({ error }) => error.recovery === recovery).length;
      const href = fragmentOf({ kind: "overview" }, { text: "", filters: { recovery: new Set([recovery]) } });
      const link = h("a", { class: "chip", "data-tone": toneOf(recovery), href }, recoveryTitle(recovery));
      return h(
        "div",
        {},
        h("dt", {}, link, h("span", { class: "count" }, number)),
        h("dd", {}, recoveryText(recovery)),
      );
    },
  );
  return h("dl", { class: "legend" }, ...rows);
}

/** A number with its noun: `1 error`, `2 errors`. */
export function countOf(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
