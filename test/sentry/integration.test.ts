import * as Sentry from "@sentry/node";
import { Code, pack, RichError, StandardDetails, unpack } from "grpc-rich-errors";
import { richErrorIntegration, type SentryIntegration } from "grpc-rich-errors/sentry";
import { afterEach, describe, expect, it } from "vitest";
import { CornersBusyError, catalog, tooManySides } from "../support/errors.js";
import { SHAPES, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";

type Event = Sentry.ErrorEvent;

/** Starts the SDK. The transport keeps the events in place of Sentry's server. */
async function start(options: StartOptions = {}): Promise<Event[]> {
  const { integration = richErrorIntegration(), beforeSend } = options;
  const events: Event[] = [];
  await Sentry.close();
  Sentry.init({
    dsn: "https://key@sentry.invalid/1",
    // Those that listen to the process would do so once for each test.
    integrations: (defaults) => [
      ...defaults.filter(({ name }) => !/^(OnU|ProcessSession|ChildProcess)/.test(name)),
      ...(integration ? [integration] : []),
    ],
    transport: () => ({
      send: async ([, items]) => {
        // As on the wire.
        for (const [{ type }, payload] of items) {
          if (type === "event") events.push(JSON.parse(JSON.stringify(payload)));
        }
        return {};
      },
      flush: async () => true,
    }),
    ...(beforeSend && { beforeSend }),
  });
  return events;
}

afterEach(() => Sentry.close());

interface StartOptions {
  readonly integration?: SentryIntegration | false;
  readonly beforeSend?: NonNullable<Sentry.NodeOptions["beforeSend"]>;
}

async function captured(error: unknown, options?: StartOptions): Promise<Event | undefined> {
  const events = await start(options);
  Sentry.captureException(error);
  await Sentry.flush();
  return events[0];
}

describe("richErrorIntegration", () => {
  it("groups, tags and describes an error", async () => {
    const errorDetails = new StandardDetails().setRequestInfo("r-1");
    const event = await captured(new CornersBusyError({ errorDetails, message: "corner 7 is busy" }));
    expect(event).toMatchObject({
      fingerprint: ["shapes.example.com", "CORNERS_BUSY"],
      level: "error",
      tags: {
        "grpc.code": "UNAVAILABLE",
        "grpc.reason": "CORNERS_BUSY",
        "grpc.domain": "shapes.example.com",
        "grpc.fault": "DEPENDENCY",
      },
      exception: { values: [{ type: "CornersBusyError", value: "corner 7 is busy" }] },
    });
    expect(event?.contexts?.["rich_error"]).toMatchObject({
      ...{ reason: "CORNERS_BUSY", recovery: "BACK_OFF_AND_RETRY", retryDelay: 1500, requestId: "r-1" },
    });
  });

  it("shows details at any depth, which Sentry would cut", async () => {
    const event = await captured(tooManySides());
    expect(event?.contexts?.["rich_error"]?.["detail"]).toEqual({
      ...{ shape: "chiliagon", sides: "9007199254740993", limit: { most: "12" } },
    });
  });

  it("gives errors of one reason one fingerprint, and others that of Sentry", async () => {
    const events = await start();
    for (const message of ["corner 7", "corner 8"]) Sentry.captureException(new CornersBusyError({ message }));
    Sentry.captureException(new RichError(Code.INTERNAL, "x"));
    await Sentry.flush();
    // Sentry reads source files for each event, so the events arrive in any order.
    const fingerprints = new Map(events.map((event) => [event.exception?.values?.[0]?.value, event.fingerprint]));
    const busy = ["shapes.example.com", "CORNERS_BUSY"];
    expect(Object.fromEntries(fingerprints)).toEqual({ "corner 7": busy, "corner 8": busy, x: undefined });
  });

  it("groups another server's errors by reason only if a catalog has them", async () => {
    const thrown = [new CornersBusyError(), new RichError(Code.ABORTED, "x", { reason: "R_1", domain: "d.example" })];
    for (const error of thrown) {
      const event = await captured(unpack(pack(error), { catalogs: [catalog] }));
      expect(event?.tags?.["grpc.reason"]).toBe(error.reason);
      expect(event?.fingerprint).toEqual(error === thrown[0] ? [error.domain, error.reason] : undefined);
    }
  });

  it("makes a warning of a caller's mistake, or drops it by option", async () => {
    expect(await captured(tooManySides())).toMatchObject({ level: "warning" });
    const integration = richErrorIntegration({ dropCallerFaults: true });
    expect(await captured(tooManySides(), { integration })).toBeUndefined();
    expect(await captured(new CornersBusyError(), { integration })).toMatchObject({ level: "error" });
  });

  it.each(SHAPES)(
    "leaves the level of an error that a %s call received, because this process made the mistake",
    async (shape) => {
      const fail = () => {
        throw tooManySides();
      };
      const shapes = await startShapes({ [shape]: fail });
      const { error } = await callOn(shapes, shape);
      const integration = richErrorIntegration({ dropCallerFaults: true });
      const event = await captured(error, { integration });
      expect(event).toMatchObject({ level: "error", tags: { "grpc.fault": "CALLER" } });
      expect(event?.contexts?.["rich_error"]).toMatchObject({ received: true });
    },
  );

  it("keeps a level and tags of the scope", async () => {
    const events = await start();
    Sentry.withScope((scope) => {
      scope.setTags({ "grpc.reason": "mine", tenant: "t-1" });
      scope.setLevel("fatal");
      Sentry.captureException(tooManySides());
    });
    await Sentry.flush();
    const tags = { "grpc.reason": "mine", tenant: "t-1", "grpc.code": "INVALID_ARGUMENT" };
    expect(events).toMatchObject([{ level: "fatal", tags }]);
  });

  it("goes with Sentry's linked causes, and tags another error by its cause", async () => {
    const error = new Error("order not placed", { cause: tooManySides({ cause: new TypeError("x is undefined") }) });
    const event = await captured(error);
    expect(event?.exception?.values?.map(({ type }) => type)).toEqual(["TypeError", "TooManySidesError", "Error"]);
    expect(event).toMatchObject({ level: "error", tags: { "grpc.reason": "TOO_MANY_SIDES" } });
    expect(event?.contexts?.["rich_error"]).toMatchObject({ cause: { name: "TypeError", message: "x is undefined" } });
    expect(event).not.toHaveProperty("fingerprint");
  });

  it("leaves other events as they are", async () => {
    const event = await captured(new Error("x"));
    expect(event).toMatchObject({ level: "error", exception: { values: [{ type: "Error" }] } });
    expect(event?.contexts).not.toHaveProperty("rich_error");
    const events = await start();
    Sentry.captureMessage("a text");
    await Sentry.flush();
    expect(events).toMatchObject([{ message: "a text" }]);
  });

  it("works as beforeSend", async () => {
    const { processEvent } = richErrorIntegration();
    expect(await captured(tooManySides(), { integration: false, beforeSend: processEvent })).toMatchObject({
      fingerprint: ["shapes.example.com", "TOO_MANY_SIDES"],
    });
  });

  it("never throws because of an error", () => {
    const members = ["domain", "reason", "code", "fault", "received"];
    const error = tooManySides();
    const get = () => {
      throw new Error("hostile");
    };
    for (const name of members) Object.defineProperty(error, name, { get });
    const { processEvent } = richErrorIntegration();
    expect(processEvent({}, { originalException: error })).toMatchObject({ contexts: { rich_error: {} } });
    expect(processEvent({}, undefined)).toEqual({});
  });

  it("makes tags that Sentry accepts", () => {
    const { processEvent } = richErrorIntegration();
    const error = new RichError(Code.NOT_FOUND, "x", { reason: "A\nB", domain: "d".repeat(253) });
    const tags = { "grpc.reason": "A B", "grpc.domain": "d".repeat(200) };
    expect(processEvent({}, { originalException: error })).toMatchObject({ tags });
  });

  it("refuses unknown options", () => {
    expect(() => richErrorIntegration({ drop: true } as never)).toThrow(
      'richErrorIntegration: the option "drop" is unknown; write "dropCallerFaults"',
    );
    expect(() => richErrorIntegration({ dropCallerFaults: "yes" as never })).toThrow(
      'richErrorIntegration: dropCallerFaults is "yes", not a boolean; write dropCallerFaults: true',
    );
  });
});
