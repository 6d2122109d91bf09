import { OBSERVERS } from "./symbols.js";
import { attempt } from "./values.js";

/**
 * Sees the errors of this process, whichever copy of the package makes them. It is for test tools: see {@link addObserver}.
 *
 * Each method is called synchronously. Whatever it throws is ignored.
 */
export interface Observer {
  /** A program made an error. It has not thrown it yet. */
  thrown?(error: Error): void;
  /**
   * A client received an error. If no catalog declares it, its `definition` is `undefined`.
   *
   * @param method the path of the method, which is known of clients with `richErrorClientOptions`
   */
  received?(error: Error, method: string | undefined): void;
  /** An error has the class of a declared error: `instanceof` said so, or the contract of the method names no other. */
  matched?(error: Error): void;
  /**
   * A call failed on a server with `richErrorServerInterceptor`.
   *
   * @param call a `FailedCall`, as `onError` gets it
   * @param calls the `RunningCalls` of the interceptor, which tell two servers apart
   */
  failed?(call: object, calls: object): void;
}

/** Stands on `globalThis` while there are observers. */
interface Observed {
  [OBSERVERS]?: Observers;
}

/** Returns what to call for each event. `undefined` without observers: a failing call pays for one look at a property. */
export function observers(): Required<Observer> | undefined {
  return (globalThis as Observed)[OBSERVERS];
}

/** Adds an observer. Returns a function that removes it. */
export function addObserver(observer: Observer): () => void {
  const observed = globalThis as Observed;
  observed[OBSERVERS] ??= new Observers();
  // Another copy of the package may have made it.
  const { all } = observed[OBSERVERS];
  all.add(observer);
  return () => {
    all.delete(observer);
    if (all.size === 0 && observed[OBSERVERS]?.all === all) delete observed[OBSERVERS];
  };
}

/** Passes each event on to every observer. */
class Observers implements Required<Observer> {
  readonly all = new Set<Observer>();

  thrown(error: Error): void {
    for (const one of this.all) attempt(() => one.thrown?.(error));
  }

  received(error: Error, method: string | undefined): void {
    for (const one of this.all) attempt(() => one.received?.(error, method));
  }

  matched(error: Error): void {
    for (const one of this.all) attempt(() => one.matched?.(error));
  }

  failed(call: object, calls: object): void {
    for (const one of this.all) attempt(() => one.failed?.(call, calls));
  }
}
