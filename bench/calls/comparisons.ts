import type { Comparison, Goal, Unit } from "../figures.js";
import { median, pairedRatio } from "../pairs.js";
import type { Cost, Rounds, Workload } from "./rounds.js";

/** Workloads and their costs. */
export interface Measured {
  readonly workloads: readonly Workload[];
  /** The costs of each workload, in the same order. */
  readonly costs: readonly Rounds[];
}

interface Heading {
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
}

/** Compares one figure of the workloads. `goals` has the goals of contenders by name. */
export function compareBy(
  { workloads, costs }: Measured,
  heading: Heading,
  figure: (cost: Cost) => number,
  goals: Readonly<Record<string, Goal>> = {},
): Comparison {
  const [first] = costs;
  const rows = workloads.map(({ name }, index) => {
    const rounds = [...(costs[index] ?? [])];
    const own = rounds.map(([, cost]) => figure(cost));
    const base = rounds.map(([round]) => first?.get(round)).map((cost) => (cost ? figure(cost) : Number.NaN));
    const goal = goals[name];
    return { name, value: median(own), ratio: pairedRatio(own, base), ...(goal && { goal }) };
  });
  return { ...heading, rows };
}

type Goals = Readonly<Record<string, Goal>>;

/** Compares the CPU time of a call in both processes, in the client and in the server. */
export function byProcess(
  measured: Measured,
  id: string,
  title: string,
  goals: Goals = {},
  serverGoals: Goals = {},
): readonly Comparison[] {
  const unit = "µs";
  return [
    compareBy(measured, { id, title: `${title}: client and server`, unit }, (n) => n.client + n.server, goals),
    compareBy(measured, { id: `${id}-client`, title: `${title}: client only`, unit }, ({ client }) => client),
    compareBy(
      measured,
      { id: `${id}-server`, title: `${title}: server only`, unit },
      ({ server }) => server,
      serverGoals,
    ),
  ];
}

/** Compares the calls per second, by wall-clock time and by the CPU time of the busier process. */
export function perSecond(measured: Measured, id: string, title: string): readonly Comparison[] {
  const unit = "calls/s";
  return [
    compareBy(measured, { id, title: `${title} (wall clock)`, unit }, ({ clock }) => 1e6 / clock),
    compareBy(
      measured,
      { id: `${id}-busier`, title: `${title} (CPU time of the busier process)`, unit },
      ({ client, server }) => 1e6 / Math.max(client, server),
    ),
  ];
}
