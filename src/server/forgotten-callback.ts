import type { Settlement } from "./settlement.js";

const callbacks = new FinalizationRegistry<WeakRef<Settlement>>((reference) => {
  const settlement = reference.deref();
  // One that was called is collected, too.
  if (settlement && !settlement.settled)
    settlement.fail(
      new Error("the handler returned without calling its callback, and nobody holds the callback any more"),
    );
});

/**
 * Ends a call when its callback has been collected as garbage: nobody is left
 * who could answer. Of a handler that has returned without an answer nobody else
 * can say whether it will call back.
 */
export function endIfForgotten(callback: object, settlement: Settlement): void {
  callbacks.register(callback, new WeakRef(settlement));
}
