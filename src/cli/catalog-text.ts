import { escapeSteering, Problems, printable } from "../declaration/problems.js";
import { Schema } from "../declaration/schema.js";
import { thrownText } from "../platform/values.js";
import { readModules } from "../plugin/plugin.js";
import type { Format } from "./arguments.js";
import { csvOf } from "./csv.js";
import { Failure } from "./failure.js";
import type { Image } from "./image.js";
import { readInput } from "./input.js";
import { type Listing, listingOf } from "./listing.js";
import { tableOf } from "./table.js";
import { painterFor, type Terminal, widthFor } from "./terminal.js";

/**
 * The errors that a directory of protos or an image declares, in a format.
 *
 * @throws Failure with all that is wrong with the protos, or why they cannot be read
 */
export async function catalogText(
  { input, format }: { readonly input: string; readonly format: Format },
  terminal: Terminal,
): Promise<string> {
  const listing = listImage(await readInput(input, terminal), printable(input));
  if (listing.enums.length === 0) terminal.stderr.write(`rich-errors: ${printable(input)} declares no errors\n`);
  switch (format) {
    case "json":
      return `${JSON.stringify(listing, null, 2).split("\n").map(escapeSteering).join("\n")}\n`;
    case "csv":
      return csvOf(listing);
    case "table":
      return tableOf(listing, widthFor(terminal), painterFor(terminal));
  }
}

function listImage(image: Image, name: string): Listing {
  const schema = schemaOf(image, name);
  const files = schema.files.filter(({ proto }) => image.targets.has(proto.name));
  const problems = new Problems();
  const declared = readModules(files, schema, problems);
  if (problems.size > 0) throw new Failure(1, problems.toString());
  return listingOf(declared, schema);
}

function schemaOf({ files }: Image, name: string): Schema {
  try {
    return new Schema(files);
  } catch (error) {
    throw Failure.usage(`the files of ${name} do not fit together: ${thrownText(error)}`, { cause: error });
  }
}
