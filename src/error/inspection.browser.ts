import { type Printable, stackOf } from "./printing.js";

export type { Inspect } from "./inspection.js";

/** Consoles of browsers do not ask errors for a text. Runtimes that do, and use the build for browsers, get the stack. */
export function inspectError(error: Printable): string {
  return stackOf(error);
}
