import type { Recovery } from "../../../definition.js";
import { type Entry, FACET_NAMES, FACETS, type Facet, UNDECLARED } from "../entries.js";
import type { Query, Results } from "../search.js";
import { recoveryTitle, TONES, toneOf } from "../tone.js";
import { fill, h } from "./dom.js";

/** The filters: a group of check boxes for each facet, with the number of errors of each value. */
export class Filters {
  readonly #boxes: readonly Box[];
  readonly #groups: readonly (readonly [facet: Facet, group: HTMLElement])[];

  /** @param change called when the user changes a filter */
  constructor(root: HTMLElement, entries: readonly Entry[], change: (filters: Query["filters"]) => void) {
    this.#boxes = FACET_NAMES.flatMap((facet) => {
      const values = valuesOf(facet, entries);
      // One value leaves nothing to choose.
      return values.length > 1 ? values.map((value) => boxOf(facet, value)) : [];
    });
    this.#groups = FACET_NAMES.map((facet) => {
      const boxes = this.#boxes.filter((box) => box.facet === facet);
      const legend = h("legend", {}, FACETS[facet].title);
      return [facet, h("fieldset", {}, legend, ...boxes.map(({ row }) => row))] as const;
    });
    const details = h("details", {}, h("summary", {}, "Filters"), ...this.#groups.map(([, group]) => group));
    fill(root, details);
    root.addEventListener("change", () => change(this.#chosen));
    const narrow = matchMedia("(max-width: 1180px)");
    const adapt = () => details.toggleAttribute("open", !narrow.matches);
    narrow.addEventListener("change", adapt);
    adapt();
  }

  /** Shows the filters of a query, and the counts of its results. */
  show({ filters }: Query, { counts }: Results): void {
    for (const { facet, value, input, count, row } of this.#boxes) {
      const number = counts[facet].get(value) ?? 0;
      input.checked = filters[facet]?.has(value) ?? false;
      count.textContent = String(number);
      // Categories belong to systems: those of other systems would only be in the way.
      row.hidden = number === 0 && !input.checked && facet === "category";
      row.toggleAttribute("data-empty", number === 0);
    }
    for (const [facet, group] of this.#groups) {
      group.hidden = !this.#boxes.some((box) => box.facet === facet && !box.row.hidden);
    }
  }

  get #chosen(): Query["filters"] {
    const chosen: Partial<Record<Facet, Set<string>>> = {};
    for (const { facet, value, input } of this.#boxes) {
      if (input.checked) chosen[facet] = (chosen[facet] ?? new Set()).add(value);
    }
    return chosen;
  }
}

interface Box {
  readonly facet: Facet;
  readonly value: string;
  readonly input: HTMLInputElement;
  readonly count: HTMLElement;
  readonly row: HTMLElement;
}

function boxOf(facet: Facet, value: string): Box {
  const input = h("input", { type: "checkbox", name: facet, value });
  const count = h("span", { class: "count" });
  const recovery =
    facet === "recovery" ? h("span", { class: "dot", "data-tone": toneOf(recoveryOf(value)) }) : undefined;
  const row = h(
    "label",
    { class: "box" },
    input,
    recovery,
    h("span", { class: "value" }, labelOf(facet, value)),
    count,
  );
  return { facet, value, input, count, row };
}

function labelOf(facet: Facet, value: string): string {
  return facet === "recovery" ? recoveryTitle(recoveryOf(value)) : value;
}

function recoveryOf(value: string): Recovery | undefined {
  return value === UNDECLARED ? undefined : (value as Recovery);
}

/** The values of a facet: codes by their numbers, recoveries by their tones, and the others in the order of declaration. */
function valuesOf(facet: Facet, entries: readonly Entry[]): string[] {
  const sorted = facet === "code" ? [...entries].sort((a, b) => a.error.code.number - b.error.code.number) : entries;
  const values = [...new Set(sorted.flatMap((entry) => FACETS[facet].valueOf(entry) ?? []))];
  const rank = (value: string) => TONES.indexOf(toneOf(recoveryOf(value)));
  return facet === "recovery" ? values.sort((a, b) => rank(a) - rank(b)) : values;
}
