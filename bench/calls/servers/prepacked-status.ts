import { Metadata } from "@grpc/grpc-js";
import { googleProtobuf } from "../../peers/google-protobuf.js";
import { type Sample, TWO } from "../../samples.js";

const metadata = new Metadata();
metadata.set("grpc-status-details-bin", Buffer.from(googleProtobuf.pack(googleProtobuf.make(TWO))));

/** A status whose trailer was packed before, always the same. */
export const prepackedStatusOf = ({ code, message }: Sample) => ({ code, details: message, metadata });
