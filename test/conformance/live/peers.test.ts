import { BinaryReader } from "@bufbuild/protobuf/wire";
import { credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import fc from "fast-check";
import {
  Catalog,
  Code,
  codeName,
  fromStatus,
  pack,
  promises,
  RichError,
  richErrorClientOptions,
  richErrorServerInterceptor,
  richHandlers,
  StandardDetails,
  unpack,
} from "grpc-rich-errors";
import * as aerospike from "grpc-rich-errors/catalogs/aerospike";
import * as eventlog from "grpc-rich-errors/catalogs/eventlog";
import * as hapnd from "grpc-rich-errors/catalogs/hapnd";
import * as kurrent from "grpc-rich-errors/catalogs/kurrent";
import * as streams from "grpc-rich-errors/catalogs/kurrentdb";
import { packDetail, tsProtoCodec } from "grpc-rich-errors/details";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recipe } from "../../fuzz/arbitraries.js";
import { InteropClient, InteropService, Numbers } from "../../gen/interop/v1/interop.js";
import * as shapes from "../../gen/shapes/v1/shapes.rich.js";
import { fromCaseDetail, toCaseDetail } from "../proto3-json.js";
import { CASES, type CaseDetail } from "../vectors.js";
import { buildPeers, type Call, type Peer } from "./peers.js";

// Real peers in other languages, with their own helpers, read our server, and our client reads theirs.

const PEERS = buildPeers();
const METHODS = ["Fail", "FailStream"] as const;

const numbers = tsProtoCodec("interop.v1.Numbers", Numbers, BinaryReader);
const NUMBERS: Numbers = {
  s64: -9_007_199_254_740_993n,
  i64: -(2n ** 63n),
  u64: 2n ** 64n - 1n,
  sf64: 2n ** 63n - 1n,
  f64: 9_007_199_254_740_993n,
  s32: -(2 ** 31),
  many: [9_007_199_254_740_993n, 0n, -1n],
  byName: { negative: -9_007_199_254_740_995n },
};

const allTen = () =>
  new StandardDetails()
    .addFieldViolation("items[3].count", "must be > 0")
    .addPreconditionViolation("TOS", "example.com/me", "terms not accepted")
    .addQuotaViolation("project:p1", "burst limit")
    .setDebugInfo("boom", ["main.go:10", "lib.go:20"])
    .setRequestInfo("req-1", "shard=7")
    .setResourceInfo({
      resourceType: "interop.v1.Thing",
      resourceName: "things/1",
      owner: "user:ann",
      description: "not in shard 7",
    })
    .addHelpLink("Manual", "https://example.com/manual?a=1&b=2#c")
    .setLocalizedMessage("fr-FR", "Requête invalide : « nom » vide")
    .setRetryDelay(1500);

