/**
 * Services and clients of grpc-js for the services of protobuf-es, for which `protoc-gen-es` writes no such code.
 *
 * @packageDocumentation
 */
import {
  create,
  type DescMessage,
  type DescService,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import {
  type CallOptions,
  type ChannelCredentials,
  type Client,
  type ClientDuplexStream,
  type ClientOptions,
  type ClientReadableStream,
  type ClientUnaryCall,
  type ClientWritableStream,
  type Metadata,
  makeClientConstructor,
  type ServiceError,
} from "@grpc/grpc-js";

/** The methods of a service, by their names. */
export type ProtobufEsMethods<Service extends DescService> = Service["method"];

/** The messages and the shape of one method. */
export interface TypedMethod<Input extends DescMessage, Output extends DescMessage, Kind> {
  /** `"unary"`, `"client_streaming"`, `"server_streaming"` or `"bidi_streaming"`. */
  readonly methodKind: Kind;
  /** The type of requests. */
  readonly input: Input;
  /** The type of responses. */
  readonly output: Output;
}

/** The definition of a method for grpc-js. Messages that are sent may be plain objects, as `create` takes them. */
export interface ProtobufEsMethod<
  Input extends DescMessage,
  Output extends DescMessage,
  RequestStream extends boolean,
  ResponseStream extends boolean,
> {
  /** The full path: `"/shop.v1.Orders/GetOrder"`. */
  readonly path: string;
  /** Whether a client sends many requests. */
  readonly requestStream: RequestStream;
  /** Whether a server sends many responses. */
  readonly responseStream: ResponseStream;
  /** Encodes a request. */
  readonly requestSerialize: (message: MessageInitShape<Input>) => Buffer;
  /** Decodes a request. */
  readonly requestDeserialize: (bytes: Buffer) => MessageShape<Input>;
  /** Encodes a response. */
  readonly responseSerialize: (message: MessageInitShape<Output>) => Buffer;
  /** Decodes a response. */
  readonly responseDeserialize: (bytes: Buffer) => MessageShape<Output>;
  /** The name in clients: `"getOrder"`. */
  readonly originalName: string;
}

/** The definition of a service of protobuf-es for grpc-js: see {@link protobufEsService}. */
export type ProtobufEsService<Service extends DescService> = {
  readonly [Name in keyof ProtobufEsMethods<Service>]: ProtobufEsMethods<Service>[Name] extends TypedMethod<
    infer Input,
    infer Output,
    infer Kind
  >
    ? ProtobufEsMethod<Input, Output, Streams<Kind, "client_streaming">, Streams<Kind, "server_streaming">>
    : never;
};

/** Whether a method streams in one direction. */
export type Streams<Kind, Streaming> = Kind extends Streaming | "bidi_streaming" ? true : false;

/** A grpc-js client of a service of protobuf-es: see {@link protobufEsClient}. */
export type ProtobufEsClient<Service extends DescService> = Client & {
  readonly [Name in keyof ProtobufEsMethods<Service>]: ProtobufEsMethods<Service>[Name] extends TypedMethod<
    infer Input,
    infer Output,
    infer Kind
  >
    ? ClientMethods<MessageInitShape<Input>, MessageShape<Output>>[Kind & keyof ClientMethods<unknown, unknown>]
    : never;
};

/** The callback of a call with one response. @inline */
type Callback<Response> = (error: ServiceError | null, response: Response) => void;

/** A method of a client, by its shape. */
export interface ClientMethods<Request, Response> {
  /** One request, one response. */
  readonly unary: {
    (request: Request, callback: Callback<Response>): ClientUnaryCall;
    (request: Request, metadata: Metadata, callback: Callback<Response>): ClientUnaryCall;
    (request: Request, metadata: Metadata, options: CallOptions, callback: Callback<Response>): ClientUnaryCall;
  };
  /** Many requests, one response. */
  readonly client_streaming: {
    (callback: Callback<Response>): ClientWritableStream<Request>;
    (metadata: Metadata, callback: Callback<Response>): ClientWritableStream<Request>;
    (metadata: Metadata, options: CallOptions, callback: Callback<Response>): ClientWritableStream<Request>;
  };
  /** One request, many responses. */
  readonly server_streaming: {
    (request: Request, options?: CallOptions): ClientReadableStream<Response>;
    (request: Request, metadata?: Metadata, options?: CallOptions): ClientReadableStream<Response>;
  };
  /** Many requests, many responses. */
  readonly bidi_streaming: {
    (options?: CallOptions): ClientDuplexStream<Request, Response>;
    (metadata?: Metadata, options?: CallOptions): ClientDuplexStream<Request, Response>;
  };
}

/** The class of {@link ProtobufEsClient}. */
export interface ProtobufEsClientClass<Service extends DescService> {
  new (address: string, credentials: ChannelCredentials, options?: ClientOptions): ProtobufEsClient<Service>;
  readonly service: ProtobufEsService<Service>;
  /** The full name of the service: `"shop.v1.Orders"`. */
  readonly serviceName: string;
}

/**
 * Returns the definition of a service of protobuf-es for grpc-js, for which `protoc-gen-es` writes no code.
 *
 * ```ts
 * const OrdersService = protobufEsService(Orders);
 * server.addService(OrdersService, richHandlers(OrdersService, { getOrder: async () => ({ id: "7" }) }));
 * ```
 *
 * Its methods have the names of protobuf-es, as contracts and the clients of Connect have.
 */
export function protobufEsService<Service extends DescService>(service: Service): ProtobufEsService<Service> {
  const methods = service.methods.map(({ name, localName, methodKind, input, output }) => {
    const isOneOf = (streaming: string) => methodKind === streaming || methodKind === "bidi_streaming";
    const method = {
      path: `/${service.typeName}/${name}`,
      requestStream: isOneOf("client_streaming"),
      responseStream: isOneOf("server_streaming"),
      requestSerialize: writerOf(input),
      requestDeserialize: readerOf(input),
      responseSerialize: writerOf(output),
      responseDeserialize: readerOf(output),
      originalName: localName,
    };
    return [localName, method] as const;
  });
  // The types of the methods come from the same descriptors.
  return Object.fromEntries(methods) as unknown as ProtobufEsService<Service>;
}

/**
 * Returns the class of grpc-js clients for a service of protobuf-es.
 *
 * ```ts
 * const OrdersClient = protobufEsClient(Orders);
 * const orders = promises(new OrdersClient(address, credentials.createInsecure()), OrdersContract);
 * ```
 */
export function protobufEsClient<Service extends DescService>(service: Service): ProtobufEsClientClass<Service> {
  const made: unknown = makeClientConstructor(protobufEsService(service), service.typeName);
  // grpc-js gives the class a method for each one of the definition.
  return made as ProtobufEsClientClass<Service>;
}

function writerOf(desc: DescMessage) {
  return (message: MessageInitShape<DescMessage>) => Buffer.from(toBinary(desc, create(desc, message)));
}

function readerOf(desc: DescMessage) {
  return (bytes: Buffer) => fromBinary(desc, bytes);
}
