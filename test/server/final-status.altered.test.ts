import { Metadata, type Responder, ServerInterceptingCall, type ServerInterceptor, status } from "@grpc/grpc-js";
import { Code, type RichError, richErrorServerInterceptor } from "grpc-rich-errors";
import { describe, expect, it, vi } from "vitest";
import { CornersBusyError, SIDES, SIDES_MESSAGE, TooManySidesError, tooManySides } from "../support/errors.js";
import { resultOf } from "../support/metadata-calls.js";
import { type Handlers, SHAPES, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { expectNothingUncaught } from "../support/watch.js";

// Other interceptors, between the handler and ours, alter the status.

expectNothingUncaught();

type Status = Parameters<NonNullable<Responder["sendStatus"]>>[0];

function altering(alter: (sent: Status) => unknown): ServerInterceptor {
  return (_, call) =>
    new ServerInterceptingCall(call, { sendStatus: (sent, next) => next({ ...sent, ...(alter(sent) as object) }) });
}

function failing(thrown: () => unknown): Handlers {
  const fail = () => {
    throw thrown();
  };
  return { unary: fail, clientStream: fail, serverStream: fail, bidi: fail };
}

function withTrailer(metadata: Metadata): Metadata {
  metadata.set("x-cost", "7");
  return metadata;
}

function own(): Metadata {
  const metadata = new Metadata();
  metadata.set("x-own", "mine");
  return metadata;
}

interface Copy {
  readonly copy: (metadata: Metadata) => Metadata | null | undefined;
  /** The trailers that arrive: the error's own, and the one that the interceptor adds. */
  readonly arrives: Readonly<Record<string, string>>;
}

const OWN = { "x-own": "mine" };
const COST = { "x-cost": "7" };

const COPIES: Record<string, Copy> = {
  "clones the metadata": { copy: (metadata) => metadata.clone(), arrives: OWN },
  "clones the metadata and adds a trailer": {
    copy: (metadata) => withTrailer(metadata.clone()),
    arrives: { ...OWN, ...COST },
  },
  "merges the metadata into another": {
    copy: (metadata) => {
      const merged = withTrailer(new Metadata());
      merged.merge(metadata);
      return merged;
    },
    arrives: { ...OWN, ...COST },
  },
  "duplicates every field of the metadata": {
    copy: (metadata) => {
      const merged = metadata.clone();
      merged.merge(metadata);
      return merged;
    },
    arrives: { "x-own": "mine, mine" },
  },
  "copies the metadata field by field": {
    copy: (metadata) => {
      const copy = new Metadata();
      for (const [name, value] of Object.entries(metadata.getMap())) copy.set(name, value);
      return withTrailer(copy);
    },
    arrives: { ...OWN, ...COST },
  },
  "adds to the metadata": { copy: withTrailer, arrives: { ...OWN, ...COST } },
  "adds another status to the metadata": {
    copy: (metadata) => {
      metadata.add("grpc-status-details-bin", Buffer.from("another"));
      return withTrailer(metadata);
    },
    arrives: { ...OWN, ...COST },
  },
  "replaces the status in the metadata": {
    copy: (metadata) => {
      metadata.set("grpc-status-details-bin", Buffer.from("another"));
      return withTrailer(metadata);
    },
    arrives: { ...OWN, ...COST },
  },
  "removes the status from the metadata": {
    copy: (metadata) => {
      metadata.remove("grpc-status-details-bin");
      return withTrailer(metadata);
    },
    arrives: { ...OWN, ...COST },
  },
  "sends other metadata": { copy: () => withTrailer(new Metadata()), arrives: COST },
  "sends no metadata": { copy: () => null, arrives: {} },
  "leaves out the metadata": { copy: () => undefined, arrives: {} },
};

/** Returns the trailers that begin with `x-`. */
function beside(trailers: Record<string, unknown>): Record<string, string> {
  const entries = Object.entries(trailers).filter(([name]) => name.startsWith("x-"));
  return Object.fromEntries(entries.map(([name, values]) => [name, String(values)]));
}

describe.each(Object.entries(COPIES))("an interceptor that %s", (_, { copy, arrives }) => {
  const interceptors = [altering(({ metadata }) => ({ metadata: metadata && copy(metadata) }))];

  it.each(SHAPES)("keeps a declared error of a %s call intact", async (shape) => {
    const thrown = tooManySides({ metadata: own() });
    const shapes = await startShapes(
      failing(() => thrown),
      { interceptors },
    );
    const { error } = await callOn(shapes, shape);
    expect(error).toBeRichError(TooManySidesError, SIDES);
    const seen = await resultOf(shapes, shape);
    expect(seen.trailers["grpc-status-details-bin"]).toHaveLength(1);
    expect(beside(seen.trailers)).toEqual(arrives);
    expect(shapes.failed).toMatchObject([{ error: thrown, sent: thrown }, { error: thrown }]);
    expect(shapes.late).toEqual([]);
  });

  it.each(SHAPES)("keeps a masked error of a %s call intact", async (shape) => {
    const shapes = await startShapes(
      failing(() => new Error("hunter2")),
      { interceptors },
    );
    const { error } = await callOn(shapes, shape);
    expect(error).toMatchObject({ code: 13, message: "internal error", issues: [] });
    const [{ requestId, masked } = {}] = shapes.failed;
    expect(masked).toBe(true);
    expect((error as RichError).standardDetails.requestInfo?.requestId).toBe(requestId);
  });

  it("keeps a plain status intact", async () => {
    const shapes = await startShapes(
      failing(() => ({ code: 9, details: "no" })),
      { interceptors },
    );
    for (const shape of SHAPES) {
      const seen = await resultOf(shapes, shape);
      expect(seen).toMatchObject({ code: 9, details: "no" });
      expect(beside(seen.trailers)["x-cost"]).toBe(arrives["x-cost"]);
    }
  });

  it("keeps exactly one pushback", async () => {
    const busy = () => new CornersBusyError({ retryDelay: 1500 });
    const shapes = await startShapes(failing(busy), { interceptors, boundary: { retryPushback: true } });
    for (const shape of SHAPES) {
      const { trailers } = await resultOf(shapes, shape);
      expect(trailers["grpc-retry-pushback-ms"]).toHaveLength(1);
    }
  });
});

it("a pushback of another interceptor stays if the server sets none", async () => {
  const interceptors = [
    altering(({ metadata }) => {
      metadata?.set("grpc-retry-pushback-ms", "7");
      // Makes the interceptor pack the status again.
      metadata?.add("grpc-status-details-bin", Buffer.from("another"));
      return {};
    }),
  ];
  const shapes = await startShapes(failing(tooManySides), { interceptors });
  for (const shape of SHAPES) {
    expect((await resultOf(shapes, shape)).trailers["grpc-retry-pushback-ms"]).toEqual(["7"]);
  }
});

describe("an interceptor that changes only the code", () => {
  const CODES = Object.values(Code).filter((code) => typeof code === "number" && code !== Code.INVALID_ARGUMENT);

  it.each(CODES)("to %i replaces the error with a plain status", async (code) => {
    for (const alter of [
      () => ({ code }),
      ({ metadata }: Status) => ({ code, metadata: metadata?.clone() }),
      ({ metadata }: Status) => ({ code, metadata: metadata && withTrailer(metadata) }),
    ]) {
      const thrown = tooManySides({ metadata: own() });
      const shapes = await startShapes(
        failing(() => thrown),
        { interceptors: [altering(alter)] },
      );
      for (const shape of SHAPES) {
        const { error } = await callOn(shapes, shape);
        expect([shape, error]).toMatchObject([shape, { code, message: SIDES_MESSAGE, errorDetails: [], issues: [] }]);
        expect((error as RichError).metadata?.get("x-own")).toEqual(["mine"]);
      }
      expect(shapes.failed).toMatchObject(SHAPES.map(() => ({ error: thrown, sent: { code }, masked: false })));
    }
  });

  it("of a masked error keeps the masked message", async () => {
    const shapes = await startShapes(
      failing(() => new Error("hunter2")),
      { interceptors: [altering(() => ({ code: status.UNAVAILABLE }))] },
    );
    for (const shape of SHAPES) {
      expect((await callOn(shapes, shape)).error).toMatchObject({ code: 14, message: "internal error" });
    }
  });
});

describe("an interceptor that changes only the text", () => {
  it.each(SHAPES)("of a %s call replaces the error with a plain status", async (shape) => {
    for (const metadataOf of [
      (metadata: Metadata | null | undefined) => metadata,
      (metadata: Metadata | null | undefined) => metadata?.clone(),
      () => null,
    ]) {
      const interceptors = [
        altering(({ metadata }) => ({ details: "too many", metadata: metadataOf(metadata as Metadata) })),
      ];
      const shapes = await startShapes(failing(tooManySides), { interceptors });
      const { error } = await callOn(shapes, shape);
      expect(error).toMatchObject({ code: 3, message: "too many", errorDetails: [], issues: [] });
    }
  });
});

describe("an interceptor attached twice", () => {
  const thrown = tooManySides();
  const passing: ServerInterceptor = (_, call) => new ServerInterceptingCall(call);
  const BETWEEN: Record<string, readonly ServerInterceptor[]> = {
    "in a row": [],
    "with another interceptor in between": [passing],
  };

  describe.each(Object.entries(BETWEEN))("%s", (_, between) => {
    async function start(handlers: Partial<Handlers>) {
      const second: unknown[] = [];
      const onError = (call: unknown) => second.push(call);
      const boundary = richErrorServerInterceptor({ onError, maxHeaderBytes: 1024, requestInfo: true });
      return { second, shapes: await startShapes(handlers, { interceptors: [...between, boundary, passing] }) };
    }

    it.each(SHAPES)("does not touch a %s call that succeeds", async (shape) => {
      const { shapes, second } = await start({});
      expect((await callOn(shapes, shape)).error).toBeUndefined();
      expect([...shapes.failed, ...shapes.late, ...second]).toEqual([]);
    });

    it.each(SHAPES)("sends the error of a %s call once, by the first interceptor", async (shape) => {
      const { shapes, second } = await start(failing(() => thrown));
      const { error } = await callOn(shapes, shape);
      expect(error).toBeRichError(TooManySidesError, SIDES);
      expect((error as RichError).standardDetails.requestInfo).toBeUndefined();
      await vi.waitFor(() => expect(shapes.failed).toHaveLength(1));
      expect(second).toEqual([]);
    });

    it("masks a failure once", async () => {
      const { shapes, second } = await start(failing(() => new Error("hunter2")));
      for (const shape of SHAPES) {
        expect((await callOn(shapes, shape)).error).toMatchObject({ code: 13, message: "internal error" });
      }
      expect(shapes.failed).toHaveLength(4);
      expect(second).toEqual([]);
    });

    it("ends a call when an interceptor behind it throws", async () => {
      const broken: ServerInterceptor = (_, call) =>
        new ServerInterceptingCall(call, {
          sendStatus: () => {
            throw new Error("broken");
          },
        });
      const second = richErrorServerInterceptor();
      const shapes = await startShapes({}, { interceptors: [...between, second, broken] });
      for (const shape of SHAPES) {
        expect((await callOn(shapes, shape)).error).toMatchObject({ code: 13, message: "internal error" });
      }
      expect(shapes.failed).toHaveLength(4);
    });
  });

  it("works if an interceptor in between replaces the metadata of the call", async () => {
    const cloning: ServerInterceptor = (_, call) =>
      new ServerInterceptingCall(call, {
        start: (next) => next({ onReceiveMetadata: (callMetadata, go) => go(callMetadata.clone()) }),
      });
    const interceptors = [cloning, richErrorServerInterceptor()];
    const shapes = await startShapes({ ...failing(() => thrown), bidi: undefined as never }, { interceptors });
    expect((await callOn(shapes, "unary")).error).toBeRichError(TooManySidesError, SIDES);
    expect(shapes.failed).toHaveLength(1);
  });
});
