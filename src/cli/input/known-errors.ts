import { readFileSync } from "node:fs";
import { join } from "node:path";
import { create, createFileRegistry, type Registry } from "@bufbuild/protobuf";
import { type FileDescriptorSet, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { Catalog } from "../../catalog.js";
import { Problems } from "../../declaration/problems.js";
import { readDeclaredFiles } from "../../declaration/read.js";
import { Schema } from "../../declaration/schema.js";
import { thrownText } from "../../platform/values.js";
import { listingOf } from "../../reference/listed-errors.js";
import type { Listing } from "../../reference/listing.js";
import { catalogFromDescriptorSet } from "../../runtime/protobuf-es.js";
import type { Terminal } from "../output/terminal.js";
import { type Image, readImage } from "./buf.js";
import { Failure, type Option } from "./command.js";
import { OWN_PROTOS } from "./folders.js";
import { readDeclarations, readInput } from "./protos.js";

/** The option of every command that explains errors. */
export const PROTOS_OPTION: Option = {
  type: "string",
  valueName: "input",
  multiple: true,
  help:
    "A directory of protos, or an image. May be repeated.\nBy default, the catalogs of this package: Aerospike, the event " +
    "log, Hapnd, Kurrent and KurrentDB.",
};

/** The inputs that a user named with {@link PROTOS_OPTION}. */
export function protosOf(option: unknown): readonly string[] {
  return Array.isArray(option) ? option.map(String) : [];
}

/** The errors to recognize, and the types of their details. */
export interface KnownErrors {
  readonly catalogs: readonly Catalog[];
  readonly types: readonly Registry[];
}

/**
 * Reads the catalogs of some inputs, or else those of this package.
 *
 * @throws Failure if an input cannot be read, or declares errors wrongly
 */
export async function readCatalogs(inputs: readonly string[], terminal: Terminal): Promise<KnownErrors> {
  const sets: FileDescriptorSet[] = [];
  for (const input of inputs) sets.push(setOf(await readInput(input, terminal)));
  if (sets.length === 0) sets.push(setOf(ownImage()));
  return { catalogs: sets.map(catalogOf), types: sets.map((set) => createFileRegistry(set)) };
}

function setOf({ files }: Image): FileDescriptorSet {
  return create(FileDescriptorSetSchema, { file: [...files] });
}

function catalogOf(set: FileDescriptorSet): Catalog {
  try {
    return catalogFromDescriptorSet(set);
  } catch (error) {
    throw new Failure(1, `rich-errors: ${thrownText(error)}`, { cause: error });
  }
}

/** The errors of one input, with everything that its protos say about them. */
export interface DocumentedErrors {
  readonly listing: Listing;
  readonly schema: Schema;
  /** Returns the module with the classes of a proto: `"grpc-rich-errors/catalogs/hapnd"`. */
  moduleOf(file: string): string;
}

/**
 * Reads the errors of some inputs, or else those of this package.
 *
 * @throws Failure if an input cannot be read, or declares errors wrongly
 */
export async function readDocumentation(inputs: readonly string[], terminal: Terminal): Promise<DocumentedErrors[]> {
  const found: DocumentedErrors[] = [];
  for (const input of inputs) {
    const { files, schema } = await readDeclarations(input, terminal);
    const moduleOf = (file: string) => `./gen/${file.replace(/\.proto$/, "")}.rich.js`;
    found.push({ listing: listingOf(files, schema), schema, moduleOf });
  }
  return found.length > 0 ? found : [ownDocumentation()];
}

function ownDocumentation(): DocumentedErrors {
  const schema = new Schema(ownImage().files);
  const listing = listingOf(readDeclaredFiles(schema.files, schema, new Problems()), schema);
  // The entries of this package are named like the folders of the protos.
  return { listing, schema, moduleOf: (file) => `grpc-rich-errors/catalogs/${file.split("/")[0] ?? ""}` };
}

/** The protos of this package. They are compiled when the package is built, because buf may be missing here. */
function ownImage(): Image {
  return readImage(readFileSync(join(OWN_PROTOS, "../dist/catalogs.binpb.gz")), "the catalogs of this package");
}
