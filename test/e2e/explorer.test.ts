import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pack } from "grpc-rich-errors";
import { NotLeaderError, ServerBusyError } from "grpc-rich-errors/catalogs/eventlog";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { run } from "../cli/fake-terminal.js";
import { HEAD, imageOf } from "../cli/images.js";
import { ROOT } from "../plugin/compile.js";
import { accessibilityProblems, findChromium, startBrowser, watchPage } from "../support/browser.js";

// Drives the page in headless Chromium. `npm run build` builds it before the tests.

const chromium = findChromium();
if (!chromium)
  console.log("Chromium is not installed (Debian: apt-get install chromium): the explorer's tests are skipped");

const folder = mkdtempSync(join(tmpdir(), "rich-errors-explorer-"));
const FILE = join(folder, "explorer.html");
afterAll(() => rmSync(folder, { recursive: true }));

const TRAILER = Buffer.from(pack(new NotLeaderError({ leaderAddress: "node-2.example:2113" }))).toString("base64");

describe.skipIf(!chromium)("the explorer page", () => {
  let browser: Browser;
  beforeAll(async () => {
    const { code, err } = await run(["docs", "proto", "--format", "html", "-o", FILE], { cwd: ROOT });
    expect([code, err]).toEqual([0, expect.stringContaining("wrote")]);
    browser = await startBrowser(chromium ?? "");
  });
  afterAll(() => browser?.close());

  interface Opening {
    readonly file?: string;
    readonly colorScheme?: "dark" | "light";
    readonly width?: number;
    readonly javaScriptEnabled?: boolean;
  }

  /** A page of the browser for each kind of opening, because a new one takes a second. */
  const pages = new Map<string, Promise<Page>>();

  function pageFor(options: object): Promise<Page> {
    const key = JSON.stringify(options);
    const page = pages.get(key) ?? browser.newPage(options);
    pages.set(key, page);
    return page;
  }

  /** Opens the page. At the end of the test, nothing may have gone wrong in it. */
  async function open(hash = "", { file = FILE, width = 1440, ...options }: Opening = {}): Promise<Page> {
    const page = await pageFor({ viewport: { width, height: 900 }, ...options });
    const hasScript = options.javaScriptEnabled !== false;
    const { wrong, stop } = watchPage(page);
    onTestFinished(async () => {
      stop();
      if (hasScript && page.url() !== "about:blank") await page.evaluate("localStorage.clear()");
      await page.emulateMedia({ media: null });
      await page.goto("about:blank");
      expect(wrong).toEqual([]);
    });
    await page.goto(`${pathToFileURL(file)}${hash}`);
    if (hasScript) await page.locator("main h1").waitFor({ state: "attached" });
    return page;
  }

  const reasons = (page: Page) => page.locator("a.row .reason").allTextContents();
  const count = (page: Page, text: string) => page.locator("#count", { hasText: text }).waitFor();
  const box = (page: Page, label: string) => page.locator("label.box", { hasText: label }).locator("input");
  const title = (page: Page) => page.locator("main h1").textContent();

  it("is one file of at most 350 KB for five systems", () => {
    expect(statSync(FILE).size).toBeLessThanOrEqual(350_000);
  });

  it("lists every error in groups, and counts them", async () => {
    const page = await open();
    await count(page, "195 errors");
    expect(await title(page)).toBe("195 errors in 5 systems");
    expect(await page.locator(".group h3").first().textContent()).toBe("aerospike · Basic");
    expect(await page.locator("fieldset").first().textContent()).toMatch(/eventlog68/);
    await page.locator("a.row").last().scrollIntoViewIfNeeded();
    await page.locator("a.row").nth(60).waitFor();
  });

  it.each([
    ["2011", "NOT_LEADER"],
    ["stream not found", "STREAM_NOT_FOUND"],
    ["StreamNotFoundError", "STREAM_NOT_FOUND"],
    ["revision conf", "STREAM_REVISION_CONFLICT"],
    ["retention", "UNAVAILABLE_BATCH_INDEX"],
  ])("finds %j as you type", async (text, first) => {
    const page = await open();
    await page.keyboard.press("/");
    await page.keyboard.type(text);
    await count(page, " of 195 errors");
    expect((await reasons(page))[0]).toBe(first);
  });

  it("filters by system, recovery, code and category, and keeps that in the URL", async () => {
    const page = await open();
    await box(page, "eventlog").check();
    await box(page, "Redirect").check();
    await count(page, "4 of 195 errors");
    expect(await reasons(page)).toContain("NOT_LEADER");
    await page.waitForURL((url) => url.hash === "#?system=eventlog&recovery=REDIRECT");
    await box(page, "Write and request").check();
    await box(page, "FAILED_PRECONDITION").check();
    expect(new Set(await reasons(page))).toContain("NOT_LEADER");

    await page.waitForURL((url) => url.hash.includes("code=FAILED_PRECONDITION"));
    const other = await open(new URL(page.url()).hash);
    expect(await reasons(other)).toEqual(await reasons(page));
    await other.getByRole("button", { name: "Clear" }).click();
    await count(other, "195 errors");
  });

  it("says that nothing fits, and suggests a reason", async () => {
    const page = await open("#?q=STREAM_NOT_FUOND");
    expect(await page.locator("#results").textContent()).toContain("No error fits STREAM_NOT_FUOND.");
    await page.getByRole("link", { name: "STREAM_NOT_FOUND" }).click();
    await count(page, "of 195");
    expect((await reasons(page))[0]).toBe("STREAM_NOT_FOUND");
  });

  it("works by keyboard: / searches, arrows move, Enter opens, Esc goes back", async () => {
    const page = await open();
    await page.keyboard.press("/");
    await page.keyboard.type("leader");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    const chosen = (await reasons(page))[1];
    expect(await page.evaluate("document.activeElement.querySelector('.reason').textContent")).toBe(chosen);
    await page.keyboard.press("Enter");
    expect(await title(page)).toContain(chosen);
    expect(await page.evaluate("document.activeElement.tagName")).toBe("H1");
    await page.keyboard.press("Escape");
    expect(await page.evaluate("document.activeElement.querySelector('.reason').textContent")).toBe(chosen);
    await page.keyboard.press("Escape");
    expect(await page.evaluate("document.activeElement.id")).toBe("query");
    await page.keyboard.press("Escape");
    await count(page, "195 errors");
  });

  it("opens an error by its link, and goes back and forward", async () => {
    const page = await open("#streams/STREAM_REVISION_CONFLICT");
    expect(await title(page)).toBe("5 STREAM_REVISION_CONFLICT");
    expect(await page.locator("a.row[aria-current]").textContent()).toContain("STREAM_REVISION_CONFLICT");
    await page.getByRole("link", { name: /^Next/ }).click();
    expect(await title(page)).toBe("6 APPEND_RECORD_SIZE_EXCEEDED");
    await page.goBack();
    expect(await title(page)).toBe("5 STREAM_REVISION_CONFLICT");
    await page.goForward();
    expect(await title(page)).toBe("6 APPEND_RECORD_SIZE_EXCEEDED");
    expect(await page.title()).toBe("APPEND_RECORD_SIZE_EXCEEDED – Error reference");
  });

  it("keeps the list in place when an error is opened", async () => {
    const page = await open();
    const row = page.locator("a.row").nth(20);
    await row.scrollIntoViewIfNeeded();
    const place = await row.boundingBox();
    await row.click();
    expect(await row.getAttribute("aria-current")).toBe("page");
    expect(await row.boundingBox()).toEqual(place);
  });

  it("copies code and links", async () => {
    const page = await open("#eventlog/NOT_LEADER");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const copied = () => page.evaluate("navigator.clipboard.readText()");
    await page.getByRole("button", { name: "Copy the code that throws" }).click();
    await page.getByRole("status").filter({ hasText: "Copied" }).waitFor();
    expect(await copied()).toMatch(/^import \{ NotLeaderError \}[\s\S]*throw new NotLeaderError/);
    await page.getByRole("button", { name: "Copy link" }).click();
    expect(await copied()).toBe(page.url());
  });

  it("says that a link is wrong", async () => {
    const page = await open("#streams/STREAM_NOT_FUOND");
    expect(await page.locator("main").textContent()).toContain("No error has the address streams/STREAM_NOT_FUOND.");
    expect(await page.getByRole("link", { name: "Search for STREAM_NOT_FOUND" }).count()).toBe(1);
  });

  it("shows an error on the wire as the package writes it, and its use in TypeScript", async () => {
    const page = await open("#eventlog/NOT_LEADER");
    const panel = page.locator("[role=tabpanel]:visible");
    const trailer = /grpc-status-details-bin: (\S+)/.exec(
      (await panel.locator("pre").first().textContent()) ?? "",
    )?.[1];
    const example = new NotLeaderError({ leaderAddress: "node-2.example.com:2113" });
    expect(trailer).toBe(Buffer.from(pack(example)).toString("base64"));
    await page.getByRole("tab", { name: "Problem details" }).click();
    expect(await panel.first().textContent()).toContain("application/problem+json");
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("tab", { name: "Compact" }).getAttribute("aria-selected")).toBe("true");
    expect(await panel.last().textContent()).toContain('leaderAddress: "node-2.example.com:2113"');
    await page.getByRole("tab", { name: "Catch" }).click();
    expect(await panel.last().textContent()).toContain("const { leaderAddress } = error.detail;");
  });

  it("decodes a trailer, and links to its error", async () => {
    const page = await open();
    await page.getByRole("link", { name: "Decode", exact: true }).click();
    expect(await page.evaluate("document.activeElement.id")).toBe("input");
    await page.keyboard.insertText(TRAILER);
    await page.getByRole("status").filter({ hasText: "Found NOT_LEADER" }).waitFor();
    const text = await page.locator("main").textContent();
    expect(text).toContain('"leaderAddress": "node-2.example:2113"');
    expect(text).toContain("Send the write to the leader.");
    await page.keyboard.press("Escape");
    expect(await page.locator("#input").inputValue()).toBe(TRAILER);
    await page.getByRole("link", { name: "2011 NOT_LEADER" }).click();
    expect(await title(page)).toBe("2011 NOT_LEADER");
  });

  it("decodes hex, grpcurl's output, HTTP responses and logs with several errors", async () => {
    const page = await open("#decode");
    const said = page.locator(".said");
    const enter = async (text: string) => page.locator("#input").fill(text);
    await enter(Buffer.from(TRAILER, "base64").toString("hex"));
    await said.filter({ hasText: "Found NOT_LEADER" }).waitFor();
    for (const sample of ["a trailer", "grpcurl", "an HTTP response", "a log line"]) {
      await enter("");
      await page.getByRole("button", { name: sample }).click();
      expect(await said.textContent()).toMatch(/^Found [A-Z_]+$/);
    }
    const busy = Buffer.from(pack(new ServerBusyError({ shard: 3 }))).toString("base64");
    await enter(`a grpc-status-details-bin: ${TRAILER}\nb grpc-status-details-bin: ${busy}\n`);
    await said.filter({ hasText: "2 errors found" }).waitFor();
    expect(await page.locator(".decoded").count()).toBe(2);
  });

  it.each([
    ["a word", "hello"],
    ["half of a JSON", "{"],
    ["markup", "\0\u202e<script>alert(1)</script>"],
    ["much of the same", "CAk=".repeat(2000)],
    ["almost hex", "zz zz 0x zz"],
  ])("answers garbage calmly: %s", async (_, garbage) => {
    const page = await open("#decode");
    await page.locator("#input").fill(garbage);
    await page.locator(".said").filter({ hasText: /./ }).waitFor();
    expect(await page.locator("main").textContent()).not.toContain("undefined");
  });

  it("takes the input of the decoder from the URL", async () => {
    const page = await open(`#decode:${encodeURIComponent(TRAILER)}`);
    expect(await page.locator(".said").textContent()).toBe("Found NOT_LEADER");
  });

  it.each([
    ["the list in light colors", "light", ""],
    ["an error in light colors", "light", "#hapnd/VALIDATION_ERROR"],
    ["an error in dark colors", "dark", "#eventlog/NOT_LEADER"],
    ["the decoder in light colors", "light", `#decode:${encodeURIComponent(TRAILER)}`],
    ["the decoder in dark colors", "dark", `#decode:${encodeURIComponent(TRAILER)}`],
    ["a search in dark colors", "dark", "#?q=not+leader&system=eventlog"],
    ["a search in light colors", "light", "#?q=not+leader&system=eventlog"],
    ["an empty list in dark colors", "dark", "#?q=no+such+thing"],
  ] as const)("has no accessibility problem that axe finds: %s", async (_, colorScheme, hash) => {
    const page = await open(hash, { colorScheme });
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it.each(["", "#eventlog/NOT_LEADER", "#decode"])("fits a phone: %j", async (hash) => {
    const page = await open(hash, { width: 360 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it("switches between dark and light", async () => {
    const page = await open("", { colorScheme: "dark" });
    const ground = () => page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor");
    const dark = await ground();
    await page.getByRole("button", { name: "Switch to light colors" }).click();
    expect(await ground()).not.toBe(dark);
    await page.getByRole("button", { name: "Switch to dark colors" }).click();
    expect(await ground()).toBe(dark);
  });

  it("prints every panel of an error, and no controls", async () => {
    const page = await open("#eventlog/NOT_LEADER");
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("[role=tabpanel]:visible").count()).toBe(6);
    expect(await page.locator(".top, .filters, .results").locator("visible=true").count()).toBe(0);
  });

  it("is a list without JavaScript", async () => {
    const page = await open("", { javaScriptEnabled: false });
    const text = await page.locator("body").textContent();
    expect(text).toContain("eventlog 2011 NOT_LEADER (FAILED_PRECONDITION, HTTP 400)");
  });

  it("shows hostile texts of protos as texts", async () => {
    const hostile = '</script><img src=x onerror="alert(1)"><!-- \u202egnp.exe {{x}} $& &lt; <!--';
    const image = await imageOf({
      "shop.proto": `${HEAD}
        // ${hostile}
        enum OrderError {
          ORDER_ERROR_UNSPECIFIED = 0;
          // ${hostile}
          //
          // Common causes:
          // - ${hostile}
          //
          // Client action: ${hostile}
          ORDER_ERROR_ORDER_GONE = 7 [(richerrors.v1.error) = {
            status_code: NOT_FOUND has_details: true message: '<b>{part}</b> </script>'
            labels: {key: "<i>" value: "</style>"} help_url: "https://example.com/<script>"
          }];
        }
        // ${hostile}
        message OrderGoneErrorDetails {
          // ${hostile}
          string part = 1;
        }`,
    });
    const { out } = await run(["docs", "-", "--format", "html"], { stdin: image });
    const file = join(folder, "hostile.html");
    writeFileSync(file, out);
    expect(out).not.toContain("\u202e");
    const page = await open("#shop.v1/ORDER_GONE", { file });
    const text = await page.locator("main").textContent();
    expect(text).toContain('</script><img src=x onerror="alert(1)"><!-- \\u{202e}gnp.exe');
    expect(await page.locator("img, b, i").count()).toBe(0);
    await page.getByRole("link", { name: "Errors of shop" }).click();
    expect(await title(page)).toBe("1 error of shop");
    expect(await page.locator("fieldset").locator("visible=true").count()).toBe(0);
    const plain = await open("", { file, javaScriptEnabled: false });
    expect(await plain.locator("img").count()).toBe(0);
  });
});
