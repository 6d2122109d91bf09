import { Metadata } from "@grpc/grpc-js";
import { DROPPED, dies, each, hangs, lives, MASKED, type Row, SHAPES, STREAMS } from "./row.js";

/** Metadata with a header that HTTP/2 does not allow. */
function forbidden(): Metadata {
  const metadata = new Metadata();
  metadata.set("connection", "close");
  return metadata;
}

/** Metadata that HTTP/2 cannot send, and interceptors that throw. */
export const METADATA_ROWS: readonly Row[] = [
  ...each(["unary", "clientStream"], {
    what: "succeeds with a forbidden header in its trailers",
    handler: (_, callback) => callback(null, "fine", forbidden()),
    before: dies(DROPPED),
    after: lives("success"),
  }),
  ...each(STREAMS, {
    what: "succeeds with a forbidden header in its trailers",
    handler: (call) => call.end(forbidden()),
    before: hangs,
    after: lives("success"),
  }),
  ...each(SHAPES, {
    what: "sends a forbidden header in its initial metadata",
    handler: (call) => call.sendMetadata(forbidden()),
    before: hangs,
    after: MASKED,
  }),
  ...each(SHAPES, {
    what: "sends initial metadata, and an interceptor throws in sendMetadata",
    handler: (call) => call.sendMetadata(new Metadata()),
    interceptorThrowsAt: "sendMetadata",
    before: hangs,
    after: MASKED,
  }),
  {
    what: "succeeds, but an interceptor throws in sendMessage",
    shape: "unary",
    handler: (_, callback) => callback(null, "fine"),
    interceptorThrowsAt: "sendMessage",
    before: hangs,
    after: MASKED,
  },
];
