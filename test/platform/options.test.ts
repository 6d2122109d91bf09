import { Client, credentials, Metadata, Server } from "@grpc/grpc-js";
import {
  Catalog,
  type DrainOptions,
  drain,
  fromStatus,
  pack,
  promises,
  RichError,
  type RichErrorServerOptions,
  richErrorClientOptions,
  richErrorServerInterceptor,
  richHandlers,
  unpack,
} from "grpc-rich-errors";
import { fromHttp, toHttp } from "grpc-rich-errors/http";
import { load, loadDescriptorSet, loadSync } from "grpc-rich-errors/proto-loader";
import { unpackTrailer } from "grpc-rich-errors/testing";
import { describe, expect, it } from "vitest";
import { ShapesClient, ShapesService } from "../gen/shapes/v1/shapes.js";
import { ShapesContract } from "../gen/shapes/v1/shapes.rich.js";
import { catalog, tooManySides } from "../support/errors.js";
import { OK, request } from "../support/shapes.js";

/** As users without types call it. */
type Untyped = (options?: unknown) => unknown;

const untyped = (call: (options: never) => unknown): Untyped => call as Untyped;
const client = new ShapesClient("127.0.0.1:1", credentials.createInsecure());
const PROTO = "shapes/v1/shapes.proto";
const FOLDERS = ["test/proto", "proto"];

/** Each function that takes options; a wrong name, and the one that was meant. */
const FUNCTIONS: readonly (readonly [name: string, call: Untyped, wrong: string, meant: string])[] = [
  ["richErrorServerInterceptor", untyped(richErrorServerInterceptor), "catalog", "catalogs"],
  ["richErrorServerInterceptor", untyped(richErrorServerInterceptor), "maxHeaderByte", "maxHeaderBytes"],
  ["richErrorServerInterceptor", untyped(richErrorServerInterceptor), "onErorr", "onError"],
  ["richErrorServerInterceptor", untyped(richErrorServerInterceptor), "strictcontracts", "strictContracts"],
  ["richErrorClientOptions", untyped(richErrorClientOptions), "catalog", "catalogs"],
  ["RichError.from", untyped((options) => RichError.from(new Error("x"), options)), "catalog", "catalogs"],
  ["unpack", untyped((options) => unpack(pack(tooManySides()), options)), "catalog", "catalogs"],
  [
    "fromStatus",
    untyped((options) => fromStatus({ code: 5, message: "", details: [] }, options)),
    "catlogs",
    "catalogs",
  ],
  ["fromHttp", untyped((options) => fromHttp(404, {}, "", options)), "Catalogs", "catalogs"],
  ["toHttp", untyped((options) => toHttp(new Error("x"), options)), "formats", "format"],
  ["toHttp", untyped((options) => toHttp(new Error("x"), options)), "requestID", "requestId"],
  ["unpackTrailer", untyped((options) => unpackTrailer(pack(tooManySides()), options)), "catalog", "catalogs"],
  ["drain", untyped((options) => drain(drainable(), options)), "limits", "limit"],
  ["drain", untyped((options) => drain(drainable(), options)), "retryDelai", "retryDelay"],
  ["load", untyped((options) => load(PROTO, options)), "includeDir", "includeDirs"],
  ["loadSync", untyped((options) => loadSync(PROTO, options)), "keepcase", "keepCase"],
  ["loadDescriptorSet", untyped((options) => loadDescriptorSet(new Uint8Array(), options)), "oneOfs", "oneofs"],
  ["a call", untyped((options) => promises(client).unary(request(), options)), "deadlin", "deadline"],
  ["a call", untyped((options) => promises(client).clientStream([], options)), "signals", "signal"],
  ["a call", untyped((options) => first(promises(client).serverStream(request(), options))), "meta", "metadata"],
  ["a call", untyped((options) => first(promises(client).bidi([], options))), "interceptor", "interceptors"],
];

function drainable(): Server {
  return new Server({ interceptors: [richErrorServerInterceptor()] });
}

async function first(messages: AsyncIterable<unknown>): Promise<unknown> {
  for await (const message of messages) return message;
  return undefined;
}

