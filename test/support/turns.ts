import { setImmediate as turn } from "node:timers/promises";

/** Waits until a condition holds, and checks it in every turn of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

/** Waits until a number has not changed for many turns of the event loop. */
export async function settled(read: () => number): Promise<number> {
  let [last, same] = [read(), 0];
  while (same < 200) {
    await turn();
    const next = read();
    same = next === last && next > 0 ? same + 1 : 0;
    last = next;
  }
  return last;
}
