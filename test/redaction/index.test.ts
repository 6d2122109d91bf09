import { inspect } from "node:util";
import { fromJson, pack, packError, RichError, toStatus, unpack } from "grpc-rich-errors";
import { ErrorInfo, type ErrorInfo as Info, packDetail } from "grpc-rich-errors/details";
import { fromHttp, toHttp } from "grpc-rich-errors/http";
import { redactInfo } from "grpc-rich-errors/redaction";
import { describe, expect, it } from "vitest";
import { decodeReport } from "../../src/decode/report.js";
import { FieldRedaction } from "../../src/redaction/field-redaction.js";
import { WireWriter } from "../../src/wire/writer.js";
import { ClosedError, catalog } from "../gen/vault/v1/vault.rich.js";
import { FORMATS, overHttp } from "../support/over-http.js";
import { SECRET, secretsIn, withoutAnnotations } from "../support/vault.js";

redactInfo(["account", "user id", "0"]);

const MARK = "[redacted]";
const FACTS = { account: SECRET, door: "north", "user id": SECRET, Account: "public" };
const KEPT = { door: "north", Account: "public" };

const thrown = () => new ClosedError({ vault: "v-7" }, { info: FACTS });
const undeclared = () => new RichError(5, "gone", { reason: "GONE", domain: "x.example.com", info: FACTS });
const byDetail = () =>
  new RichError(5, "gone", {
    errorDetails: [packDetail(ErrorInfo, { reason: "R", domain: "d.com", metadata: FACTS })],
  });

/** All ways in which a process has an error with such facts. */
const ERRORS: readonly (readonly [string, () => RichError])[] = [
  ["declared", thrown],
  ["undeclared", undeclared],
  ["identified by a detail", byDetail],
  ["received", () => unpack(pack(thrown(), { sendRedacted: true }), { catalogs: [catalog] })],
  ["received without a catalog", () => unpack(pack(undeclared(), { sendRedacted: true }))],
  ["received over HTTP", () => overHttp(thrown(), [catalog], { sendRedacted: true })],
  [
    "received as a problem",
    () => overHttp(thrown(), [catalog], { sendRedacted: true, catalogs: [catalog], format: "problem" }),
  ],
  [
    "too large to send",
    () => new ClosedError({ vault: "v".repeat(5_000) }, { info: { ...FACTS, more: "m".repeat(2_000) } }),
  ],
];

/** Where an error's content goes, by name. Each returns everything that it shows or sends. */
const DOORS: readonly (readonly [string, (error: RichError) => unknown])[] = [
  ["JSON", (error) => JSON.stringify(error)],
  ["the console", (error) => inspect(error)],
  ["JSON, as a cause", (error) => JSON.stringify(new RichError(13, "x", { cause: error }))],
  ["the console, as a cause", (error) => inspect(new Error("x", { cause: error }), { depth: 20 })],
  ["pack", (error) => pack(error)],
  ["packError", (error) => packError(error).metadata.getMap()],
  ["toStatus", (error) => toStatus(error).details.map(({ value }) => value)],
  ["the metadata that grpc-js sends", (error) => error.metadata?.getMap()],
  ["the JSON that fromJson reads", (error) => fromJson(error.toJSON(), { catalogs: [catalog] }).info],
  ["decode", (error) => decodeReport(pack(error, { sendRedacted: true }), { catalogs: [catalog] })],
  ...FORMATS.map(
    (format) => [`HTTP, ${format}`, (error: RichError) => toHttp(error, { format, catalogs: [catalog] }).body] as const,
  ),
];

/** Writes anything as text, bytes by their characters. */
function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("latin1");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value).flat().map(textOf).join("\n");
}

describe.each(ERRORS)("a redacted fact of an error that is %s", (_, make) => {
  it.each(DOORS)("is not in %s", (_, door) => {
    expect(secretsIn(textOf(door(make())))).toEqual([]);
  });
});

