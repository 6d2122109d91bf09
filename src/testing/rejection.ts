import { attempt, describeValue, isObject, isThenable } from "../platform/values.js";

/** The end of a call: the value that it rejected with, or that it resolved to. */
export interface CallEnd {
  readonly rejected: boolean;
  readonly value: unknown;
}

/** Checks whether a value is a call that has yet to end, as {@link rejectionOf} takes it. Never throws. */
export function isCall(value: unknown): boolean {
  return typeof value === "function" || attempt(() => isThenable(value) || isIterable(value)) === true;
}

/**
 * Waits until a call ends.
 *
 * @param call a promise, a stream or another iterable of responses, or a function that returns one of them
 * @throws TypeError for any other value
 */
export async function rejectionOf(call: unknown): Promise<CallEnd> {
  let started = call;
  try {
    if (typeof call === "function") started = call();
    if (isThenable(started)) return { rejected: false, value: await started };
    if (isIterable(started)) return { rejected: false, value: await readAll(started) };
  } catch (value) {
    return { rejected: true, value };
  }
  // A function that returns anything else has not thrown.
  if (typeof call === "function") return { rejected: false, value: started };
  throw new TypeError(
    `the call is ${describeValue(call)}; pass a promise, a stream of responses, or a function that returns one of them`,
  );
}

async function readAll(responses: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const response of responses) all.push(response);
  return all;
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return isObject(value) && Symbol.asyncIterator in value;
}
