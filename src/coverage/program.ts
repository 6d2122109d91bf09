import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { type CallSite, callSitesAbove } from "./call-site.js";

/**
 * Checks whether a place is in the program under test: not in Node, not in an installed package, and not in the tests,
 * which look at every error to assert it.
 */
export function isProgram(site: CallSite | undefined): site is CallSite {
  if (!site || site.file === "" || site.file.startsWith("node:")) return false;
  const folders = shownPath(site.file).split("/");
  return !folders.includes("node_modules") && !isTest(folders) && !isOwn(site.file);
}

function isTest(path: readonly string[]): boolean {
  return path.some((name) => TEST_FOLDERS.has(name)) || TEST_FILE.test(path.at(-1) ?? "");
}

const TEST_FOLDERS: ReadonlySet<string> = new Set(["test", "tests", "__tests__", "__mocks__"]);
const TEST_FILE = /[.-](test|spec)\.[cm]?[jt]sx?$/;

/** Returns a path relative to the current folder, as it is on other machines too. */
export function shownPath(file: string): string {
  return relative(process.cwd(), file).split(sep).join("/");
}

/** Checks whether a file is part of this package, which may be linked instead of installed. */
function isOwn(file: string): boolean {
  ownFolder ??= findOwnFolder();
  return ["dist", "src"].some((name) => file.startsWith(join(ownFolder ?? "", name) + sep));
}

let ownFolder: string | undefined;

/** The folder of this package. A module asks for its own path differently as ESM and as CommonJS, but any stack has it. */
function findOwnFolder(): string {
  const [{ file } = { file: "" }] = (function here() {
    return callSitesAbove(here);
  })();
  let folder = dirname(file);
  while (nameIn(folder) !== "grpc-rich-errors" && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

/** The name in the package.json of a folder. That of `dist/cjs` has none. */
function nameIn(folder: string): unknown {
  const path = join(folder, "package.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).name : undefined;
}
