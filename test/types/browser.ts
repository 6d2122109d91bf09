/**
 * The files for browsers have the types of those whose place they take. Checked by `tsc -p .`, never run.
 */
import type * as watchedInBrowser from "../../src/detail/watched-encode.browser.js";
import type * as watched from "../../src/detail/watched-encode.js";
import type * as originInBrowser from "../../src/error/call-origin.browser.js";
import type * as origin from "../../src/error/call-origin.js";
import type * as statusInBrowser from "../../src/error/carried-status.browser.js";
import type * as status from "../../src/error/carried-status.js";
import type * as mainInBrowser from "../../src/index.browser.js";
import type * as main from "../../src/index.js";

/** The functions of the file that is replaced; a class is only named as a type. */
type Replaced<Module> = Omit<Module, "CarriedStatus">;

export const files = <T>(_inBrowser: T): void => undefined;
declare const inBrowser: {
  readonly origin: typeof originInBrowser;
  readonly status: typeof statusInBrowser;
  readonly watched: typeof watchedInBrowser;
};
files<Replaced<typeof origin>>(inBrowser.origin);
files<Replaced<typeof status>>(inBrowser.status);
files<Replaced<typeof watched>>(inBrowser.watched);

/** The main entry has no export of another type. */
declare const whole: typeof main;
files<typeof mainInBrowser>(whole);
