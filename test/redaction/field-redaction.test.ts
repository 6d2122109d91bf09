import { inspect } from "node:util";
import { pack, packError, RichError, toStatus, unpack } from "grpc-rich-errors";
import { packDetail, tsProtoCodec } from "grpc-rich-errors/details";
import { toHttp } from "grpc-rich-errors/http";
import { describe, expect, it } from "vitest";
import { FieldRedaction } from "../../src/redaction/field-redaction.js";
import { WireWriter } from "../../src/wire/writer.js";
import { AuditRecord, SealedErrorDetails } from "../gen/vault/v1/vault.js";
import { CardBlockedError, ClosedError, catalog, SealedError } from "../gen/vault/v1/vault.rich.js";
import { FORMATS, overHttp } from "../support/over-http.js";
import { SEALED, SECRET, secretsIn, WITH_AUDIT, withoutAnnotations } from "../support/vault.js";

const MARK = "[redacted]";
const CARD = { holder: "Ada", number: MARK, replaced: { holder: "Bob", number: MARK } };

/** Where an error's content goes, by name. Each returns everything that it shows or sends. */
const DOORS: readonly (readonly [string, (error: RichError) => string])[] = [
  ["JSON", (error) => JSON.stringify(error)],
  ["the console", (error) => inspect(error, { depth: Number.POSITIVE_INFINITY })],
  ["the console, as a cause", (error) => inspect(new Error("x", { cause: error }), { depth: 20 })],
  ["JSON, as a cause", (error) => JSON.stringify(new RichError(13, "x", { cause: error }))],
  ["pack", (error) => Buffer.from(pack(error)).toString("latin1")],
  ["packError", (error) => JSON.stringify(packError(error).metadata.getMap(), latin1)],
  ["toStatus", (error) => JSON.stringify(toStatus(error), latin1)],
  ["the metadata of the error", (error) => JSON.stringify(error.metadata?.getMap(), latin1)],
  ...FORMATS.map(
    (format) => [`HTTP, ${format}`, (error: RichError) => JSON.stringify(toHttp(error, { format }))] as const,
  ),
];

/** Writes bytes as text. JSON has converted a Buffer before. */
function latin1(_: string, value: unknown): unknown {
  const bytes = (value as { data?: readonly number[] } | null)?.data ?? value;
  return bytes !== value || value instanceof Uint8Array ? Buffer.from(bytes as Uint8Array).toString("latin1") : value;
}

const thrown = () => new SealedError(SEALED, WITH_AUDIT);
const received = () => unpack(pack(thrown(), { sendRedacted: true }), { catalogs: [catalog] });
const unknown = () => unpack(pack(thrown(), { sendRedacted: true }));

