import { inspect } from "node:util";
import fc, { type Arbitrary } from "fast-check";
import { type Catalog, type Definition, pack, packError, RichError, toStatus, unpack } from "grpc-rich-errors";
import { type DetailCodec, ErrorInfo, googleProtobufCodec, packDetail, tsProtoCodec } from "grpc-rich-errors/details";
import { toHttp } from "grpc-rich-errors/http";
import { loadSync } from "grpc-rich-errors/proto-loader";
import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
import { redactInfo } from "grpc-rich-errors/redaction";
import { describe, expect, it } from "vitest";
import { AuditRecord, Grade, SealedErrorDetails } from "../gen/vault/v1/vault.js";
import { catalog as generated, SealedError } from "../gen/vault/v1/vault.rich.js";
import { FORMATS } from "../support/over-http.js";
import { vaultDescriptors } from "../support/reference-protos.js";
import { SECRET, SECRET_NUMBER, secretsIn, withoutAnnotations } from "../support/vault.js";
import { runs, TIMEOUT } from "./runs.js";

redactInfo(["account", "user id", "__proto__"]);

const text = fc.constantFrom("", "a", "ü", "__proto__", "x".repeat(40));
const secret = fc.constantFrom(SECRET, "", `${SECRET}é`, `-${SECRET}`);
const secretNumber = fc.constantFrom(SECRET_NUMBER, -SECRET_NUMBER, 0);

const card = fc.letrec<{ card: SealedErrorDetails["card"] }>((tie) => ({
  card: fc.option(fc.record({ holder: text, number: secret, replaced: tie("card") }), { nil: undefined, maxDepth: 3 }),
})).card;
const someCard = card.map((one) => one ?? { holder: "h", number: SECRET, replaced: undefined });

const any = fc.record({ action: text, actor: secret }).map((record) => ({
  typeUrl: "type.googleapis.com/vault.v1.AuditRecord",
  value: Buffer.from(AuditRecord.encode(record).finish()),
}));

/** Random details, with secrets in redacted fields at any depth and nowhere else. */
const sealed: Arbitrary<SealedErrorDetails> = fc
  .letrec<{ sealed: SealedErrorDetails | undefined }>((tie) => ({
    sealed: fc.option(
      fc.record({
        vault: text,
        owner: secret,
        balance: secretNumber.map(BigInt),
        key: secret.map((one) => Buffer.from(one)),
        codes: fc.array(secret, { maxLength: 3 }),
        labels: fc.dictionary(secret, secret, { maxKeys: 2 }),
        card,
        cards: fc.array(someCard, { maxLength: 3 }),
        cardsByName: fc.dictionary(fc.constantFrom("a", "", "b"), someCard, { maxKeys: 2 }),
        proof: fc.oneof(
          fc.constant(undefined),
          secret.map((value) => ({ $case: "password" as const, value })),
          someCard.map((value) => ({ $case: "fingerprint" as const, value })),
          text.map((value) => ({ $case: "hint" as const, value })),
        ),
        isFrozen: fc.option(fc.boolean(), { nil: undefined }),
        hasDebt: fc.boolean(),
        spare: card,
        pins: fc.array(fc.integer(), { maxLength: 3 }),
        attachment: fc.option(any, { nil: undefined }),
        grade: fc.constantFrom(Grade.GRADE_UNSPECIFIED, Grade.GRADE_BLACK),
        score: secretNumber,
        seed: fc.nat(),
        nickname: fc.option(secret, { nil: undefined }),
        bornAt: fc.option(fc.constant(new Date(SECRET_NUMBER)), { nil: undefined }),
        facts: fc.dictionary(fc.constantFrom("a", "b"), text, { maxKeys: 2 }),
        inner: tie("sealed"),
        attempts: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
      }),
      { nil: undefined, maxDepth: 3 },
    ),
  }))
  .sealed.map((one) => one ?? { ...SealedErrorDetails.decode(new Uint8Array()), owner: SECRET });

const TYPE = "vault.v1.SealedErrorDetails";

/** Serializes nothing but what it got, like a class of google-protobuf. Its `toObject` has property names of its own. */
class GoogleSealed {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  static deserializeBinary(bytes: Uint8Array): GoogleSealed {
    return new GoogleSealed(Uint8Array.from(bytes));
  }

  serializeBinary(): Uint8Array {
    return this.#bytes;
  }

