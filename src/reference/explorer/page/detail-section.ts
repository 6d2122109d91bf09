import type { ListedError, ListedField, ListedFieldEnum, ListedMessage, Listing } from "../../listing.js";
import { type Child, h, paragraphs, section } from "./dom.js";

/** The fields of an error's detail, and of the messages inside it. */
export function detailSection({ detail }: ListedError, { messages, fieldEnums }: Listing): HTMLElement {
  if (!detail) return section("Detail", h("p", { class: "none" }, "This error carries no detail."));
  const byType = new Map(messages.map((message) => [message.type, message]));
  const all = within(detail, byType);
  const types = new Set(all.flatMap(({ fields }) => fields.map(valueType)));
  const enums = fieldEnums.filter(({ name }) => types.has(name));
  return section("Detail", ...all.map((message, index) => messageOf(message, index > 0)), ...enums.map(enumOf));
}

/** A message and those inside it. */
function within(first: ListedMessage, byType: ReadonlyMap<string, ListedMessage>): ListedMessage[] {
  const found = new Set([first]);
  for (const { fields } of found) {
    for (const field of fields) {
      const inner = byType.get(valueType(field));
      if (inner) found.add(inner);
    }
  }
  return [...found];
}

/** The type of a field, of its items, or of the values of its map. */
function valueType({ type }: ListedField): string {
  return type.replace(/^map<\w+, (.+)>$/, "$1");
}

function messageOf({ type, documentation, fields, deprecated }: ListedMessage, isInner: boolean): HTMLElement {
  return h(
    "div",
    { class: isInner ? "type inner" : "type" },
    h("h3", {}, h("code", {}, type), flagOf(deprecated)),
    paragraphs(documentation),
    fields.length === 0
      ? h("p", { class: "none" }, "It has no fields.")
      : tableOf(`Fields of ${type}`, ["Field", "Type", "Description"], fields.map(rowOf)),
  );
}

function enumOf({ name, documentation, values }: ListedFieldEnum): HTMLElement {
  const rows = values.map(({ name, number, deprecated, documentation }) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, h("code", {}, name), h("span", { class: "tag" }, ` = ${number}`), flagOf(deprecated)),
      h("td", {}, documentationOf(documentation)),
    ),
  );
  return h(
    "div",
    { class: "type inner" },
    h("h3", {}, h("code", {}, name), h("span", { class: "flag" }, "enum")),
    paragraphs(documentation),
    tableOf(`Values of ${name}`, ["Value", "Description"], rows),
  );
}

function tableOf(label: string, columns: readonly string[], rows: readonly HTMLElement[]): HTMLElement {
  const heads = columns.map((title) => h("th", { scope: "col" }, title));
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": label },
    h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows)),
  );
}

function rowOf({ name, number, type, label, oneof, redacted, deprecated, documentation }: ListedField): HTMLElement {
  const labels: Child[] = [
    label === "repeated" || label === "optional" || label === "required"
      ? h("span", { class: "flag" }, label)
      : undefined,
    oneof === undefined ? undefined : h("span", { class: "flag" }, `oneof ${oneof}`),
    redacted ? h("span", { class: "flag" }, "redacted") : undefined,
    flagOf(deprecated),
  ];
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("code", {}, name), h("span", { class: "tag" }, ` = ${number}`)),
    h("td", {}, h("code", {}, type), ...labels),
    h("td", {}, documentationOf(documentation)),
  );
}

function flagOf(deprecated: boolean): Child {
  return deprecated ? h("span", { class: "flag" }, "deprecated") : undefined;
}

function documentationOf(text: string): Child {
  return text === "" ? h("span", { class: "none" }, "–") : text;
}
