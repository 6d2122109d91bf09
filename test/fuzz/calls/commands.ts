import { setImmediate as turn } from "node:timers/promises";
import { Metadata } from "@grpc/grpc-js";
import fc, { type Arbitrary, type AsyncCommand } from "fast-check";
import { FAILURES, type Failure, SECRET, status } from "./failures.js";
import type { LiveCall } from "./live-call.js";
import { type CallModel, OK } from "./model.js";

export type Command = AsyncCommand<CallModel, LiveCall>;

interface Definition<Setting> {
  readonly setting: Arbitrary<Setting>;
  readonly when: (model: CallModel, setting: Setting) => boolean;
  readonly run: (model: CallModel, live: LiveCall, setting: Setting) => void;
}

/** Makes commands of one kind: each acts once, then waits for some turns of the event loop. */
function command<Setting>(name: string, { setting, when, run }: Definition<Setting>): Arbitrary<Command> {
  return fc.tuple(setting, fc.nat({ max: 2 })).map(([set, turns]) => ({
    check: (model) => when(model, set),
    run: async (model, live) => {
      run(model, live, set);
      for (let left = turns; left > 0; left--) await turn();
    },
    toString: () => `${name}(${describe(set)})${turns > 0 ? ` +${turns}` : ""}`,
  }));
}

function describe(setting: unknown): string {
  if (typeof setting !== "object" || setting === null) return setting === undefined ? "" : String(setting);
  if ("name" in setting) return String(setting.name);
  return Object.values(setting).map(describe).join(", ");
}

const failure = fc.constantFrom(...FAILURES);
const nothing = fc.constant(undefined);

/** Values that a handler may pass as metadata. Most of them cannot be sent. */
const METADATA: Readonly<Record<string, () => unknown>> = {
  none: () => undefined,
  null: () => null,
  good: () => metadata({ "x-good": ["1"], "x-good-bin": [Buffer.from([1, 2])] }),
  connection: () => metadata({ connection: ["close"] }),
  te: () => metadata({ te: ["x"] }),
  "two etags": () => metadata({ etag: ["a", "b"] }),
  "a status": () => metadata({ "grpc-status": ["0"] }),
  "a plain object": () => ({ "x-plain": "1" }),
};
const kindOfMetadata = fc.constantFrom(...Object.keys(METADATA));

function metadata(values: Readonly<Record<string, readonly (string | Buffer)[]>>): Metadata {
  const made = new Metadata();
  for (const [name, all] of Object.entries(values)) for (const value of all) made.add(name, value);
  return made;
}

function metadataOf(kind: string): Metadata {
  return METADATA[kind]?.() as Metadata;
}

/** An interceptor that uses them as metadata throws by itself. */
function takes({ setup: { interceptor } }: CallModel, kind: string): boolean {
  return interceptor === "none" || interceptor === "passes on" || !["none", "null", "a plain object"].includes(kind);
}

const allows = ({ setup: { rich } }: CallModel, { isPlain }: Failure) => rich || isPlain;
const writes = ({ sendsMany, setup }: CallModel) => sendsMany && setup.start !== "returns a generator";
const generates = ({ setup }: CallModel) => setup.start === "returns a generator";

function settleWith(model: CallModel, live: LiveCall, { ending }: Failure): void {
  model.settle(ending(live.id, model.setup.rich));
}

const MASKED = status(13, "internal error");

/** The events that calls emit, of one shape or another. */
const EVENTS = [
  "data",
  "end",
  "cancelled",
  "close",
  "finish",
  "drain",
  "error",
  "pause",
  "resume",
  "readable",
] as const;
const METHODS = ["on", "once", "addListener", "prependListener", "prependOnceListener"] as const;
const BEHAVIORS = ["returns", "throws", "rejects"] as const;

/** A function that runs as part of a call. */
function callback(behavior: (typeof BEHAVIORS)[number]): () => unknown {
  if (behavior === "throws") {
    return () => {
      throw new Error(SECRET);
    };
  }
  return behavior === "rejects" ? () => Promise.reject(new Error(SECRET)) : () => undefined;
}

