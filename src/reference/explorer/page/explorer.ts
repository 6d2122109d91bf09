import { type Query, Search } from "../search.js";
import { decoderPage } from "./decoder-page.js";
import { byId, fill, h } from "./dom.js";
import { entryPage, type Reference } from "./entry-page.js";
import { Filters } from "./filters.js";
import { countOf, overviewPage } from "./overview.js";
import { ResultList } from "./results.js";
import { fragmentOf, NO_QUERY, parametersOf, parseQuery, parseRoute, type View } from "./route.js";

/** The page as a whole: it keeps what the user sees, the URL and the history in step. */
export class Explorer {
  readonly #reference: Reference;
  readonly #search: Search;
  readonly #results = new ResultList(byId("results"));
  readonly #filters: Filters;
  readonly #input = byId("query") as HTMLInputElement;
  readonly #title = document.title;
  #query: Query = NO_QUERY;
  #view: View = { kind: "overview" };
  #announcing: ReturnType<typeof setTimeout> | undefined;
  #remembering: ReturnType<typeof setTimeout> | undefined;

  constructor(reference: Reference) {
    this.#reference = reference;
    this.#search = new Search(reference.entries);
    this.#filters = new Filters(byId("filters"), reference.entries, (filters) =>
      this.#change({ ...this.#query, filters }),
    );
  }

  /** Shows what the URL says, and listens to the user. */
  start(): void {
    this.#input.addEventListener("input", () => this.#change({ ...this.#query, text: this.#input.value }));
    byId("search").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#results.move(1);
    });
    byId("clear").addEventListener("click", () => {
      this.#change(NO_QUERY);
      this.#input.focus();
    });
    document.addEventListener("keydown", (event) => this.#press(event));
    for (const link of document.querySelectorAll<HTMLElement>("[data-skip]")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        byId("main").focus();
      });
    }
    addEventListener("popstate", () => this.#arrive(true));
    this.#arrive(false);
  }

  /** Takes over the URL: at the start, after a link, and after a step in the history. */
  #arrive(isStep: boolean): void {
    const { view, query } = parseRoute(location.hash);
    const state: unknown = history.state;
    const kept = typeof state === "string" ? parseQuery(state) : this.#query;
    // "#" alone is the way back to the whole list.
    const previous = { view: this.#view, parameters: parametersOf(this.#query) };
    this.#query = query ?? (view.kind === "overview" ? NO_QUERY : kept);
    this.#view = view;
    this.#remember();
    // The same list stays as it is, so that it does not move under the pointer.
    if (!isStep || parametersOf(this.#query) !== previous.parameters) this.#showResults();
    else this.#markCurrent();
    this.#showView();
    if (isStep) this.#moveFocus(previous.view);
  }

  /** Searches again. The URL keeps its view. */
  #change(query: Query): void {
    this.#query = query;
    // Safari allows a page 100 changes of the history in 30 seconds.
    clearTimeout(this.#remembering);
    this.#remembering = setTimeout(() => this.#remember(), 200);
    this.#showResults();
  }

  #remember(): void {
    history.replaceState(parametersOf(this.#query), "", fragmentOf(this.#view, this.#query));
  }

  #showResults(): void {
    const results = this.#search.run(this.#query);
    const { entries } = results;
    if (this.#input.value !== this.#query.text) this.#input.value = this.#query.text;
    this.#filters.show(this.#query, results);
    this.#results.show(entries, this.#query.text);
    this.#markCurrent();
    const isFiltered = parametersOf(this.#query) !== "";
    byId("clear").hidden = !isFiltered;
    if (entries.length === 0) this.#showNothing();
    // A screen reader hears the count when the typing pauses.
    const all = countOf(this.#reference.entries.length, "error");
    const text =
      entries.length === 0 ? "No error fits" : isFiltered ? `${entries.length.toLocaleString("en")} of ${all}` : all;
    clearTimeout(this.#announcing);
    this.#announcing = setTimeout(() => fill(byId("count"), text), byId("count").textContent === "" ? 0 : 250);
  }

  #markCurrent(): void {
    this.#results.mark(this.#view.kind === "entry" ? this.#view.anchor : undefined);
  }

  #showNothing(): void {
    const near = this.#search.nearest(this.#query.text);
    const suggestion = near && fragmentOf({ kind: "overview" }, { text: near, filters: {} });
    const hasFilters = Object.keys(this.#query.filters).length > 0;
    const clear = h(
      "button",
      { type: "button", onclick: () => this.#change({ ...this.#query, filters: {} }) },
      "Remove the filters",
    );
    fill(
      byId("results"),
      h(
        "div",
        { class: "nothing" },
        h("p", {}, "No error fits ", h("strong", {}, this.#query.text.trim() || "the filters"), "."),
        suggestion ? h("p", {}, "Did you mean ", h("a", { href: suggestion }, near), "?") : undefined,
        hasFilters ? clear : undefined,
        h("p", {}, "Do you hold a trailer, a body or a log line? ", h("a", { href: "#decode" }, "Decode it"), "."),
      ),
    );
  }

  #showView(): void {
    const main = byId("main");
    const view = this.#view;
    document.body.dataset["view"] = view.kind;
    byId("decode-link").toggleAttribute("data-current", view.kind === "decoder");
    main.scrollTop = 0;
    if (view.kind === "overview") {
      document.title = this.#title;
      fill(main, overviewPage(this.#reference.entries));
    } else if (view.kind === "decoder") {
      document.title = `Decode – ${this.#title}`;
      fill(main, decoderPage(view.input, this.#reference));
    } else {
      const entry = this.#reference.entries.find(({ anchor }) => anchor === view.anchor);
      document.title = `${entry ? entry.error.reason : "Not found"} – ${this.#title}`;
      fill(main, entry ? entryPage(entry, this.#reference) : this.#missingPage(view.anchor));
    }
    if (document.body.scrollTop !== 0 || scrollY !== 0) scrollTo(0, 0);
  }

  #missingPage(anchor: string): HTMLElement {
    const reason = anchor.slice(anchor.lastIndexOf("/") + 1);
    const near = this.#search.nearest(reason);
    const href = fragmentOf({ kind: "overview" }, { text: near ?? reason, filters: {} });
    return h(
      "article",
      { class: "overview" },
      h("h1", { tabindex: -1 }, "There is no such error"),
      h("p", { class: "lead" }, "No error has the address ", h("code", {}, anchor), "."),
      h(
        "p",
        {},
        h("a", { href }, `Search for ${near ?? reason}`),
        " or see ",
        h("a", { href: "#" }, "all errors"),
        ".",
      ),
    );
  }

  /** After a link, the new page gets the focus. After the way back, the list gets it. */
  #moveFocus(previous: View): void {
    if (this.#view.kind === "overview") {
      if (previous.kind === "entry") this.#results.focusOn(previous.anchor);
      return;
    }
    const target = document.querySelector<HTMLElement>(this.#view.kind === "decoder" ? "#input" : "main h1");
    target?.focus({ preventScroll: true });
  }

  #press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    const isTyping = target.matches("input[type=search], textarea");
    if (event.key === "/" && !isTyping) {
      event.preventDefault();
      this.#input.focus();
      this.#input.select();
    } else if (event.key === "Escape") {
      this.#escape(target);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const isInList = target.matches("a.row");
      if (!isInList && target !== this.#input && target !== document.body) return;
      event.preventDefault();
      const isFirst = isInList && target === document.querySelector("a.row");
      if (event.key === "ArrowUp" && isFirst) this.#input.focus();
      else this.#results.move(event.key === "ArrowDown" ? 1 : -1);
    }
  }

  #escape(target: HTMLElement): void {
    if (target === this.#input) {
      if (this.#query.text !== "") this.#change({ ...this.#query, text: "" });
      else this.#input.blur();
    } else if (target.matches("a.row")) {
      this.#input.focus();
    } else if (target.matches("textarea")) {
      // A second Esc leaves the decoder, and what was pasted.
      target.blur();
    } else if (this.#view.kind !== "overview") {
      const previous = this.#view;
      this.#view = { kind: "overview" };
      history.pushState(parametersOf(this.#query), "", fragmentOf(this.#view, this.#query));
      this.#markCurrent();
      this.#showView();
      this.#moveFocus(previous);
    }
  }
}
