import type { Comparison, Goal, Unit } from "../figures.js";
import { median, pairedRatio } from "../pairs.js";
import type { Needed, Rounds, Turn } from "./rounds.js";

/** What was measured of one kind of work. */
export interface Measured {
  readonly turns: readonly Turn[];
  /** For each contender, what it needed. */
  readonly needed: readonly Rounds[];
}

interface Heading {
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
}

/** Compares one figure of what was measured. The goals are those of contenders, by their names. */
export function compareBy(
  { turns, needed }: Measured,
  heading: Heading,
  figure: (needed: Needed) => number,
  goals: Readonly<Record<string, Goal>> = {},
): Comparison {
  const [first] = needed;
  const rows = turns.map(({ name }, index) => {
    const rounds = [...(needed[index] ?? [])];
    const own = rounds.map(([, needed]) => figure(needed));
    const beside = rounds.map(([round]) => first?.get(round)).map((needed) => (needed ? figure(needed) : Number.NaN));
    const goal = goals[name];
    return { name, value: median(own), ratio: pairedRatio(own, beside), ...(goal && { goal }) };
  });
  return { ...heading, rows };
}

/** The processor time of both processes, and of each, for one call. */
export function byProcess(
  measured: Measured,
  id: string,
  title: string,
  goals: Readonly<Record<string, Goal>>,
): readonly Comparison[] {
  const unit = "µs";
  return [
    compareBy(measured, { id, title: `${title}, client and server together`, unit }, (n) => n.client + n.server, goals),
    compareBy(measured, { id: `${id}-client`, title: `${title}, the client's part`, unit }, ({ client }) => client),
    compareBy(measured, { id: `${id}-server`, title: `${title}, the server's part`, unit }, ({ server }) => server),
  ];
}

/** How many calls are made in a second: by the clock, and of the processor time of the busier process. */
export function perSecond(
  measured: Measured,
  id: string,
  title: string,
  goals: Readonly<Record<string, Goal>>,
): readonly Comparison[] {
  const unit = "calls a second";
  return [
    compareBy(measured, { id, title: `${title}, by the clock`, unit }, ({ clock }) => 1e6 / clock, goals),
    compareBy(
      measured,
      { id: `${id}-busier`, title: `${title}, of processor time`, unit },
      ({ client, server }) => 1e6 / Math.max(client, server),
      goals,
    ),
  ];
}
