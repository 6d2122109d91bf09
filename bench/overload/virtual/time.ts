interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/**
 * Runs a program in virtual time: a timer fires as soon as nothing else is left to do, and the clock jumps to it. Random
 * numbers follow from the seed, so that each run is the same.
 *
 * Replaces `setTimeout`, `clearTimeout`, `Date.now` and `Math.random` meanwhile.
 */
export async function inVirtualTime<T>(seed: number, program: () => Promise<T>): Promise<T> {
  const real = { setTimeout, clearTimeout, now: Date.now, random: Math.random };
  let now = 0;
  const timers: Timer[] = [];
  const setVirtual = (callback: (...values: unknown[]) => void, delay = 0, ...values: unknown[]): Timer => {
    const timer = { at: now + Math.max(1, delay), fire: () => callback(...values) };
    timers.splice(indexAfter(timers, timer.at), 0, timer);
    return timer;
  };
  const clearVirtual = (timer: Timer | undefined) => {
    const index = timer ? timers.lastIndexOf(timer, indexAfter(timers, timer.at)) : -1;
    if (index >= 0) timers.splice(index, 1);
  };
  Object.assign(globalThis, { setTimeout: setVirtual, clearTimeout: clearVirtual });
  Object.assign(Date, { now: () => now });
  Object.assign(Math, { random: randomFrom(seed) });
  try {
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    const result = program();
    result.then(end, end);
    for (;;) {
      // Lets all promises and ticks settle.
      await new Promise(setImmediate);
      if (isOver) return await result;
      const next = timers.shift();
      if (!next) throw new Error("the program waits for something that is no timer");
      now = next.at;
      next.fire();
    }
  } finally {
    Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
    Object.assign(Date, { now: real.now });
    Object.assign(Math, { random: real.random });
  }
}

/** Returns the index of the first timer after a time, by bisection. */
function indexAfter(timers: readonly Timer[], at: number): number {
  let low = 0;
  let high = timers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timers[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A generator of random numbers from 0 to 1: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
