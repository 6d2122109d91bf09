import { type Language, tokensOf } from "../highlight.js";
import { h, icon } from "./dom.js";

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

const COPY =
  "M5.5 5.5V3a1 1 0 0 1 1-1H13a1 1 0 0 1 1 1v6.5a1 1 0 0 1-1 1h-2.5M3 5.5h6.5a1 1 0 0 1 1 1V13a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V6.5a1 1 0 0 1 1-1Z";
const DONE = "M3 8.5 6.5 12 13 4.5";

/** A button that copies a text. */
export function copyButton(label: string, text: () => string): HTMLElement {
  const said = h("span", { class: "hidden", role: "status" });
  const button = h("button", { type: "button", class: "copy", "aria-label": label, title: label }, icon(COPY));
  button.addEventListener("click", async () => {
    const done = await copy(text());
    button.replaceChildren(icon(done ? DONE : COPY));
    said.textContent = done ? "Copied" : "Copying is not allowed here";
    setTimeout(() => {
      button.replaceChildren(icon(COPY));
      said.textContent = "";
    }, 2000);
  });
  return h("span", { class: "copying" }, button, said);
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Not every browser has a clipboard for pages from file://.
    const area = h("textarea", { class: "hidden", readonly: true });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
