import type { Catalog } from "./catalog.js";
import { checkCatalogs, checkOptions, type OptionNames } from "./platform/options.js";

/** How to read an error that came from a peer. */
export interface ReadOptions {
  /**
   * The errors to recognise. By default, none: every error is a plain RichError.
   *
   * An error that no catalog declares becomes an instance of the client's classes
   * (`client_errors` of the proto) of the first catalog that has them.
   */
  readonly catalogs?: readonly Catalog[];
}

const READ_OPTIONS: OptionNames<ReadOptions> = { catalogs: true };

/** Options that were checked. Most programs read every error with the same. */
const checked = new WeakSet<ReadOptions>();

/** @throws TypeError for an unknown option, and for `catalogs` that are not catalogs */
export function checkReadOptions(where: string, options: ReadOptions | undefined): void {
  if (options === undefined || checked.has(options)) return;
  checkOptions(where, options, READ_OPTIONS);
  checkCatalogs(where, options.catalogs);
  checked.add(options);
}
