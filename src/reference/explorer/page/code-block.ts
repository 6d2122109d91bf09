import { type Language, tokensOf } from "../highlight.js";
import { copyButton } from "./copy.js";
import { h } from "./dom.js";

/** Code with colors and a button that copies it. */
export function codeBlock(code: string, language: Language, label: string): HTMLElement {
  const tokens = tokensOf(code.trimEnd(), language);
  const parts = tokens.map(({ text, kind }) => (kind ? h("span", { class: `t-${kind}` }, text) : text));
  // A block may scroll, and the keyboard has to reach it.
  const block = h("pre", { tabindex: 0, role: "region", "aria-label": label }, h("code", {}, ...parts));
  return h(
    "div",
    { class: "code-block" },
    block,
    copyButton(`Copy ${label}`, () => code),
  );
}
