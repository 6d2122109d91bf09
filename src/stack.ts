/**
 * Makes an error without looking at the stack, which is of no use where the
 * error is made from what a peer sent, and costs more than all the rest.
 */
export function withoutStack<T>(make: () => T): T {
  const limit = Error.stackTraceLimit;
  try {
    Error.stackTraceLimit = 0;
    return make();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

const CALL_SITE = "\nfor call at\n";

/**
 * The stack of an error that a call ended with: its own name and message above
 * the frames of whoever made the call, as far as the original tells them.
 */
export function callerStack(error: Error, original: unknown): string {
  const head = `${error.name}: ${error.message}`;
  const stack = original instanceof Error ? original.stack : undefined;
  if (typeof stack !== "string") return head;
  const site = stack.indexOf(CALL_SITE);
  if (site >= 0) return `${head}\n${stack.slice(site + CALL_SITE.length)}`;
  const frames = stack.indexOf("\n    at ");
  return frames < 0 ? head : head + stack.slice(frames);
}
