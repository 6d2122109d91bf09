import type { Schema } from "../../declaration/schema.js";
import type { Finding } from "../finding.js";

/**
 * Checks whether a comment turns off a rule for the element of a finding, or for an element around it:
 *
 * ```proto
 * // buf:lint:ignore RICH_ERRORS_VALUE_ANNOTATED
 * ORDER_ERROR_OTHER = 2;
 * ```
 *
 * Comments count as they do for buf: those directly above an element, and only the first id of a line.
 *
 * @see https://buf.build/docs/lint/#comment-ignores
 */
export function isIgnored({ rule, place }: Finding, schema: Schema): boolean {
  return enclosingPaths(place.path ?? []).some((path) =>
    schema
      .commentAt(place.file, path)
      .split("\n")
      .some((line) => line.trim().startsWith(`buf:lint:ignore ${rule}`)),
  );
}

type Kind = "file" | "message" | "enum" | "service" | "leaf";

/** The elements in an element that can have a comment, by their fields in the descriptor. */
const CHILDREN: Readonly<Record<Kind, Readonly<Record<number, Kind>>>> = {
  file: { 4: "message", 5: "enum", 6: "service", 7: "leaf" },
  message: { 2: "leaf", 3: "message", 4: "enum", 6: "leaf", 8: "leaf" },
  enum: { 2: "leaf" },
  service: { 2: "leaf" },
  leaf: {},
};

/** The paths of the elements that contain a place, the outermost first, and the path of the place itself. */
function enclosingPaths(path: readonly number[]): (readonly number[])[] {
  const paths: (readonly number[])[] = [];
  let kind: Kind | undefined = "file";
  for (let length = 2; length <= path.length && kind; length += 2) {
    kind = CHILDREN[kind][path[length - 2] ?? 0];
    if (kind) paths.push(path.slice(0, length));
  }
  return [...paths, path];
}
