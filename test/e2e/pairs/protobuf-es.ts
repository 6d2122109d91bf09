import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { credentials } from "@grpc/grpc-js";
import { promises, type RichError, richErrorClientOptions, richHandlers } from "grpc-rich-errors";
import { protobufEsClient, protobufEsService } from "grpc-rich-errors/protobuf-es/services";
import { catalog, FactsRejectedError } from "../../gen/es/pairs/v1/pairs.rich.js";
import { type Facts, FactsSchema, Pairs, type PartSchema } from "../../gen/es/pairs/v1/pairs_pb.js";
import {
  type AnyFacts,
  clientOf,
  entriesOf,
  factsOf,
  hexOf,
  LATER,
  LATER_BYTES,
  mapOf,
  namesOf,
  nested,
  type PairFacts,
  type PairLibrary,
} from "./facts.js";

const PairsService = protobufEsService(Pairs);
const PairsClient = protobufEsClient(Pairs);

type Part = MessageInitShape<typeof PartSchema>;

function fail(index: number): never {
  throw new FactsRejectedError(index === LATER ? fromBinary(FactsSchema, LATER_BYTES) : written(factsOf(index)));
}

function written(facts: PairFacts): MessageInitShape<typeof FactsSchema> {
  const { zigzag, most, exact, longs, choice, maybe, note, wrapped, any, kind, kinds, ratio, floats } = facts;
  return {
    ...{ zigzag, most, exact: String(exact), longs: [...longs], kind, kinds: [...kinds], ratio, floats: [...floats] },
    choice: !choice
      ? { case: undefined }
      : choice[0] === "chosen"
        ? { case: "chosen", value: { name: choice[1] } }
        : choice[0] === "number"
          ? { case: "number", value: choice[1] }
          : { case: "text", value: choice[1] },
    labels: mapOf(facts.labels, (text) => text),
    counts: mapOf(facts.counts, (count) => count),
    parts: mapOf(facts.parts, (name) => ({ name })),
    ...(maybe !== undefined && { maybe }),
    ...(note !== undefined && { note }),
    ...(wrapped !== undefined && { wrapped }),
    ...(any && { any: writtenAny(any) }),
    raw: Buffer.from(facts.raw, "hex"),
    ...partOf(facts.part),
  };
}

function partOf(names: readonly string[]): { part?: Part } {
  const part = nested<Part>(names, (name, inner) => ({ name, ...(inner && { inner }) }));
  return part ? { part } : {};
}

function writtenAny({ typeUrl, zigzag, any }: AnyFacts): { typeUrl: string; value: Uint8Array } {
  const message = create(FactsSchema, { zigzag, ...(any && { any: writtenAny(any) }) });
  return { typeUrl, value: toBinary(FactsSchema, message) };
}

export function readFacts(facts: Facts): PairFacts {
  const { zigzag, most, exact, longs, choice, maybe, note, wrapped, any, kind, kinds, ratio, floats } = facts;
  return {
    ...{ zigzag, most, exact: BigInt(exact), longs, maybe, note, wrapped, kind, kinds, ratio, floats },
    choice:
      choice.case === "chosen"
        ? ["chosen", choice.value.name]
        : choice.case === "number"
          ? ["number", choice.value]
          : choice.case && ["text", choice.value],
    labels: entriesOf(facts.labels, (text) => text),
    counts: entriesOf(facts.counts, (count) => count),
    parts: entriesOf(facts.parts, ({ name }) => name),
    any: any && readAny(any),
    raw: hexOf(facts.raw),
    part: namesOf(facts.part),
  };
}

function readAny({ typeUrl, value }: { typeUrl: string; value: Uint8Array }): AnyFacts {
  const { zigzag, any } = fromBinary(FactsSchema, value);
  return { typeUrl, zigzag, any: any && readAny(any) };
}

function detailOf(error: RichError): Facts {
  if (error instanceof FactsRejectedError) return error.detail;
  throw error;
}

export const protobufEs: PairLibrary = {
  name: "protobuf-es",
  options: { catalogs: [catalog] },
  serve(server) {
    server.addService(
      PairsService,
      richHandlers(PairsService, {
        unary: ({ request }) => fail(request.index),
        async clientStream(call) {
          for await (const { index } of call) fail(index);
          return {};
        },
        serverStream: ({ request }) => fail(request.index),
        async *bidi(call) {
          for await (const { index } of call) {
            yield { index };
            fail(index);
          }
        },
      }),
    );
  },
  connect(address) {
    const options = richErrorClientOptions({ catalogs: [catalog] });
    const client = new PairsClient(address, credentials.createInsecure(), options);
    return { calls: clientOf(promises(client), (index) => ({ index })), close: () => client.close() };
  },
  read: (error) => readFacts(detailOf(error)),
  rewrite: (error) => toBinary(FactsSchema, detailOf(error)),
};
