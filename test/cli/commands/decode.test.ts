import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { pack, RichError } from "grpc-rich-errors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SealedError } from "../../gen/vault/v1/vault.rich.js";
import { vaultDescriptors } from "../../support/reference-protos.js";
import { SEALED, secretsIn, WITH_AUDIT } from "../../support/vault.js";
import { run } from "../fake-terminal.js";
import { HEAD, imageOf } from "../images.js";

const SHOP = {
  "shop.proto": `${HEAD}
    import "google/protobuf/any.proto";
    enum OrderError {
      ORDER_ERROR_UNSPECIFIED = 0;
      // The order is gone.
      //
      // Common causes:
      // - Somebody cancelled it.
      //
      // Client action: Read the orders again.
      ORDER_ERROR_ORDER_GONE = 7 [(richerrors.v1.error) = {
        status_code: NOT_FOUND
        has_details: true
        message: "order {order_id} is gone"
        recovery: RECOVERY_REFRESH_AND_RETRY
        outcome: OUTCOME_NOT_APPLIED
        retry_delay: {seconds: 2}
        help_url: "https://shop.example/gone"
      }];
    }
    message OrderGoneErrorDetails { string order_id = 1; int64 version = 2; }
    // No error declares it.
    message Note { string text = 1; google.protobuf.Any inner = 2; }`,
};

let folder: string;
let protos: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rich-errors-decode-"));
  protos = join(folder, "shop.binpb");
  await writeFile(protos, await imageOf(SHOP));
});
afterAll(() => rm(folder, { recursive: true }));

const url = (name: string) => `type.googleapis.com/${name}`;
const hex = (text: string) => Buffer.from(text, "hex");

/** A trailer with some details besides the ErrorInfo. */
function trailer(message: string, details: { typeUrl: string; value: Uint8Array }[] = []): Buffer {
  const info = { reason: "ORDER_GONE", domain: "shop.v1" };
  return Buffer.from(pack(new RichError(5, message, { ...info, errorDetails: details })));
}

const gone = trailer("order o-1 is gone", [
  { typeUrl: url("shop.v1.OrderGoneErrorDetails"), value: hex("0a036f2d311009") },
]);

