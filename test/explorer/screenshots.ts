import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findChromium, startBrowser } from "../support/browser.js";

// The program behind `npm run explorer:screenshots`: what the page looks like, for a review.

const BUILD = join(process.cwd(), "build");

interface Screenshot {
  readonly hash?: string;
  readonly colorScheme?: "dark" | "light";
  readonly width?: number;
  readonly height?: number;
  readonly print?: true;
}

const SCREENSHOTS: Readonly<Record<string, Screenshot>> = {
  overview: {},
  search: { hash: "#?q=not+leader&system=eventlog" },
  "entry-light": { hash: "#streams/STREAM_REVISION_CONFLICT" },
  "entry-dark": { hash: "#eventlog/NOT_LEADER", colorScheme: "dark" },
  "entry-whole": { hash: "#hapnd/VALIDATION_ERROR", height: 2600 },
  decoder: { hash: "#decode", height: 1500 },
  "decoder-dark": { hash: "#decode:hello", colorScheme: "dark" },
  tablet: { hash: "#eventlog/NOT_LEADER", width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
  "phone-entry": { hash: "#eventlog/NOT_LEADER", colorScheme: "dark", width: 390, height: 1800 },
  print: { hash: "#streams/STREAM_REVISION_CONFLICT", width: 900, print: true },
  "print-list": { hash: "#?system=eventlog", width: 900, print: true },
};

const chromium = findChromium();
if (!chromium) throw new Error("Chromium is not installed; on Debian, run apt-get install chromium");
const browser = await startBrowser(chromium);
for (const [name, shot] of Object.entries(SCREENSHOTS)) {
  const { hash = "", colorScheme = "light", width = 1440, height = 900, print = false } = shot;
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  await page.goto(`${pathToFileURL(join(BUILD, "explorer.html"))}${hash}`);
  await page.locator("main h1").waitFor({ state: "attached" });
  if (name === "decoder") await page.getByRole("button", { name: "a trailer" }).click();
  if (print) {
    await page.emulateMedia({ media: "print" });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  }
  await page.screenshot({ path: join(BUILD, `explorer-${name}.png`), fullPage: print });
  await page.close();
}
await browser.close();
console.log(`wrote ${Object.keys(SCREENSHOTS).length} screenshots: ${join(BUILD, "explorer-*.png")}`);
