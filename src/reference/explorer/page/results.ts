import type { Entry } from "../entries.js";
import { wordsOf } from "../search.js";
import { recoveryTitle, toneOf } from "../tone.js";
import { type Child, fill, h } from "./dom.js";

/** The list grows by this many errors when its end comes near. */
const STEP = 60;

/** Rows this far from the end of the list are made without those in between. */
const FAR = 500;

/** The number of errors that print. */
const MAX_PRINTED = 2_000;

/** The list of the errors that a search found. */
export class ResultList {
  readonly #root: HTMLElement;
  readonly #end = h("div", { class: "end" });
  #entries: readonly Entry[] = [];
  #words: readonly string[] = [];
  /** The errors from the first to the second index have rows. */
  #from = 0;
  #to = 0;
  #group: { readonly title: string; readonly list: HTMLElement } | undefined;
  #current: string | undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
    new IntersectionObserver((changes) => changes.some(({ isIntersecting }) => isIntersecting) && this.#grow(STEP), {
      rootMargin: "800px",
    }).observe(this.#end);
    addEventListener("beforeprint", () => this.#grow(MAX_PRINTED));
  }

  /** Shows errors. Without a search text, they stand in groups. */
  show(entries: readonly Entry[], text: string): void {
    this.#entries = entries;
    this.#words = wordsOf(text);
    this.#begin(0);
    this.#root.scrollTop = 0;
  }

  /** Makes the rows from an index on. Those before it come with a button. */
  #begin(from: number): void {
    this.#from = from;
    this.#to = from;
    this.#group = undefined;
    const earlier = () => {
      const first = this.#rows[0]?.hash;
      this.#begin(Math.max(0, this.#from - STEP));
      this.#grow(STEP);
      this.#rows.find((row) => row.hash === first)?.focus();
    };
    const button = h("button", { type: "button", class: "quiet earlier", onclick: earlier }, "Show earlier errors");
    fill(this.#root, from > 0 ? button : undefined, this.#end);
    this.#grow(STEP);
  }

  /** Marks the error that is open, and scrolls to it. */
  mark(anchor: string | undefined): void {
    this.#row(this.#current)?.removeAttribute("aria-current");
    this.#current = anchor;
    this.#reach(anchor);
    const row = this.#row(anchor);
    row?.setAttribute("aria-current", "page");
    row?.scrollIntoView({ block: "nearest" });
  }

  /** Focuses the row of an error, or else the first one. */
  focusOn(anchor: string | undefined): void {
    this.#reach(anchor);
    const row = this.#row(anchor) ?? this.#rows[0];
    row?.focus();
  }

  /** Moves the focus by some rows. Returns whether there is a row to focus. */
  move(by: number): boolean {
    const rows = this.#rows;
    const at = rows.indexOf(document.activeElement as HTMLAnchorElement);
    if (at + by >= rows.length) this.#grow(STEP);
    const row = this.#rows[Math.max(0, at) + (at < 0 ? 0 : by)];
    row?.focus();
    return row !== undefined;
  }

  get #rows(): HTMLAnchorElement[] {
    return [...this.#root.querySelectorAll<HTMLAnchorElement>("a.row")];
  }

  #row(anchor: string | undefined): HTMLAnchorElement | undefined {
    return anchor === undefined ? undefined : this.#rows.find((row) => row.hash === `#${anchor}`);
  }

  /** Makes the row of an error if it has none. */
  #reach(anchor: string | undefined): void {
    const index = anchor === undefined ? -1 : this.#entries.findIndex((entry) => entry.anchor === anchor);
    if (index < 0 || (index >= this.#from && index < this.#to)) return;
    if (index >= this.#from && index < this.#to + FAR) this.#grow(index - this.#to + STEP);
    else this.#begin(Math.max(0, index - STEP / 2));
  }

  #grow(by: number): void {
    const more = this.#entries.slice(this.#to, this.#to + by);
    this.#to += more.length;
    for (const entry of more) this.#listOf(entry).append(h("li", {}, this.#makeRow(entry)));
    this.#root.append(this.#end);
    if (this.#to >= this.#entries.length) this.#end.remove();
  }

  #listOf(entry: Entry): HTMLElement {
    const title = this.#words.length > 0 ? "" : groupOf(entry);
    if (this.#group?.title !== title) {
      const list = h("ul", {});
      this.#root.append(h("div", { class: "group" }, title === "" ? [] : h("h3", {}, title), list));
      this.#group = { title, list };
    }
    return this.#group.list;
  }

  #makeRow({ anchor, error, system }: Entry): HTMLElement {
    const { number, reason, code, documentation, recovery, deprecated } = error;
    return h(
      "a",
      {
        class: "row",
        href: `#${anchor}`,
        "aria-current": anchor === this.#current ? "page" : undefined,
      },
      h("span", { class: "number" }, number),
      h("span", { class: deprecated ? "reason gone" : "reason" }, this.#marked(reason)),
      h("span", { class: "summary" }, this.#marked(documentation.summary)),
      h(
        "span",
        { class: "facts" },
        recovery && h("span", { class: "chip", "data-tone": toneOf(recovery) }, recoveryTitle(recovery)),
        h("span", { class: "code" }, code.name),
        this.#words.length > 0 ? h("span", { class: "system" }, system) : undefined,
      ),
    );
  }

  /** A text with the words of the search marked. */
  #marked(text: string): Child {
    const words = this.#words
      .filter((word) => word.length > 1)
      .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    if (words.length === 0) return text;
    const parts = text.split(new RegExp(`(${words.join("|")})`, "iu"));
    return parts.map((part, index) => (index % 2 === 1 ? h("mark", {}, part) : part));
  }
}

function groupOf({ system, error, declared }: Entry): string {
  const part = error.category?.name ?? declared.domain;
  return part === system ? system : `${system} · ${part}`;
}