describe("rich-errors decode", () => {
  it("prints what the error is and what to do, then its details, then the doubts", async () => {
    const { code, out, err } = await run(["decode", gone.toString("base64"), "--protos", protos]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatchInlineSnapshot(`
      "OrderGoneError, NOT_FOUND (5)
      order o-1 is gone
      The order is gone.

      do          Read the orders again.
      recovery    REFRESH_AND_RETRY: Read the current state, then send a new request
                  that is based on it.
      retry       after 2 s
      outcome     NOT_APPLIED: The request took no effect.
      fault       the caller
      causes      - Somebody cancelled it.
      help        https://shop.example/gone

      reason      ORDER_GONE
      domain      shop.v1
      number      7
      declared    shop.v1.OrderError: ORDER_ERROR_ORDER_GONE
      HTTP        404

      Details
        google.rpc.ErrorInfo (standard, 21 bytes)
          reason: ORDER_GONE
          domain: shop.v1
        shop.v1.OrderGoneErrorDetails (declared, 7 bytes)
          orderId: o-1
          version: "9"

      size        150 bytes, 540 in the header block; every peer and proxy passes it
                  on
      found       a google.rpc.Status in base64
      "
    `);
  });

  it("reads stdin without an argument, and for -", async () => {
    const args = ["--protos", protos];
    const { out } = await run(["decode", gone.toString("base64"), ...args]);
    expect(await run(["decode", ...args], { stdin: gone.toString("base64") })).toEqual({ code: 0, out, err: "" });
    const log = `WARN grpc-status-details-bin=${gone.toString("base64")}\n`;
    expect((await run(["decode", "-", ...args], { stdin: log })).out).toContain(
      "found       grpc-status-details-bin in base64",
    );
    expect((await run(["decode", ...args], { stdin: gone })).out).toContain("found       a google.rpc.Status\n");
  });

  it("lists every error of a log with its place", async () => {
    const line = (bytes: Buffer) => `WARN grpc-status-details-bin=${bytes.toString("base64")}\n`;
    const stdin = line(gone).repeat(3) + line(trailer("order o-2 is gone"));
    const { out } = await run(["decode", "--protos", protos], { stdin });
    expect(out.match(/^---.*$/gm)).toEqual(["--- 1 of 2, 3 times from line 1 ---", "--- 2 of 2, line 4 ---"]);
    expect(out).toContain("- the peer sent no detail of the type\n");
  });

  it("names the fields of every type in the protos, and dumps those of others", async () => {
    const note = {
      typeUrl: url("shop.v1.Note"),
      value: hex("0a02686912150a0d782f6e65772e76312e46616374120408011005"),
    };
    const newer = { typeUrl: url("shop.v1.OrderGoneErrorDetails"), value: hex("0a036f2d311a0568656c6c6f") };
    const broken = { typeUrl: url("shop.v1.OrderGoneErrorDetails"), value: hex("0a036f2d311aff") };
    const unknown = {
      typeUrl: url("new.v1.Fact"),
      value: hex("089601120568656c6c6f1a0408012a0025000080 3f".replace(" ", "")),
    };
    const evolved = await run(["decode", trailer("m", [newer]).toString("hex"), "--protos", protos]);
    expect(evolved.out).toContain('    orderId: o-1\n    fields that the type does not have:\n    3: "hello"\n');
    const { out } = await run(["decode", trailer("m", [note, broken, unknown]).toString("hex"), "--protos", protos]);
    expect(out.slice(out.indexOf("Details"), out.indexOf("size"))).toMatchInlineSnapshot(`
      "Details
        google.rpc.ErrorInfo (standard, 21 bytes)
          reason: ORDER_GONE
          domain: shop.v1
        shop.v1.Note (other, 27 bytes)
          1 (text): "hi"
          2 (inner):
            1 (type_url): "x/new.v1.Fact"
            2 (value):
              1: 1
              2: 5
        shop.v1.OrderGoneErrorDetails (declared, 7 bytes)
          the bytes are not a message of this type:
          1 (order_id): "o-1"
          the rest is no protobuf: Gv8= (base64)
        new.v1.Fact (unknown type, 21 bytes)
          1: 150
          2: "hello"
          3: message, probably
            1: 1
            5: ""
          4: 1065353216, or 1 as a float

      doubts      - the detail of the type "shop.v1.OrderGoneErrorDetails" cannot be
                    read: premature EOF
                  - the type new.v1.Fact is unknown; name the protos that declare it
                    with --protos
      "
    `);
  });

  it("prints JSON for programs, with the same exit code", async () => {
    const found = await run(["decode", gone.toString("base64"), "--protos", protos, "--format", "json"]);
    expect(JSON.parse(found.out)).toMatchObject({ errors: [{ declared: { className: "OrderGoneError" } }], more: 0 });
    expect(found.code).toBe(0);
    const nothing = await run(["decode", "nothing here", "--protos", protos, "--format", "json"]);
    expect(nothing).toEqual({ code: 1, out: expect.stringMatching(/^\{\n {2}"errors": \[\],/), err: "" });
  });

  it("marks redacted fields, and shows them with --show-redacted", async () => {
    const image = join(folder, "vault.binpb");
    await writeFile(image, vaultDescriptors());
    const trailer = Buffer.from(pack(new SealedError(SEALED, WITH_AUDIT), { sendRedacted: true })).toString("base64");
    for (const format of ["text", "json"]) {
      const args = ["decode", trailer, "--protos", image, "--format", format];
      const { out } = await run(args);
      expect(out).toMatch(/owner"?: "\[redacted\]"/);
      expect(out).toMatch(/holder"?: "?Ada"?/);
      expect(secretsIn(out)).toEqual([]);
      expect(secretsIn((await run([...args, "--show-redacted"])).out).length).toBeGreaterThan(0);
    }
  });

  it("says that it did not read the end of a long input", async () => {
    const line = `${"x".repeat(79)}\n`;
    const stdin = `${line.repeat(60_000)}grpc-status-details-bin: ${gone.toString("base64")}\n`;
    expect(await run(["decode", "--protos", protos], { stdin })).toEqual({
      code: 1,
      out: "",
      err:
        "rich-errors: there is no gRPC error in the first 4 MiB of the input, and its end was not read; pass a part of " +
        "it, as in tail -c 4M shop.log | rich-errors decode\n",
    });
  });

  it.each([", ", ","])("reads trailers that a proxy joined with %j, and nothing else", async (comma) => {
    const other = trailer("order o-2 is gone");
    const values = [gone, other].map((bytes) => bytes.toString("base64")).join(comma);
    const messagesOf = async (stdin: string) => {
      const { out } = await run(["decode", "--protos", protos, "--format", "json"], { stdin });
      return JSON.parse(out).errors.map(({ message }: { message: string }) => message);
    };
    const both = ["order o-1 is gone", "order o-2 is gone"];
    expect(await messagesOf(`grpc-status-details-bin: ${values}\n`)).toEqual(both);
    expect(await messagesOf(`{ details: grpc-status-details-bin: ${values}, requested: Cancelled }\n`)).toEqual(both);
  });

  it("reads any bytes with --hex, and any body with --http", async () => {
    const broken = await run(["decode", "--hex", "ff ff", "--protos", protos]);
    expect(broken.code).toBe(0);
    expect(broken.out).toContain("- the trailer is not a google.rpc.Status:");
    const page = await run(["decode", "--http", "<html><h1>502 Bad Gateway</h1></html>", "--protos", protos]);
    expect(page.out).toContain("- the body cannot be read: it is not JSON");
  });

  it("never lets a control character reach the terminal", async () => {
    const evil = "\u001b[2J\u0007\u202e";
    const typeUrl = url(`x.${evil}`);
    const bytes = trailer(`gone ${evil}\nnext`, [
      { typeUrl, value: Buffer.concat([hex("0a0d"), Buffer.from(`${evil}..`), hex("00")]) },
    ]);
    for (const format of ["text", "json"]) {
      const { code, out } = await run(["decode", bytes.toString("base64"), "--protos", protos, "--format", format], {
        columns: 80,
      });
      expect(code).toBe(0);
      const unpainted = stripVTControlCharacters(out);
      expect(unpainted.match(/[^\n\P{Cc}]|\u202e/gu)).toBeNull();
    }
  });

  it("colors only a terminal, and fits its width", async () => {
    const args = ["decode", gone.toString("base64"), "--protos", protos];
    expect((await run(args, { columns: 100 })).out).toContain("\u001b[1mOrderGoneError");
    const { out } = await run(args, { env: { ...process.env, COLUMNS: "60" } });
    expect(out).not.toContain("\u001b");
    expect(out.split("\n").filter((line) => line.length > 60)).toEqual([]);
  });

  it.each<[string[], number, string]>([
    [
      ["decode", "hello"],
      1,
      "there is no gRPC error in the input; paste the value of grpc-status-details-bin, the whole output of grpcurl or a log line, or write --hex or --http",
    ],
    [["decode", "x", "--hex", "--http"], 2, "--hex and --http exclude each other; write one of them"],
    [["decode", "--protos", "-"], 2, "stdin cannot be both the trailer and an image; write the trailer as an argument"],
    [["decode", "x", "--protos", "nowhere"], 2, "nowhere cannot be read: it does not exist"],
  ])("says what is wrong: %j", async (args, code, message) => {
    expect(await run(args)).toEqual({ code, out: "", err: `rich-errors: ${message}\n` });
  });

  it("says which mistakes the protos contain", async () => {
    const wrong = join(folder, "wrong.binpb");
    await writeFile(wrong, await imageOf({ "shop.proto": SHOP["shop.proto"].replace("{order_id}", "{nope}") }));
    const { code, out, err } = await run(["decode", gone.toString("base64"), "--protos", wrong]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^rich-errors: the protos contain mistakes:\nshop\.proto:\d+:\d+: /);
  });
});