/** What a call throws, at once or later. */
async function refusalOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("an unknown option", () => {
  it.each(FUNCTIONS)("is refused by %s with the nearest name", async (name, call, wrong, meant) => {
    const error = await refusalOf(() => call({ [wrong]: undefined }));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toBe(`TypeError: ${name}: the option "${wrong}" is unknown; write "${meant}"`);
  });

  it.each(FUNCTIONS)("is refused by %s with all names if none is near", async (name, call, _, meant) => {
    const error = await refusalOf(() => call({ somethingElse: 1 }));
    expect(String(error)).toContain(`TypeError: ${name}: the option "somethingElse" is unknown; write "`);
    expect(String(error)).toContain(`"${meant}"`);
  });

  it.each(FUNCTIONS)("is refused like an array, null or a number in place of the options: %s", async (name, call) => {
    for (const [options, kind] of [
      [[catalog], "an array"],
      [null, "null"],
      [5, "5"],
      [() => {}, "a function"],
    ]) {
      const error = await refusalOf(() => call(options));
      expect(error).toBeInstanceOf(TypeError);
      expect(String(error)).toContain(`${name}: the options are ${kind}; write an object with "`);
    }
  });
});

describe("known options", () => {
  const onError = () => {};

  it.each<[string, RichErrorServerOptions]>([
    ["with undefined members", { catalogs: undefined, onError: undefined, maxHeaderBytes: undefined } as never],
    ["frozen", Object.freeze({ catalogs: Object.freeze([catalog]), onError })],
    ["without a prototype", Object.assign(Object.create(null), { onError })],
    [
      "of an instance with more members",
      new (class {
        readonly onError = onError;
        readonly database = "of the application";
      })(),
    ],
    ["with a symbol", { onError, [Symbol("mine")]: 1 }],
  ])("are accepted %s", (_, options) => {
    expect(richErrorServerInterceptor(options)).toBeTypeOf("function");
  });

  it("include all of grpc-js's call options", async () => {
    const options = {
      deadline: Date.now(),
      host: "example.com",
      propagate_flags: 0,
      interceptors: [],
      interceptor_providers: [],
      metadata: new Metadata(),
    };
    expect(await refusalOf(() => promises(client).unary(request(), options))).toBeInstanceOf(RichError);
  });

  it("include all of proto-loader's", () => {
    const options = { keepCase: false, longs: String, enums: String, bytes: String, defaults: true, arrays: true };
    const more = { objects: true, oneofs: true, json: true, alternateCommentMode: true, preferTrailingComment: true };
    expect(loadSync(PROTO, { ...options, ...more, includeDirs: FOLDERS }).catalog.size).toBeGreaterThan(0);
  });
});

describe("a value of the wrong kind is refused", () => {
  const server = untyped(richErrorServerInterceptor);
  const handlers = (service: unknown, implementation: unknown) => () =>
    richHandlers(service as typeof ShapesService, implementation as typeof OK);

  it.each<[string, () => unknown, string]>([
    [
      "catalogs without brackets",
      () => server({ catalogs: catalog }),
      "catalogs is an instance of Catalog, not an array; write catalogs: [catalog]",
    ],
    ["a catalog that is undefined", () => server({ catalogs: [undefined] }), "catalogs[0] is undefined, not a catalog"],
    ["a module for its catalog", () => server({ catalogs: [{ catalog }] }), "pass its property catalog"],
    [
      "a contract for a catalog",
      () => server({ catalogs: [catalog, ShapesContract] }),
      "catalogs[1] is an object, not a catalog",
    ],
    ["contracts without brackets", () => server({ contracts: ShapesContract }), "contracts is an object, not an array"],
    [
      "a catalog for a contract",
      () => server({ contracts: [catalog] }),
      "contracts[0] is an instance of Catalog, not a contract",
    ],
    ["null for a contract", () => server({ contracts: [null] }), "contracts[0] is null, not a contract"],
    ["an error map that is an object", () => server({ map: {} }), "map is an object, not an array"],
    ["onError that is no function", () => server({ onError: "log" }), 'onError is "log", not a function'],
    ["debug that is no function", () => server({ debug: true }), "debug is true, not a function"],
    [
      "a client's catalogs without brackets",
      () => untyped(richErrorClientOptions)({ catalogs: catalog }),
      "write catalogs: [catalog]",
    ],
    ["catalogs of RichError.from", () => RichError.from(1, { catalogs: [5] as never }), "catalogs[0] is 5"],
    [
      "catalogs of toHttp",
      () => toHttp(1, { catalogs: catalog as never }),
      "toHttp: catalogs is an instance of Catalog",
    ],
    [
      "a format of toHttp",
      () => toHttp(1, { format: "probelm" as never }),
      'the format "probelm" is unknown; write "problem"',
    ],
    [
      "an array for Catalog.of's arguments",
      () => Catalog.of([catalog] as never),
      "argument 1 is an array, not a catalog",
    ],
    [
      "undefined for Catalog.of",
      () => Catalog.of(catalog, undefined as never),
      "argument 2 is undefined, not a catalog",
    ],
    ["promises of undefined", () => promises(undefined as never), "the client is undefined without methods"],
    ["promises of an empty object", () => promises({} as never), "the client is an object without methods"],
    ["promises of a class", () => promises(ShapesClient as never), "the client is a function without methods"],
    [
      "a catalog for the contract of promises",
      () => promises(client, catalog as never),
      "the second argument is an instance of Catalog, not a contract",
    ],
    [
      "an array for the contract of promises",
      () => promises(client, [] as never),
      "the second argument is an array, not a contract",
    ],
    ["a service that is undefined", handlers(undefined, OK), "the service is undefined; pass a service definition"],
    ["a client for a service", handlers(ShapesClient, OK), "the service is a function; pass a service definition"],
    ["handlers that are undefined", handlers(ShapesService, undefined), "the handlers are undefined; pass an object"],
    [
      "a handler that no method has",
      handlers(ShapesService, { unari: OK.unary }),
      'the service has no method for the handler "unari"; write "unary"',
    ],
    ["a handler that is no function", handlers(ShapesService, { unary: 5 }), "the handler unary is 5, not a function"],
    ["a handler that is null", handlers(ShapesService, { unary: null }), "the handler unary is null, not a function"],
  ])("%s", async (_, call, message) => {
    const error = await refusalOf(call);
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(message);
  });

  it("except for an instance of a class, a module, or another name of a method among the handlers", () => {
    class Handlers {
      readonly database = "of the application";
      unary = OK.unary;
      helper() {}
    }
    const module = Object.assign(Object.create(null, { [Symbol.toStringTag]: { value: "Module" } }), { helper: 1 });
    for (const implementation of [new Handlers(), module, { unary: undefined }]) {
      expect(handlers(ShapesService, implementation)).not.toThrow();
    }
    const loaded = { Unary: { ...ShapesService.unary, originalName: "unary" } };
    expect(handlers(loaded, { Unary: OK.unary })).not.toThrow();
    expect(handlers(loaded, { unary: OK.unary })).not.toThrow();
  });

  it("except for a client without methods", () => {
    expect(promises(new Client("127.0.0.1:1", credentials.createInsecure()))).toEqual({});
  });
});

