import { Catalog, pack, RichError, unpack } from "grpc-rich-errors";
import { catalog as aerospike } from "grpc-rich-errors/catalogs/aerospike";
import { catalog as eventlog } from "grpc-rich-errors/catalogs/eventlog";
import { catalog as hapnd } from "grpc-rich-errors/catalogs/hapnd";
import { catalog as kurrent } from "grpc-rich-errors/catalogs/kurrent";
import { catalog as kurrentdb } from "grpc-rich-errors/catalogs/kurrentdb";
import { fromHttp, toHttp } from "grpc-rich-errors/http";
import { describe, expect, it } from "vitest";
import { readDeclarations } from "../../../src/cli/input/protos.js";
import { decodeReport } from "../../../src/decode/report.js";
import { grpcExample, httpExamples, sampleInputs, trailerOf } from "../../../src/reference/explorer/examples.js";
import { pageData } from "../../../src/reference/explorer/explorer-page.js";
import { PageCatalog } from "../../../src/reference/explorer/page-catalog.js";
import { listingOf } from "../../../src/reference/listed-errors.js";
import { fakeTerminal } from "../../cli/fake-terminal.js";
import { imageOf } from "../../cli/images.js";
import { SealedError } from "../../gen/vault/v1/vault.rich.js";
import { ROOT } from "../../plugin/compile.js";
import { SEALED, secretsIn, WITH_AUDIT, withoutAnnotations } from "../../support/vault.js";
import { EVERY_KIND } from "../kinds.js";

/** The catalog of a page, as the page makes it of its data. */
async function pageCatalog(input: string, stdin?: Uint8Array) {
  const { files, schema } = await readDeclarations(input, fakeTerminal({ cwd: ROOT, ...(stdin && { stdin }) }));
  const listing = listingOf(files, schema);
  const data = JSON.parse(JSON.stringify(pageData(listing, files)));
  return { catalog: new PageCatalog(data), listing };
}

const SYSTEMS = Catalog.of(aerospike, eventlog, hapnd, kurrent, kurrentdb);

describe("the catalog of the page", async () => {
  const { catalog, listing } = await pageCatalog("proto");
  const errors = listing.enums.flatMap(({ errors }) => errors);

  it("makes examples that the generated classes read without an issue, over gRPC and HTTP", () => {
    expect(errors).toHaveLength(195);
    for (const error of errors) {
      const example = catalog.exampleOf(error);
      expect(example.issues, error.reason).toEqual([]);
      const received = unpack(Buffer.from(trailerOf(example), "base64"), { catalogs: [SYSTEMS] });
      expect([received.constructor.name, received.issues], error.reason).toEqual([error.className, []]);
      expect(received.message).toBe(example.message);
      for (const { head, body } of httpExamples(example)) {
        const [, status, type = ""] = /^HTTP\/1.1 (\d+)[\s\S]*^Content-Type: (\S+)/m.exec(head) ?? [];
        const read = fromHttp(Number(status), { "content-type": type }, body, { catalogs: [SYSTEMS] });
        expect(read.reason).toBe(error.reason);
      }
    }
  });

  it("makes inputs for the decoder that it explains", () => {
    const error = errors.find(({ reason }) => reason === "NOT_LEADER");
    if (!error) throw new Error("no NOT_LEADER");
    for (const input of Object.values(sampleInputs(catalog.exampleOf(error)))) {
      const { errors } = decodeReport(input, { catalogs: [catalog.catalog] });
      expect(errors.map(({ reason, declared }) => [reason, declared?.number])).toEqual([["NOT_LEADER", 2011]]);
    }
  });

  it("has the facts of the generated catalogs", () => {
    for (const { definition } of SYSTEMS) {
      const made = catalog.catalog.byReason(definition.domain, definition.reason)?.definition;
      const { detail, descriptors, message, enumNames, documentation, ...facts } = definition;
      expect(made).toMatchObject(facts);
      expect(made?.detail?.typeName).toBe(detail?.typeName);
    }
  });
});

describe("an example", async () => {
  const { catalog, listing } = await pageCatalog("-", await imageOf(EVERY_KIND));
  const errors = listing.enums.flatMap(({ errors }) => errors);

  it("has a value in every field, also of standard details", () => {
    const [everyKind, bare, quota] = errors.map((error) => catalog.exampleOf(error));
    for (const example of [everyKind, bare, quota]) expect(example?.issues).toEqual([]);
    expect(everyKind).toBeInstanceOf(RichError);
    expect(everyKind?.message).toBe("my-shelf 42 COLOR_RED my-wrapped my-part");
    const { details } = JSON.parse(grpcExample(everyKind as RichError).body);
    expect(details[1]).toMatchObject({
      longCount: "42",
      ratio: 0.5,
      digest: "yv4=",
      shade: "LIGHT",
      inners: [{ partId: "my-part", colors: ["COLOR_RED"] }],
      room: "my-room",
      changedAt: "2026-01-02T03:04:05Z",
      patience: "1.500s",
      mask: "items",
      facts: { key: "value" },
      wrapped: "my-wrapped",
      port: 2113,
      list: ["value"],
    });
    expect(Object.keys(details[1]).length).toBeGreaterThanOrEqual(28);
    expect(details[1]).not.toHaveProperty("floor");
    expect(JSON.stringify(details[1]).match(/"again"/g)?.length).toBeLessThan(20);
    expect(grpcExample(quota as RichError).body).toContain('"subject": "my-subject"');
  });
});

describe("the decoder of the page", async () => {
  const { catalog } = await pageCatalog("test/proto");

  it("shows no redacted field, also of a message that is the detail of no error", async () => {
    // The descriptors of the page have no options.
    const inputs = [new SealedError(SEALED, WITH_AUDIT), new SealedError({ ...SEALED, attachment: undefined })].flatMap(
      (error) => [
        Buffer.from(pack(error, { sendRedacted: true })).toString("base64"),
        JSON.stringify(toHttp(error, { sendRedacted: true }).body),
      ],
    );
    const decoded = (input: string) => JSON.stringify(decodeReport(input, { catalogs: [catalog.catalog] }));
    for (const input of inputs) {
      expect(decoded(input)).toContain("v-7");
      expect(secretsIn(decoded(input))).toEqual([]);
      expect(secretsIn(withoutAnnotations(() => decoded(input)))).not.toEqual([]);
    }
    expect(decoded(inputs.at(-1) ?? "")).toContain("[redacted]");
  });
});
