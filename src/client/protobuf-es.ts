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

/** A service that `protoc-gen-es` generates, as far as its types say which methods it has. */
type Methods<Service extends DescService> = Service["method"];

/** The messages and the shape of one method. */
interface Typed<Input extends DescMessage, Output extends DescMessage, Kind> {
  readonly methodKind: Kind;
  readonly input: Input;
  readonly output: Output;
}

/** The definition of a method for grpc-js. Messages that are sent may be plain objects, as `create` takes them. */
export interface ProtobufEsMethod<
  Input extends DescMessage,
  Output extends DescMessage,
  RequestStream extends boolean,
  ResponseStream extends boolean,
> {
  readonly path: string;
  readonly requestStream: RequestStream;
  readonly responseStream: ResponseStream;
  readonly requestSerialize: (message: MessageInitShape<Input>) => Buffer;
  readonly requestDeserialize: (bytes: Buffer) => MessageShape<Input>;
  readonly responseSerialize: (message: MessageInitShape<Output>) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => MessageShape<Output>;
  readonly originalName: string;
}

/** The definition of a service of protobuf-es for grpc-js: see {@link protobufEsService}. */
export type ProtobufEsService<Service extends DescService> = {
  readonly [Name in keyof Methods<Service>]: Methods<Service>[Name] extends Typed<infer Input, infer Output, infer Kind>
    ? ProtobufEsMethod<Input, Output, IsOneOf<Kind, "client_streaming">, IsOneOf<Kind, "server_streaming">>
    : never;
};

type IsOneOf<Kind, Streaming> = Kind extends Streaming | "bidi_streaming" ? true : false;

/** A grpc-js client of a service of protobuf-es: see {@link protobufEsClient}. */
export type ProtobufEsClient<Service extends DescService> = Client & {
  readonly [Name in keyof Methods<Service>]: Methods<Service>[Name] extends Typed<infer Input, infer Output, infer Kind>
    ? ClientMethods<MessageInitShape<Input>, MessageShape<Output>>[Kind & keyof ClientMethods<unknown, unknown>]
    : never;
};

type Callback<Response> = (error: ServiceError | null, response: Response) => void;

interface ClientMethods<Request, Response> {
  readonly unary: {
    (request: Request, callback: Callback<Response>): ClientUnaryCall;
    (request: Request, metadata: Metadata, callback: Callback<Response>): ClientUnaryCall;
    (request: Request, metadata: Metadata, options: CallOptions, callback: Callback<Response>): ClientUnaryCall;
  };
  readonly client_streaming: {
    (callback: Callback<Response>): ClientWritableStream<Request>;
    (metadata: Metadata, callback: Callback<Response>): ClientWritableStream<Request>;
    (metadata: Metadata, options: CallOptions, callback: Callback<Response>): ClientWritableStream<Request>;
  };
  readonly server_streaming: {
    (request: Request, options?: CallOptions): ClientReadableStream<Response>;
    (request: Request, metadata?: Metadata, options?: CallOptions): ClientReadableStream<Response>;
  };
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
