import { pack, RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { BadShapeError, CornersBusyError, catalog, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";
import { metadataOf } from "../support/metadata.js";
import { rawCall } from "../support/raw.js";
import { SHAPES, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { expectNothingUncaught } from "../support/watch.js";
import { WAYS } from "../support/ways.js";

// Every failure that is meant for the client arrives unchanged.

expectNothingUncaught();

const TRAILER = "grpc-status-details-bin";

describe("statuses as grpc-js defines them", () => {
  const own = metadataOf({ "x-own": "mine" });
  const STATUSES: readonly [string, object, object][] = [
    ["code and details", { code: 5, details: "no such shape" }, { code: 5, message: "no such shape" }],
    ["code and message", { code: 5, message: "no such shape" }, { code: 5, message: "no such shape" }],
    ["details beside a message", { code: 5, details: "a", message: "b" }, { code: 5, message: "a" }],
    ["a name, as in old examples", { code: 8, name: "x", message: "full" }, { code: 8, message: "full" }],
    ["code, details and metadata", { code: 16, details: "who?", metadata: own }, { code: 16, message: "who?" }],
    ["an Error with a code and details", Object.assign(new Error("x"), { code: 9, details: "no" }), { code: 9 }],
    [
      "an Error with a code, details and metadata",
      Object.assign(new Error("x"), { code: 9, details: "no", metadata: own }),
      { code: 9, message: "no" },
    ],
    [
      "metadata of a wrong type",
      { code: 5, details: "gone", metadata: { "x-own": "mine" } },
      { code: 5, message: "gone" },
    ],
  ];
  const ways = WAYS.filter(({ name }) =>
    ["throws at once", "rejects", "calls back with the error", 'emits "error"', "destroys the call"].includes(name),
  );
  const cases = STATUSES.flatMap(([name, status, expected]) =>
    ways.flatMap((way) => way.shapes.map((shape) => ({ name, status, expected, way, shape }))),
  );

  for (const { name, status, expected, way, shape } of cases) {
    it(`${name}: pass when a ${shape} handler ${way.name} with it`, async () => {
      const shapes = await startShapes({ [shape]: way.handler(status, "before", shape) });
      const { error } = await callOn(shapes, shape);
      expect(error).toMatchObject({ ...expected, issues: [], errorDetails: [] });
      // The metadata may be another server's: a copy of its error looks the same.
      expect((error as RichError).metadata?.get("x-own")).toEqual([]);
      expect(shapes.failed).toMatchObject([{ masked: false }]);
    });
  }

  it.each(Array.from({ length: 16 }, (_, index) => index + 1))("the code %i passes", async (code) => {
    const shapes = await startShapes({ unary: (_, callback) => callback({ code, details: `code ${code}` }) });
    expect((await callOn(shapes, "unary")).error).toMatchObject({ code, message: `code ${code}` });
  });

  it("details that were packed by hand pass if a catalog has the error, or if they are beside the error", async () => {
    const packed = metadataOf({});
    packed.set(TRAILER, Buffer.from(pack(tooManySides())));
    const { message } = tooManySides();
    for (const catalogs of [[catalog], []]) {
      for (const beside of [undefined, packed]) {
        const status = { code: 3, details: message, ...(!beside && { metadata: packed }) };
        const shapes = await startShapes({ unary: (_, callback) => callback(status, null, beside) }, { catalogs });
        const { error } = await callOn(shapes, "unary");
        expect(error).toMatchObject({ code: 3, message });
        if (catalogs.length > 0 || beside) expect(error).toBeRichError(TooManySidesError, SIDES);
        else expect((error as RichError).errorDetails).toEqual([]);
      }
    }
  });

  it("a copy of an upstream error loses the trailers of the upstream", async () => {
    const upstream = { code: 5, details: "gone", metadata: metadataOf({ authorization: "Bearer SECRET" }) };
    for (const copy of [{ ...upstream }, Object.assign(new Error("wrapped"), upstream)]) {
      const shapes = await startShapes({ unary: (_, callback) => callback(copy) });
      const { everything } = await rawCall(shapes.address, "/shapes.v1.Shapes/Unary");
      expect(everything).not.toContain("SECRET");
    }
  });
});

describe("trailers of an error", () => {
  it.each(SHAPES)("cannot replace its status (%s)", async (shape) => {
    const own = metadataOf({ "grpc-status": "0", "grpc-message": "fine", "content-type": "text/html" });
    const shapes = await startShapes({
      [shape]: () => {
        throw tooManySides({ metadata: own });
      },
    });
    expect((await callOn(shapes, shape)).error).toBeRichError(TooManySidesError, SIDES);
  });

  it.each(SHAPES)("are sent with a RichError that a %s handler throws", async (shape) => {
    const thrown = new TooManySidesError(SIDES, { metadata: metadataOf({ "x-own": "mine" }) });
    const shapes = await startShapes({
      [shape]: () => {
        throw thrown;
      },
    });
    const { error } = await callOn(shapes, shape);
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect((error as RichError).metadata?.get("x-own")).toEqual(["mine"]);
  });

  it("are replaced by those of a callback, as in grpc-js", async () => {
    const shapes = await startShapes({
      unary: (_, callback) =>
        callback(
          new TooManySidesError(SIDES, { metadata: metadataOf({ "x-own": "mine", "x-both": "error" }) }),
          null,
          metadataOf({ "x-both": "trailer" }),
        ),
    });
    const { error } = await callOn(shapes, "unary");
    expect(error).toBeRichError(TooManySidesError, SIDES);
    const got = (error as RichError).metadata;
    expect([got?.get("x-own"), got?.get("x-both")]).toEqual([[], ["trailer"]]);
  });

  it("do not change when they are sent, so that an error can be thrown again", async () => {
    const own = metadataOf({ "x-own": "mine" });
    const thrown = new TooManySidesError(SIDES, { metadata: own });
    const shapes = await startShapes({ unary: (_, callback) => callback(thrown, null, own) });
    for (let calls = 0; calls < 2; calls++) {
      const { error } = await callOn(shapes, "unary");
      expect(error).toBeRichError(TooManySidesError, SIDES);
      expect((error as RichError).metadata?.get("x-own")).toEqual(["mine"]);
    }
    expect(own.getMap()).toEqual({ "x-own": "mine" });
  });

  it("are hidden from the client if the error is masked", async () => {
    const shapes = await startShapes({
      unary: (_, callback) => callback(new Error("x"), null, metadataOf({ "x-own": "mine" })),
    });
    const { error } = await callOn(shapes, "unary");
    expect(error).toMatchObject({ code: 13, message: "internal error" });
    expect((error as RichError).metadata?.get("x-own")).toEqual([]);
  });
});

describe("besides its detail, an error", () => {
  it("sends the retry delay of its declaration", async () => {
    const shapes = await startShapes({
      serverStream: () => {
        throw new CornersBusyError();
      },
    });
    const { error } = await callOn(shapes, "serverStream");
    expect(error).toBeRichError(CornersBusyError);
    expect(error).toMatchObject({ retryDelay: 1500, detail: undefined, issues: [] });
  });

  it("sends its number, its own metadata, help and its own retry delay", async () => {
    const shapes = await startShapes({
      bidi: () => {
        throw new CornersBusyError({
          retryDelay: 250,
          info: { corner: "north" },
          help: [{ description: "corners", url: "https://shapes.example.com/corners" }],
        });
      },
    });
    const { error } = await callOn(shapes, "bidi");
    expect((error as RichError).info).toEqual({
      reason: "CORNERS_BUSY",
      domain: "shapes.example.com",
      metadata: { code: "11", corner: "north" },
    });
    expect(error).toMatchObject({ retryDelay: 250, issues: [] });
    expect((error as RichError).standardDetails.help?.links).toHaveLength(1);
  });

  it("sends a detail of a standard type", async () => {
    const shapes = await startShapes({
      clientStream: () => {
        throw new BadShapeError({
          fieldViolations: [{ field: "sides", description: "too many", reason: "", localizedMessage: undefined }],
        });
      },
    });
    const { error } = await callOn(shapes, "clientStream");
    expect(error).toBeRichError(BadShapeError, { fieldViolations: [{ field: "sides", description: "too many" }] });
  });

  it("sends its reason if it is undeclared", async () => {
    const shapes = await startShapes({
      unary: () => {
        throw new RichError(6, "there is one", { reason: "SHAPE_EXISTS", domain: "elsewhere" });
      },
    });
    const { error } = await callOn(shapes, "unary");
    expect(error).toBeRichError(RichError);
    expect(error).toMatchObject({ code: 6, reason: "SHAPE_EXISTS", domain: "elsewhere", definition: undefined });
  });
});
