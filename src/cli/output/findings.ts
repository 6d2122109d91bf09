import { type Finding, findingText, sortedFindings } from "../../check/finding.js";
import { escapeSteering, placeText, printable } from "../../declaration/problems.js";

/** The option `--format` of every command that prints findings. */
export const FINDINGS_FORMAT = {
  type: "string",
  default: "text",
  choices: ["text", "json", "github"],
  help: [
    "The output format. By default, text.",
    "text: one line for each finding",
    "json: one JSON object per line, for programs",
    "github: annotations of GitHub Actions",
  ].join("\n"),
} as const;

/**
 * The output of a command that checks protos. The exit code is 1 if there are findings.
 *
 * @param pathOf returns the path at which a user finds a file, given the path by which protos import it
 */
export function findingsOutput(
  findings: readonly Finding[],
  format: unknown,
  pathOf: (file: string) => string,
): { readonly text: string; readonly exitCode: 0 | 1 } {
  const lineOf = format === "json" ? jsonLine : format === "github" ? githubLine : textLine;
  const lines = sortedFindings(findings).map(
    (finding) => `${lineOf({ ...finding, place: { ...finding.place, file: pathOf(finding.place.file) } })}\n`,
  );
  return { text: lines.join(""), exitCode: lines.length === 0 ? 0 : 1 };
}

function textLine(finding: Finding): string {
  return printable(`${placeText(finding.place)}: ${findingText(finding)} (${finding.rule})`);
}

function jsonLine({ rule, place: { file, line, column }, text, breaks }: Finding): string {
  return escapeSteering(JSON.stringify({ file, line, column, rule, text, breaks }));
}

/** @see https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message */
function githubLine(finding: Finding): string {
  const { file, line, column: col } = finding.place;
  const properties = { file, line, col, title: finding.rule };
  const written = Object.entries(properties).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}=${escaped(String(value)).replaceAll(":", "%3A").replaceAll(",", "%2C")}`,
  );
  return `::error ${written.join(",")}::${escaped(findingText(finding))}`;
}

function escaped(text: string): string {
  return printable(text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A"));
}
