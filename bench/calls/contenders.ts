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

const grpcJsWith = (read: Read) => (port: number) => connectGrpcJs(port, read);

/** All contenders that make calls. Each has its own server, even if it only reads errors. */
export const CONTENDERS = {
  plain: { name: "grpc-js, plain status", server: "plain", connect: grpcJsWith(nothing) },
  prepacked: { name: "grpc-js, prepacked trailer", server: "prepacked", connect: grpcJsWith(nothing) },
  async: {
    name: "grpc-js, prepacked trailer, thrown",
    server: "async",
    connect: grpcJsWith(nothing),
  },
  ours: { name: ours.name, server: "ours", connect: connectOurs },
  oursCallback: { name: `${ours.name}, callback`, server: "ours-callback", connect: connectOurs },
  googleProtobuf: { name: googleProtobuf.name, server: "google-protobuf", connect: grpcJsWith(byGoogleProtobuf) },
  niceGrpc: { name: niceGrpc.name, server: "nice-grpc", connect: connectNiceGrpc },
  connect: { name: connectPeer.name, server: "connect", connect: connectConnect, slow: true },
  nitric: { name: `${nitric.name}, prepacked trailer`, server: "prepacked", connect: grpcJsWith(byNitric) },
  gax: { name: `${gax.name}, prepacked trailer`, server: "prepacked", connect: grpcJsWith(byGax), slow: true },
} as const satisfies Readonly<Record<string, Contender>>;
