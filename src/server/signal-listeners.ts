import { isThenable } from "../platform/values.js";

type Fail = (thrown: unknown) => void;

type Args = Parameters<AbortSignal["addEventListener"]>;

type Listener = NonNullable<Args[1]>;

type Container = (event: Event) => void;

/** What becomes of the failures of a signal's listeners, and the functions that stand in for these listeners. */
interface Containment {
  readonly fail: Fail;
  readonly containers: WeakMap<Listener, Container>;
}

const containments = new WeakMap<AbortSignal, Containment>();

/**
 * Hands over what the listeners of a signal throw or reject with. Node throws it
 * in the next tick, where it crashes the process. Covers `onabort`, too, and
 * whatever else goes by the signal's `addEventListener`.
 */
export function containListeners(signal: AbortSignal, fail: Fail): void {
  containments.set(signal, { fail, containers: new WeakMap() });
  signal.addEventListener = addContained;
  signal.removeEventListener = removeContained;
}

const { addEventListener, removeEventListener } = EventTarget.prototype;

function addContained(this: AbortSignal, type: string, listener: Args[1], options?: Args[2]): void {
  const containment = containments.get(this);
  const contained = containment && isListener(listener) ? containerOf(listener, containment) : listener;
  Reflect.apply(addEventListener, this, [type, contained, options]);
}

function removeContained(this: AbortSignal, type: string, listener: Args[1], options?: Args[2]): void {
  const contained = isListener(listener) ? containments.get(this)?.containers.get(listener) : undefined;
  Reflect.apply(removeEventListener, this, [type, contained ?? listener, options]);
}

/** The same for the same listener, by which a signal tells that it has it already. */
function containerOf(listener: Listener, { fail, containers }: Containment): Container {
  const known = containers.get(listener);
  if (known) return known;
  const container = function (this: unknown, event: Event): void {
    try {
      const result: unknown =
        typeof listener === "function" ? Reflect.apply(listener, this, [event]) : listener.handleEvent(event);
      if (isThenable(result)) result.then(undefined, fail);
    } catch (thrown) {
      fail(thrown);
    }
  };
  containers.set(listener, container);
  return container;
}

function isListener(value: unknown): value is Listener {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}
