import { isDeepStrictEqual } from "node:util";
import { fromBinary } from "@bufbuild/protobuf";
import { Server } from "@grpc/grpc-js";
import { RichError, richErrorServerInterceptor } from "grpc-rich-errors";
import { typeNameOf } from "grpc-rich-errors/details";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FactsSchema } from "../gen/es/pairs/v1/pairs_pb.js";
import { expectSection } from "../support/docs-section.js";
import { listen, SHAPES } from "../support/shapes.js";
import { expectNothingUncaught } from "../support/watch.js";
import {
  FACTS,
  factsOf,
  hexOf,
  LATER,
  LATER_BYTES,
  NAMES,
  type PairFacts,
  type PairLibrary,
  TYPE,
} from "./pairs/facts.js";
import { googleProtobuf } from "./pairs/google-protobuf.js";
import { protoLoader } from "./pairs/proto-loader.js";
import { protobufEs, readFacts } from "./pairs/protobuf-es.js";
import { tsProto } from "./pairs/ts-proto.js";

// Each protobuf library throws to each: the same facts, in all four shapes of calls. A table on a page says what is lost.

expectNothingUncaught();

const LIBRARIES = [tsProto, protobufEs, protoLoader, googleProtobuf];

type Loss = keyof typeof NAMES;

/** A library writes the detail that it throws, and reads the one that it catches. */
type Role = "writing" | "reading";

/** What each library loses. */
const losses: Readonly<Record<Role, Map<string, Set<Loss>>>> = { writing: new Map(), reading: new Map() };

const PAIRS = LIBRARIES.flatMap((thrower) =>
  LIBRARIES.map((catcher) => [thrower.name, catcher.name, thrower, catcher] as const),
);

const servers = new Map<PairLibrary, { readonly server: Server; readonly address: string }>();

beforeAll(async () => {
  for (const library of LIBRARIES) {
    const server = new Server({
      interceptors: [richErrorServerInterceptor({ ...library.options, maxHeaderBytes: 16_384 })],
    });
    library.serve(server);
    servers.set(library, { server, address: `127.0.0.1:${await listen(server)}` });
  }
});

afterAll(() => {
  for (const { server } of servers.values()) server.forceShutdown();
});

describe.each(PAIRS)(
  "an error that a server with %s throws and a client with %s catches",
  (_, __, thrower, catcher) => {
    it.each(SHAPES)("arrives with the values that the libraries can hold in a call of the shape %s", async (shape) => {
      const { calls, close } = catcher.connect(servers.get(thrower)?.address ?? "");
      try {
        for (const index of FACTS.keys()) {
          const error = await caught(calls[shape](index));
          const sent = readFacts(fromBinary(FactsSchema, wireOf(error)));
          const written = lostIn(factsOf(index), sent);
          const read = lostIn(sent, catcher.read(error));
          note("writing", thrower, written);
          note("reading", catcher, read);
          expect(error).toMatchObject({ reason: "FACTS_REJECTED", domain: "pairs.example.com", shed: [] });
          // Without a catalog, a detail has an unknown type until a codec reads it.
          const issues = catcher.options.catalogs ? [] : [expect.objectContaining({ kind: "unknown-type" })];
          expect(error.issues).toEqual(issues);
        }
        const later = await caught(calls[shape](LATER));
        const keeps = (bytes: Uint8Array) => hexOf(bytes).includes(hexOf(LATER_BYTES.subarray(2)));
        if (!keeps(wireOf(later))) note("writing", thrower, ["later"]);
        else if (!keeps(catcher.rewrite(later))) note("reading", catcher, ["later"]);
      } finally {
        close();
      }
    });
  },
);

async function caught(call: Promise<unknown>): Promise<RichError> {
  const error: unknown = await call.catch((error: unknown) => error);
  if (error instanceof RichError) return error;
  throw new Error(`the call did not fail with an error of this package: ${error}`);
}

