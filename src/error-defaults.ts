import type { Code } from "./code.js";
import type { Definition } from "./definition.js";
import { defaultFault } from "./fault.js";
import { defaultHttpStatus } from "./http-status.js";
import { asSentence, classNameOf, pascalCase } from "./reason.js";

/** What is known of every error, whatever its proto says. */
export type ErrorDefaults = Pick<
  Definition,
  "className" | "fault" | "origin" | "httpStatus" | "displayName" | "documentation"
>;

/** What follows from the reason and the code of an error where its proto does not say otherwise. */
export function defaultsOf(reason: string, code: Code): ErrorDefaults {
  return {
    className: classNameOf(reason),
    fault: defaultFault(code),
    origin: "SERVER",
    httpStatus: defaultHttpStatus(code),
    displayName: pascalCase(reason),
    documentation: { summary: asSentence(reason) },
  };
}