describe("an error with redacted fields", () => {
  it.each(DOORS)("shows none of their values in %s", (_, door) => {
    const isFromHttp = (error: RichError) => overHttp(error, [catalog], { sendRedacted: true });
    for (const error of [thrown(), received(), unknown(), isFromHttp(thrown())]) {
      expect(secretsIn(door(error))).toEqual([]);
    }
  });

  it.each(DOORS)("would show them in %s without the annotations", (_, door) => {
    const shown = withoutAnnotations(() => door(thrown()));
    expect(secretsIn(shown).length).toBeGreaterThan(0);
  });

  it("has a mark in place of each value, and everything else", () => {
    const { detail } = JSON.parse(JSON.stringify(thrown()));
    expect(detail).toEqual({
      ...Object.fromEntries(Object.keys(SEALED).map((name) => [name, MARK])),
      vault: "v-7",
      card: CARD,
      cards: [CARD, CARD],
      cardsByName: { main: CARD },
      attachment: { typeUrl: "type.googleapis.com/vault.v1.AuditRecord", value: MARK },
      facts: { door: "north" },
      attempts: "9007199254740993",
      inner: undefined,
    });
  });

  it("has the same marks whatever the values are", () => {
    const { detail: empty } = new SealedError({
      ...SEALED,
      ...SealedErrorDetails.decode(new Uint8Array()),
      vault: SEALED.vault,
      facts: SEALED.facts,
      attempts: SEALED.attempts,
    }).toJSON() as { detail: Record<string, unknown> };
    const { detail: full } = thrown().toJSON() as { detail: Record<string, unknown> };
    const shared = Object.keys(full).filter((name) => full[name] === MARK);
    expect(shared).toContain("hasDebt");
    for (const name of shared) expect([name, empty[name]]).toEqual([name, MARK]);
  });

  it("keeps the member of a oneof that is not redacted", () => {
    const error = new SealedError({ ...SEALED, proof: { $case: "hint", value: "blue" } });
    expect(error.toJSON().detail).toMatchObject({ proof: { $case: "hint", value: "blue" } });
    const card = { holder: "Ada", number: SECRET, replaced: undefined };
    const nested = new SealedError({ ...SEALED, proof: { $case: "fingerprint", value: card } });
    expect(nested.toJSON().detail).toMatchObject({
      proof: { $case: "fingerprint", value: { holder: "Ada", number: MARK } },
    });
  });

  it("has its values in the program", () => {
    expect(thrown().detail).toBe(SEALED);
    expect(received().detail).toMatchObject({ owner: SECRET, codes: [SECRET, "x"], proof: { value: SECRET } });
  });

  it("arrives without them, and otherwise whole", () => {
    const { detail } = unpack(pack(thrown()), { catalogs: [catalog] }) as SealedError;
    const card = { holder: "Ada", number: "", replaced: { holder: "Bob", number: "", replaced: undefined } };
    expect(detail).toEqual({
      ...SealedErrorDetails.decode(new Uint8Array()),
      vault: "v-7",
      card,
      cards: [card, card],
      cardsByName: { main: card },
      attachment: {
        typeUrl: expect.any(String),
        value: Buffer.from(AuditRecord.encode({ action: "open", actor: "" }).finish()),
      },
      facts: { door: "north" },
      attempts: 9_007_199_254_740_993n,
    });
  });

  it("does not quote values in its issues", () => {
    const wrong = {
      ...SEALED,
      owner: { x: SECRET },
      balance: SECRET,
      pins: SECRET,
      labels: { [SECRET]: 5 },
      secret: SECRET,
    };
    const error = new SealedError(wrong as never);
    expect(error.issues.length).toBeGreaterThan(3);
    expect(secretsIn(JSON.stringify([error.issues, error.toJSON()]))).toEqual([]);
    expect(error.issues.map(({ message }) => message)).toContain(
      "vault.v1.SealedErrorDetails: the field balance has a value that is not a bigint; it is not shown, because the type has redacted fields",
    );
  });

  it("is read from a broken detail without quoting it", () => {
    const { details } = toStatus(thrown(), { sendRedacted: true });
    for (let cut = 1; cut < 200; cut += 7) {
      const broken = details.map((detail) => ({ ...detail, value: detail.value.subarray(0, -cut) }));
      const error = new RichError(9, "x", { reason: "SEALED", domain: "vault.example.com", errorDetails: broken });
      for (const [, door] of DOORS) expect(secretsIn(door(error))).toEqual([]);
    }
  });
});

describe("an error without redacted fields", () => {
  it("is packed as it is", () => {
    const error = new ClosedError({ vault: "v" });
    expect(RichError.packableOf(error)).toBe(RichError.packableOf(error, { sendRedacted: true }));
  });
});

describe("the template of a message", () => {
  it("never shows a redacted field", () => {
    expect(new CardBlockedError({ branch: "north", cards: [] }).message).toBe("card blocked: branch north");
    const definition = { ...SealedError.definition, message: "{vault} of {owner} since {bornAt} with {card.number}" };
    expect(new RichError(definition, SEALED).message).toBe(`v-7 of ${MARK} since ${MARK} with ${MARK}`);
  });
});

