/**
 * The Markdown that the reference consists of.
 *
 * The pages are written with these few functions, because a tree of `mdast-util-to-markdown` takes 15 seconds for 10,000
 * errors, and this one. Every function takes and returns Markdown, except where it says text.
 */

/** Escapes a text, so that it shows as it is. A line break becomes a space. */
export function escapeText(text: string): string {
  return (
    text
      .replace(/[\r\n]+/g, " ")
      .replace(/[\\`*_[\]>~]|&(?=#?\w+;)/g, "\\$&")
      // A backslash could become the end of an address before it, and escape nothing.
      .replaceAll("<", "&lt;")
      .replace(/^(\s*)([#+-])/, "$1\\$2")
      .replace(/^(\s*\d+)(?=[.)](\s|$))/, "$1\\")
  );
}

export function heading(depth: number, content: string): string {
  return `${"#".repeat(depth)} ${content}`;
}

export function strong(content: string): string {
  return `**${content}**`;
}

/** A text as code: its characters have no other meaning. */
export function code(text: string): string {
  const line = text.replace(/[\r\n]+/g, " ");
  const runs = [...line.matchAll(/`+/g)].map(([run]) => run.length);
  let fence = "`";
  while (runs.includes(fence.length)) fence += "`";
  const isPadded = /^`|`$/.test(line) || (/^ .* $/.test(line) && line.trim() !== "");
  return isPadded ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}

/** A link. The address is a text. */
export function link(address: string, content: string): string {
  const encoded = address.replace(/[\s<>()\\]/g, (character) => encodeURIComponent(character).replace(/[()]/g, hex));
  return `[${content}](${encoded})`;
}

function hex(character: string): string {
  return `%${character.charCodeAt(0).toString(16)}`;
}

/** A place that a link can name. Markdown has no syntax for it. */
export function anchor(id: string): string {
  return `<a id="${id}"></a>`;
}

export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

/** A table. Its columns are not aligned, so that a longer cell changes one line only. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => "---"), ...rows].map(rowOf).join("\n");
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.map(cellOf).join(" | ")} |`;
}

/** Escapes the bars in a cell. After a backslash in code, nothing does, so that a bar there shows as its number. */
function cellOf(content: string): string {
  return content.replace(/(\\*)\|/g, (_, before: string) => `${before}${before.length % 2 === 0 ? "\\|" : "&#124;"}`);
}

/** A page of blocks. */
export function page(blocks: readonly string[]): string {
  return `${blocks.join("\n\n")}\n`;
}
