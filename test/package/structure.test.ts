import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, posix } from "node:path";
import { describe, expect, it } from "vitest";
import { cyclesOf, folderEdges, identifiersIn, longestChain, readSources, wordsOf } from "./structure.js";

const files = readSources();
const sizes = [...files.values()].map(({ lines }) => lines).sort((a, b) => a - b);
const edges = new Map([...files.values()].map(({ path, imports }) => [path, imports]));
const valueEdges = new Map([...files.values()].map(({ path, valueImports }) => [path, valueImports]));

/** The rooms that nothing else imports: programs, and integrations with an entry of their own. */
const APART =
  /^(plugin|buf-plugin|cli|check|reference|decode|reflection|testing|coverage|nestjs|opentelemetry|logging|sentry|mcp|nice-grpc|connect|grpc-web|express|fastify|client\/recovery)\//;

const isOfLibrary = (path: string) => !APART.test(path);

describe("src/", () => {
  it("has at most 415 files: 177 in the library, 30 that take their place in browsers, and at most 20 outside of a folder", () => {
    const library = [...files.keys()].filter(isOfLibrary);
    const forBrowsers = library.filter((path) => path.endsWith(".browser.ts"));
    expect(files.size).toBeLessThanOrEqual(415);
    expect(library.length - forBrowsers.length).toBeLessThanOrEqual(177);
    expect(forBrowsers.length).toBeLessThanOrEqual(30);
    expect([...files.keys()].filter((path) => !path.includes("/")).length).toBeLessThanOrEqual(20);
  });

  it("has rooms that the library does not import", () => {
    const wrong = [...files.values()].filter(({ path, imports }) => isOfLibrary(path) && !imports.every(isOfLibrary));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it("has files of one subject each: the median has 70 to 130 lines, none more than 300, few under 40", () => {
    const median = sizes[Math.floor(sizes.length / 2)] ?? 0;
    expect(median).toBeGreaterThanOrEqual(70);
    expect(median).toBeLessThanOrEqual(130);
    expect([...files.values()].filter(({ lines }) => lines > 300).map(({ path }) => path)).toEqual([]);
    expect(sizes.filter((lines) => lines < 40).length / sizes.length).toBeLessThan(0.15);
  });

  it("has chains of at most 16 files of the library that import values from each other", () => {
    const chain = longestChain(new Map([...valueEdges].filter(([path]) => isOfLibrary(path))));
    expect(chain.length, chain.join("\n")).toBeLessThanOrEqual(16);
  });

  it("has no import cycle between files, and none between folders", () => {
    expect(cyclesOf(edges)).toEqual([]);
    expect(cyclesOf(folderEdges(files))).toEqual([]);
  });

  it.each([
    ["http/", "server/"],
    ["http/", "client/"],
    ["masking/", "server/"],
    ["client/", "server/"],
    ["server/", "client/"],
    ["error/", "masking/"],
    ["declaration/", "plugin/"],
    ["declaration/", "runtime/"],
    ["declaration/", "cli/"],
    ["runtime/", "plugin/"],
    ["runtime/", "cli/"],
  ])("keeps %s free of %s", (folder, other) => {
    const wrong = [...files.values()].filter(
      ({ path, imports }) => path.startsWith(folder) && imports.some((target) => target.startsWith(other)),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it("loads grpc-js for values only in server/, client/, what makes its Metadata, and servers and interceptors of tests", () => {
    const wrong = [...files.values()].filter(
      ({ path, text }) =>
        !/^(server|client)\/|^status\/sendable-metadata\.ts$|^testing\/(failing-calls|test-server)\.ts$/.test(path) &&
        /^import (?!type )(?!\{(\s*type \w+,?)+\s*\})[^;]*from "@grpc\/grpc-js"/m.test(text),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it("names nothing with a word that the vocabulary retired", () => {
    const found = [...files.values()].flatMap(({ path, text }) =>
      [path.replace(/\.ts$/, ""), ...identifiersIn(text)]
        .filter((name) => !FOREIGN.has(name))
        .filter((name) => wordsOf(name).some((word) => isRetired(word, path)))
        .map((name) => `${path}: ${name}`),
    );
    expect(found).toEqual([]);
  });
});

const RETIRED = new Set(
  (
    "incoming outgoing told tell tells untold seal seals sealed verdict verdicts judge judges judged terms produce produces " +
    "producer answer answers answered policy policies circumstances unheard envelope middleware twin"
  ).split(" "),
);

/** `source` is the text of a proto where protos are read. Of an error, the word is `origin`. */
function isRetired(word: string, path: string): boolean {
  if (word === "source" || word === "sources") return !/^(declaration|runtime|plugin|cli)\//.test(path);
  return RETIRED.has(word);
}

/** Names of other packages that hold such a word. */
const FOREIGN = new Set([
  "IncomingHttpHeaders",
  "file_google_protobuf_source_context",
  "sourcePath",
  // What nice-grpc calls an interceptor.
  "ClientMiddleware",
  "ServerMiddleware",
  "richErrorClientMiddleware",
  "richErrorServerMiddleware",
  "sourceType",
  "scriptSource",
]);

describe("test/", () => {
  const rooms = [
    ...new Set([...files.keys()].map((path) => path.split("/")[0] ?? "").filter((name) => !name.endsWith(".ts"))),
  ];
  const mirrored = [
    ...readdirSync("test").filter((name) => name.endsWith(".test.ts")),
    ...rooms.filter((room) => existsSync(posix.join("test", room))).flatMap(testsIn),
  ];

  it.each(mirrored)("%s stands where its source stands", (test) => {
    const [name = ""] = basename(test).split(".");
    expect(existsSync(posix.join("src", dirname(test), `${name}.ts`))).toBe(true);
  });

  function testsIn(room: string): string[] {
    const names = readdirSync(posix.join("test", room), { recursive: true, encoding: "utf8" });
    return names.filter((name) => name.endsWith(".test.ts")).map((name) => posix.join(room, name));
  }
});

describe("the pages for maintainers", () => {
  it.each(["ARCHITECTURE.md", "CONTRIBUTING.md"])("%s names only files that exist", (page) => {
    const paths = [...readFileSync(page, "utf8").matchAll(/`((?:src|test|docs|proto|bench|examples)\/[\w./-]+)`/g)];
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.map(([, path = ""]) => path).filter((path) => !existsSync(path))).toEqual([]);
  });
});
