import { Metadata } from "@grpc/grpc-js";
import { googleProtobuf } from "../../peers/google-protobuf.js";
import { serve } from "./grpc-js.js";

await serve((sample) => {
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(googleProtobuf.pack(googleProtobuf.make(sample))));
  return { code: sample.code, details: sample.message, metadata };
});
