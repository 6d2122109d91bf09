import { HUES, line, picture, round, text } from "../report/svg.js";
import { type Course, STEP } from "./results.js";
import { BURST, type Scenario, SUSTAINED } from "./scenarios.js";

const TITLE = "Load and successful calls of a server at twice its capacity";
const PLOT = { width: 520, height: 210 };
const LEFT = 50;
const TOP = 60;
const FOOT = 46;
const PANEL = { width: LEFT + PLOT.width + 24, height: TOP - 16 + PLOT.height + FOOT };
const LEGEND = { columns: 3, row: 20, top: 34 };

interface Panel {
  readonly title: string;
  readonly figure: "requests" | "successes";
  readonly most: number;
  readonly ticks: readonly number[];
}

const PANELS: readonly Panel[] = [
  { title: "requests at the server", figure: "requests", most: 6, ticks: [0, 1, 2, 3, 4, 5, 6] },
  { title: "successful calls", figure: "successes", most: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] },
];

/** Draws requests and successes over time, for both scenarios. */
export function overloadChart(courses: readonly Course[]): string {
  const names = [...new Set(courses.map(({ name }) => name))];
  const styles = new Map(names.map((name, index) => [name, styleOf(name, index)]));
  const legendRows = Math.ceil((names.length + 1) / LEGEND.columns);
  const below = LEGEND.top + legendRows * LEGEND.row;
  const panels = [SUSTAINED, BURST].flatMap((scenario, column) =>
    PANELS.flatMap((panel, row) =>
      drawPanel(
        scenario,
        panel,
        courses.filter((course) => course.scenario === scenario.name),
        styles,
        16 + column * PANEL.width,
        below + row * PANEL.height,
      ),
    ),
  );
  const content = [text(16, 22, TITLE, "title"), ...legend(names, styles), ...panels];
  const source = { file: "overload.json", command: "npm run recovery:overload" };
  return picture(TITLE, 32 + 2 * PANEL.width, below + PANELS.length * PANEL.height, content, source);
}

/** This package stands out. Clients in processes of their own have dashes. */
function styleOf(name: string, index: number): string {
  const color = name.startsWith("grpc-rich-errors") ? "ours" : `hue${(index * 3) % HUES}`;
  const dashes = name.endsWith("200 processes") ? ' stroke-dasharray="6 4"' : "";
  return `class="curve ${color}"${dashes}`;
}

function legend(names: readonly string[], styles: ReadonlyMap<string, string>): readonly string[] {
  return ["the calls that clients make", ...names].flatMap((name, index) => {
    const x = 16 + (index % LEGEND.columns) * ((2 * PANEL.width) / LEGEND.columns);
    const y = LEGEND.top + 10 + Math.floor(index / LEGEND.columns) * LEGEND.row;
    const style = styles.get(name) ?? 'class="goal"';
    return [`<line x1="${x}" y1="${y - 4}" x2="${x + 24}" y2="${y - 4}" ${style}/>`, text(x + 30, y, name)];
  });
}

function drawPanel(
  { title, phases }: Scenario,
  panel: Panel,
  courses: readonly Course[],
  styles: ReadonlyMap<string, string>,
  left: number,
  top: number,
): readonly string[] {
  const seconds = phases.reduce((sum, phase) => sum + phase.seconds, 0);
  const from = left + LEFT;
  const bottom = top + TOP - 16 + PLOT.height;
  const across = (second: number) => from + (second / seconds) * PLOT.width;
  const up = (value: number) => bottom - (value / panel.most) * PLOT.height;
  const grid = [
    ...panel.ticks.flatMap((tick) => [
      line(from, up(tick), from + PLOT.width, up(tick), "grid"),
      text(from - 7, up(tick) + 4, String(tick), "faint end"),
    ]),
    ...Array.from({ length: seconds / 30 + 1 }, (_, index) => index * 30).flatMap((second) => [
      line(across(second), up(panel.most), across(second), bottom, "grid"),
      text(across(second), bottom + 15, String(second), "faint middle"),
    ]),
  ];
  const curve = (values: readonly number[], style: string) => {
    const points = values.map(
      (value, index) => `${round(across((index + 0.5) * STEP))},${round(up(Math.min(value, panel.most)))}`,
    );
    return `<polyline points="${points.join(" ")}" ${style}/>`;
  };
  // This package's own curves are drawn last, on top of the others.
  const curves = [...courses].reverse().map((course) => curve(course[panel.figure], styles.get(course.name) ?? ""));
  const offered = curve(courses[0]?.calls ?? [], 'class="curve goal"');
  return [
    text(left, top + 20, `${title}: ${panel.title}, as a multiple of the capacity`, "title"),
    ...grid,
    ...(panel.figure === "requests" ? [offered] : []),
    ...curves,
    text(from + PLOT.width / 2, bottom + 31, "seconds", "faint middle"),
  ];
}
