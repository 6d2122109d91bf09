import { byId, icon } from "./dom.js";

const SUN =
  "M8 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM8 .8v1.4M8 13.8v1.4M.8 8h1.4M13.8 8h1.4M2.9 2.900l1 1M12.1 12.100l1 1M2.9 13.100l1-1M12.1 3.900l1-1";
const MOON = "M13.5 9.600A5.7 5.7 0 0 1 6.4 2.500a5.7 5.7 0 1 0 7.1 7.100Z";
const KEY = "rich-errors-theme";

/** Sets up the button that switches between dark and light. By default, the page follows the system. */
export function setUpTheme(): void {
  const button = byId("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  let chosen = remembered();
  const show = () => {
    const isDark = chosen === undefined ? system.matches : chosen === "dark";
    if (chosen !== undefined) document.documentElement.dataset["theme"] = chosen;
    const label = isDark ? "Switch to light colors" : "Switch to dark colors";
    button.setAttribute("aria-label", label);
    button.title = label;
    button.replaceChildren(icon(isDark ? SUN : MOON));
    return isDark;
  };
  button.addEventListener("click", () => {
    chosen = show() ? "light" : "dark";
    show();
    remember(chosen);
  });
  system.addEventListener("change", show);
  show();
}

type Theme = "dark" | "light";

/** Browsers may forbid a page from file:// to store anything. */
function remembered(): Theme | undefined {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "dark" || stored === "light" ? stored : undefined;
  } catch {
    return undefined;
  }
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice holds for this visit.
  }
}