describe("FieldRedaction", () => {
  FieldRedaction.add(["t.Group 1 2:t.Inner 3!group", "t.Inner 1!text", "t.Far 536870911:t.Inner 536870910!varint"]);
  const redaction = new FieldRedaction();
  redaction.add(["t.Group 1 2:t.Inner 3!group", "t.Inner 1!text", "t.Far 536870911:t.Inner 536870910!varint"]);
  const cut = (typeName: string, write: (writer: WireWriter) => void) =>
    redaction.messageWithoutFields(typeName, bytes(write));

  it("looks into groups", () => {
    const group = (inside: (writer: WireWriter) => void) => (writer: WireWriter) => {
      writer.uint32((2 << 3) | 3);
      inside(writer);
      writer
        .uint32((2 << 3) | 4)
        .uint32(8)
        .uint32(7);
    };
    expect(
      cut(
        "t.Group",
        group((writer) => writer.uint32(10).string(SECRET)),
      ),
    ).toEqual(bytes(group(() => {})));
  });

  it("removes a group", () => {
    expect(cut("t.Group", (writer) => writer.uint32(27).uint32(10).string(SECRET).uint32(28))).toEqual(
      new Uint8Array(),
    );
  });

  it("knows the largest field numbers", () => {
    const message = (text: string) => (writer: WireWriter) => {
      writer.uint32(((536_870_911 << 3) | 3) >>> 0);
      if (text) writer.uint32(10).string(text);
      writer.uint32(((536_870_911 << 3) | 4) >>> 0);
    };
    expect(cut("t.Far", message(SECRET))).toEqual(bytes(message("")));
    expect(cut("t.Far", (writer) => writer.uint32(((536_870_910 << 3) | 0) >>> 0).uint32(5))).toEqual(new Uint8Array());
  });

  it("removes a field of any wire type", () => {
    for (const wireType of [0, 1, 2, 5]) {
      const value = wireType === 2 ? [1, 65] : wireType === 0 ? [65] : new Array(wireType === 1 ? 8 : 4).fill(65);
      expect(redaction.messageWithoutFields("t.Inner", Uint8Array.of(8 | wireType, ...value))).toEqual(
        new Uint8Array(),
      );
    }
  });

  it("removes unknown fields beside redacted ones, and keeps those of other types", () => {
    expect(cut("t.Inner", (writer) => writer.uint32(130).string(SECRET))).toEqual(new Uint8Array());
    expect(cut("t.Unknown", (writer) => writer.uint32(130).string("x"))).toEqual(
      bytes((w) => w.uint32(130).string("x")),
    );
  });

  it("returns the same bytes where nothing is redacted", () => {
    const message = bytes((writer) => writer.uint32(8).uint32(7));
    expect(redaction.messageWithoutFields("t.Group", message)).toBe(message);
  });

  it("returns nothing for bytes that are not a message, or nested too deeply", () => {
    expect(redaction.messageWithoutFields("t.Inner", Uint8Array.of(10, 50, 1))).toBeUndefined();
    redaction.add(["t.Loop 1:t.Loop 2!text"]);
    let deep = Uint8Array.of(18, 1, 65);
    for (let depth = 0; depth < 120; depth++) {
      const inner = deep;
      deep = bytes((writer) => writer.uint32(10).bytes(inner)) as Uint8Array<ArrayBuffer>;
    }
    expect(redaction.messageWithoutFields("t.Loop", deep)).toBeUndefined();
  });

  it("removes the fields that one of two versions of a type redacts", () => {
    const both = new FieldRedaction();
    both.add(["t.Two 1 2!text"]);
    both.add(["t.Two 1!text 2 3:t.Inner"]);
    expect(both.messageWithoutFields("t.Two", Uint8Array.of(10, 1, 65, 18, 1, 65))).toEqual(new Uint8Array());
  });
});

it("redacts a message of any codec by its type", () => {
  const codec = tsProtoCodec("vault.v1.AuditRecord", AuditRecord);
  const error = new RichError(5, "x", { errorDetails: [packDetail(codec, { action: "open", actor: SECRET })] });
  expect(error.findDetail(codec)).toEqual({ action: "open", actor: SECRET });
  for (const [, door] of DOORS) expect(secretsIn(door(error))).toEqual([]);
});

function bytes(write: (writer: WireWriter) => void): Uint8Array {
  const writer = new WireWriter();
  write(writer);
  return writer.finish();
}
