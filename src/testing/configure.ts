import type { Catalog } from "../catalog.js";
import { setDetailsStrict } from "../error/invalid-details.js";
import { checkCatalogs, checkOptions, type OptionNames, refuseOption } from "../platform/options.js";
import { TEST_CATALOGS } from "../platform/symbols.js";

/** Options of {@link configure}. */
export interface TestingOptions {
  /**
   * Whether the constructor of an error throws if a detail has an unknown field or a value that its field cannot hold.
   * By default, such a value becomes an entry of `error.issues`, because a server must answer with the error.
   */
  readonly strictDetails?: boolean;
  /**
   * The catalogs with which matchers read statuses, trailers and HTTP responses. By default, a matcher knows the class
   * that it is given. Name the catalogs if you give it the base class of an enum, or one of the client's own classes.
   */
  readonly catalogs?: readonly Catalog[];
}

const OPTIONS: OptionNames<TestingOptions> = { strictDetails: true, catalogs: true };

/**
 * Sets options for all tests of this process, whichever copy of the package they use. Call it in a setup file of your
 * tests:
 *
 * ```ts
 * import { configure } from "grpc-rich-errors/testing";
 *
 * configure({ strictDetails: true });
 * ```
 *
 * Each option keeps its value until it is set again. Details of strict errors are packed when an error is constructed,
 * not when it is sent.
 *
 * @throws TypeError if an option is unknown or has a value of the wrong type
 */
export function configure(options: TestingOptions): void {
  checkOptions("configure", options, OPTIONS);
  const strictDetails: unknown = options?.strictDetails;
  const catalogs = options?.catalogs;
  checkCatalogs("configure", catalogs);
  if (strictDetails !== undefined && typeof strictDetails !== "boolean") {
    refuseOption("configure", "strictDetails", strictDetails, "a boolean", "write true or false");
  }
  if (strictDetails !== undefined) setDetailsStrict(strictDetails);
  if (catalogs) (globalThis as Shared)[TEST_CATALOGS] = [...catalogs];
}

interface Shared {
  [TEST_CATALOGS]?: readonly Catalog[];
}

/** Returns the catalogs that {@link configure} was given. */
export function configuredCatalogs(): readonly Catalog[] {
  return (globalThis as Shared)[TEST_CATALOGS] ?? [];
}
