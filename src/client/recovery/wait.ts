import { setMaxListeners } from "node:events";
import { LONGEST_TIMER } from "../../detail/duration.js";

/** Waits for a time in milliseconds, or until another promise resolves. Returns the signal that ends the wait early. */
export function wait(
  time: number,
  signals: readonly AbortSignal[],
  other?: Promise<void>,
): Promise<AbortSignal | undefined> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener("abort", end);
      resolve(signals.find(({ aborted }) => aborted));
    };
    const timer = setTimeout(end, Math.min(time, LONGEST_TIMER));
    for (const signal of signals) {
      // Many concurrent calls may share one signal, so a warning about a leak would be wrong.
      if (signal instanceof EventTarget) setMaxListeners(0, signal);
      signal.addEventListener("abort", end, { once: true });
    }
    if (signals.some(({ aborted }) => aborted)) end();
    void other?.then(end);
  });
}

/** The end of a callback: its result, its exception, or the reason why the wait for it ended. */
export type Ended<T> =
  | { readonly value: T }
  | { readonly thrown: unknown }
  | { readonly stopped: "deadline" | "cancelled"; readonly signal?: AbortSignal };

/** Calls a callback, and waits for its end for a time in milliseconds. Never throws. */
export async function endOf<T>(
  callback: () => T | Promise<T>,
  time: number,
  signals: readonly AbortSignal[],
): Promise<Ended<T>> {
  const ended: Ended<T>[] = [];
  const running = (async () => callback())().then(
    (value) => {
      ended.push({ value });
    },
    (thrown: unknown) => {
      ended.push({ thrown });
    },
  );
  const signal = await wait(time, signals, running);
  return ended[0] ?? (signal ? { stopped: "cancelled", signal } : { stopped: "deadline" });
}
