import type { Metadata } from "nice-grpc";
import { fastest, isBytes } from "../platform/bytes.js";

/** Returns the fields of nice-grpc's metadata as grpc-js has them: bytes as a `Buffer`. */
export function fieldsOf(metadata: Metadata): [string, (string | Buffer)[]][] {
  return [...metadata].map(([name, values]) => [
    name,
    values.map((value) => (isBytes(value) ? (fastest(value) as Buffer) : value)),
  ]);
}
