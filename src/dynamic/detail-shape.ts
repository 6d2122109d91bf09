import type { DescField, DescMessage } from "@bufbuild/protobuf";
import type { DetailCodec } from "../detail/detail.js";

/** What details look like in a library. */
export interface DetailShape {
  /** Reads and writes a message type. */
  codec(message: DescMessage): DetailCodec<unknown>;
  /** The property that holds a field, through messages: `"currentLeader.host"`. */
  property(path: readonly DescField[]): string;
}
