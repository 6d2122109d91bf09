import { type Child, h, uniqueId } from "./dom.js";

/** A part of a page with a heading. */
export function section(title: string, ...children: readonly Child[]): HTMLElement {
  const id = uniqueId("section");
  return h("section", { "aria-labelledby": id }, h("h2", { id }, title), ...children);
}

/** A comment as paragraphs. */
export function paragraphs(text: string, className?: string): HTMLElement[] {
  const parts = text.split(/\n\s*\n/).filter((part) => part.trim() !== "");
  return parts.map((part) => h("p", { class: className }, part));
}
