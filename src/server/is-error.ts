/**
 * Tells an error, of whichever realm: under a test runner that gives each file a
 * world of its own, Node's errors are not of the `Error` that code sees there.
 *
 * @throws whatever a Proxy throws
 */
export function isError(value: unknown): value is Error {
  if (value instanceof Error) return true;
  return typeof value === "object" && value !== null && TAG.test(Object.prototype.toString.call(value));
}

const TAG = /^\[object (Error|DOMException)\]$/;
