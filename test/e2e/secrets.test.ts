import { inspect } from "node:util";
import { Metadata, type ServiceError } from "@grpc/grpc-js";
import { RichError, StandardDetails } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { ShapesService } from "../gen/shapes/v1/shapes.js";
import { CornersBusyError, catalog, SIDES, TooManySidesError } from "../support/errors.js";
import { rawCall } from "../support/raw.js";
import { type Handlers, SHAPES, type Shape, startShapes } from "../support/shapes.js";
import { formsAmong, startTap } from "../support/tap.js";
import { expectNothingUncaught } from "../support/watch.js";
import { WAYS } from "../support/ways.js";

// A text that is not meant for a client is in no byte that the server sends, neither in frames nor in encoded values.

expectNothingUncaught();

const SECRET = "Tr0ubadour4correctHorseXZ";
process.env["GRPC_RICH_ERRORS_TEST_SECRET"] = SECRET;

function withToken(): Metadata {
  const metadata = new Metadata();
  metadata.set("x-token", SECRET);
  metadata.set("x-token-bin", Buffer.from(SECRET));
  metadata.set("x-token-hidden-bin", Buffer.from(`-${SECRET}`));
  return metadata;
}

/** Returns the error of another server that the handler catches, which its catalogs may know. */
async function received(thrown: RichError, client = {}): Promise<unknown> {
  const { calls, close } = await startShapes(
    {
      unary: () => {
        throw thrown;
      },
    },
    { client },
  );
  const error = await calls.unary({ scenario: "", before: 0 }).catch((error: unknown) => error);
  close();
  return error;
}

/** A plain grpc-js error, as its client makes it. */
async function plainlyReceived(): Promise<ServiceError> {
  const { client, close } = await startShapes(
    {
      unary: () => {
        throw new RichError(7, SECRET, { metadata: withToken() });
      },
    },
    { client: { callInvocationTransformer: (properties) => properties } },
  );
  const error = await new Promise<ServiceError | null>((resolve) => client.unary({ scenario: "", before: 0 }, resolve));
  close();
  if (!error) throw new Error("the call succeeded");
  return error;
}

/** The places of an error where a secret may be. */
async function planted(): Promise<readonly (readonly [string, unknown])[]> {
  const known = await received(new TooManySidesError(SIDES, { metadata: withToken() }));
  const debugged = await received(
    new CornersBusyError({ errorDetails: new StandardDetails().setDebugInfo(SECRET, [SECRET]) }),
  );
  const unknown = await received(new RichError(5, SECRET, { reason: SECRET.toUpperCase(), domain: SECRET }));
  const plain = await plainlyReceived();
  return [
    ["the message", new Error(`the password ${SECRET} is wrong`)],
    ["the name", Object.assign(new Error("x"), { name: SECRET })],
    ["the stack", Object.assign(new Error("x"), { stack: SECRET })],
    ["the cause", new Error("x", { cause: new Error(SECRET) })],
    ["an error in an AggregateError", new AggregateError([new Error(SECRET)], "x")],
    ["properties", Object.assign(new Error("x"), { [SECRET]: SECRET, details: SECRET, metadata: withToken() })],
    ["a database's error", Object.assign(new Error("x"), { code: 5, detail: SECRET, where: SECRET })],
    ["an environment variable", new Error(JSON.stringify(process.env))],
    ["a value that is not an error", SECRET],
    ["its own printed form", { toJSON: () => SECRET, toString: () => SECRET, [inspect.custom]: () => SECRET }],
    [
      "its getters",
      {
        [Symbol.toPrimitive]: () => SECRET,
        get details() {
          return SECRET;
        },
      },
    ],
    ["the trailers of a known error of another server", known],
    ["the DebugInfo of a known error of another server", debugged],
    ["an unknown error of another server", unknown],
    ["a plain error of another server", plain],
    ["the trailers of a copy of that error with another text", { ...plain, details: "not for you" }],
    ["the cause of an error that is meant for the client", new TooManySidesError(SIDES, { cause: plain })],
  ];
}

describe.each(SHAPES)("a secret in the failure of a %s handler", (shape) => {
  it("is in no byte that the server sends", async () => {
    const ways = WAYS.filter(({ shapes, moments }) => shapes.includes(shape) && moments.includes("before"));
    let fail: Handlers[Shape] = () => {};
    const handler = (call: never, callback: never) => fail(call, callback);
    const shapes = await startShapes({ [shape]: handler } as Partial<Handlers>, { catalogs: [catalog] });
    for (const [where, value] of await planted()) {
      const tap = await startTap(shapes.address);
      for (const way of ways) {
        fail = way.handler(value, "before", shape);
        const headers = { authorization: `Bearer ${SECRET}` };
        const { everything, trailers } = await rawCall(tap.address, ShapesService[shape].path, undefined, headers);
        expect([where, way.name, everything.includes(SECRET)]).toEqual([where, way.name, false]);
        expect(Number(trailers["grpc-status"])).toBeGreaterThan(0);
      }
      expect([where, formsAmong(tap.bytes(), SECRET)]).toEqual([where, []]);
    }
    expect(shapes.failed.some(({ error }) => inspect(error).includes(SECRET))).toBe(true);
  });
});

describe("a secret that is sent on purpose", () => {
  const MEANT: readonly [string, Shape, () => RichError, string[]][] = [
    ["the message", "unary", () => new RichError(5, SECRET), ["as it is, in Huffman's code"]],
    [
      "the detail",
      "bidi",
      () => new TooManySidesError({ ...SIDES, shape: `-${SECRET}` }, { message: "x" }),
      [expect.stringMatching(/^in base64, \d bytes in, in Huffman's code$/)],
    ],
    ["a trailer", "serverStream", () => new RichError(5, "x", { metadata: withToken() }), expect.any(Array)],
  ];
  it.each(MEANT)("is found in %s", async (_, shape, make, forms) => {
    const fail = () => {
      throw make();
    };
    const shapes = await startShapes({ [shape]: fail });
    const tap = await startTap(shapes.address);
    const { everything } = await rawCall(tap.address, ShapesService[shape].path);
    expect(everything).toContain(SECRET);
    const found = formsAmong(tap.bytes(), SECRET);
    expect(found).toEqual(forms);
    expect(found).not.toEqual([]);
  });

  it.each(["", "-", "--"])("is found among bytes as text and in base64, after any prefix (%j)", (before) => {
    const text = `${before}${SECRET}--`;
    expect(formsAmong(Buffer.from(text), SECRET)).toEqual(["as it is"]);
    const base64 = Buffer.from(text).toString("base64");
    expect(formsAmong(Buffer.from(base64), SECRET)).toEqual([`in base64, ${before.length} bytes in`]);
  });
});
