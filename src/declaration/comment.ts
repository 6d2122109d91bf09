import type { Documentation } from "../definition.js";

/** A comment of a proto, in lines and in sections. */
export interface Comment {
  /** The lines without directives for tools. Empty if there is no comment. */
  readonly lines: readonly string[];
  readonly documentation: Documentation;
  /** The paragraphs after the summary that are neither causes nor client action, separated by empty lines. */
  readonly remarks: string;
}

/**
 * Parses a comment.
 *
 * @param defaultSummary the summary of a comment that has none
 */
export function parseComment(text: string, defaultSummary: string): Comment {
  const lines = linesOf(text);
  let summary: string | undefined;
  let causes: readonly string[] = [];
  let clientAction = "";
  const remarks: string[] = [];
  const paragraphs = paragraphsOf(lines);
  for (let index = 0; index < paragraphs.length; index++) {
    const paragraph = paragraphs[index] ?? [];
    const [, heading, rest] = HEADING.exec(paragraph[0] ?? "") ?? [];
    if (heading === undefined) {
      if (summary === undefined) summary = joined(paragraph);
      else remarks.push(paragraph.join("\n"));
      continue;
    }
    let content = [rest ?? "", ...paragraph.slice(1)].filter((line) => line.trim() !== "");
    // A heading above an empty line belongs to the next paragraph.
    const next = paragraphs[index + 1];
    if (content.length === 0 && next && !HEADING.test(next[0] ?? "")) {
      content = next;
      index++;
    }
    if (heading.toLowerCase() === CAUSES) causes = [...causes, ...itemsOf(content)];
    else clientAction = joined([clientAction, ...content]);
  }
  return {
    lines,
    documentation: {
      summary: summary ?? defaultSummary,
      ...(causes.length > 0 ? { causes } : {}),
      ...(clientAction === "" ? {} : { clientAction }),
    },
    remarks: remarks.join("\n\n"),
  };
}

const CAUSES = "common causes";
const HEADING = /^\s*(common causes|client action):\s*(.*)$/i;
const ITEM = /^\s*[-*]\s+(.*)$/;
const DIRECTIVE = /^\s*buf:lint:ignore\b/;

function linesOf(text: string): string[] {
  const lines = text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .filter((line) => !DIRECTIVE.test(line))
    .map((line) => line.replace(/\p{Cc}/gu, " ").trimEnd());
  const indent = Math.min(...lines.filter((line) => line !== "").map((line) => line.search(/\S/)));
  const shifted = lines.map((line) => line.slice(indent));
  while (shifted[0] === "") shifted.shift();
  while (shifted.at(-1) === "") shifted.pop();
  return shifted;
}

function paragraphsOf(lines: readonly string[]): string[][] {
  const paragraphs: string[][] = [[]];
  for (const line of lines) {
    if (line === "") paragraphs.push([]);
    else paragraphs.at(-1)?.push(line);
  }
  return paragraphs.filter((lines) => lines.length > 0);
}

function itemsOf(lines: readonly string[]): string[] {
  const items: string[][] = [];
  for (const line of lines) {
    const [, item] = ITEM.exec(line) ?? [];
    if (item !== undefined || items.length === 0) items.push([item ?? line]);
    else items.at(-1)?.push(line);
  }
  return items.map(joined);
}

function joined(lines: readonly string[]): string {
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ");
}