/** The failures of our server, by the name that a peer asks for. */
const FAILURES: Readonly<Record<string, () => unknown>> = {
  ...Object.fromEntries(
    Object.values(Code).map((code) => [codeName(code), () => new RichError(code, codeName(code).toLowerCase())]),
  ),
  "all ten": () =>
    new RichError(Code.INVALID_ARGUMENT, "all ten", { reason: "ALL_TEN", domain: "x.example", errorDetails: allTen() }),
  "message in Unicode": () =>
    new RichError(Code.ABORTED, '100% naïve\nline two\tтест 日本語 😀 %41 %zz "q" \\ end', {
      reason: "UNICODE",
      domain: "x.y",
    }),
  "numbers that no double holds": () =>
    new RichError(Code.OUT_OF_RANGE, "numbers", { errorDetails: [packDetail(numbers, NUMBERS)] }),
  "empty message": () => new RichError(Code.DATA_LOSS, "", { reason: "NO_MESSAGE", domain: "x.y" }),
  "lone surrogate": () => new RichError(Code.DATA_LOSS, "a\ud800b", { reason: "SURROGATE", domain: "x.y" }),
  "message of 1 MB": () => new RichError(Code.NOT_FOUND, "long ".repeat(200_000), { reason: "LONG", domain: "x.y" }),
  "10,000 violations": () => {
    const errorDetails = new StandardDetails();
    for (let index = 0; index < 10_000; index++) errorDetails.addFieldViolation(`field[${index}]`, "is wrong");
    return new RichError(Code.INVALID_ARGUMENT, "many", { reason: "MANY", domain: "x.y", errorDetails });
  },
  "thrown junk": () => ({ secret: "s3cret" }),
  "an error of Kurrent": () =>
    new kurrent.AccessDeniedError({ operation: "append", username: "ouro", permission: undefined }),
  "an error of Kurrent with a delay": () => new kurrent.ServerOverloadedError(),
  "an error of KurrentDB": () =>
    new streams.StreamRevisionConflictError({
      stream: "orders",
      expectedRevision: -1n,
      actualRevision: 2n ** 60n + 1n,
    }),
  "an error of Hapnd": () => new hapnd.HapndConcurrencyError({ expectedVersion: 5n, actualVersion: 7n }),
  "an error of an event log": () => new eventlog.ZeroEventTypeError({ eventIndex: 3 }),
  "an error of Aerospike": () => new aerospike.GenerationError(),
};

/** Fields that the standard details gained after Debian built its Go package. */
const NEW_FIELDS = () =>
  new RichError(Code.INVALID_ARGUMENT, "new fields", {
    reason: "NEW_FIELDS",
    domain: "x.y",
    errorDetails: new StandardDetails()
      .addFieldViolation("count", "must be > 0", {
        reason: "TOO_SMALL",
        localizedMessage: { locale: "de", message: "größer als 0" },
      })
      .addQuotaViolation("project:p1", "burst limit", { quotaValue: 9_007_199_254_740_993n }),
  });

const catalogs = [kurrent.catalog, streams.catalog, shapes.catalog, new Catalog([])];

/** Details as in the cases, without the request ids of masked errors, which differ in each call. */
const plain = (details: readonly CaseDetail[]) =>
  details.map((detail) => ("requestId" in detail && !("servingData" in detail) ? "RequestInfo" : detail));

const detailsOf = (error: RichError) => plain(error.errorDetails.map(toCaseDetail));

it.skipIf(PEERS.length > 0)("no peer can be built here", () => {});

describe.skipIf(PEERS.length === 0)("our server", () => {
  let server: Server;
  let port: number;
  let own: InteropClient;
  beforeAll(async () => {
    server = new Server({ interceptors: [richErrorServerInterceptor()] });
    const failures: Record<string, () => unknown> = { ...FAILURES, "new fields": NEW_FIELDS };
    server.addService(
      InteropService,
      richHandlers(InteropService, {
        fail: async ({ request }) => {
          throw failures[request.caseName]?.();
        },
        failStream: async function* ({ request }) {
          for (const seq of [1, 2]) yield { seq, text: "" };
          throw failures[request.caseName]?.();
        },
        failBidi: () => {},
      }),
    );
    port = await listen(server);
    own = new InteropClient(`127.0.0.1:${port}`, credentials.createInsecure(), richErrorClientOptions());
  });
  afterAll(() => {
    own.close();
    server.forceShutdown();
  });

  async function readByUs([method, caseName]: Call): Promise<RichError> {
    try {
      if (method === "Fail") await promises(own).fail({ caseName });
      else for await (const _ of promises(own).failStream({ caseName }));
    } catch (error) {
      return RichError.from(error);
    }
    throw new Error("the call did not fail");
  }

  it.each(PEERS)("is read by a client in $language, with its own helpers", async (peer: Peer) => {
    const names = Object.keys(FAILURES).concat(peer.language === "Go" ? [] : "new fields");
    const calls = names.flatMap((name) => METHODS.map((method): Call => [method, name]));
    const seen = await peer.call(port, calls);
    expect(seen.length).toBe(calls.length);
    for (const [index, call] of calls.entries()) {
      const { code, message, details, messages, refused } = seen[index] ?? {};
      const error = await readByUs(call);
      expect([...call, refused]).toEqual([...call, undefined]);
      expect([...call, messages, code, message]).toEqual([
        ...call,
        call[0] === "Fail" ? 0 : 2,
        error.code,
        error.message,
      ]);
      const theirs = (details ?? []).map((detail) => toCaseDetail(fromCaseDetail(detail)));
      expect([...call, plain(theirs)]).toEqual([...call, detailsOf(error)]);
    }
    console.log(`${peer.language}: our server's ${calls.length} failures read as we read them`);
  });

  it.each(PEERS)(
    "sends a client in $language the code and reason of an error that is too large",
    async (peer: Peer) => {
      const [long, many] = await peer.call(port, [
        ["Fail", "message of 1 MB"],
        ["FailStream", "10,000 violations"],
      ]);
      expect([long?.code, long?.details?.[0]]).toMatchObject([
        Code.NOT_FOUND,
        { reason: "LONG", metadata: { shed: "message" } },
      ]);
      expect([many?.code, many?.details?.[0]]).toMatchObject([
        Code.INVALID_ARGUMENT,
        { reason: "MANY", metadata: { shed: "BadRequest" } },
      ]);
    },
  );
});

