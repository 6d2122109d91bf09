import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { escapeUTF8 } from "entities";
import type { DeclaredFile } from "../../declaration/model.js";
import { printable } from "../../declaration/problems.js";
import type { Listing } from "../listing.js";
import { type Entry, entriesOf } from "./entries.js";
import type { PageData } from "./page-catalog.js";

/**
 * Returns the explorer page of a listing: one HTML document with everything in it.
 *
 * - It makes no request, and works from `file://`.
 * - Its `Content-Security-Policy` allows the script and the style of the package and nothing else.
 * - Without JavaScript, it is a list of the errors.
 *
 * @param files the files of the listing, which have the descriptors of its details
 */
export function explorerPage(listing: Listing, files: readonly DeclaredFile[]): string {
  const data = pageData(listing, files);
  const parts: Readonly<Record<string, string>> = {
    title: escapeText(titleOf(listing)),
    list: entriesOf(listing).map(itemOf).join("\n"),
    data: deflateRawSync(JSON.stringify(data)).toString("base64"),
  };
  return template().replace(/<!-- (\w+) -->/g, (_, name: string) => parts[name] ?? "");
}

/** Returns the data of the page, which holds them as JSON, deflated and in base64. */
export function pageData(listing: Listing, files: readonly DeclaredFile[]): PageData {
  const descriptors = Object.fromEntries(
    files.flatMap(({ desc, descriptors }) => (descriptors ? [[desc.proto.name, descriptors]] : [])),
  );
  const redacted = new Set(files.flatMap((file) => file.redacted ?? []));
  return { listing, descriptors, redacted: [...redacted] };
}

/** The page without errors, which `npm run build` makes of `page/`. */
function template(): string {
  const root = dirname(createRequire(import.meta.url).resolve("grpc-rich-errors/package.json"));
  return readFileSync(join(root, "dist/explorer.html"), "utf8");
}

function titleOf(listing: Listing): string {
  const systems = [...new Set(entriesOf(listing).map(({ system }) => system))];
  const [only, another] = systems;
  return only === undefined || another !== undefined ? "Error reference" : `Errors of ${only}`;
}

/** An error in the list that is shown without JavaScript. */
function itemOf({ error, system }: Entry): string {
  const { number, reason, code, httpStatus, documentation } = error;
  const facts = `${system} ${number} ${reason} (${code.name}, HTTP ${httpStatus})`;
  return `<li><b>${escapeText(facts)}</b> ${escapeText(documentation.summary)}</li>`;
}

function escapeText(text: string): string {
  return escapeUTF8(printable(text.replace(/\s+/g, " ")));
}
