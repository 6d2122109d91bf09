import { Metadata } from "@grpc/grpc-js";
import { googleProtobuf } from "../../peers/google-protobuf.js";
import { type Sample, TWO } from "../../samples.js";

const metadata = new Metadata();
metadata.set("grpc-status-details-bin", Buffer.from(googleProtobuf.pack(googleProtobuf.make(TWO))));

/** Returns a status with a trailer that was packed once. */
export const prepackedStatusOf = ({ code, message }: Sample) => ({ code, details: message, metadata });
