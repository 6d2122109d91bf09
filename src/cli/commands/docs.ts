import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { DeclaredFile } from "../../declaration/model.js";
import { printable } from "../../declaration/problems.js";
import { thrownText } from "../../platform/values.js";
import { explorerPage } from "../../reference/explorer/explorer-page.js";
import { listingOf } from "../../reference/listed-errors.js";
import type { Listing } from "../../reference/listing.js";
import { indexPage, markdownPages } from "../../reference/markdown/pages.js";
import { openApiComponents } from "../../reference/openapi/components.js";
import { type Command, Failure } from "../input/command.js";
import { readDeclarations } from "../input/protos.js";
import { jsonText } from "../output/json.js";
import type { Terminal } from "../output/terminal.js";

/** `rich-errors docs`: writes a reference of the errors that protos declare. */
export const docs: Command = {
  name: "docs",
  summary: "Writes a reference of your errors: pages for people, and schemas for programs.",
  arguments: [
    { name: "input", help: "A directory of protos, an image, or - for an image on stdin, as for rich-errors catalog." },
  ],
  options: {
    format: {
      type: "string",
      default: "markdown",
      choices: ["markdown", "html", "openapi", "json"],
      help: [
        "The format of the reference. By default, markdown.",
        "markdown: one page for each domain, for GitHub and for site generators",
        "html: one searchable page that also decodes trailers; it needs no server and makes no requests",
        "openapi: OpenAPI 3.1 components with a schema for each error in each HTTP format",
        "json: the same as rich-errors catalog --format json",
      ].join("\n"),
    },
    output: {
      type: "string",
      valueName: "path",
      short: "o",
      help: "The file to write. For markdown, a path without .md is a folder, with a file for each domain and an index. By default, stdout.",
    },
  },
  notes: [
    "The link to an error, such as shop.v1.md#shop.v1/ORDER_GONE, consists of its domain and its reason. It stays the " +
      "same as long as the error exists.",
    "The comments of your protos may be written in Markdown. HTML in them stays text.",
  ],
  async run({ arguments: [input = ""], options }, terminal) {
    const { files, schema } = await readDeclarations(input, terminal);
    const listing = listingOf(files, schema);
    if (listing.enums.length === 0) throw Failure.usage(`${printable(input)} declares no errors`);
    const { format, output } = options;
    if (typeof output !== "string") return textOf(listing, files, format);
    const written =
      format === "markdown" && !output.endsWith(".md")
        ? markdownFiles(listing, output)
        : new Map([[output, textOf(listing, files, format)]]);
    write(written, terminal);
    return "";
  },
};

function textOf(listing: Listing, files: readonly DeclaredFile[], format: unknown): string {
  switch (format) {
    case "json":
      return jsonText(listing);
    case "html":
      return explorerPage(listing, files);
    case "openapi":
      return jsonText(openApiComponents(listing));
    default:
      return markdownPages(listing, "page")
        .map(({ text }) => text)
        .join("\n");
  }
}

function markdownFiles(listing: Listing, folder: string): Map<string, string> {
  const pages = markdownPages(listing, "files").map(({ fileName, text }) => [join(folder, fileName), text] as const);
  return new Map([[join(folder, "index.md"), indexPage(listing)], ...pages]);
}

function write(texts: ReadonlyMap<string, string>, { cwd, stderr }: Terminal): void {
  for (const [name, text] of texts) {
    const path = resolve(cwd(), name);
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    } catch (error) {
      throw Failure.usage(`cannot write ${printable(name)}: ${thrownText(error)}`, { cause: error });
    }
    stderr.write(`rich-errors: wrote ${printable(name)}\n`);
  }
}
