import { createRequire } from "node:module";
import { type Client, credentials, makeGenericClientConstructor } from "@grpc/grpc-js";
import { Code, promises, RichError, richErrorClientOptions, richHandlers } from "grpc-rich-errors";
import { type GoogleProtobufMessage, googleProtobufCodec, packDetail } from "grpc-rich-errors/details";
import { file_pairs_v1_pairs } from "../../gen/es/pairs/v1/pairs_pb.js";
import {
  type AnyFacts,
  clientOf,
  factsOf,
  hexOf,
  LATER,
  LATER_BYTES,
  nested,
  type PairFacts,
  type PairLibrary,
  TYPE,
} from "./facts.js";
import { loadClasses } from "./protoc-gen-js.js";

type Field<Name extends string, T> = Record<`set${Name}`, (value: T) => unknown> & Record<`get${Name}`, () => T>;
type Optional<Name extends string, T> = Field<Name, T> & Record<`has${Name}`, () => boolean>;
type Bytes<Name extends string> = Field<Name, string | Uint8Array> & Record<`get${Name}_asU8`, () => Uint8Array>;
type MapField<Name extends string, T> = Record<`get${Name}Map`, () => MessageMap<T>>;

interface Part extends GoogleProtobufMessage, Field<"Name", string> {
  setInner(inner: Part | undefined): unknown;
  getInner(): Part | undefined;
}
type Any = GoogleProtobufMessage & Field<"TypeUrl", string> & Bytes<"Value">;
type Int32Value = GoogleProtobufMessage & Field<"Value", number>;
type IndexMessage = GoogleProtobufMessage & Field<"Index", number>;
type Facts = GoogleProtobufMessage &
  Field<"Zigzag" | "Most" | "Number" | "Kind" | "Ratio", number> &
  Field<"Exact" | "Text", string> &
  Field<"LongsList" | "KindsList" | "FloatsList", number[]> &
  Field<"Chosen" | "Part", Part | undefined> &
  Field<"Any", Any | undefined> &
  Field<"Wrapped", Int32Value | undefined> &
  Record<"getChoiceCase", () => 0 | 5 | 6 | 7> &
  MapField<"Labels", string> &
  MapField<"Counts", number> &
  MapField<"Parts", Part> &
  Optional<"Maybe", number> &
  Optional<"Note", string> &
  Bytes<"Raw">;

interface MessageClass<T> {
  new (): T;
  deserializeBinary(bytes: Uint8Array): T;
}

/** The map of google-protobuf. */
interface MessageMap<T> {
  set(key: string, value: T): unknown;
  forEach(visit: (value: T, key: string) => void): void;
}

interface Classes {
  readonly Facts: MessageClass<Facts>;
  readonly Part: MessageClass<Part>;
  readonly PairRequest: MessageClass<IndexMessage>;
  readonly PairResponse: MessageClass<IndexMessage>;
}

const require = createRequire(import.meta.url);
const { Any }: { Any: MessageClass<Any> } = require("google-protobuf/google/protobuf/any_pb.js");
const {
  Int32Value,
}: { Int32Value: MessageClass<Int32Value> } = require("google-protobuf/google/protobuf/wrappers_pb.js");
const { Facts, Part, PairRequest, PairResponse } = loadClasses(file_pairs_v1_pairs) as unknown as Classes;
const codec = googleProtobufCodec(TYPE, Facts);

const REASON = { reason: "FACTS_REJECTED", domain: "pairs.example.com" };

function fail(index: number): never {
  const detail = index === LATER ? Facts.deserializeBinary(LATER_BYTES) : written(factsOf(index));
  throw new RichError(Code.FAILED_PRECONDITION, "rejected", { ...REASON, errorDetails: [packDetail(codec, detail)] });
}

/** The largest number below 2^64. google-protobuf refuses 2^64, to which the largest `uint64` is rounded. */
const LARGEST = 2 ** 64 - 2 ** 11;

function written(facts: PairFacts): Facts {
  const { choice, maybe, note, wrapped, any, part } = facts;
  const message = new Facts();
  // Integers are numbers, unless the proto says `jstype = JS_STRING`.
  message.setZigzag(Number(facts.zigzag));
  message.setMost(Math.min(Number(facts.most), LARGEST));
  message.setExact(String(facts.exact));
  message.setLongsList(facts.longs.map(Number));
  if (choice?.[0] === "text") message.setText(choice[1]);
  if (choice?.[0] === "number") message.setNumber(Number(choice[1]));
  if (choice?.[0] === "chosen") message.setChosen(namedPart(choice[1]));
  for (const [key, value] of facts.labels) message.getLabelsMap().set(key, value);
  for (const [key, value] of facts.counts) message.getCountsMap().set(key, Number(value));
  for (const [key, name] of facts.parts) message.getPartsMap().set(key, namedPart(name));
  if (maybe !== undefined) message.setMaybe(maybe);
  if (note !== undefined) message.setNote(note);
  if (wrapped !== undefined) {
    const wrapper = new Int32Value();
    wrapper.setValue(wrapped);
    message.setWrapped(wrapper);
  }
  if (any) message.setAny(writtenAny(any));
  message.setRaw(Buffer.from(facts.raw, "hex"));
  message.setKind(facts.kind);
  message.setKindsList([...facts.kinds]);
  message.setRatio(facts.ratio);
  message.setFloatsList([...facts.floats]);
  message.setPart(partOf(part));
  return message;
}