function wireOf({ errorDetails }: RichError): Uint8Array {
  const detail = errorDetails.find(({ typeUrl }) => typeNameOf(typeUrl) === TYPE);
  if (!detail) throw new Error("the error has no such detail");
  return detail.value;
}

function lostIn(before: PairFacts, after: PairFacts): Loss[] {
  const names = Object.keys(before) as (keyof PairFacts)[];
  return names.filter((name) => !isDeepStrictEqual(sorted(before[name]), sorted(after[name])));
}

/** The entries of a map have no order. */
function sorted(value: unknown): unknown {
  const isMap = Array.isArray(value) && value.every((entry) => Array.isArray(entry));
  return isMap ? [...value].sort(([a], [b]) => (a < b ? -1 : 1)) : value;
}

function note(role: Role, { name }: PairLibrary, lost: readonly Loss[]): void {
  losses[role].set(name, new Set([...(losses[role].get(name) ?? []), ...lost]));
}

/** Why a library loses values when it writes or reads them, and what helps. */
const REASONS: readonly (readonly [
  library: PairLibrary,
  roles: readonly Role[],
  lost: readonly Loss[],
  reason: string,
])[] = [
  [
    tsProto,
    ["reading"],
    ["labels", "counts", "parts"],
    "ts-proto's code assigns `map[key] = value`, which loses the key `__proto__`. `useMapType=true` keeps it.",
  ],
  [
    tsProto,
    ["writing", "reading"],
    ["later"],
    "ts-proto drops fields that its message does not have. `unknownFields=true` keeps them.",
  ],
  [protoLoader, ["writing", "reading"], ["later"], "protobufjs 7 drops fields that its message does not have."],
  [
    googleProtobuf,
    ["writing"],
    ["zigzag", "most", "longs", "choice"],
    "google-protobuf has 64-bit integers as numbers, and rounds those beyond 2^53. It reads them as texts, and writes a " +
      "text exactly, in spite of the type. `jstype = JS_STRING` gives them the right type.",
  ],
  [
    googleProtobuf,
    ["writing", "reading"],
    ["labels", "counts", "parts"],
    "google-protobuf keeps a map in an object, which loses the key `__proto__`.",
  ],
  [googleProtobuf, ["writing", "reading"], ["later"], "google-protobuf drops fields that its message does not have."],
];

it("loses what the table in the documentation says, by the fault of the library", () => {
  for (const role of ["writing", "reading"] as const) {
    for (const library of LIBRARIES) {
      const explained = REASONS.flatMap(([of, roles, lost]) => (of === library && roles.includes(role) ? lost : []));
      expect([library.name, role, [...(losses[role].get(library.name) ?? [])].sort()]).toEqual([
        library.name,
        role,
        [...explained].sort(),
      ]);
    }
  }
  expectSection("docs/compatibility.md", "pairs", tableOf());
});

function tableOf(): string {
  const cell = (thrower: PairLibrary, catcher: PairLibrary) => {
    const numbers = REASONS.flatMap(([library, roles], index) => {
      const isPart =
        (library === thrower && roles.includes("writing")) || (library === catcher && roles.includes("reading"));
      return isPart ? [`(${index + 1})`] : [];
    });
    return numbers.join(" ") || "nothing";
  };
  const rows = [
    ["thrown by", ...LIBRARIES.map(({ name }) => `caught by ${name}`)],
    ["---", ...LIBRARIES.map(() => "---")],
    ...LIBRARIES.map((thrower) => [thrower.name, ...LIBRARIES.map((catcher) => cell(thrower, catcher))]),
  ];
  const notes = REASONS.map(([, , lost, reason], index) => {
    return `${index + 1}. ${lost.map((loss) => NAMES[loss]).join(", ")}: ${reason}`;
  });
  return `${rows.map((row) => `| ${row.join(" | ")} |`).join("\n")}\n\n${notes.join("\n")}\n`;
}
