import { fileURLToPath } from "node:url";
import {
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  Server,
  type ServiceClientConstructor,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import {
  RichError,
  richErrorClientOptions,
  richErrorServerInterceptor,
  richHandlers,
  signalOf,
  type UnaryHandler,
} from "grpc-rich-errors";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { catalog, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";
import { listen } from "../support/shapes.js";
import { call, type Untyped } from "../support/untyped.js";
import { expectNothingUncaught } from "../support/watch.js";

// A service without generated code: its definition is read from the proto at run time and has no types.

expectNothingUncaught();

const PROTO = fileURLToPath(new URL("./fixtures/shapes.proto", import.meta.url));

let Shapes: ServiceClientConstructor;

beforeAll(() => {
  const { v1 } = loadPackageDefinition(loadSync(PROTO))["shapes"] as GrpcObject;
  Shapes = (v1 as GrpcObject)["Shapes"] as ServiceClientConstructor;
});

/** Starts a server with the implementation, and a client. */
async function start(implementation: Record<string, unknown>): Promise<Untyped> {
  const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] });
  server.addService(Shapes.service, richHandlers(Shapes.service, implementation as never));
  const client = new Shapes(
    `127.0.0.1:${await listen(server)}`,
    credentials.createInsecure(),
    richErrorClientOptions({ catalogs: [catalog] }),
  ) as unknown as Untyped;
  onTestFinished(() => {
    client.close();
    server.forceShutdown();
  });
  return client;
}

const NAMES = ["Unary", "ClientStream", "ServerStream", "Bidi"];

describe("a service from proto-loader", () => {
  it.each([["as in the proto"], ["in lower camel case"]])("finds its handlers under their names %s", async (how) => {
    const named = (name: string) => (how === "as in the proto" ? name : name.charAt(0).toLowerCase() + name.slice(1));
    const unary: UnaryHandler<{ before: number }, object> = async (call) => ({ index: call.request.before });
    const client = await start({
      [named("Unary")]: unary,
      [named("ClientStream")]: async (requests: AsyncIterable<unknown>) => {
        let index = 0;
        for await (const _ of requests) index++;
        return { index };
      },
      *[named("ServerStream")]() {
        yield { index: 1 };
      },
      async *[named("Bidi")](requests: AsyncIterable<unknown>) {
        for await (const _ of requests) yield { index: 1 };
      },
    });
    for (const name of NAMES) {
      expect(await call(client, name)).toEqual({ messages: [{ index: 1 }], error: undefined });
    }
  });

  it.each(NAMES)("ends %s with an error of its class", async (name) => {
    const client = await start({
      [name]: async (call: Parameters<typeof signalOf>[0]) => {
        signalOf(call).throwIfAborted();
        throw tooManySides();
      },
    });
    const { error } = await call(client, name);
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect(error).toMatchObject({ issues: [] });
  });

  it.each(NAMES)("ends %s, which has no handler, with UNIMPLEMENTED", async (name) => {
    const { error } = await call(await start({}), name);
    expect(error).toBeRichError(RichError);
    expect(error).toMatchObject({ code: 12 });
  });
});
