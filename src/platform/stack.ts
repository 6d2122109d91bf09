/** `Error`, whose `stackTraceLimit` is the number of frames that V8 records. If it is not a number, V8 records none. */
const frames: { stackTraceLimit?: unknown } = Error;

/**
 * Constructs an error without recording its stack. For an error that a peer sent, recording the stack is useless and
 * costs more than everything else. The caller sets the stack.
 *
 * Where `Error.stackTraceLimit` is read-only (frozen intrinsics), the stack is recorded.
 *
 * @param base the class whose constructor is called
 * @param made the class of the error: `base` or a subclass
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

/** Stops V8 from recording frames. Returns the limit to restore, or `undefined` if there is nothing to restore. */
function suspendFrames(): number | undefined {
  try {
    const limit = frames.stackTraceLimit;
    if (typeof limit !== "number") return undefined;
    // A limit of 0 is slower: V8 still creates a stack, without frames.
    frames.stackTraceLimit = undefined;
    return limit;
  } catch {
    return undefined;
  }
}

const CALL_SITE = "\nfor call at\n";

/**
 * Returns a stack for an error that was created from another: the name and message of the first, and the frames of
 * the other. If grpc-js created the other, the frames are those of the caller. Never throws.
 *
 * Without another error, the stack has no frames.
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

/** Reading a stack may throw, because it runs an `Error.prepareStackTrace` of the user's. */
function stackOf(original: unknown): string | undefined {
  try {
    const stack = original instanceof Error ? original.stack : undefined;
    return typeof stack === "string" ? stack : undefined;
  } catch {
    return undefined;
  }
}
