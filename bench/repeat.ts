import type { Contender } from "./pairs.js";

/** Holds the last result, so that the compiler cannot skip the work. */
export let kept: unknown;

/** Runs the same work many times. */
export function repeat(work: () => unknown): Contender["run"] {
  return (times) => {
    for (let time = 0; time < times; time++) kept = work();
  };
}

/** Runs the work on values that are created before the clock starts and used once. */
export function prepared<T>(make: () => T, work: (value: T) => unknown): Pick<Contender, "prepare" | "run"> {
  let values: T[] = [];
  return {
    prepare: (times) => {
      values = Array.from({ length: times }, make);
    },
    run: () => {
      for (const value of values) kept = work(value);
      values = [];
    },
  };
}
