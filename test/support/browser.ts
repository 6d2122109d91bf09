import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import type { AxeResults } from "axe-core";
import { type Browser, type ConsoleMessage, chromium, type Page, type Request } from "playwright-core";

/** The path of an installed Chromium. `undefined` if there is none. */
export function findChromium(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const names = ["chromium", "chromium-browser", "google-chrome"];
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}

/** Starts a headless Chromium that reaches nothing but files. */
export async function startBrowser(path: string): Promise<Browser> {
  // Processes of root, as in a container, have no sandbox.
  return chromium.launch({ executablePath: path, args: ["--no-sandbox", "--disable-background-networking"] });
}

/** Collects what goes wrong in a page until it is stopped: errors on its console, and requests other than for the page itself. */
export function watchPage(page: Page): { readonly wrong: readonly string[]; stop(): void } {
  const wrong: string[] = [];
  const onConsole = (message: ConsoleMessage) => {
    if (message.type() === "error" || message.type() === "warning") wrong.push(`console: ${message.text()}`);
  };
  const onPageError = (error: Error) => wrong.push(`error: ${error.message}`);
  const onRequest = (request: Request) => {
    if (!request.isNavigationRequest() && !request.url().startsWith("data:")) wrong.push(`request: ${request.url()}`);
  };
  page.on("console", onConsole).on("pageerror", onPageError).on("request", onRequest);
  return {
    wrong,
    stop: () => page.off("console", onConsole).off("pageerror", onPageError).off("request", onRequest),
  };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Returns what axe-core finds in a page: the rule, and the elements that break it. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // The debugger may run scripts that the policy of the page forbids.
  await page.evaluate(AXE);
  // By default, axe also describes every element that passes.
  const { violations }: AxeResults = await page.evaluate("axe.run({ resultTypes: ['violations'] })");
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}
