import { credentials } from "@grpc/grpc-js";
import { promises, type RichError, richErrorClientOptions, richHandlers } from "grpc-rich-errors";
import { Facts, PairsClient, PairsService, type Part } from "../../gen/pairs/v1/pairs.js";
import { catalog, FactsRejectedError } from "../../gen/pairs/v1/pairs.rich.js";
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

const EMPTY = Facts.decode(new Uint8Array());

function fail(index: number): never {
  throw new FactsRejectedError(index === LATER ? Facts.decode(LATER_BYTES) : written(factsOf(index)));
}

function written(facts: PairFacts): Facts {
  const { zigzag, most, exact, longs, choice, maybe, note, wrapped, any, kind, kinds, ratio, floats } = facts;
  return {
    ...{ zigzag, most, exact, longs: [...longs], maybe, note, wrapped, kind, kinds: [...kinds], ratio },
    floats: [...floats],
    choice:
      choice &&
      (choice[0] === "chosen"
        ? { $case: "chosen", value: { name: choice[1], inner: undefined } }
        : choice[0] === "number"
          ? { $case: "number", value: choice[1] }
          : { $case: "text", value: choice[1] }),
    labels: mapOf(facts.labels, (text) => text),
    counts: mapOf(facts.counts, (count) => count),
    parts: mapOf(facts.parts, (name) => ({ name, inner: undefined })),
    any: any && writtenAny(any),
    raw: Buffer.from(facts.raw, "hex"),
    part: nested<Part>(facts.part, (name, inner) => ({ name, inner })),
  };
}

function writtenAny({ typeUrl, zigzag, any }: AnyFacts): NonNullable<Facts["any"]> {
  const message = { ...EMPTY, zigzag, any: any && writtenAny(any) };
  return { typeUrl, value: Buffer.from(Facts.encode(message).finish()) };
}

function readFacts(facts: Facts): PairFacts {
  const { zigzag, most, exact, longs, choice, maybe, note, wrapped, any, kind, kinds, ratio, floats } = facts;
  return {
    ...{ zigzag, most, exact, longs, maybe, note, wrapped, kind, kinds, ratio, floats },
    choice:
      choice?.$case === "chosen"
        ? ["chosen", choice.value.name]
        : choice?.$case === "number"
          ? ["number", choice.value]
          : choice && ["text", choice.value],
    labels: entriesOf(facts.labels, (text) => text),
    counts: entriesOf(facts.counts, (count) => count),
    parts: entriesOf(facts.parts, ({ name }) => name),
    any: any && readAny(any),
    raw: hexOf(facts.raw),
    part: namesOf(facts.part),
  };
}

function readAny({ typeUrl, value }: NonNullable<Facts["any"]>): AnyFacts {
  const { zigzag, any } = Facts.decode(value);
  return { typeUrl, zigzag, any: any && readAny(any) };
}

function detailOf(error: RichError): Facts {
  if (error instanceof FactsRejectedError) return error.detail;
  throw error;
}

export const tsProto: PairLibrary = {
  name: "ts-proto",
  options: { catalogs: [catalog] },
  serve(server) {
    server.addService(
      PairsService,
      richHandlers(PairsService, {
        unary: ({ request }) => fail(request.index),
        async clientStream(call) {
          for await (const { index } of call) fail(index);
          return { index: 0 };
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
  rewrite: (error) => Facts.encode(detailOf(error)).finish(),
};