function partOf(names: readonly string[]): Part | undefined {
  return nested<Part>(names, namedPart);
}

function namedPart(name: string, inner?: Part): Part {
  const part = new Part();
  part.setName(name);
  if (inner) part.setInner(inner);
  return part;
}

function writtenAny({ typeUrl, zigzag, any }: AnyFacts): Any {
  const inner = new Facts();
  inner.setZigzag(Number(zigzag));
  if (any) inner.setAny(writtenAny(any));
  const message = new Any();
  message.setTypeUrl(typeUrl);
  message.setValue(inner.serializeBinary());
  return message;
}

function readFacts(message: Facts): PairFacts {
  return {
    zigzag: BigInt(message.getZigzag()),
    most: BigInt(message.getMost()),
    exact: BigInt(message.getExact()),
    longs: message.getLongsList().map(BigInt),
    choice: readChoice(message),
    labels: entriesIn(message.getLabelsMap(), String),
    counts: entriesIn(message.getCountsMap(), BigInt),
    parts: entriesIn(message.getPartsMap(), (part) => part.getName()),
    maybe: message.hasMaybe() ? message.getMaybe() : undefined,
    note: message.hasNote() ? message.getNote() : undefined,
    wrapped: message.getWrapped()?.getValue(),
    any: readAny(message.getAny()),
    raw: hexOf(message.getRaw_asU8()),
    kind: message.getKind(),
    kinds: message.getKindsList(),
    ratio: message.getRatio(),
    floats: message.getFloatsList(),
    part: readPart(message.getPart()),
  };
}

function readChoice(message: Facts): PairFacts["choice"] {
  switch (message.getChoiceCase()) {
    case 5:
      return ["text", message.getText()];
    case 6:
      return ["number", BigInt(message.getNumber())];
    case 7:
      return ["chosen", message.getChosen()?.getName() ?? ""];
    default:
      return undefined;
  }
}

function entriesIn<T, U>(map: MessageMap<T>, value: (entry: T) => U): [string, U][] {
  const entries: [string, U][] = [];
  map.forEach((entry, key) => {
    entries.push([key, value(entry)]);
  });
  return entries;
}

function readAny(any: Any | undefined): AnyFacts | undefined {
  if (!any) return undefined;
  const inner = Facts.deserializeBinary(any.getValue_asU8());
  return { typeUrl: any.getTypeUrl(), zigzag: BigInt(inner.getZigzag()), any: readAny(inner.getAny()) };
}

function readPart(part: Part | undefined): string[] {
  return part ? [part.getName(), ...readPart(part.getInner())] : [];
}

function detailOf(error: RichError): Facts {
  const detail = error.reason === REASON.reason ? error.findDetail(codec) : undefined;
  if (detail) return detail;
  throw error;
}

/** A method as the service plugin of grpc-tools writes it. */
function method(name: string, requestStream: boolean, responseStream: boolean) {
  const serialize = (message: GoogleProtobufMessage) => Buffer.from(message.serializeBinary());
  return {
    path: `/pairs.v1.Pairs/${name}`,
    requestStream,
    responseStream,
    requestType: PairRequest,
    responseType: PairResponse,
    requestSerialize: serialize,
    requestDeserialize: (bytes: Buffer) => PairRequest.deserializeBinary(new Uint8Array(bytes)),
    responseSerialize: serialize,
    responseDeserialize: (bytes: Buffer) => PairResponse.deserializeBinary(new Uint8Array(bytes)),
  };
}

const PairsService = {
  unary: method("Unary", false, false),
  clientStream: method("ClientStream", true, false),
  serverStream: method("ServerStream", false, true),
  bidi: method("Bidi", true, true),
};

const PairsClient = makeGenericClientConstructor(PairsService, "Pairs");

function requestOf(index: number): IndexMessage {
  const request = new PairRequest();
  request.setIndex(index);
  return request;
}

export const googleProtobuf: PairLibrary = {
  name: "google-protobuf",
  options: {},
  serve(server) {
    server.addService(
      PairsService,
      richHandlers(PairsService, {
        unary: ({ request }: { request: IndexMessage }) => fail(request.getIndex()),
        async clientStream(call: AsyncIterable<IndexMessage>) {
          for await (const request of call) fail(request.getIndex());
        },
        serverStream: ({ request }: { request: IndexMessage }) => fail(request.getIndex()),
        async *bidi(call: AsyncIterable<IndexMessage>) {
          for await (const request of call) {
            const response = new PairResponse();
            response.setIndex(request.getIndex());
            yield response;
            fail(request.getIndex());
          }
        },
      } as never),
    );
  },
  connect(address) {
    const client: Client = new PairsClient(address, credentials.createInsecure(), richErrorClientOptions());
    const calls: unknown = promises(client);
    return {
      calls: clientOf(calls as Parameters<typeof clientOf<IndexMessage>>[0], requestOf),
      close: () => client.close(),
    };
  },
  read: (error) => readFacts(detailOf(error)),
  rewrite: (error) => detailOf(error).serializeBinary(),
};
