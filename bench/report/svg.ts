/** Builds an SVG picture with a light and a dark color scheme. */
export function picture(
  title: string,
  width: number,
  height: number,
  content: readonly string[],
  source = { file: "results.json", command: "npm run bench" },
): string {
  return `<!-- Generated from ${source.file} by \`${source.command}\`. Do not edit. -->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}" role="img">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<rect class="paper" width="100%" height="100%"/>
${content.join("\n")}
</svg>
`;
}

/** The number of colors for lines and dots of other contenders: classes `hue0`, `hue1` and so on. */
export const HUES = 10;

const COLORS = [
  "#3b82c4",
  "#b8860b",
  "#2a9d8f",
  "#a855a8",
  "#8d6e63",
  "#6f7d90",
  "#c2577a",
  "#5a8f29",
  "#7c6fd0",
  "#9a9a3c",
];

const STYLE = `
svg { --paper: #ffffff; --ink: #1f2328; --faint: #59636e; --line: #d1d9e0; --ours: #d9480f; --goal: #0a7f3f; }
@media (prefers-color-scheme: dark) {
  svg { --paper: #0d1117; --ink: #f0f6fc; --faint: #9198a1; --line: #3d444d; --ours: #ff8a50; --goal: #4cc38a; }
}
text { font: 11px system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif; fill: var(--ink); }
.paper { fill: var(--paper); }
.title { font-weight: 600; font-size: 13px; }
.faint { fill: var(--faint); }
.end { text-anchor: end; }
.middle { text-anchor: middle; }
.grid { stroke: var(--line); stroke-width: 1; }
.stem { stroke: var(--line); stroke-width: 2; }
.dot { fill: var(--faint); stroke: var(--paper); stroke-width: 1; }
.dot.ours { fill: var(--ours); }
text.ours { fill: var(--ours); font-weight: 600; }
.goal { stroke: var(--goal); stroke-width: 2.5; }
text.goal { fill: var(--goal); stroke: none; }
.curve { fill: none; stroke-width: 1.5; }
.curve.ours { stroke: var(--ours); stroke-width: 3; }
.own { stroke: var(--ours); stroke-width: 1; }
${COLORS.map((color, hue) => `.curve.hue${hue} { stroke: ${color}; } .dot.hue${hue} { fill: ${color}; }`).join("\n")}
`;

export function text(x: number, y: number, content: string, style = ""): string {
  return `<text x="${round(x)}" y="${round(y)}"${style && ` class="${style}"`}>${escaped(content)}</text>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, style: string): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" class="${style}"/>`;
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A logarithmic axis. Its ticks are powers of ten. */
export interface Axis {
  readonly ticks: readonly number[];
  at(value: number): number;
}

/** Builds an axis between two coordinates that has room for all values. */
export function axisFor(values: readonly number[], from: number, to: number): Axis {
  const logs = values.filter((value) => value > 0 && Number.isFinite(value)).map(Math.log10);
  const low = Math.floor(Math.min(...logs) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.max(...logs) - 1e-9));
  return {
    ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
    at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
  };
}

/** Formats a power of ten as the label of a tick. */
export function tickText(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`;
  if (value >= 1e3) return `${value / 1e3}k`;
  return String(Number(value.toPrecision(1)));
}
