import { credentials, loadPackageDefinition, type ServiceClientConstructor } from "@grpc/grpc-js";
import { promises, type RichError, richErrorClientOptions, richHandlers } from "grpc-rich-errors";
import { loadSync } from "grpc-rich-errors/proto-loader";
import { PROTO_FOLDER } from "../../support/reference-protos.js";
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
  type PlainPart,
} from "./facts.js";

/** The options of most programs: every value is there, and 64-bit integers are texts. */
const { packageDefinition, catalog } = loadSync("pairs/v1/pairs.proto", {
  includeDirs: ["test/proto", PROTO_FOLDER],
  longs: String,
  defaults: true,
  oneofs: true,
});

const [FactsRejectedError] = catalog;
if (!FactsRejectedError?.definition.detail) throw new Error("the catalog is empty");
const ErrorClass = FactsRejectedError;
const codec = FactsRejectedError.definition.detail;

/** Messages have no types. */
interface LoadedFacts {
  readonly [field: string]: unknown;
  readonly zigzag: string;
  readonly any: LoadedAny | null;
}

interface LoadedAny {
  readonly type_url: string;
  readonly value: Uint8Array;
}

interface Loaded {
  readonly pairs: { readonly v1: { readonly Pairs: ServiceClientConstructor } };
}

const { Pairs } = (loadPackageDefinition(packageDefinition) as unknown as Loaded).pairs.v1;

function fail(index: number): never {
  throw new ErrorClass(index === LATER ? codec.decode(LATER_BYTES) : written(factsOf(index)));
}

function written(facts: PairFacts): object {
  const { zigzag, most, exact, longs, choice, maybe, note, wrapped, any, kind, kinds, ratio, floats } = facts;
  return {
    ...{ zigzag: String(zigzag), most: String(most), exact: String(exact), longs: longs.map(String) },
    ...{ maybe, note, kind, kinds, ratio, floats },
    ...(choice && { [choice[0]]: choice[0] === "chosen" ? { name: choice[1] } : String(choice[1]) }),
    labels: mapOf(facts.labels, (text) => text),
    counts: mapOf(facts.counts, String),
    parts: mapOf(facts.parts, (name) => ({ name })),
    wrapped: wrapped === undefined ? undefined : { value: wrapped },
    any: any && writtenAny(any),
    raw: Buffer.from(facts.raw, "hex"),
    part: nested<PlainPart>(facts.part, (name, inner) => ({ name, inner })),
  };
}

function writtenAny({ typeUrl, zigzag, any }: AnyFacts): object {
  return { type_url: typeUrl, value: codec.encode({ zigzag: String(zigzag), any: any && writtenAny(any) }) };
}

function readFacts(facts: LoadedFacts): PairFacts {
  const number = (field: string) => facts[field] as number;
  const integer = (value: unknown) => BigInt(String(value));
  const map = <T>(field: string, value: (entry: never) => T) => entriesOf(facts[field] as Record<string, never>, value);
  const choice = facts["choice"] as "text" | "number" | "chosen" | undefined;
  const optional = <T>(field: string) => (facts[`_${field}`] === undefined ? undefined : (facts[field] as T));
  return {
    zigzag: integer(facts.zigzag),
    most: integer(facts["most"]),
    exact: integer(facts["exact"]),
    longs: (facts["longs"] as unknown[]).map(integer),
    choice:
      choice &&
      (choice === "number"
        ? ["number", integer(facts["number"])]
        : [choice, choice === "text" ? String(facts["text"]) : (facts["chosen"] as PlainPart).name]),
    labels: map("labels", String),
    counts: map("counts", integer),
    parts: map("parts", ({ name }: PlainPart) => name),
    maybe: optional("maybe"),
    note: optional("note"),
    wrapped: (facts["wrapped"] as { readonly value: number } | null)?.value,
    any: facts.any ? readAny(facts.any) : undefined,
    raw: hexOf(facts["raw"] as Uint8Array),
    kind: number("kind"),
    kinds: facts["kinds"] as number[],
    ratio: number("ratio"),
    floats: facts["floats"] as number[],
    part: namesOf(facts["part"] as PlainPart | null),
  };
}

function readAny({ type_url: typeUrl, value }: LoadedAny): AnyFacts {
  const { zigzag, any } = codec.decode(value) as LoadedFacts;
  return { typeUrl, zigzag: BigInt(zigzag), any: any ? readAny(any) : undefined };
}

function detailOf(error: RichError): LoadedFacts {
  if (error instanceof ErrorClass) return error.detail as LoadedFacts;
  throw error;
}

interface IndexRequest {
  readonly request: { readonly index: number };
}

export const protoLoader: PairLibrary = {
  name: "proto-loader",
  options: { catalogs: [catalog] },
  serve(server) {
    const handlers = {
      Unary: ({ request }: IndexRequest) => fail(request.index),
      async ClientStream(call: AsyncIterable<IndexRequest["request"]>) {
        for await (const { index } of call) fail(index);
      },
      ServerStream: ({ request }: IndexRequest) => fail(request.index),
      async *Bidi(call: AsyncIterable<IndexRequest["request"]>) {
        for await (const { index } of call) {
          yield { index };
          fail(index);
        }
      },
    };
    server.addService(Pairs.service, richHandlers(Pairs.service, handlers as never));
  },
  connect(address) {
    const options = richErrorClientOptions({ catalogs: [catalog] });
    const client = new Pairs(address, credentials.createInsecure(), options);
    const calls: unknown = promises(client);
    return {
      calls: clientOf(calls as Parameters<typeof clientOf>[0], (index) => ({ index })),
      close: () => client.close(),
    };
  },
  read: (error) => readFacts(detailOf(error)),
  rewrite: (error) => codec.encode(detailOf(error)),
};