describe("maxHeaderBytes", () => {
  const attach = (maxHeaderBytes: unknown) => () => untyped(richErrorServerInterceptor)({ maxHeaderBytes });

  it.each([1_024, 4_096, 8_192, 60_000])("may be %d", (maxHeaderBytes) => {
    expect(attach(maxHeaderBytes)).not.toThrow();
  });

  it.each([0, -1, 100, 1_023, 60_001, 65_536, 4_096.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "may not be %d",
    (value) => {
      expect(attach(value)).toThrow(RangeError);
      expect(attach(value)).toThrow(
        `maxHeaderBytes is ${value}, not a whole number from 1024 to 60000; write maxHeaderBytes: 8192`,
      );
    },
  );

  it.each([["4096"], [null], [4096n], [{}]])("may not be of another type: %s", (value) => {
    expect(attach(value)).toThrow(TypeError);
    expect(attach(value)).toThrow(/maxHeaderBytes is .*, not a whole number from 1024 to 60000/);
  });
});

it("drains with known options", async () => {
  const options: DrainOptions = { limit: 1, linger: 0, retryDelay: 5 };
  await expect(drain(drainable(), options)).resolves.toMatchObject({ refused: 0 });
});

describe("an error with an unknown option", () => {
  it.each<[string, (options: object) => RichError, string, string]>([
    ["undeclared", (options) => new RichError(5, "x", options), "reasn", "reason"],
    ["undeclared, with the message twice", (options) => new RichError(5, "x", options), "message", "metadata"],
    ["declared", (options) => tooManySides(options), "retrydelay", "retryDelay"],
    ["declared, with a reason of its own", (options) => tooManySides(options), "reason", "retryDelay"],
  ])("is still created, and has an issue: %s", (_, make, wrong, meant) => {
    const error = make({ [wrong]: "y" });
    expect(error.message).not.toBe("y");
    expect(error.issues).toMatchObject([{ kind: "unknown-option" }]);
    const [{ message } = { message: "" }] = error.issues;
    expect(message).toContain(`the option "${wrong}" is unknown; write `);
    expect(message).toContain(`"${meant}"`);
  });

  it("has no issue for known options or for the members of an instance", () => {
    const known = { cause: 1, metadata: new Metadata(), info: {}, retryDelay: 1, help: [], errorDetails: [] };
    class Options {
      readonly retryDelay = 5;
      readonly database = 1;
    }
    const errors = [
      tooManySides({ ...known, message: "m" }),
      new RichError(5, "x", { ...known, reason: "R", domain: "d" }),
    ];
    for (const error of [...errors, tooManySides(new Options())]) expect(error.issues).toEqual([]);
  });
});
