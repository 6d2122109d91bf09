/**
 * The symbols that two copies of this package share.
 *
 * One process may load the package twice: once by `import`, once by `require`. Each copy has classes of its own, so
 * objects that cross from one to the other carry a registered symbol. Everything else is private to its file.
 *
 * Change the `v1` in a name when its value changes in a way that the other copy would misread.
 */

/** Marks a `RichError`. */
export const RICH_ERROR: unique symbol = Symbol.for("grpc-rich-errors.v1.RichError");

/** Names the static method that creates an instance of an error class from the content of a received error. */
export const RECEIVE: unique symbol = Symbol.for("grpc-rich-errors.v1.receive");

/** Marks metadata that a peer sent with the status of a call. */
export const FROM_PEER: unique symbol = Symbol.for("grpc-rich-errors.v1.received-metadata");

/** Holds on the metadata of a status how far its call came, where the status alone says that it was not sent. */
export const REACHED: unique symbol = Symbol.for("grpc-rich-errors.v1.reached-metadata");

/** Holds the error on the metadata that a thrown error carries, and on the trailer in it. */
export const THROWN: unique symbol = Symbol.for("grpc-rich-errors.v1.thrown");

/** Marks the metadata of a failed call, which carries the failure from the handler to the interceptor. */
export const FAILURE: unique symbol = Symbol.for("grpc-rich-errors.v1.failure-metadata");

/** Holds the interceptor's call on the metadata that the call came with, where the handler finds it. */
export const BOUNDARY: unique symbol = Symbol.for("grpc-rich-errors.v1.boundary");

/** Holds the running calls of an interceptor, where `drain` finds them. */
export const RUNNING_CALLS: unique symbol = Symbol.for("grpc-rich-errors.v1.running-calls");

/** Holds on `globalThis` whether errors with an invalid detail are refused, in a test that asked for it. */
export const STRICT_DETAILS: unique symbol = Symbol.for("grpc-rich-errors.v1.strict-details");

/** Holds on `globalThis` the observers of errors, which test tools add. */
export const OBSERVERS: unique symbol = Symbol.for("grpc-rich-errors.v1.observers");

/** Holds on `globalThis` the catalogs with which test matchers read errors. */
export const TEST_CATALOGS: unique symbol = Symbol.for("grpc-rich-errors.v1.test-catalogs");

/** Holds on `globalThis` a function that runs another one when the current test ends. */
export const TEST_END: unique symbol = Symbol.for("grpc-rich-errors.v1.test-end");

/** Says on `globalThis` that the errors of this process are recorded for `rich-errors coverage`. */
export const RECORDING: unique symbol = Symbol.for("grpc-rich-errors.v1.recording");

/** Holds on `globalThis` which fields of message types are redacted. */
export const REDACTION: unique symbol = Symbol.for("grpc-rich-errors.v1.redaction");
