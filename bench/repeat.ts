import type { Contender } from "./pairs.js";

/** Keeps what the work gives, so that none of it is left out. */
export let kept: unknown;

/** Does a piece of work so many times. */
export function repeat(work: () => unknown): Contender["run"] {
  return (times) => {
    for (let time = 0; time < times; time++) kept = work();
  };
}

/** Does a piece of work with things that are made before and used once. */
export function prepared<T>(make: () => T, work: (thing: T) => unknown): Pick<Contender, "prepare" | "run"> {
  let things: T[] = [];
  return {
    prepare: (times) => {
      things = Array.from({ length: times }, make);
    },
    run: () => {
      for (const thing of things) kept = work(thing);
      things = [];
    },
  };
}
