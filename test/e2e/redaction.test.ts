import { Metadata, type ServerErrorResponse } from "@grpc/grpc-js";
import { type CallInfo, packError, RichError, richErrorClientOptions, StandardDetails } from "grpc-rich-errors";
import { redactInfo } from "grpc-rich-errors/redaction";
import { describe, expect, it } from "vitest";
import { ShapesService } from "../gen/shapes/v1/shapes.js";
import { CardBlockedError, ClosedError, catalog, SealedError } from "../gen/vault/v1/vault.rich.js";
import { rawCall } from "../support/raw.js";
import { type Handlers, SHAPES, type Shape, type ShapesOptions, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { formsAmong, startTap } from "../support/tap.js";
import { SEALED, SECRET, secretsIn, WITH_AUDIT } from "../support/vault.js";
import { expectNothingUncaught } from "../support/watch.js";

// Redacted fields are in no byte that a server sends, unless an option names the caller.

expectNothingUncaught();
redactInfo(["account"]);

const CLIENT = richErrorClientOptions({ catalogs: [catalog] });
const ALLOWED = new Metadata();
ALLOWED.set("x-role", "support");
const sendRedacted = ({ metadata }: CallInfo) => metadata.get("x-role")[0] === "support";

const fail = () => {
  throw new SealedError(SEALED, WITH_AUDIT);
};

function start(shape: Shape, options: ShapesOptions, handler: unknown = fail) {
  return startShapes({ [shape]: handler } as Partial<Handlers>, { client: CLIENT, ...options });
}

/** Calls a server over raw HTTP/2 and returns the forms in which its bytes have the secret. */
async function secretsOnWire(address: string, shape: Shape, headers = {}): Promise<string[]> {
  const tap = await startTap(address);
  const { everything, trailers } = await rawCall(tap.address, ShapesService[shape].path, undefined, headers);
  expect(trailers["grpc-status"]).not.toBe("0");
  return [...secretsIn(everything), ...formsAmong(tap.bytes(), SECRET)];
}

/** The ways of a server to send an error. */
const SERVERS: Readonly<Record<string, ShapesOptions>> = {
  "with the interceptor": { boundary: { requestInfo: true, help: true, debug: () => true } },
  "with richHandlers only": { onlyInterceptors: [] },
  "that lists the types in forwardDetails": { boundary: { forwardDetails: ["vault.v1.AuditRecord"] } },
  "that passes statuses with their metadata": { boundary: { passStatusMetadata: true } },
  "that names other callers": { boundary: { sendRedacted: () => false } },
};

describe.each(SHAPES)("a redacted field of an error from a %s handler", (shape) => {
  it.each(Object.entries(SERVERS))("is in no byte of a server %s", async (_, options) => {
    const shapes = await start(shape, options);
    expect(await secretsOnWire(shapes.address, shape)).toEqual([]);
    const { error } = await callOn(shapes, shape);
    expect(error).toBeInstanceOf(SealedError);
    expect((error as SealedError).detail).toMatchObject({
      vault: "v-7",
      owner: "",
      card: { holder: "Ada", number: "" },
    });
  });

  it("reaches a caller whom the option names, and is not printed there", async () => {
    const shapes = await start(shape, { boundary: { sendRedacted } });
    expect((await secretsOnWire(shapes.address, shape, { "x-role": "support" })).length).toBeGreaterThan(0);
    expect(await secretsOnWire(shapes.address, shape, { "x-role": "guest" })).toEqual([]);
    const { error } = await callOn(shapes, shape, { metadata: ALLOWED });
    expect((error as SealedError).detail.owner).toBe(SECRET);
    expect(secretsIn(JSON.stringify(error))).toEqual([]);
    expect(shapes.failed.length).toBeGreaterThan(0);
    expect(secretsIn(JSON.stringify(shapes.failed))).toEqual([]);
  });
});

describe.each(SHAPES)("a redacted fact of an error from a %s handler", (shape) => {
  const failWithFact = () => {
    throw new ClosedError({ vault: "v-7" }, { info: { account: SECRET, door: "north" } });
  };

  it.each(Object.entries(SERVERS))("is in no byte of a server %s", async (_, options) => {
    const shapes = await start(shape, options, failWithFact);
    expect(await secretsOnWire(shapes.address, shape)).toEqual([]);
    const { error } = await callOn(shapes, shape);
    expect(error).toBeInstanceOf(ClosedError);
    expect({ ...(error as ClosedError).info?.metadata }).toEqual({ door: "north" });
  });

  it("reaches a caller whom the option names, and is not printed there", async () => {
    const shapes = await start(shape, { boundary: { sendRedacted } }, failWithFact);
    expect((await secretsOnWire(shapes.address, shape, { "x-role": "support" })).length).toBeGreaterThan(0);
    expect(await secretsOnWire(shapes.address, shape, { "x-role": "guest" })).toEqual([]);
    const { error } = await callOn(shapes, shape, { metadata: ALLOWED });
    expect((error as ClosedError).info?.metadata["account"]).toBe(SECRET);
    expect(secretsIn(JSON.stringify([error, shapes.failed]))).toEqual([]);
  });
});

describe("a server", () => {
  it("leaves the fields out of errors on a bare grpc-js server, of each kind", async () => {
    for (const make of [
      () => new SealedError(SEALED, WITH_AUDIT),
      () => packError(new SealedError(SEALED, WITH_AUDIT)),
    ]) {
      const unary = (_: unknown, callback: (error: ServerErrorResponse) => void) =>
        callback(make() as unknown as ServerErrorResponse);
      const shapes = await start("unary", { onlyInterceptors: [], unguarded: { ...OTHERS, unary } as never });
      expect(await secretsOnWire(shapes.address, "unary")).toEqual([]);
      expect((await callOn(shapes, "unary")).error).toBeInstanceOf(SealedError);
    }
  });

  it("leaves them out of a status that a handler packed, unless the caller may have them", async () => {
    const unary = (_: unknown, callback: (error: ServerErrorResponse) => void) =>
      callback({ ...packError(new SealedError(SEALED), { sendRedacted: true }) } as unknown as ServerErrorResponse);
    const options = { boundary: { passStatusMetadata: true, sendRedacted } };
    const shapes = await start("unary", { ...options, unguarded: { ...OTHERS, unary } as never });
    expect(await secretsOnWire(shapes.address, "unary")).toEqual([]);
    expect((await secretsOnWire(shapes.address, "unary", { "x-role": "support" })).length).toBeGreaterThan(0);
    // A copy of the bytes, which names no error.
    const { metadata, ...status } = packError(new SealedError(SEALED), { sendRedacted: true });
    const copy = new Metadata();
    copy.set("grpc-status-details-bin", Buffer.from(metadata.get("grpc-status-details-bin")[0] as Buffer));
    const plain = await start("unary", options, () => {
      throw { ...status, metadata: copy };
    });
    expect(await secretsOnWire(plain.address, "unary")).toEqual([]);
    expect((await secretsOnWire(plain.address, "unary", { "x-role": "support" })).length).toBeGreaterThan(0);
  });

  it("leaves them out of an error of another server that it forwards", async () => {
    const upstream = await start("unary", { boundary: { sendRedacted: () => true } });
    const forwarding = () => upstream.calls.unary({ scenario: "", before: 0 });
    const gateway = await start("unary", { catalogs: [catalog], boundary: { sendRedacted } }, forwarding);
    expect(await secretsOnWire(gateway.address, "unary")).toEqual([]);
    const { error } = await callOn(gateway, "unary");
    expect((error as SealedError).detail).toMatchObject({ vault: "v-7", owner: "" });
    const { error: whole } = await callOn(gateway, "unary", { metadata: ALLOWED });
    expect((whole as SealedError).detail).toMatchObject({ vault: "v-7", owner: SECRET });
  });

  it("leaves them out of translated messages", async () => {
    const messages = { en: { SEALED: "{vault} of {owner} with {card.number}" } };
    const shapes = await start("unary", { boundary: { messages } });
    const metadata = new Metadata();
    metadata.set("accept-language", "en");
    const { error } = await callOn(shapes, "unary", { metadata });
    expect((error as RichError).standardDetails.localizedMessage?.message).toBe("v-7 of [redacted] with [redacted]");
  });

  it("asks only about errors that have such fields, and once for each", async () => {
    const asked: string[] = [];
    const errors = [
      new ClosedError({ vault: "v" }),
      new RichError(5, "x", { errorDetails: new StandardDetails().setRequestInfo("r") }),
      new CardBlockedError({ branch: "b", cards: [] }),
      new CardBlockedError({ branch: "b", cards: [{ holder: "h", number: "7", replaced: undefined }] }),
      new ClosedError({ vault: "v" }, { info: { door: "north" } }),
      new ClosedError({ vault: "v" }, { info: { account: "7" } }),
    ];
    let next = 0;
    const boundary = { sendRedacted: ({ method }: CallInfo) => asked.push(method) > 0, requestInfo: true };
    const shapes = await start("unary", { boundary }, () => {
      throw errors[next++];
    });
    for (const _ of errors) await callOn(shapes, "unary");
    expect(asked).toEqual([ShapesService.unary.path, ShapesService.unary.path]);
  });

  it("leaves them out and reports a problem if the option throws", async () => {
    const boundary = {
      sendRedacted: () => {
        throw new TypeError("no roles");
      },
    };
    const shapes = await start("unary", { boundary });
    expect(await secretsOnWire(shapes.address, "unary")).toEqual([]);
    expect(shapes.failed[0]?.problems.map(({ message }) => message)).toEqual([
      '"sendRedacted" failed: no roles; the fields are left out',
    ]);
  });
});

const OTHERS = { clientStream: fail, serverStream: fail, bidi: fail };
