import { Metadata } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import type { CallBoundary } from "../../src/server/call-listener.js";
import { containListeners, containResponders } from "../../src/server/interceptor-hooks.js";

const BROKEN = new Error("broken");
const metadata = new Metadata();
const next = () => {};

/** A boundary that records what it caught. */
function recordingBoundary() {
  const caught: unknown[] = [];
  return { caught, boundary: { caught: (thrown: unknown) => caught.push(thrown) } as unknown as CallBoundary };
}

const FAILURES: readonly [string, () => unknown][] = [
  [
    "throws",
    () => {
      throw BROKEN;
    },
  ],
  ["rejects", () => Promise.reject(BROKEN)],
];

type Hooks = Record<string, (...args: unknown[]) => unknown>;

describe("a listener behind the boundary", () => {
  const HOOKS: readonly [string, readonly unknown[]][] = [
    ["onReceiveMetadata", [metadata, next]],
    ["onReceiveMessage", ["message", next]],
    ["onReceiveHalfClose", [next]],
    ["onCancel", []],
  ];

  function contained(hooks: object) {
    const { caught, boundary } = recordingBoundary();
    const last = { listener: hooks as Hooks, nextListener: {} };
    const first = { listener: {} as Hooks, nextListener: last };
    containListeners(first, boundary);
    return { caught, listener: last.listener, before: first.listener };
  }

  it.each(HOOKS)("gets the arguments of %s", (name, args) => {
    const given: unknown[] = [];
    const { listener, caught } = contained({ [name]: (...all: unknown[]) => void given.push(...all) });
    listener[name]?.(...args);
    expect(given).toEqual(args);
    expect(caught).toEqual([]);
  });

  describe.each(FAILURES)("that %s", (_, fail) => {
    it.each(HOOKS)("in %s ends its call", async (name, args) => {
      const { listener, caught } = contained({ [name]: fail });
      listener[name]?.(...args);
      await Promise.resolve();
      expect(caught).toEqual([BROKEN]);
    });
  });

  it.each<[string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["a number", 5],
    ["a function", () => {}],
    ["without a next listener", { listener: "mine" }],
    ["without hooks", { nextListener: {} }],
  ])("stays as it is if it is %s", (_, listener) => {
    const before = { ...(listener as object) };
    containListeners(listener, recordingBoundary().boundary);
    expect({ ...(listener as object) }).toEqual(before);
  });
});

describe("a responder behind the boundary", () => {
  const HOOKS: readonly [string, readonly unknown[]][] = [
    ["sendMetadata", [metadata, next]],
    ["sendMessage", ["message", next]],
    ["sendStatus", [{ code: 0 }, next]],
  ];

  function contained(hooks: object) {
    const { caught, boundary } = recordingBoundary();
    const beyond = { responder: "untouched", nextCall: {} };
    const own = Object.assign(boundary, { responder: "own", nextCall: beyond });
    const last = { responder: hooks as Hooks, nextCall: own };
    containResponders({ call: { responder: {}, nextCall: last } }, boundary);
    expect([own.responder, beyond.responder]).toEqual(["own", "untouched"]);
    return { caught, responder: last.responder };
  }

  it.each([...HOOKS, ["start", [next]] as const])("gets the arguments of %s", (name, args) => {
    const given: unknown[] = [];
    const { responder, caught } = contained({ [name]: (...all: unknown[]) => void given.push(...all) });
    responder[name]?.(...args);
    expect(given).toEqual(args);
    expect(caught).toEqual([]);
  });

  describe.each(FAILURES)("that %s", (_, fail) => {
    it.each(HOOKS)("in %s ends its call", async (name, args) => {
      const { responder, caught } = contained({ [name]: fail });
      responder[name]?.(...args);
      await Promise.resolve();
      expect(caught).toEqual([BROKEN]);
    });
  });

  it.each<[string, object]>([
    ["missing", {}],
    ["undefined", { call: undefined }],
    ["null", { call: null }],
    ["a number", { call: 5 }],
    ["without a next call", { call: { responder: "mine" } }],
    ["without hooks", { call: { nextCall: {} } }],
  ])("stays as it is if its call is %s", (_, handled) => {
    const before = structuredClone(handled);
    containResponders(handled, recordingBoundary().boundary);
    expect(handled).toEqual(before);
  });
});
