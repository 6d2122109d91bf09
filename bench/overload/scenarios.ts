import type { Phase, Second } from "./load.js";
import { PER_SECOND } from "./numbers.js";

/** A course of load. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly phases: readonly Phase[];
}

/** Twice the capacity, after a quiet minute. */
export const SUSTAINED: Scenario = {
  name: "sustained",
  title: "Twice the capacity for two minutes",
  phases: [
    { seconds: 60, load: 0.5 },
    { seconds: 120, load: 2 },
  ],
};

/** Twice the capacity for a while, then as before. */
export const BURST: Scenario = {
  name: "burst",
  title: "Twice the capacity for 30 seconds",
  phases: [
    { seconds: 60, load: 0.7 },
    { seconds: 30, load: 2 },
    { seconds: 60, load: 0.7 },
  ],
};

/** Clients that start during an overload. */
export const COLD: Scenario = {
  name: "cold",
  title: "Clients that start at twice the capacity",
  phases: [{ seconds: 30, load: 2 }],
};

/** The result of the phase with the highest load, and of what comes after it. */
export interface Summary {
  /** The requests that the server received, for each call that was made. */
  readonly requestsPerCall: number;
  /** The calls that succeeded, as a share of the server's capacity. */
  readonly goodput: number;
  /** The seconds after the phase until the server turned the last request away. */
  readonly secondsToRecover: number;
}

/** Sums up the phase with the highest load. */
export function summarize({ phases }: Pick<Scenario, "phases">, seconds: readonly Second[]): Summary {
  const highest = phases.reduce((most, phase) => (phase.load > most.load ? phase : most));
  const begin = phases.slice(0, phases.indexOf(highest)).reduce((sum, phase) => sum + phase.seconds, 0);
  const end = begin + highest.seconds;
  const during = seconds.slice(begin, end);
  const after = seconds.slice(end).map(({ rejections }) => rejections > 0);
  return {
    requestsPerCall: total(during, "requests") / total(during, "calls"),
    goodput: total(during, "successes") / highest.seconds / PER_SECOND,
    secondsToRecover: after.lastIndexOf(true) + 1,
  };
}

function total(seconds: readonly Second[], name: keyof Second): number {
  return seconds.reduce((sum, second) => sum + second[name], 0);
}

/** The bounds for this package. */
export const GOALS = { requestsPerCall: 1.2, goodput: 0.9 };

export function meetsGoals({ requestsPerCall, goodput }: Summary): boolean {
  return requestsPerCall <= GOALS.requestsPerCall && goodput >= GOALS.goodput;
}

/** Returns the same course with less time at the highest loads. */
export function shortened({ phases, ...rest }: Scenario, most: number): Scenario {
  return {
    ...rest,
    phases: phases.map(({ seconds, load }) => ({ seconds: load > 1 ? Math.min(seconds, most) : seconds, load })),
  };
}