describe.each(PEERS)("a server in $language", (peer: Peer) => {
  let stop: () => void;
  let client: InteropClient;
  beforeAll(async () => {
    const started = await peer.serve();
    stop = started.stop;
    client = new InteropClient(
      `127.0.0.1:${started.port}`,
      credentials.createInsecure(),
      richErrorClientOptions({ catalogs }),
    );
  });
  afterAll(() => {
    client.close();
    stop();
  });

  async function failures(trailer: Uint8Array): Promise<RichError[]> {
    const request = { caseName: Buffer.from(trailer).toString("base64") };
    const streamed = async () => {
      let messages = 0;
      for await (const _ of promises(client).failStream(request)) messages++;
      return messages;
    };
    const results = await Promise.allSettled([promises(client).fail(request), streamed()]);
    return results.map((result) => RichError.from(result.status === "rejected" ? result.reason : "no failure"));
  }

  const cases = CASES.filter(({ binHex, details }) => binHex === undefined && details);

  it.each(cases)("fails as requested: $name", async ({ grpc, details = [] }) => {
    const status = fromStatus({ ...grpc, details: details.map(fromCaseDetail) });
    for (const error of await failures(pack(status))) {
      expect([error.code, error.message]).toEqual([grpc.code, grpc.message]);
      expect(detailsOf(error)).toEqual(detailsOf(status));
      const odd = new Set(error.issues.map(({ kind }) => kind));
      expect([...odd].filter((kind) => kind !== "duplicate-detail" && kind !== "unknown-type")).toEqual([]);
    }
  });

  it("sends every declared error, with the exact bytes of every detail", async () => {
    let errors = 0;
    await fc.assert(
      fc.asyncProperty(recipe, async (make) => {
        const trailer = pack(make());
        const meant = unpack(trailer, { catalogs });
        // A peer has its own limits.
        fc.pre(trailer.length < 3000);
        for (const error of await failures(trailer)) {
          expect([error.code, error.message]).toEqual([meant.code, meant.message]);
          expect(error.constructor).toBe(meant.constructor);
          expect(error.errorDetails.map(({ typeUrl, value }) => [typeUrl, Buffer.from(value)])).toEqual(
            meant.errorDetails.map(({ typeUrl, value }) => [typeUrl, Buffer.from(value)]),
          );
          errors++;
        }
      }),
      { numRuns: 300 },
    );
    console.log(`${peer.language}: ${errors} declared errors of its server caught as their classes`);
  });
});

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}