  toObject(): object {
    const { proof, labels, codes, ...fields } = SealedErrorDetails.decode(this.#bytes);
    const list = { codesList: codes, labelsMap: Object.entries(labels) };
    return { ...fields, ...list, ...(proof && { [proof.$case]: proof.value }) };
  }
}

const [ofBuf, ofLoader] = [
  catalogFromDescriptorSet(vaultDescriptors()),
  loadSync("vault/v1/vault.proto", { includeDirs: ["test/proto", "proto"], longs: String, oneofs: true }).catalog,
];

function definitionIn(catalog: Catalog, codec?: DetailCodec<unknown>): Definition {
  const found = catalog.byReason("vault.example.com", "SEALED")?.definition;
  if (!found) throw new Error("the catalog lacks the error");
  return codec ? { ...found, detail: codec } : found;
}

const RUNTIMES: readonly (readonly [string, Definition, Catalog])[] = [
  ["ts-proto", SealedError.definition, generated],
  ["protobuf-es", definitionIn(ofBuf), ofBuf],
  ["proto-loader", definitionIn(ofLoader), ofLoader],
  [
    "google-protobuf",
    definitionIn(generated, googleProtobufCodec(TYPE, GoogleSealed) as DetailCodec<never>),
    generated,
  ],
];

const TEXT = { depth: Number.POSITIVE_INFINITY, maxStringLength: null, maxArrayLength: null };

/** Everything that an error shows or sends, as text. */
function everything(error: RichError): string {
  const cause = new RichError(13, "x", { cause: error });
  return [
    ...[error, cause].flatMap((one) => [JSON.stringify(one), inspect(one, TEXT), String(one)]),
    Buffer.from(pack(error)).toString("latin1"),
    Buffer.from(pack(error)).toString("base64"),
    inspect([packError(error).metadata.getMap(), error.metadata?.getMap(), toStatus(error)], TEXT),
    ...[error.metadata, packError(error).metadata].map((of) => String(of?.get("grpc-status-details-bin")[0])),
    ...toStatus(error).details.map(({ value }) => Buffer.from(value).toString("latin1")),
    ...FORMATS.flatMap((format) => {
      const response = toHttp(error, { format });
      return [JSON.stringify(response), inspect(response, TEXT)];
    }),
  ].join("\n");
}

/** All ways in which a process has an error with secrets. */
function errorsWith(bytes: Uint8Array, definition: Definition, catalog: Catalog): RichError[] {
  const detail = definition.detail?.decode(bytes);
  const errorDetails = [{ typeUrl: `type.googleapis.com/${TYPE}`, value: bytes }];
  const thrown = new RichError(definition, detail);
  const trailer = pack(thrown, { sendRedacted: true });
  return [
    thrown,
    unpack(trailer, { catalogs: [catalog] }),
    unpack(trailer),
    new RichError(9, "x", { errorDetails }),
    new RichError(9, "x", { reason: "OTHER", domain: "other.example.com", errorDetails }),
  ];
}

describe.each(RUNTIMES)("a random detail of %s", (_, definition, catalog) => {
  it("shows and sends no value of a redacted field", { timeout: TIMEOUT }, () => {
    let found = 0;
    fc.assert(
      fc.property(sealed, (detail) => {
        const bytes = SealedErrorDetails.encode(detail).finish();
        const errors = errorsWith(bytes, definition, catalog);
        for (const error of errors) expect(secretsIn(everything(error))).toEqual([]);
        const [error] = errors;
        if (error && withoutAnnotations(() => secretsIn(everything(new RichError(definition, error.detail)))).length)
          found++;
      }),
      runs(0.002),
    );
    // The control: without the annotations, the secrets are found.
    expect(found).toBeGreaterThan(5);
  });

  it("keeps everything else", { timeout: TIMEOUT }, () => {
    fc.assert(
      fc.property(sealed, (detail) => {
        const bytes = SealedErrorDetails.encode(detail).finish();
        const error = new RichError(definition, definition.detail?.decode(bytes));
        const arrived = unpack(pack(error), { catalogs: [generated] }).detail as SealedErrorDetails;
        const whole = unpack(pack(error, { sendRedacted: true }), { catalogs: [generated] }).detail;
        expect(whole).toEqual(SealedErrorDetails.decode(bytes));
        expect(arrived).toEqual(withoutSecrets(SealedErrorDetails.decode(bytes)));
      }),
      runs(0.003),
    );
  });
});

/** The oracle: the same detail without the redacted fields, which it names one by one. */
function withoutSecrets(detail: SealedErrorDetails): SealedErrorDetails {
  const { vault, card, cards, cardsByName, proof, attachment, facts, inner, attempts } = detail;
  const cardOf = (one: NonNullable<typeof card>): typeof one => ({
    ...one,
    number: "",
    replaced: one.replaced && cardOf(one.replaced),
  });
  return {
    ...SealedErrorDetails.decode(new Uint8Array()),
    vault,
    facts,
    attempts,
    card: card && cardOf(card),
    cards: cards.map(cardOf),
    cardsByName: Object.fromEntries(Object.entries(cardsByName).map(([name, one]) => [name, cardOf(one)])),
    proof:
      proof?.$case === "fingerprint"
        ? { $case: "fingerprint", value: cardOf(proof.value) }
        : proof?.$case === "hint"
          ? proof
          : undefined,
    attachment: attachment && {
      ...attachment,
      value: Buffer.from(AuditRecord.encode({ ...AuditRecord.decode(attachment.value), actor: "" }).finish()),
    },
    inner: inner && withoutSecrets(inner),
  };
}

it("reads hostile bytes of a redacted type without throwing", { timeout: TIMEOUT }, () => {
  const codec = tsProtoCodec(TYPE, SealedErrorDetails);
  fc.assert(
    fc.property(
      sealed,
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
      fc.nat(),
      (detail, changes, cut) => {
        const bytes = Buffer.from(codec.encode(detail));
        for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
        const error = new RichError(9, "x", {
          errorDetails: [
            { typeUrl: `type.googleapis.com/${TYPE}`, value: bytes.subarray(0, cut % (bytes.length + 1)) },
          ],
        });
        expect(everything(error)).toContain("RichError");
        expect(unpack(pack(error), { catalogs: [generated] }).code).toBe(9);
      },
    ),
    runs(0.003),
  );
});

const redactedKey = fc.constantFrom("account", "user id", "__proto__");
const otherKey = fc.constantFrom("Account", "user", "toString", "code", "shed", "é", "");
const reasons = fc.constantFrom("R", "SEALED", "");

/** Random facts, with secrets under redacted keys and nowhere else. */
const facts = fc
  .tuple(
    fc.array(fc.tuple(redactedKey, secret), { minLength: 1, maxLength: 3 }),
    fc.array(fc.tuple(otherKey, text), { maxLength: 4 }),
  )
  .chain(([redacted, others]) =>
    fc.shuffledSubarray([...redacted, ...others], { minLength: redacted.length + others.length }),
  )
  .map((entries): Record<string, string> => Object.assign(Object.create(null), Object.fromEntries(entries)));

describe("random facts", () => {
  it("shows and sends no value of a redacted key, and keeps everything else", { timeout: TIMEOUT }, () => {
    let found = 0;
    fc.assert(
      fc.property(facts, reasons, (metadata, reason) => {
        const infos = [packDetail(ErrorInfo, { reason, domain: "vault.example.com", metadata })];
        const make = () => new RichError(9, "x", { errorDetails: infos });
        const byOption = new RichError(9, "x", { reason: "R", domain: "d.com", info: metadata });
        const trailer = pack(make(), { sendRedacted: true });
        for (const error of [make(), byOption, unpack(trailer, { catalogs: [generated] }), unpack(trailer)]) {
          expect(secretsIn(everything(error))).toEqual([]);
          expect(error.info?.metadata).toEqual(metadata);
          const { info } = unpack(pack(error));
          const kept = Object.entries(metadata).filter(([key]) => !["account", "user id", "__proto__"].includes(key));
          expect(Object.entries(info?.metadata ?? {}).sort()).toEqual(kept.sort());
        }
        if (withoutAnnotations(() => secretsIn(everything(make()))).length > 0) found++;
      }),
      runs(0.005),
    );
    expect(found).toBeGreaterThan(5);
  });

  it("may be broken", { timeout: TIMEOUT }, () => {
    fc.assert(
      fc.property(
        facts,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
        fc.nat(),
        (metadata, changes, cut) => {
          const bytes = Buffer.from(ErrorInfo.encode({ reason: "R", domain: "d.com", metadata }));
          for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
          const value = bytes.subarray(0, cut % (bytes.length + 1));
          const error = new RichError(9, "x", {
            errorDetails: [{ typeUrl: "type.googleapis.com/google.rpc.ErrorInfo", value }],
          });
          expect(everything(error)).toContain("RichError");
          // Whatever a client reads, it is not a redacted key.
          const { code, info } = unpack(pack(error));
          expect(code).toBe(9);
          for (const key of ["account", "user id", "__proto__"])
            expect(Object.hasOwn(info?.metadata ?? {}, key)).toBe(false);
        },
      ),
      runs(0.01),
    );
  });
});
