import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import * as root from "grpc-rich-errors";
import { richErrorClientOptions, richErrorServerInterceptor } from "grpc-rich-errors";
import * as details from "grpc-rich-errors/details";
import { toHttp } from "grpc-rich-errors/http";
import { expect, test } from "vitest";
import { packageEntries } from "../../../package-entries.js";
import { ROOT } from "../project.js";
import { flat, MIGRATING, PAGES_WITH_COMMANDS, Pages } from "../snippets.js";

/** Matches a block that is a file of the example: `<!-- path -->` or the file's name stands before it. */
const EMBEDDED = /(<!-- (\S+) -->\n|\*\*`([^`\n]+)`\*\*\n\n)```(\w+)\n([\s\S]*?)^```$/gm;

const README = "README.md";
const GETTING_STARTED = "docs/getting-started.md";
const SETUP = "docs/setup.md";

const pages = await Pages.read();

test("shows the files of the example unchanged", async () => {
  const shown: string[] = [];
  for (const page of [README, GETTING_STARTED, SETUP]) {
    let updated = pages.text(page);
    for (const [, , path, name] of updated.matchAll(EMBEDDED)) {
      // The reader installs the dependencies of the example's manifest with a command.
      if (name === "package.json") continue;
      const file = path ?? `examples/orders/${name}`;
      const source = await readFile(join(ROOT, file), "utf8");
      updated = updated.replace(EMBEDDED, (block, heading: string, ...[other, otherName, language]: string[]) =>
        other === path && otherName === name ? `${heading}\`\`\`${language}\n${source}\`\`\`` : block,
      );
      shown.push(file);
      pages.take(page, source);
    }
    if (process.env["UPDATE_DOCS"]) await writeFile(join(ROOT, page), updated);
    else expect(pages.text(page)).toBe(updated);
  }
  expect(shown.map((file) => file.replace("examples/orders/", ""))).toEqual([
    "tsconfig.json",
    "proto/shop/v1/orders.proto",
    "proto/shop/v1/errors.proto",
    "server.ts",
    "client.ts",
    "buf.yaml",
    "buf.gen.yaml",
  ]);
});

test("mentions everything that the main entry and the details export", () => {
  const text = pages.names.map((page) => pages.text(page)).join("\n");
  const exported = [...Object.keys(root), ...Object.keys(details)];
  expect(exported.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
});

test("lists every entry of the package", () => {
  const [, table = ""] = pages.text("docs/faq.md").split("**What is in which entry?**");
  const listed = [...table.matchAll(/`(?:grpc-rich-errors)?(\/[^`]*)?`/g)].map(([, subpath = ""]) => subpath);
  const subpaths = packageEntries().map(({ name }) => name.slice("grpc-rich-errors".length));
  expect(subpaths.filter((subpath) => !listed.includes(subpath))).toEqual([]);
});

test.each<[string, (options: object) => void]>([
  ["docs/server.md", (options) => richErrorServerInterceptor(options)],
  ["docs/client.md", (options) => richErrorClientOptions(options)],
  ["docs/http.md", (options) => toHttp(new Error("x"), options)],
])("lists every option on %s", (page, use) => {
  // The message about an option that is like no other lists all of them.
  const [, all = ""] = textThrownBy(() => use({ zzzzzzzz: true })).split("is unknown; write ");
  const names = [...all.matchAll(/"(\w+)"/g)].map(([, name = ""]) => name);
  const cells = [...pages.text(page).matchAll(/^\| ([^|]*`[^|]*) \|/gm)].map(([, cell = ""]) => cell);
  expect(names.length).toBeGreaterThan(2);
  expect(names.filter((name) => !cells.some((cell) => new RegExp(`\`${name}\\b`).test(cell)))).toEqual([]);
});

test("links to pages, headings and files that exist", async () => {
  const broken: string[] = [];
  for (const page of pages.names) {
    for (const [, link = ""] of pages.text(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      // npm shows the README without the repository around it.
      if (page === README && !/^(https:|#)/.test(link)) broken.push(`${page}: ${link}`);
      const url = new URL(link, `${REPOSITORY}blob/main/${page}`);
      if (!url.href.startsWith(REPOSITORY)) continue;
      const path = url.pathname.slice(new URL(REPOSITORY).pathname.length).replace(/^(blob|tree)\/main\//, "");
      if (path.startsWith("security/") || path.startsWith("issues")) continue;
      const target = pages.names.includes(path) ? pages.text(path) : undefined;
      if (target === undefined && !existsSync(join(ROOT, path))) broken.push(`${page}: ${link}`);
      if (url.hash !== "" && !headingsOf(target ?? "").includes(url.hash.slice(1))) broken.push(`${page}: ${link}`);
    }
  }
  expect(broken).toEqual([]);
});

test("has only commands that exist", async () => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const integration = await readFile(join(ROOT, ".ci/run"), "utf8");
  const install = pages.take(README, "npm install");
  expect(pages.on(GETTING_STARTED).map(({ code }) => code)).toContain(install);
  const unknown: string[] = [];
  for (const { page, language, code } of pages.snippets) {
    if (language !== "sh" || code === install || !(page === README || page === "CONTRIBUTING.md")) continue;
    pages.take(page, code);
    for (const line of flat(code).split("\n")) {
      const [, script, file] = /^(?:npm run ([\w:]+) -- .*|(?:UPDATE_DOCS=1 )?npx vitest run (\S+))$/.exec(line) ?? [];
      const isKnown = script ? script in scripts : file ? existsSync(join(ROOT, file)) : RELEASING.has(line);
      if (!isKnown && !integration.includes(line)) unknown.push(`${page}: ${line}`);
    }
  }
  for (const [, script = ""] of pages.text("CONTRIBUTING.md").matchAll(/`npm run ([\w:]+)`/g)) {
    if (!(script in scripts)) unknown.push(`npm run ${script}`);
  }
  expect(unknown).toEqual([]);
});

test("has a test file for each page with other code", () => {
  // Other tests run these as a user does: quick-start.test.ts and migrating.test.ts run whole pages.
  const isRunElsewhere = (page: string) => page === GETTING_STARTED || page.startsWith(MIGRATING);
  const left = pages.left().filter(({ page, language }) => !isRunElsewhere(page) && language !== "sh");
  const untested = left.filter(({ page }) => !existsSync(testOf(page)));
  expect(untested).toEqual([]);
});

test("has commands only on pages whose commands a test runs", () => {
  // consumer.test.ts, quick-start.test.ts and error-coverage.test.ts run them.
  const pagesWithCommands = pages.left().flatMap(({ page, language }) => (language === "sh" ? [page] : []));
  expect(new Set(pagesWithCommands)).toEqual(
    new Set([...PAGES_WITH_COMMANDS, GETTING_STARTED, "docs/error-coverage.md"]),
  );
});

/** The test file of a page: `docs/server.md` has `server.test.ts`. */
function testOf(page: string): string {
  return join(import.meta.dirname, `${basename(page, ".md")}.test.ts`);
}

/** Commands that change the outside world. */
const RELEASING: ReadonlySet<string> = new Set([
  ".ci/run",
  "npm version minor",
  "git push --follow-tags",
  "npm publish",
]);

const REPOSITORY = "https://github.com/grpc-rich-errors/grpc-rich-errors/";

/** The anchors of a page's headings, as GitHub makes them. */
function headingsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => heading.toLowerCase());
  return headings.map((heading) => heading.replace(/[^\w -]/g, "").replaceAll(" ", "-"));
}

function textThrownBy(run: () => void): string {
  try {
    run();
  } catch (thrown) {
    return String(thrown);
  }
  return "";
}
