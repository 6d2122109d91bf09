import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  type Client,
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  Server,
  type ServiceClientConstructor,
} from "@grpc/grpc-js";
import {
  type Catalog,
  promises,
  RichError,
  richErrorClientOptions,
  richErrorServerInterceptor,
  richHandlers,
} from "grpc-rich-errors";
import { type DynamicErrorClass, loadSync } from "grpc-rich-errors/proto-loader";
import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
import { listening } from "./servers.js";

const INCLUDE_DIRS = ["../proto", "../node_modules/grpc-rich-errors/proto"];

/** A server and a client without generated code. */
export function protoLoader(): Promise<void> {
  const loaded = loadSync("shapes/v1/shapes.proto", { includeDirs: INCLUDE_DIRS, longs: String });
  const Shapes = serviceIn(loadPackageDefinition(loaded.packageDefinition), "shapes", "v1", "Shapes");
  const TooManySidesError = classIn(loaded.catalog);
  const { catalog } = loaded;

  const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] });
  const fail = () => {
    throw new TooManySidesError({ shape: "circle", sides: "9007199254740993", limit: { most: "8" } });
  };
  const handlers = { Unary: fail, ClientStream: fail, ServerStream: fail, Bidi: fail };
  server.addService(Shapes.service, richHandlers(Shapes.service, handlers));
  return listening(server, async (port) => {
    const options = richErrorClientOptions({ catalogs: [catalog] });
    const client = new Shapes(`127.0.0.1:${port}`, credentials.createInsecure(), options);
    await assert.rejects(unaryOf(client), (error: unknown) => {
      assert.ok(error instanceof TooManySidesError, String(error));
      assert.deepEqual(JSON.parse(JSON.stringify(error.detail)), {
        shape: "circle",
        sides: "9007199254740993",
        limit: { most: "8" },
      });
      return true;
    });
    client.close();
  });
}

/** A catalog from a descriptor set, with messages of protobuf-es. */
export function descriptorSet(): void {
  const TooManySidesError = classIn(catalogFromDescriptorSet(readFileSync("../descriptors.binpb")));
  const error = new TooManySidesError({ shape: "circle", sides: 5n, limit: { most: 4n } });
  assert.ok(error instanceof RichError);
  assert.equal(error.message, "circle has 5 sides, 4 {at most}");
}

function classIn(catalog: Catalog<DynamicErrorClass>): DynamicErrorClass {
  const found = catalog.byReason("shapes.example.com", "TOO_MANY_SIDES");
  assert.ok(found);
  return found;
}

function serviceIn(root: GrpcObject, ...path: string[]): ServiceClientConstructor {
  let found: unknown = root;
  for (const name of path) found = Reflect.get(Object(found), name);
  assert.ok(typeof found === "function" && "service" in found);
  return found as ServiceClientConstructor;
}

function unaryOf(client: Client): Promise<unknown> {
  const call: unknown = Reflect.get(promises(client), "unary");
  assert.ok(typeof call === "function");
  return call({ scenario: "" });
}
