import { inspect } from "node:util";
import { Client, credentials, makeGenericClientConstructor, Server } from "@grpc/grpc-js";
import { promises, richHandlers } from "grpc-rich-errors";
import { describe, expect, it, onTestFinished } from "vitest";
import { ShapesClient } from "../gen/shapes/v1/shapes.js";
import { listen } from "../support/shapes.js";
import { expectNothingUncaught } from "../support/watch.js";

// Methods whose names JavaScript itself calls, or that every object has.

expectNothingUncaught();

const bytes = (value: Buffer) => value;

/** Creates a view of a service with one method of the given name, and counts its calls. */
async function viewOf(key: string, path: string, originalName?: string) {
  const definition = {
    [key]: {
      path: `/names.v1.Names/${path}`,
      requestStream: false,
      responseStream: false,
      requestSerialize: bytes,
      requestDeserialize: bytes,
      responseSerialize: bytes,
      responseDeserialize: bytes,
      ...(originalName !== undefined && { originalName }),
    },
  };
  const seen = { calls: 0 };
  const server = new Server();
  const handler = () => {
    seen.calls++;
    return Buffer.from(path);
  };
  server.addService(definition, richHandlers(definition, { [key]: handler } as never));
  const address = `127.0.0.1:${await listen(server)}`;
  const client: Client = new (makeGenericClientConstructor(definition, "Names"))(address, credentials.createInsecure());
  onTestFinished(() => {
    Client.prototype.close.call(client);
    server.forceShutdown();
  });
  const contract = { [key]: { path: `/names.v1.Names/${path}`, errors: [] } };
  const view = promises(client, contract as never) as unknown as Record<string, (request: Buffer) => Promise<Buffer>>;
  return { view, client, seen };
}

describe.each([
  ["then", "Then", undefined],
  ["Then", "Then", "then"],
  ["then", "then", undefined],
])("a method with the key %s, the path %s and the original name %s", (key, path, originalName) => {
  it("is named Then in the view, which is not a thenable", async () => {
    const { view, seen } = await viewOf(key, path, originalName);
    expect(await view).toBe(view);
    expect(await (async () => view)()).toBe(view);
    expect(await Promise.all([view])).toEqual([view]);
    expect(Object.keys(view)).toEqual(["Then"]);
    expect(seen.calls).toBe(0);
    expect(String(await view["Then"]?.(Buffer.alloc(0)))).toBe(path);
    expect(view["Then"]).toHaveProperty("contract.path", `/names.v1.Names/${path}`);
  });
});

describe.each([
  "toString",
  "toJSON",
  "valueOf",
  "hasOwnProperty",
  "catch",
  "finally",
  "inspect",
  "next",
  "close",
  "getChannel",
])("a method named %s", (name) => {
  it("is a method of the view like any other", async () => {
    const path = name[0]?.toUpperCase() + name.slice(1);
    const { view, client } = await viewOf(path, path, name);
    expect(await view).toBe(view);
    expect(inspect(view)).toContain(name);
    expect(String(await view[name]?.(Buffer.alloc(0)))).toBe(path);
    Client.prototype.close.call(client);
    await expect(view[name]?.(Buffer.alloc(0))).rejects.toMatchObject({ code: 14, origin: "CLIENT" });
  });
});

describe.each([
  ["constructor", "Constructor"],
  ["__proto__", "__Proto__"],
])("a method named %s", (name, path) => {
  it("is available under its other name, because grpc-js leaves this one out", async () => {
    const { view } = await viewOf(path, path, name);
    expect(await view).toBe(view);
    expect(Object.keys(view)).toEqual([path]);
    expect(String(await view[path]?.(Buffer.alloc(0)))).toBe(path);
    expect(Object.getPrototypeOf(view)).toBe(Object.prototype);
  });
});

it("other properties of a client are not in its view", () => {
  const client = new ShapesClient("127.0.0.1:1", credentials.createInsecure());
  onTestFinished(() => client.close());
  const halves = [["path"], ["path", "requestStream"], ["path", "responseStream"], ["requestStream", "responseStream"]];
  const functions = halves.map((names) =>
    Object.assign(() => {}, Object.fromEntries(names.map((name) => [name, "x"]))),
  );
  const others = { label: "x", count: 5, none: null, missing: undefined, helper: () => {}, ...functions };
  const definition = { path: "/a.B/C", requestStream: false, responseStream: false };
  Object.assign(client, others, { definition });
  expect(Object.keys(promises(client)).sort()).toEqual(["bidi", "clientStream", "serverStream", "unary"]);
});

it("an object without generated methods is refused", () => {
  const noClient = { unary: () => undefined, path: "/a.B/C" };
  expect(() => promises(noClient as never)).toThrow(
    /^promises: the client is .* without methods; pass an instance of a generated client/,
  );
});
