import { Metadata } from "@grpc/grpc-js";
import { TWO } from "../../facts.js";
import { googleProtobuf } from "../../peers/google-protobuf.js";
import { serve } from "./grpc-js.js";

const metadata = new Metadata();
metadata.set("grpc-status-details-bin", Buffer.from(googleProtobuf.pack(googleProtobuf.make(TWO))));

await serve(({ code, message }) => ({ code, details: message, metadata }));
