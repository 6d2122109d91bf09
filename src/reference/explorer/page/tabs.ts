import { h, uniqueId } from "./dom.js";

/** A tab with what it shows. */
export interface Tab {
  readonly title: string;
  readonly content: Node;
}

/**
 * Tabs with one panel each. The arrow keys move between them. In print, all panels show.
 *
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/tabs/
 */
export function tabList(label: string, tabs: readonly Tab[]): HTMLElement {
  const id = uniqueId("tab");
  const made = tabs.map(({ title, content }, index) => {
    const [tabId, panelId] = [`${id}-${index}`, `${id}-panel-${index}`];
    const tab = h("button", { type: "button", role: "tab", id: tabId, "aria-controls": panelId }, title);
    const printed = h("p", { class: "print-title", "aria-hidden": "true" }, title);
    const panel = h("div", { role: "tabpanel", id: panelId, "aria-labelledby": tabId }, printed, content);
    return { tab, panel };
  });
  const choose = (chosen: number) => {
    for (const [index, { tab, panel }] of made.entries()) {
      tab.setAttribute("aria-selected", String(index === chosen));
      tab.tabIndex = index === chosen ? 0 : -1;
      panel.hidden = index !== chosen;
    }
  };
  for (const [index, { tab }] of made.entries()) {
    tab.addEventListener("click", () => choose(index));
    tab.addEventListener("keydown", (event) => {
      const last = made.length - 1;
      const moves: Readonly<Record<string, number>> = {
        ArrowRight: index === last ? 0 : index + 1,
        ArrowLeft: index === 0 ? last : index - 1,
        Home: 0,
        End: last,
      };
      const target = moves[event.key];
      if (target === undefined) return;
      event.preventDefault();
      choose(target);
      made[target]?.tab.focus();
    });
  }
  choose(0);
  const list = h("div", { role: "tablist", "aria-label": label }, ...made.map(({ tab }) => tab));
  return h("div", { class: "tabs" }, list, ...made.map(({ panel }) => panel));
}
