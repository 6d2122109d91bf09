/** What of `Error` tells V8 how many frames to look at. Something that is no number makes it look at none. */
const frames: { stackTraceLimit: number | undefined } = Error;

/**
 * Makes an instance of a class of errors without looking at the stack, which is
 * of no use where the error is made from what a peer sent, and costs more than
 * all the rest. The stack is left to be set.
 *
 * @param base the class whose constructor is called
 * @param made the class that the error is an instance of: the same, or one that extends it
 */
export function constructWithoutStack<T extends Error>(
  base: new (...given: never[]) => T,
  given: readonly unknown[],
  made: NewableFunction,
): T {
  const limit = frames.stackTraceLimit;
  try {
    // With 0 as the limit, V8 makes a stack without frames, which takes as long as the error itself.
    frames.stackTraceLimit = undefined;
    return Reflect.construct(base, given, made);
  } finally {
    frames.stackTraceLimit = limit;
  }
}

const CALL_SITE = "\nfor call at\n";

/**
 * The stack of an error that was made from another: its own name and message
 * above the frames of the other. Of an error that a call ended with, these are
 * the frames of whoever made the call.
 *
 * Without another error, there are no frames.
 */
export function callerStack(error: Error, original?: unknown): string {
  const head = `${error.name}: ${error.message}`;
  const stack = original instanceof Error ? original.stack : undefined;
  if (typeof stack !== "string") return head;
  const site = stack.indexOf(CALL_SITE);
  if (site >= 0) return `${head}\n${stack.slice(site + CALL_SITE.length)}`;
  const first = stack.indexOf("\n    at ");
  return first < 0 ? head : head + stack.slice(first);
}