describe("a redacted fact", () => {
  it.each(DOORS)("would be in %s otherwise", (name, door) => {
    const shown = withoutAnnotations(() => textOf(door(thrown())));
    // A compact body has no facts.
    if (name === "HTTP, compact") expect(shown).not.toContain("north");
    else expect(secretsIn(shown).length).toBeGreaterThan(0);
  });

  it("is marked where people read, beside the other facts", () => {
    expect(inspect(thrown())).toContain("account: '[redacted]'");
    const [info] = thrown().toJSON().errorDetails as [Info];
    expect(info.metadata).toEqual({ ...KEPT, account: MARK, "user id": MARK });
    const { errors } = decodeReport(pack(thrown(), { sendRedacted: true }), { catalogs: [catalog] });
    expect(errors[0]?.metadata).toEqual({ ...KEPT, account: MARK, "user id": MARK });
    const shown = decodeReport(pack(thrown(), { sendRedacted: true }), { catalogs: [catalog], showRedacted: true });
    expect(shown.errors[0]?.metadata).toEqual(FACTS);
  });

  it("is marked only where the error has it", () => {
    expect(inspect(new ClosedError({ vault: "v" }, { info: { door: "north" } }))).toContain("info: { door: 'north' }");
    expect(inspect(new ClosedError({ vault: "v" }))).not.toContain(MARK);
    expect(inspect(new ClosedError({ vault: "v" }, { info: { 0: SECRET } }))).not.toContain(SECRET);
  });

  it("is left out of what is sent, and nothing else is", () => {
    for (const [, make] of ERRORS.slice(0, 6)) {
      const { reason, domain, info } = unpack(pack(make()), { catalogs: [catalog] });
      expect({ ...info?.metadata }).toEqual(KEPT);
      expect([reason, domain]).toEqual([make().reason, make().domain]);
    }
    const problem = toHttp(thrown(), { format: "problem" }).body;
    expect(problem.metadata).toEqual(KEPT);
  });

  it("is sent to whom an option names", () => {
    expect({ ...unpack(pack(thrown(), { sendRedacted: true })).info?.metadata }).toEqual(FACTS);
    expect({ ...overHttp(thrown(), [catalog], { sendRedacted: true, format: "problem" }).info?.metadata }).toEqual(
      FACTS,
    );
  });

  it("is there for the program", () => {
    for (const [, make] of ERRORS) expect(make().info?.metadata).toMatchObject(FACTS);
  });

  it("leaves an error without it as it is", () => {
    const error = new ClosedError({ vault: "v-7" }, { info: KEPT });
    expect(RichError.packableOf(error)).toBe(RichError.packableOf(error, { sendRedacted: true }));
  });

  it("does not hide what was shed, and the number of an error", () => {
    const large = new ClosedError({ vault: "v".repeat(5_000) }, { info: { ...FACTS, code: "7" } });
    const trailer = large.metadata?.get("grpc-status-details-bin")[0] as Buffer;
    const { shed, info } = unpack(trailer, { catalogs: [catalog] });
    expect(shed).toEqual(["message", "ClosedErrorDetails"]);
    expect({ ...info?.metadata }).toEqual({ ...KEPT, code: "7", shed: "message,ClosedErrorDetails" });
  });

  it("is not quoted in an issue", () => {
    const wrong = { account: 740_692_185_347, "user id": { [SECRET]: SECRET } };
    const error = new ClosedError({ vault: "v" }, { info: wrong as never });
    expect(error.issues.map(({ message }) => message)).toEqual([
      'info["account"] is [redacted], not a string; its text is sent',
      'info["user id"] is [redacted], not a string; it is left out',
    ]);
    const metadata = { account: { [SECRET]: SECRET } };
    const details = [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "R", domain: "d.com", metadata }];
    const received = fromHttp(
      404,
      {},
      JSON.stringify({ error: { code: 404, status: "NOT_FOUND", message: "x", details } }),
    );
    expect(received.issues).not.toEqual([]);
    for (const [, door] of DOORS) expect(secretsIn(textOf(door(received)))).toEqual([]);
  });
});

