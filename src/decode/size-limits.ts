import { sizeOfBlock } from "../budget/header-size.js";
import { delimitedLength } from "../detail/detail.js";
import { utf8Of } from "../platform/bytes.js";

/** The largest error that a peer or a proxy passes on with its default settings. */
export interface SizeLimit {
  /** The peer or the proxy: `"nginx (grpc_pass)"`. */
  readonly by: string;
  /** Whether the limit counts the bytes of the `google.rpc.Status`, or the whole header block that ends the call. */
  readonly of: "status" | "block";
  readonly bytes: number;
  /** What a client sees instead of a larger error. */
  readonly beyond: string;
}

/** The limits of peers and proxies, the smallest first. All of them were measured with default settings. */
export const SIZE_LIMITS: readonly SizeLimit[] = [
  {
    by: "nginx (grpc_pass)",
    of: "status",
    bytes: 3_600,
    beyond: "it sends 502, so that clients see UNAVAILABLE and retry",
  },
  {
    by: "Python, C++ and Ruby (gRPC core)",
    of: "status",
    bytes: 5_900,
    beyond: "clients see RESOURCE_EXHAUSTED: at random, and always above 12,000 bytes",
  },
  {
    by: "Java",
    of: "block",
    bytes: 8_192,
    beyond: "clients lose the error, and above 10,240 bytes the connection",
  },
  {
    by: "Node (grpc-js)",
    of: "status",
    bytes: 60_000,
    beyond: "the call and all others on its connection hang until their deadlines",
  },
  { by: "Go", of: "status", bytes: 16 * 2 ** 20, beyond: "clients lose the error" },
];

/** The size of an error on the wire, in bytes. */
export interface TrailerSize {
  /** The `google.rpc.Status`. */
  readonly status: number;
  /** The header block that ends the call, as HTTP/2 counts it: about 320 bytes more than the trailer in base64. */
  readonly block: number;
  /** The limits that the error exceeds. */
  readonly exceeds: readonly SizeLimit[];
}

/** Measures an error. */
export function measure(status: Uint8Array, message: string): TrailerSize {
  const text = message.toWellFormed();
  const size = { bytes: utf8Of(text).length, encoded: encodeURI(text).length };
  // The code takes two bytes.
  const detailsLength = Math.max(0, status.length - 2 - delimitedLength(size.bytes));
  const block = sizeOfBlock({ message: size, detailsLength, trailersSize: 0 });
  const sizes = { status: status.length, block };
  return { ...sizes, exceeds: SIZE_LIMITS.filter(({ of, bytes }) => sizes[of] > bytes) };
}
