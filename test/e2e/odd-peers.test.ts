import { credentials, Metadata } from "@grpc/grpc-js";
import { pack, promises, RichError, richErrorClientOptions } from "grpc-rich-errors";
import type { RichErrorClass } from "grpc-rich-errors/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { ShapesClient } from "../gen/shapes/v1/shapes.js";
import { catalog, SIDES, SIDES_MESSAGE, TooManySidesError, tooManySides } from "../support/errors.js";
import { startRawServer } from "../support/raw.js";
import { SHAPES, type Shapes, startShapes } from "../support/shapes.js";
import { callOn, surfacesOf } from "../support/surfaces.js";
import { expectNothingUncaught } from "../support/watch.js";

// Peers that break the protocol. The client never throws, and grpc-status wins.

expectNothingUncaught();

const GOOD = Buffer.from(pack(tooManySides()));
const good = GOOD.toString("base64");
const base = { "grpc-status": "3", "grpc-message": encodeURI(SIDES_MESSAGE) };

type Odd = readonly [string, Record<string, string | string[]>, Expected];
type Expected = { code?: number; class?: RichErrorClass; message?: string; issues?: string[] };

const ODD: readonly Odd[] = [
  ["is valid", { ...base, "grpc-status-details-bin": good }, { class: TooManySidesError, issues: [] }],
  [
    "has no padding",
    { ...base, "grpc-status-details-bin": good.replace(/=+$/, "") },
    { class: TooManySidesError, issues: [] },
  ],
  ["is missing", base, { issues: [] }],
  ["is empty", { ...base, "grpc-status-details-bin": "" }, {}],
  ["is not base64", { ...base, "grpc-status-details-bin": "!!! not base64 !!!" }, { issues: ["malformed-status"] }],
  [
    "is not a message",
    { ...base, "grpc-status-details-bin": Buffer.from("garbage").toString("base64") },
    { issues: ["malformed-status"] },
  ],
  [
    "ends in the middle of its last detail",
    { ...base, "grpc-status-details-bin": GOOD.subarray(0, -4).toString("base64") },
    { class: TooManySidesError, issues: ["malformed-status", "missing-detail"] },
  ],
  [
    "occurs twice",
    { ...base, "grpc-status-details-bin": [good, good] },
    { class: TooManySidesError, issues: ["duplicate-detail", "several-statuses"] },
  ],
  [
    "is joined to another by a comma",
    { ...base, "grpc-status-details-bin": `${good},${good}` },
    { class: TooManySidesError, issues: ["duplicate-detail", "several-statuses"] },
  ],
  [
    "has another code",
    { ...base, "grpc-status": "5", "grpc-status-details-bin": good },
    { code: 5, class: TooManySidesError, issues: ["code-mismatch"] },
  ],
  [
    "has another message",
    { "grpc-status": "3", "grpc-message": "another", "grpc-status-details-bin": good },
    { class: TooManySidesError, message: "another", issues: ["message-mismatch"] },
  ],
  [
    "comes with a code that gRPC does not define",
    { ...base, "grpc-status": "99", "grpc-status-details-bin": good },
    { code: 2, class: TooManySidesError, issues: ["code-mismatch", "invalid-code"] },
  ],
  ...["5.5", "-5.5", "abc", "1e3", "-1", "17", "Infinity", "1e-7"].map(
    (status): Odd => [
      `comes with the code ${status}`,
      { ...base, "grpc-status": status, "grpc-status-details-bin": good },
      { code: 2, class: TooManySidesError, issues: ["code-mismatch", "invalid-code"] },
    ],
  ),
  ...["3", "3.0", "0x3"].map(
    (status): Odd => [
      `comes with the code written as ${JSON.stringify(status)}`,
      { ...base, "grpc-status": status, "grpc-status-details-bin": good },
      { class: TooManySidesError, issues: [] },
    ],
  ),
  [
    "comes with a code that HTTP/2 drops because it begins with a space",
    { ...base, "grpc-status": " 3", "grpc-status-details-bin": good },
    {
      code: 2,
      class: TooManySidesError,
      message: "Received HTTP status code 200",
      issues: ["code-mismatch", "message-mismatch"],
    },
  ],
  [
    "is missing, and the code is not an integer",
    { ...base, "grpc-status": "5.5" },
    { code: 2, issues: ["invalid-code"] },
  ],
  [
    "comes with a message whose escapes are broken",
    { "grpc-status": "3", "grpc-message": "100%zz", "grpc-status-details-bin": good },
    { class: TooManySidesError, message: "100%zz", issues: ["message-mismatch"] },
  ],
];

