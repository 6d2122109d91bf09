import { connect as connectPeer } from "../peers/connect.js";
import { gax } from "../peers/gax.js";
import { googleProtobuf } from "../peers/google-protobuf.js";
import { niceGrpc } from "../peers/nice-grpc.js";
import { nitric } from "../peers/nitric.js";
import { ours } from "../peers/ours.js";
import { connect as connectConnect } from "./clients/connect.js";
import { connect as connectGrpcJs, type Read } from "./clients/grpc-js.js";
import { connect as connectNiceGrpc } from "./clients/nice-grpc.js";
import { connect as connectOurs } from "./clients/ours.js";
import { byGax, byGoogleProtobuf, byNitric, nothing } from "./clients/readers.js";
import type { Contender } from "./running.js";

const ofGrpcJs = (read: Read) => (port: number) => connectGrpcJs(port, read);

/** All that make calls. Each has a server of its own, even if it only reads errors. */
export const CONTENDERS = {
  plain: { name: "grpc-js, a plain status", server: "plain", connect: ofGrpcJs(nothing) },
  prepacked: { name: "grpc-js, a trailer packed before, not read", server: "prepacked", connect: ofGrpcJs(nothing) },
  async: {
    name: "grpc-js, a trailer packed before, an error thrown by an async handler, not read",
    server: "async",
    connect: ofGrpcJs(nothing),
  },
  ours: { name: ours.name, server: "ours", connect: connectOurs },
  oursCallback: { name: `${ours.name}, a callback`, server: "ours-callback", connect: connectOurs },
  googleProtobuf: { name: googleProtobuf.name, server: "google-protobuf", connect: ofGrpcJs(byGoogleProtobuf) },
  niceGrpc: { name: niceGrpc.name, server: "nice-grpc", connect: connectNiceGrpc },
  connect: { name: connectPeer.name, server: "connect", connect: connectConnect, slow: true },
  nitric: { name: `${nitric.name}, a trailer packed before`, server: "prepacked", connect: ofGrpcJs(byNitric) },
  gax: { name: `${gax.name}, a trailer packed before`, server: "prepacked", connect: ofGrpcJs(byGax), slow: true },
} as const satisfies Readonly<Record<string, Contender>>;
