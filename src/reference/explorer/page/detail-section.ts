import type { ListedError, ListedField, ListedMessage, Listing } from "../../listing.js";
import { type Child, h } from "./dom.js";
import { paragraphs, section } from "./section.js";

/** The fields of an error's detail, and of the messages inside it. */
export function detailSection({ detail }: ListedError, { messages }: Listing): HTMLElement {
  if (!detail) return section("Detail", h("p", { class: "none" }, "This error carries no detail."));
  const byType = new Map(messages.map((message) => [message.type, message]));
  const all = within(detail, byType);
  return section("Detail", ...all.map((message, index) => messageOf(message, index > 0)));
}

/** A message and those inside it. */
function within(first: ListedMessage, byType: ReadonlyMap<string, ListedMessage>): ListedMessage[] {
  const found = new Set([first]);
  for (const { fields } of found) {
    for (const { type } of fields) {
      const inner = byType.get(type.replace(/^map<\w+, (.+)>$/, "$1"));
      if (inner) found.add(inner);
    }
  }
  return [...found];
}

function messageOf({ type, documentation, fields, deprecated }: ListedMessage, isInner: boolean): HTMLElement {
  return h(
    "div",
    { class: isInner ? "type inner" : "type" },
    h("h3", {}, h("code", {}, type), deprecated ? h("span", { class: "flag" }, "deprecated") : undefined),
    paragraphs(documentation),
    fields.length === 0 ? h("p", { class: "none" }, "It has no fields.") : tableOf(type, fields),
  );
}

function tableOf(type: string, fields: readonly ListedField[]): HTMLElement {
  const heads = ["Field", "Type", "Description"].map((title) => h("th", { scope: "col" }, title));
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": `Fields of ${type}` },
    h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...fields.map(rowOf))),
  );
}

function rowOf({ name, number, type, label, oneof, deprecated, documentation }: ListedField): HTMLElement {
  const labels: Child[] = [
    label === "repeated" || label === "optional" || label === "required"
      ? h("span", { class: "flag" }, label)
      : undefined,
    oneof === undefined ? undefined : h("span", { class: "flag" }, `oneof ${oneof}`),
    deprecated ? h("span", { class: "flag" }, "deprecated") : undefined,
  ];
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("code", {}, name), h("span", { class: "tag" }, ` = ${number}`)),
    h("td", {}, h("code", {}, type), ...labels),
    h("td", {}, documentation === "" ? h("span", { class: "none" }, "–") : documentation),
  );
}
