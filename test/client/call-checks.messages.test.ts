import { EventEmitter } from "node:events";
import { type Client, connectivityState, credentials, Metadata } from "@grpc/grpc-js";
import { Code, RichError } from "grpc-rich-errors";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  checkCallOptions,
  checkDeadline,
  checkRequests,
  closedClientError,
  isClosed,
  isThrownByClosed,
  metadataFor,
} from "../../src/client/call-checks.js";
import { ShapesClient } from "../gen/shapes/v1/shapes.js";
import { secondCopy } from "../support/client-libraries.js";

const check = (options: unknown) => () => checkCallOptions(options as never);
const interceptor = () => {};
const callCredentials = credentials.createFromMetadataGenerator((_, callback) => callback(null, new Metadata()));
const parent = Object.assign(new EventEmitter(), { getDeadline: () => 5 });
const { signal } = new AbortController();
class Mine {}

/** Signals of other libraries have these members. */
const foreignSignal = { aborted: false, addEventListener: () => {}, removeEventListener: () => {} };

describe("checkCallOptions", () => {
  it.each<[string, object]>([
    ["signal", { signal }],
    ["signal", { signal: foreignSignal }],
    ["signal", { signal: null }],
    ["metadata", { metadata: new Metadata() }],
    ["deadline", { deadline: 5 }],
    ["host", { host: "example.com" }],
    ["host", { host: "" }],
    ["parent", { parent }],
    ["parent", { parent: null }],
    ["propagate_flags", { propagate_flags: 1 }],
    ["credentials", { credentials: callCredentials }],
    ["credentials", { credentials: null }],
    ["interceptors", { interceptors: [interceptor, undefined, null, false] }],
    ["interceptors", { interceptors: [interceptor], interceptor_providers: [] }],
    ["interceptor_providers", { interceptor_providers: [interceptor] }],
    ["interceptor_providers", { interceptors: [], interceptor_providers: [interceptor] }],
  ])("accepts the option %s: %o", (_, options) => {
    expect(check(options)).not.toThrow();
  });

  it("names all options if it knows none like the given one", () => {
    expect(check({ 日本: 1 })).toThrow(
      new TypeError(
        'a call: the option "日本" is unknown; write "signal", "metadata", "deadline", "host", "parent", "propagate_flags", "credentials", "interceptors", "interceptor_providers"',
      ),
    );
  });

  const CREDENTIALS =
    "credentials must be CallCredentials, such as credentials.createFromMetadataGenerator(...), not an object";
  it.each<[object, string]>([
    [{ signal: true }, "signal must be an AbortSignal, not true"],
    [{ signal: {} }, "signal must be an AbortSignal, not an object"],
    [{ signal: "abort" }, 'signal must be an AbortSignal, not "abort"'],
    [{ signal: new AbortController() }, "signal must be an AbortSignal, not an instance of AbortController"],
    [{ signal: { ...foreignSignal, addEventListener: 5 } }, "signal must be an AbortSignal, not an object"],
    [{ signal: { ...foreignSignal, removeEventListener: 5 } }, "signal must be an AbortSignal, not an object"],
    [{ signal: new EventTarget() }, "signal must be an AbortSignal, not an instance of EventTarget"],
    [{ signal: Object.assign(() => {}, foreignSignal) }, "signal must be an AbortSignal, not a function"],
    [{ host: 5 }, "host must be a string, not 5"],
    [{ host: {} }, "host must be a string, not an object"],
    [{ parent: 5 }, "parent must be the call object of a handler, not 5"],
    [{ parent: new EventEmitter() }, "parent must be the call object of a handler, not an instance of EventEmitter"],
    [{ parent: { getDeadline: () => 5 } }, "parent must be the call object of a handler, not an object"],
    [{ credentials: {} }, CREDENTIALS],
    [{ credentials: { generateMetadata: () => {} } }, CREDENTIALS],
    [{ credentials: { compose: () => {} } }, CREDENTIALS],
    [{ interceptors: 5 }, "interceptors must be an array of functions, not 5"],
    [{ interceptors: interceptor }, "interceptors must be an array of functions, not a function"],
    [{ interceptors: [interceptor, {}] }, "interceptors must be an array of functions, but contains an object"],
    [{ interceptor_providers: 5 }, "interceptor_providers must be an array of functions, not 5"],
    [{ interceptor_providers: ["x"] }, 'interceptor_providers must be an array of functions, but contains "x"'],
    [
      { interceptors: [interceptor], interceptor_providers: [interceptor] },
      "a call takes either interceptors or interceptor_providers, not both",
    ],
  ])("refuses %o", (options, message) => {
    expect(check(options)).toThrow(new TypeError(message));
  });

  it("names a value without its content", () => {
    for (const [host, text] of [
      [new Mine(), "an instance of Mine"],
      [Object.create(null), "an object"],
      [{ constructor: { name: 5 } }, "an object"],
      [new Date(0), "1970-01-01T00:00:00.000Z"],
      [new Date(Number.NaN), "an invalid Date"],
      [interceptor, "a function"],
      [Symbol("x"), "Symbol(x)"],
      [5n, "5n"],
    ]) {
      expect(check({ host })).toThrow(new TypeError(`host must be a string, not ${text}`));
    }
  });

  it("checks the deadline", () => {
    expect(check({ deadline: Number.NaN })).toThrow(/^deadline must be a valid Date/);
  });
});