describe.each(ODD)("a client whose peer's trailer %s", (_, headers, expected) => {
  for (const shape of SHAPES) {
    for (const surface of surfacesOf(shape)) {
      it(`gets one error from ${surface.name} of a ${shape} call`, async () => {
        const { error } = await surface.call(await shapesOf(await startRawServer(headers)), shape);
        expect(error).toBeRichError(expected.class ?? RichError);
        if (!(error instanceof RichError)) return;
        expect(error).toMatchObject({ code: expected.code ?? 3, message: expected.message ?? SIDES_MESSAGE });
        if (expected.class && !expected.issues?.includes("missing-detail")) expect(error.detail).toEqual(SIDES);
        if (expected.issues) {
          expect([...new Set(error.issues.map(({ kind }) => kind))].sort()).toEqual([...expected.issues].sort());
        }
      });
    }
  }
});

describe("a grpc-js peer", () => {
  it.each(SHAPES)("never breaks a %s call by sending random bytes as its trailer", async (shape) => {
    let bytes: Buffer = Buffer.alloc(0);
    const fail = (call: { emit(event: "error", status: object): boolean }) => {
      const metadata = new Metadata();
      metadata.set("grpc-status-details-bin", bytes);
      call.emit("error", { code: 9, details: "odd", metadata });
    };
    const failBack = (_: unknown, callback: (status: object) => void) =>
      fail({
        emit: (_, status) => {
          callback(status);
          return true;
        },
      });
    const shapes = await startShapes(
      {},
      {
        onlyInterceptors: [],
        unguarded: { unary: failBack, clientStream: failBack, serverStream: fail, bidi: fail },
      },
    );
    for (let length = 1; length < 100; length++) {
      bytes = scrambled(GOOD, length);
      const { error } = await callOn(shapes, shape);
      expect(error).toBeRichError(RichError);
      expect(error).toMatchObject({ code: 9, message: "odd" });
      if (error instanceof RichError) expect(error.issues.length).toBeGreaterThan(0);
    }
  });
});

describe("a peer that is not a gRPC server", () => {
  it("is UNAVAILABLE if it responds with 502, as proxies do", async () => {
    const shapes = await shapesOf(await startRawServer({ ":status": 502, "content-type": "text/html" }));
    const { error } = await callOn(shapes, "unary");
    expect(error).toBeRichError(RichError);
    expect(error).toMatchObject({ code: 14, reason: undefined, definition: undefined });
  });

  it.each(SHAPES)("is UNAVAILABLE on every surface of a %s call if it cannot be reached", async (shape) => {
    const gone = await startShapes({});
    const { address } = gone;
    gone.close();
    const shapes = await shapesOf(address);
    for (const surface of surfacesOf(shape)) {
      const { error } = await surface.call(shapes, shape);
      expect(error).toBeRichError(RichError);
      expect(error).toMatchObject({ code: 14, reason: undefined, definition: undefined, issues: [] });
      expect(error).toMatchObject({ received: true, errorDetails: [] });
    }
  });

  it("is UNIMPLEMENTED if it does not have the method", async () => {
    const shapes = await startShapes({}, { unguarded: {} });
    for (const shape of SHAPES) {
      expect((await callOn(shapes, shape)).error).toMatchObject({ code: 12, definition: undefined });
    }
  });
});

async function shapesOf(address: string): Promise<Shapes> {
  const started = await startShapes({});
  const client = new ShapesClient(
    address,
    credentials.createInsecure(),
    richErrorClientOptions({ catalogs: [catalog] }),
  );
  onTestFinished(() => client.close());
  return { ...started, client, calls: promises(client) };
}

/** Bytes that begin like a valid trailer and then break, the same in every run. */
function scrambled(bytes: Buffer, seed: number): Buffer {
  const made = Buffer.from(bytes.subarray(0, Math.max(1, bytes.length - (seed % 7))));
  for (let index = seed % 5; index < made.length; index += 1 + (seed % 11)) {
    made[index] = (made[index] ?? 0) ^ (seed * 37 + index * 11);
  }
  return made;
}
