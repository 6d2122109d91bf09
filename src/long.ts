/** A 64-bit integer of the library long, which protobufjs and `@grpc/proto-loader` use. */
export interface Long {
  readonly __isLong__: true;
  toString(): string;
}

/** Tells whether a value is a {@link Long}, of whichever copy of the library. */
export function isLong(value: unknown): value is Long {
  return typeof value === "object" && value !== null && "__isLong__" in value && typeof value.toString === "function";
}
