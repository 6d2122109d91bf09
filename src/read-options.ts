import type { Catalog } from "./catalog.js";
import { checkCatalogs, checkOptions, type OptionNames } from "./options-check.js";

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

/** @throws TypeError for an unknown option, and for `catalogs` that are not catalogs */
export function checkReadOptions(where: string, options: ReadOptions | undefined): void {
  checkOptions(where, options, READ_OPTIONS);
  if (options?.catalogs) checkCatalogs(where, options.catalogs);
}
