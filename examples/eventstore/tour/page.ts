import { styleText } from "node:util";

/** The longest line of the tour. */
export const WIDTH = 100;
const LABEL = 11;
/** The width beside a label. */
export const ROOM = WIDTH - LABEL;

type Style = Parameters<typeof styleText>[0];

/** Styles a text, or returns it unchanged. */
export type Paint = (style: Style, text: string) => string;

/** Styles text only on a terminal, and not if the user opts out (see https://no-color.org). */
export function painter(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Paint {
  return stream.isTTY && !env["NO_COLOR"] ? styleText : (_style, text) => text;
}

/** The heading of a section. */
export function heading(text: string, paint: Paint, width = WIDTH): string {
  return paint("bold", `${text} ${"═".repeat(width - text.length - 1)}`);
}

/** Lines with a label beside the first one. */
export function labeled(label: string, content: readonly string[], paint: Paint): string[] {
  return content.map((line, index) => `  ${paint("cyan", (index === 0 ? label : "").padEnd(LABEL - 2))}${line}`);
}

/** The sign of a check that passed or failed. */
export function tick(holds: boolean, paint: Paint): string {
  return holds ? paint("green", "✔") : paint("red", "✘");
}

/** Wraps a text between words, and splits words that are too long. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const end = space > 0 ? space : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

/** Bytes in hexadecimal and as text, 24 to a line: `0000  08091218 ...  ...text`. */
export function dump(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += 24) {
    const row = Buffer.from(bytes.subarray(offset, offset + 24));
    const groups = row.toString("hex").match(/.{1,8}/g) ?? [];
    const text = row.toString("latin1").replace(/[^\x20-\x7e]/g, ".");
    lines.push(`${offset.toString(16).padStart(4, "0")}  ${groups.join(" ").padEnd(53)}  ${text}`);
  }
  return lines;
}
