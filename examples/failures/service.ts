import {
  type CallOptions,
  type Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientUnaryCall,
  type ClientWritableStream,
  credentials,
  type Metadata,
  type MethodDefinition,
  makeGenericClientConstructor,
  type requestCallback,
} from "@grpc/grpc-js";
import { richErrorClientOptions } from "grpc-rich-errors";
import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";

/** A message that the other side cannot decode, or that this side cannot encode. */
export const UNREADABLE = "unreadable";

/** The response of a server that stored the upload of an earlier call. */
export const STORED = "stored";

function method(name: string, requestStream: boolean, responseStream: boolean): MethodDefinition<string, string> {
  const read = (bytes: Buffer) => {
    const text = bytes.toString();
    if (text === UNREADABLE) throw new Error(text);
    return text;
  };
  return {
    path: `/failures.Failures/${name}`,
    requestStream,
    responseStream,
    requestSerialize: (text) => Buffer.from(text),
    requestDeserialize: read,
    responseSerialize: (text) => {
      if (text === UNREADABLE) throw new Error(text);
      return Buffer.from(text);
    },
    responseDeserialize: read,
  };
}

/** A service with a method of each shape, whose messages are text. */
export const FailuresService = {
  unary: method("Unary", false, false),
  clientStream: method("ClientStream", true, false),
  serverStream: method("ServerStream", false, true),
  bidi: method("Bidi", true, true),
};

/** The shape of a method: how many requests and responses it has. */
export type Shape = keyof typeof FailuresService;

/** A client of the service. */
export interface FailuresClient extends Client {
  missing: FailuresClient["unary"];
  unary(text: string, metadata: Metadata, options: CallOptions, callback: requestCallback<string>): ClientUnaryCall;
  clientStream(
    metadata: Metadata,
    options: CallOptions,
    callback: requestCallback<string>,
  ): ClientWritableStream<string>;
  serverStream(text: string, metadata: Metadata, options: CallOptions): ClientReadableStream<string>;
  bidi(metadata: Metadata, options: CallOptions): ClientDuplexStream<string, string>;
}

/** Makes a client with its own connection. */
export function connect(port: number, rich: boolean): FailuresClient {
  // The client has one more method than the server.
  const service = { ...FailuresService, missing: method("Missing", false, false) };
  const Client = makeGenericClientConstructor(service, "failures.Failures");
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    ...(rich && richErrorClientOptions({ catalogs: [catalog] })),
    "grpc.use_local_subchannel_pool": 1,
  });
  return client as unknown as FailuresClient;
}
