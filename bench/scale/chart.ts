import { line, picture, round, text } from "../report/svg.js";
import type { Minute } from "./soak.js";

const TITLE = "A server under failing calls for ten minutes";
const PLOT = { width: 420, height: 200 };
const LEFT = 50;
const TOP = 60;
const FOOT = 50;
const LEGEND_ROW = 18;
const PANEL = { width: LEFT + PLOT.width + 30, height: TOP + PLOT.height + FOOT + 3 * LEGEND_ROW };
const MARGIN = 16;

interface Curve {
  readonly name: string;
  readonly style: string;
  /** A curve of plain grpc-js has dashes. */
  readonly dashed?: boolean;
  readonly value: (minute: Minute) => number;
}

interface Panel {
  readonly title: string;
  readonly curves: readonly Curve[];
}

const MEGABYTE = 2 ** 20;

const PANELS: readonly Panel[] = [
  {
    title: "heap after a garbage collection, MB",
    curves: [
      { name: "server", style: "ours", value: ({ heap }) => heap / MEGABYTE },
      { name: "client", style: "hue0", value: ({ clientHeap }) => clientHeap / MEGABYTE },
    ],
  },
  {
    title: "duration of a call, 64 at a time, ms",
    curves: [
      { name: "p50", style: "ours", value: ({ p50 }) => p50 },
      { name: "p50, grpc-js", style: "ours", dashed: true, value: ({ bare }) => bare.p50 },
      { name: "p99", style: "hue0", value: ({ p99 }) => p99 },
      { name: "p99, grpc-js", style: "hue0", dashed: true, value: ({ bare }) => bare.p99 },
      { name: "p99.9", style: "hue2", value: ({ p999 }) => p999 },
      { name: "p99.9, grpc-js", style: "hue2", dashed: true, value: ({ bare }) => bare.p999 },
    ],
  },
  {
    title: "processor time of the server for a call, µs",
    curves: [
      { name: "grpc-rich-errors", style: "ours", value: ({ cpu }) => cpu },
      { name: "grpc-js", style: "ours", dashed: true, value: ({ bare }) => bare.cpu },
    ],
  },
];

/** Draws memory, durations and processor time by minute. */
export function soakChart(minutes: readonly Minute[]): string {
  const panels = PANELS.flatMap((panel, column) => drawPanel(panel, minutes, MARGIN + column * PANEL.width));
  const source = { file: "scale.json", command: "npm run scale" };
  const content = [text(MARGIN, 22, TITLE, "title"), ...panels];
  return picture(TITLE, 2 * MARGIN + PANELS.length * PANEL.width, MARGIN + PANEL.height, content, source);
}

function drawPanel({ title, curves }: Panel, minutes: readonly Minute[], left: number): readonly string[] {
  const from = left + LEFT;
  const bottom = TOP + PLOT.height;
  const most = Math.max(...curves.flatMap(({ value }) => minutes.map(value)));
  const step = stepFor(most);
  const top = Math.ceil(most / step) * step;
  const across = (minute: number) => from + ((minute + 0.5) / minutes.length) * PLOT.width;
  const up = (value: number) => bottom - (value / top) * PLOT.height;
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  return [
    text(left, TOP - 14, title, "title"),
    ...ticks.flatMap((tick) => [
      line(from, up(tick), from + PLOT.width, up(tick), "grid"),
      text(from - 7, up(tick) + 4, tick.toLocaleString("en"), "faint end"),
    ]),
    ...minutes.map((_, index) => text(across(index), bottom + 15, String(index + 1), "faint middle")),
    text(from + PLOT.width / 2, bottom + 31, "minute", "faint middle"),
    ...curves.map((curve) => {
      const points = minutes.map((minute, index) => `${round(across(index))},${round(up(curve.value(minute)))}`);
      return `<polyline points="${points.join(" ")}" ${styleOf(curve)}/>`;
    }),
    ...curves.flatMap((curve, index) => {
      const x = from + (index % 2) * (PLOT.width / 2);
      const y = bottom + 50 + Math.floor(index / 2) * LEGEND_ROW;
      return [
        `<line x1="${x}" y1="${y - 4}" x2="${x + 24}" y2="${y - 4}" ${styleOf(curve)}/>`,
        text(x + 30, y, curve.name),
      ];
    }),
  ];
}

function styleOf({ style, dashed }: Curve): string {
  return `class="curve ${style}"${dashed ? ' stroke-dasharray="6 4"' : ""}`;
}

/** Returns the distance between ticks, of which there are at most six: 1, 2 or 5 times a power of ten. */
function stepFor(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / 5));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => most / step <= 5) ?? 10 * power;
}
