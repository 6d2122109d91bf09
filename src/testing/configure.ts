import { setDetailsStrict } from "../error/invalid-details.js";
import { checkOptions, type OptionNames } from "../platform/options.js";
import { describeValue } from "../platform/values.js";

/** Options of {@link configure}. */
export interface TestingOptions {
  /**
   * Whether the constructor of an error throws if a detail has an unknown field or a value that its field cannot hold.
   * By default, such a value becomes an entry of `error.issues`, because a server must answer with the error.
   */
  readonly strictDetails?: boolean;
}

const OPTIONS: OptionNames<TestingOptions> = { strictDetails: true };

/**
 * Sets options for all errors that this process makes, whichever copy of the package makes them. Call it in a setup file
 * of your tests:
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
 * @throws TypeError if an option is unknown or not a boolean
 */
export function configure(options: TestingOptions): void {
  checkOptions("configure", options, OPTIONS);
  const strictDetails: unknown = options?.strictDetails;
  if (strictDetails === undefined) return;
  if (typeof strictDetails !== "boolean") {
    throw new TypeError(
      `configure: strictDetails is ${describeValue(strictDetails)}, not a boolean; write true or false`,
    );
  }
  setDetailsStrict(strictDetails);
}
