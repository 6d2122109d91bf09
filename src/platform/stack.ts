/** The part of `Error` that tells V8 how many frames to record. Anything but a number makes it record none. */
const frames: { stackTraceLimit?: unknown } = Error;

/**
 * Makes an instance of a class of errors without recording the stack, which is
 * of no use where the error is made from what a peer sent, and costs more than
 * all the rest. The stack is left to be set.
 *
 * Where `Error.stackTraceLimit` is read-only (frozen intrinsics), the stack is recorded.
 *
 * @param base the class whose constructor is called
 * @param made the class that the error is an instance of: the same, or one that extends it
 */
export function constructWithoutStack<T extends Error>(
  base: new (...given: never[]) => T,
  given: readonly unknown[],
  made: NewableFunction,
): T {
  const limit = suspendFrames();
  if (limit === undefined) return Reflect.construct(base, given, made);
  try {
    return Reflect.construct(base, given, made);
  } finally {
    frames.stackTraceLimit = limit;
  }
}

/** Stops V8 from recording frames. Returns the limit to restore; nothing if it records none, or cannot be stopped. */
function suspendFrames(): number | undefined {
  try {
    const limit = frames.stackTraceLimit;
    if (typeof limit !== "number") return undefined;
    // With 0 as the limit, V8 makes a stack without frames, which takes as long as the error itself.
    frames.stackTraceLimit = undefined;
    return limit;
  } catch {
    return undefined;
  }
}

const CALL_SITE = "\nfor call at\n";

/**
 * The stack of an error that was made from another: its own name and message
 * above the frames of the other. Of an error that a call ended with, these are
 * the frames of whoever made the call. Never throws.
 *
 * Without another error, there are no frames.
 */
export function callerStack(error: Error, original?: unknown): string {
  const head = `${error.name}: ${error.message}`;
  const stack = stackOf(original);
  if (stack === undefined) return head;
  const site = stack.indexOf(CALL_SITE);
  if (site >= 0) return `${head}\n${stack.slice(site + CALL_SITE.length)}`;
  const first = stack.indexOf("\n    at ");
  return first < 0 ? head : head + stack.slice(first);
}

/** `Error.prepareStackTrace` of the user's runs when a stack is first read, and may throw. */
function stackOf(original: unknown): string | undefined {
  try {
    const stack = original instanceof Error ? original.stack : undefined;
    return typeof stack === "string" ? stack : undefined;
  } catch {
    return undefined;
  }
}
