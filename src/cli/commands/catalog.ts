import { printable } from "../../declaration/problems.js";
import { listingOf } from "../../reference/listed-errors.js";
import type { Command } from "../input/command.js";
import { readDeclarations } from "../input/protos.js";
import { csvOf } from "../output/csv.js";
import { jsonText } from "../output/json.js";
import { tableOf } from "../output/table.js";
import { painterFor, widthFor } from "../output/terminal.js";

/** `rich-errors catalog`: prints the errors that protos declare. */
export const catalog: Command = {
  name: "catalog",
  summary: "Lists every error that your protos declare, with everything known about it.",
  arguments: [
    {
      name: "input",
      help:
        "A directory of protos, or an image: the output of buf build -o or protoc --descriptor_set_out, " +
        "binary or JSON, gzipped or not. - reads an image from stdin.",
    },
  ],
  options: {
    format: {
      type: "string",
      default: "table",
      choices: ["table", "json", "csv"],
      help: [
        "The output format. By default, table.",
        "table: for people, as wide as your terminal",
        "json: for programs; grpc-rich-errors/catalog.schema.json is its JSON schema",
        "csv: for spreadsheets (RFC 4180); text that a spreadsheet would run as a formula starts with '",
      ].join("\n"),
    },
  },
  notes: [
    "Directories are compiled with buf: the one in the nearest node_modules/.bin, or else the one on your PATH. " +
      "Your buf.yaml applies. You need no copies of richerrors/v1/annotations.proto, google/rpc/*.proto or " +
      "kurrent/rpc/rpc.proto.",
    "The list leaves out files that your protos only import and files from packages in node_modules.",
    "To list an image from another tool: buf build -o - | rich-errors catalog - --format json",
    "Write -- before a name that starts with -, as in rich-errors catalog -- -x.",
  ],
  async run({ arguments: [input = ""], options }, terminal) {
    const { files, schema } = await readDeclarations(input, terminal);
    const listing = listingOf(files, schema);
    if (listing.enums.length === 0) terminal.stderr.write(`rich-errors: ${printable(input)} declares no errors\n`);
    switch (options["format"]) {
      case "json":
        return jsonText(listing);
      case "csv":
        return csvOf(listing);
      default:
        return tableOf(listing, widthFor(terminal), painterFor(terminal));
    }
  },
};