describe("redactInfo", () => {
  const call = redactInfo as (keys: unknown) => void;

  it.each([
    ["account", 'redactInfo: the keys are "account", not an array; write redactInfo(["account"])'],
    [undefined, 'redactInfo: the keys are undefined, not an array; write redactInfo(["account"])'],
    [["a", 5], 'redactInfo: keys[1] is 5; write a key of the option info, such as "account"'],
    [[""], 'redactInfo: keys[0] is ""; write a key of the option info, such as "account"'],
    [["code"], 'redactInfo: keys[0] is "code", by which clients find the class of an error; leave it out'],
    [["shed"], 'redactInfo: keys[0] is "shed", by which clients see which parts of an error are missing; leave it out'],
  ])("refuses %j", (keys, message) => {
    expect(() => call(keys)).toThrow(new TypeError(message));
  });

  it("adds none of the keys if it refuses one", () => {
    expect(() => call(["door", "code"])).toThrow(TypeError);
    expect(inspect(thrown())).toContain("door: 'north'");
  });

  it("does nothing without keys", () => {
    withoutAnnotations(() => {
      redactInfo([]);
      const error = thrown();
      expect(RichError.packableOf(error)).toBe(RichError.packableOf(error, { sendRedacted: true }));
    });
  });

  it("adds keys to those of earlier calls, and replaces lone surrogates as errors do", () => {
    withoutAnnotations(() => {
      redactInfo(["a"]);
      redactInfo(["b", "c\ud800"]);
      const info = { a: SECRET, b: SECRET, "c\ud800": SECRET, d: "kept" };
      const error = new RichError(5, "x", { reason: "R", domain: "d.com", info });
      expect({ ...unpack(pack(error)).info?.metadata }).toEqual({ d: "kept" });
    });
  });
});

describe("FieldRedaction, of an ErrorInfo", () => {
  const redaction = new FieldRedaction();
  redaction.addInfoKeys(["account"]);
  const cut = (...fields: readonly Write[]) => redaction.messageWithoutFields(ErrorInfo.typeName, bytes(...fields));
  const identity: Write = (writer) => writer.uint32(10).string("R").uint32(18).string("d.com");
  const unknown: Write = (writer) => writer.uint32(130).string("new").uint32(136).uint32(7);
  const entry =
    (...fields: readonly Write[]): Write =>
    (writer) =>
      writer.uint32(26).bytes(bytes(...fields));
  const key =
    (text: string): Write =>
    (writer) =>
      writer.uint32(10).string(text);
  const value: Write = (writer) => writer.uint32(18).string(SECRET);

  it("removes the entry, and keeps other entries and unknown fields", () => {
    const other = entry(key("accounts"), value, unknown);
    expect(cut(identity, entry(key("account"), value), other, unknown, entry(value, key("account")))).toEqual(
      bytes(identity, other, unknown),
    );
  });

  it("returns the same bytes if there is no such entry", () => {
    const message = bytes(identity, entry(key("ACCOUNT"), value), entry(value), unknown);
    expect(redaction.messageWithoutFields(ErrorInfo.typeName, message)).toBe(message);
  });

  it("removes an entry with several keys, of which one is redacted", () => {
    expect(cut(entry(key("account"), key("x"), value), entry(key("x"), value, key("account")))).toEqual(
      new Uint8Array(),
    );
  });

  it("removes entries of the wrong wire type", () => {
    expect(cut((writer) => writer.uint32(24).uint32(7))).toEqual(new Uint8Array());
    expect(cut((writer) => writer.uint32(29).fixed32(7))).toEqual(new Uint8Array());
    const group: Write = (writer) => value(key("account")(writer.uint32(27))).uint32(28);
    expect(cut(identity, group)).toEqual(bytes(identity));
  });

  it("returns nothing for a broken entry", () => {
    expect(cut((writer) => writer.uint32(26).bytes(Uint8Array.of(10, 50, 1)))).toBeUndefined();
  });

  it("says that messages of the type have values to hide, and no redacted field", () => {
    expect([redaction.has(ErrorInfo.typeName), redaction.hasFields(ErrorInfo.typeName)]).toEqual([true, true]);
    expect(redaction.hasField(ErrorInfo.typeName, 3)).toBe(false);
  });
});

type Write = (writer: WireWriter) => WireWriter;

function bytes(...fields: readonly Write[]): Uint8Array {
  const writer = new WireWriter();
  for (const write of fields) write(writer);
  return writer.finish();
}