describe("checkDeadline", () => {
  it.each([
    undefined,
    null,
    0,
    -5,
    3.6e14,
    new Date(3.6e14),
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    new Date(),
  ])("accepts %s", (deadline) => {
    expect(() => checkDeadline(deadline)).not.toThrow();
  });

  it.each<[unknown, string]>([
    [Number.NaN, "NaN"],
    [new Date(Number.NaN), "an invalid Date"],
    ["5s", '"5s"'],
    [5n, "5n"],
    [{}, "an object"],
  ])("refuses %s", (deadline, text) => {
    expect(() => checkDeadline(deadline)).toThrow(
      new TypeError(
        `deadline must be a valid Date or milliseconds since 1970, such as Date.now() + 5_000, not ${text}`,
      ),
    );
  });

  it.each<[unknown, string]>([
    [3.6e14 + 1, "360000000000001"],
    [new Date(3.6e14 + 1), "+013377-12-11T16:00:00.001Z"],
  ])("refuses a time that grpc-js cannot encode: %s", (deadline, text) => {
    expect(() => checkDeadline(deadline)).toThrow(
      new TypeError(`the deadline ${text} is too far in the future; leave it out to call without a deadline`),
    );
  });
});

describe("checkRequests", () => {
  it.each([[[]], [new Set()], [(function* () {})()], [(async function* () {})()]])("accepts %o", (requests) => {
    expect(() => checkRequests(requests)).not.toThrow();
  });

  it.each<[unknown, string]>([
    [undefined, "undefined"],
    ["text", '"text"'],
    [{}, "an object"],
    [{ [Symbol.iterator]: 5 }, "an object"],
  ])("refuses %o", (requests, text) => {
    expect(() => checkRequests(requests as never)).toThrow(
      new TypeError(`the requests must be an iterable or async iterable of messages, not ${text}`),
    );
  });
});

describe("metadataFor", () => {
  function client(): Client {
    const made = new ShapesClient("127.0.0.1:1", credentials.createInsecure());
    onTestFinished(() => made.close());
    return made;
  }

  it("returns metadata of the client's own class unchanged", () => {
    const metadata = new Metadata();
    expect(metadataFor(client(), metadata)).toBe(metadata);
  });

  it("copies metadata of another copy of grpc-js with its values and options", () => {
    const other = secondCopy();
    const metadata = new other.Metadata({ waitForReady: true });
    metadata.add("x-a", "1");
    metadata.add("x-a", "2");
    metadata.set("x-bin", Buffer.of(1, 2));
    const copy = metadataFor(client(), metadata as never);
    expect(copy).toBeInstanceOf(Metadata);
    expect([copy.get("x-a"), copy.get("x-bin")]).toEqual([["1", "2"], [Buffer.of(1, 2)]]);
    expect(copy.getOptions()).toEqual({ waitForReady: true });
  });

  it.each<[string, unknown]>([
    ["is missing", undefined],
    ["returns nothing usable", () => ({ metadata: {} })],
  ])("returns the metadata unchanged if the private method of the client %s", (_, check) => {
    const made = client();
    Object.defineProperty(made, "checkMetadataAndOptions", { value: check });
    const metadata = new (secondCopy().Metadata)();
    expect(metadataFor(made, metadata as never)).toBe(metadata);
  });

  it.each<[unknown, string]>([
    [{ authorization: "secret" }, "an object"],
    [new Map(), "an instance of Map"],
    ["x", '"x"'],
    [5, "5"],
  ])("refuses %o", (given, text) => {
    expect(() => metadataFor(client(), given)).toThrow(
      new TypeError(`metadata must be an instance of Metadata of @grpc/grpc-js, not ${text}`),
    );
  });

  it.each(["getMap", "get", "clone"])("refuses metadata without the method %s", (name) => {
    const metadata = Object.defineProperty(new Metadata(), name, { value: undefined });
    expect(() => metadataFor(client(), metadata)).toThrow("not an instance of Metadata");
  });

  it("names the field that HTTP/2 cannot send", () => {
    const metadata = new Metadata();
    metadata.set("connection", "close");
    expect(() => metadataFor(client(), metadata)).toThrow(
      new TypeError('metadata must not have "connection", or not more than once, because HTTP/2 cannot send it'),
    );
  });
});

describe("a closed client", () => {
  it("is recognized by the state of its channel, which does not connect for it", () => {
    for (const state of [0, 1, 2, 3, 4] as connectivityState[]) {
      const asked: boolean[] = [];
      const getConnectivityState = (connect: boolean) => {
        asked.push(connect);
        return state;
      };
      expect(isClosed({ getConnectivityState })).toBe(state === connectivityState.SHUTDOWN);
      expect(asked).toEqual([false]);
    }
  });

  it.each<[unknown, boolean]>([
    [new Error("Channel has been shut down"), true],
    [new Error("Channel has been shut"), false],
    [{ message: "Channel has been shut down" }, false],
    [undefined, false],
  ])("is recognized by what grpc-js throws: %o", (thrown, expected) => {
    expect(isThrownByClosed(thrown)).toBe(expected);
  });

  it("makes its calls fail with an error of the client", () => {
    const error = closedClientError();
    expect(error).toBeInstanceOf(RichError);
    expect(error).toMatchObject({
      code: Code.UNAVAILABLE,
      message: "the client is closed; make the call before close()",
      origin: "CLIENT",
      outcome: "NOT_APPLIED",
      received: true,
      errorDetails: [],
      issues: [],
    });
  });
});
