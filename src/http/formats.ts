import type { JsonObject } from "@bufbuild/protobuf";
import { thrownText } from "../platform/values.js";
import { compactFormat } from "./compact-body.js";
import type { ErrorParts } from "./details.js";
import { type AddIssue, type ParsedError, parseBody } from "./parsed-body.js";
import { problemFormat } from "./problem-body.js";
import { statusFormat } from "./status-body.js";

/** A format of errors over HTTP: its writing and its reading. */
interface Format {
  /** The media type of its bodies. Only `application/json` may be shared by several formats. */
  readonly contentType: string;
  write(parts: ErrorParts): unknown;
  /** Checks whether a body without a media type of its own is in this format. */
  matches(json: JsonObject): boolean;
  /** Reads a body in this format. Members with a wrong type become issues. */
  read(json: JsonObject, httpStatus: number, addIssue: AddIssue): ParsedError;
}

/** All formats, in the order in which a reader tries them. A new format needs its own file and an entry here. */
export const FORMATS = {
  /** The format of Google's APIs, with all details. */
  status: statusFormat,
  /** The message, the reason and the fields of the detail, and nothing else. */
  compact: compactFormat,
  /** The problem details of RFC 9457, with all details as extensions. */
  problem: problemFormat,
} satisfies Readonly<Record<string, Format>>;

/** The formats of errors over HTTP, and the type of the body of each. */
export type HttpBodies = { readonly [Name in keyof typeof FORMATS]: ReturnType<(typeof FORMATS)[Name]["write"]> };

/** The name of a format of errors over HTTP. */
export type HttpFormat = keyof HttpBodies;

/**
 * Reads the body of a response. Returns `undefined` if it is in no known format, and adds an issue. Never throws.
 *
 * @param contentType the header `Content-Type`, or an empty string
 */
export function readBody(
  body: unknown,
  contentType: string,
  httpStatus: number,
  addIssue: AddIssue,
): ParsedError | undefined {
  try {
    const json = parseBody(body);
    const format = formatOf(json, contentType);
    if (format) return format.read(json, httpStatus, addIssue);
    addIssue("malformed-body", "the body is in no known error format");
  } catch (error) {
    addIssue("malformed-body", `the body cannot be read: ${thrownText(error)}`);
  }
  return undefined;
}

/** A media type that belongs to one format decides. Otherwise, the members of the body do. */
function formatOf(json: JsonObject, contentType: string): Format | undefined {
  const [mediaType] = /[^\s;,]+/.exec(contentType.toLowerCase()) ?? [];
  const formats: readonly Format[] = Object.values(FORMATS);
  const byType = formats.find((format) => format.contentType === mediaType && mediaType !== "application/json");
  return byType ?? formats.find((format) => format.matches(json));
}
