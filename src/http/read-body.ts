import { thrownText } from "../platform/values.js";
import { readCompactBody } from "./compact-body.js";
import { parseBody } from "./parse-body.js";
import { isProblem, isProblemType, readProblemBody } from "./problem-body.js";
import { readStatusBody } from "./status-body.js";
import type { Complain, Told } from "./told.js";

/**
 * What a body tells of an error; nothing if it is of no format that is known. Never throws.
 *
 * By the type of its content it is a problem; else its members tell what it is.
 */
export function readBody(body: unknown, contentType: string, httpStatus: number, complain: Complain): Told | undefined {
  try {
    const json = parseBody(body);
    if (isProblemType(contentType)) return readProblemBody(json, httpStatus, complain);
    const told = readStatusBody(json, httpStatus, complain) ?? readCompactBody(json, complain);
    if (told) return told;
    if (isProblem(json)) return readProblemBody(json, httpStatus, complain);
    complain("malformed-body", "the body is none of an error");
  } catch (error) {
    complain("malformed-body", `the body cannot be read: ${thrownText(error)}`);
  }
  return undefined;
}