/** Everything that a handler and a client can do to a call. */
export const COMMANDS: readonly Arbitrary<Command>[] = [
  command("callBack", {
    setting: fc.record({ failure, trailers: kindOfMetadata }),
    when: (model, { failure, trailers }) =>
      !model.sendsMany && allows(model, failure) && (takes(model, trailers) || trailers !== "a plain object"),
    run: (model, live, { failure, trailers }) => {
      // As in grpc-js, trailers given beside an error replace the error's own trailers and its identity.
      if (trailers !== "none" && trailers !== "null") model.maybe(MASKED);
      settleWith(model, live, failure);
      live.callback(failure.make(live.id) as Error, null, metadataOf(trailers));
    },
  }),
  command("respond", {
    setting: kindOfMetadata,
    when: (model, trailers) => !model.sendsMany && (takes(model, trailers) || trailers !== "a plain object"),
    run: (model, live, trailers) => {
      if (!model.settled) model.written = 1;
      model.begun = true;
      // grpc-js writes the message first, so an error may still overtake the status.
      if (model.setup.rich) model.settle(OK);
      else model.maybe(OK);
      live.callback(null, { index: 0 }, metadataOf(trailers));
    },
  }),
  command("resolve", {
    setting: nothing,
    when: ({ setup, returned }) => setup.start === "returns a promise" && !returned,
    run: (model, live) => {
      model.returned = true;
      if (model.sendsMany) return live.resolve();
      if (!model.settled) model.written = 1;
      model.settle(OK);
      live.resolve({ index: 0 });
    },
  }),
  command("reject", {
    setting: failure,
    when: ({ setup, returned }) => setup.start === "returns a promise" && !returned,
    run: (model, live, failure) => {
      model.returned = true;
      settleWith(model, live, failure);
      live.reject(failure.make(live.id));
    },
  }),
  command("emit error", {
    setting: failure,
    when: allows,
    run: (model, live, failure) => {
      settleWith(model, live, failure);
      live.call.emit("error", failure.make(live.id));
    },
  }),
  command("destroy", {
    setting: fc.option(failure, { nil: undefined }),
    when: ({ setup }) => setup.rich,
    run: (model, live, failure) => {
      if (failure) settleWith(model, live, failure);
      else model.settle(MASKED);
      live.call.destroy(failure?.make(live.id));
    },
  }),
  command("write", {
    setting: fc.constantFrom(...BEHAVIORS),
    when: (model, behavior) => writes(model) && (model.setup.rich || behavior === "returns"),
    run: (model, live, behavior) => {
      if (model.ended) model.maybe(MASKED);
      else if (!model.settled) {
        if (behavior !== "returns") model.arm(MASKED);
        live.call.write({ index: model.written++ }, callback(behavior));
        model.begun = true;
        return;
      }
      live.call.write({ index: -1 });
    },
  }),
  command("end", {
    setting: kindOfMetadata,
    when: (model, trailers) => writes(model) && (takes(model, trailers) || trailers !== "a plain object"),
    run: (model, live, trailers) => {
      model.end();
      live.call.end(metadataOf(trailers));
    },
  }),
  command("yield", {
    setting: nothing,
    when: generates,
    run: (model, live) => {
      const counts = !model.settled && !model.ended;
      live.step({ yields: { index: counts ? model.written++ : -1 } });
    },
  }),
  command("throw from the generator", {
    setting: failure,
    when: generates,
    run: (model, live, failure) => {
      if (!model.ended) model.maybe(failure.ending(live.id, true));
      model.ended = true;
      live.step({ throws: failure.make(live.id) });
    },
  }),
  command("return from the generator", {
    setting: nothing,
    when: generates,
    run: (model, live) => {
      model.end();
      live.step({ returns: true });
    },
  }),
  command("add a listener", {
    setting: fc.record({
      method: fc.constantFrom(...METHODS),
      event: fc.constantFrom(...EVENTS),
      behavior: fc.constantFrom(...BEHAVIORS),
    }),
    when: ({ setup }, { behavior }) => setup.rich || behavior === "returns",
    run: (model, live, { method, event, behavior }) => {
      if (behavior !== "returns") model.arm(MASKED);
      const listener = callback(behavior);
      live.listeners.push({ event, listener });
      live.call[method](event, listener);
    },
  }),
  command("remove a listener", {
    setting: nothing,
    when: () => true,
    run: (_, live) => {
      const last = live.listeners.pop();
      if (last) live.call.removeListener(last.event, last.listener);
    },
  }),
  command("send metadata", {
    setting: kindOfMetadata,
    when: takes,
    run: (model, live, kind) => {
      const isRefused = !["none", "null", "good"].includes(kind);
      // A message of a generator, or the last one of a stream, may still be on its way.
      if (isRefused && (model.ended || model.written > 0)) model.maybe(MASKED);
      else if (isRefused && !model.begun) model.settle(MASKED);
      if (!isRefused) model.begun = true;
      try {
        live.call.sendMetadata(metadataOf(kind));
      } catch (refusal) {
        // As if the handler had not caught it.
        live.call.emit("error", refusal);
      }
    },
  }),
  command("read the requests", {
    setting: nothing,
    when: ({ takesMany }) => takesMany,
    run: (_, live) => void live.call.resume(),
  }),
  command("stop reading the requests", {
    setting: nothing,
    when: ({ takesMany }) => takesMany,
    run: (_, live) => void live.call.pause(),
  }),
  command("client: write", {
    setting: nothing,
    when: ({ takesMany, halfClosed }) => takesMany && !halfClosed,
    run: (_, live) => void live.client.write({ scenario: "", before: 0 }),
  }),
  command("client: half-close", {
    setting: nothing,
    when: ({ takesMany, halfClosed }) => takesMany && !halfClosed,
    run: (model, live) => {
      model.halfClosed = true;
      live.client.end();
    },
  }),
  command("client: cancel", {
    setting: nothing,
    when: ({ cancelled }) => !cancelled,
    run: (model, live) => {
      model.cancel();
      live.client.cancel();
    },
  }),
  command("client: pause", {
    setting: nothing,
    when: ({ sendsMany }) => sendsMany,
    run: (model, live) => {
      model.paused = true;
      live.client.pause();
    },
  }),
  command("client: resume", {
    setting: nothing,
    when: ({ sendsMany }) => sendsMany,
    run: (_, live) => void live.client.resume(),
  }),
];
