import { fileURLToPath } from "node:url";
import {
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  Server,
  type ServiceClientConstructor,
} from "@grpc/grpc-js";
import {
  type Catalog,
  promises,
  type RichError,
  richErrorClientOptions,
  richErrorServerInterceptor,
  richHandlers,
} from "grpc-rich-errors";
import { type DynamicErrorClass, type LoadResult, loadSync } from "grpc-rich-errors/proto-loader";
import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { ShapesClient } from "../gen/shapes/v1/shapes.js";
import {
  BadShapeError,
  CornersBusyError,
  catalog as generated,
  SIDES,
  SIDES_MESSAGE,
  TooManySidesError,
  tooManySides,
} from "../support/errors.js";
import { bufImage, PROTO_FOLDER } from "../support/reference-protos.js";
import { listen, request, SHAPES, startShapes } from "../support/shapes.js";
import { call, type Untyped } from "../support/untyped.js";
import { expectNothingUncaught } from "../support/watch.js";

// Errors without generated code, on either side.

expectNothingUncaught();

const includeDirs = [fileURLToPath(new URL("../proto", import.meta.url)), PROTO_FOLDER];
const NAMES = ["Unary", "ClientStream", "ServerStream", "Bidi"];
const DETAIL = { shape: "chiliagon", sides: "9007199254740993", limit: { most: "12" } };

let loaded: LoadResult;
let Shapes: ServiceClientConstructor;

beforeAll(() => {
  loaded = loadSync("shapes/v1/shapes.proto", { includeDirs, longs: String });
  const { v1 } = loadPackageDefinition(loaded.packageDefinition)["shapes"] as GrpcObject;
  Shapes = (v1 as GrpcObject)["Shapes"] as ServiceClientConstructor;
});

function errorClass(reason: string, catalog: Catalog<DynamicErrorClass> = loaded.catalog): DynamicErrorClass {
  const found = catalog.byReason("shapes.example.com", reason);
  if (!found) throw new Error(`there is no ${reason}`);
  return found;
}

/** Starts a server without generated code whose handlers all fail. */
async function failWith(make: () => RichError): Promise<string> {
  const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [loaded.catalog] })] });
  const fail = async () => {
    throw make();
  };
  const handlers = Object.fromEntries(NAMES.map((name) => [name, fail]));
  server.addService(Shapes.service, richHandlers(Shapes.service, handlers as never));
  onTestFinished(() => server.forceShutdown());
  return `127.0.0.1:${await listen(server)}`;
}

function untypedClient(address: string, catalog: Catalog): Untyped {
  const options = richErrorClientOptions({ catalogs: [catalog] });
  const client = new Shapes(address, credentials.createInsecure(), options) as unknown as Untyped;
  onTestFinished(() => client.close());
  return client;
}

describe("a server without generated code", () => {
  it.each(NAMES)("ends %s with an error of the client's generated class", async (name) => {
    const address = await failWith(() => new (errorClass("TOO_MANY_SIDES"))(DETAIL));
    const { error } = await call(untypedClient(address, generated), name);
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect(error).toMatchObject({ message: SIDES_MESSAGE, issues: [] });
  });

  it("sends errors without a declared detail, and errors with a standard one", async () => {
    let make = () => new (errorClass("CORNERS_BUSY"))({ retryDelay: 20 });
    const address = await failWith(() => make());
    const client = new ShapesClient(
      address,
      credentials.createInsecure(),
      richErrorClientOptions({ catalogs: [generated] }),
    );
    onTestFinished(() => client.close());
    const busy = promises(client).unary(request());
    await expect(busy).rejects.toBeRichError(CornersBusyError);
    await expect(busy).rejects.toMatchObject({ retryDelay: 20 });

    const fieldViolations = [{ field: "sides", description: "too many" }];
    make = () => new (errorClass("BAD_SHAPE"))({ fieldViolations });
    const bad = promises(client).unary(request());
    await expect(bad).rejects.toBeRichError(BadShapeError);
    await expect(bad).rejects.toMatchObject({ detail: { fieldViolations }, issues: [] });
  });
});

describe("a client without generated code", () => {
  it.each(NAMES)("gets an error of %s with a detail in the form that its options set", async (name) => {
    const shapes = await startShapes(
      Object.fromEntries(SHAPES.map((shape) => [shape, () => Promise.reject(tooManySides())])),
      { catalogs: [generated] },
    );
    const { error } = await call(untypedClient(shapes.address, loaded.catalog), name);
    expect(error).toBeInstanceOf(errorClass("TOO_MANY_SIDES"));
    expect(error).toBeInstanceOf(TooManySidesError);
    expect(error).toMatchObject({
      detail: DETAIL,
      message: SIDES_MESSAGE,
      issues: [],
      definition: { category: "Sides" },
    });
  });

  it("gets details as messages of protobuf-es if the catalog is made from descriptors", async () => {
    const catalog = catalogFromDescriptorSet(bufImage());
    const address = await failWith(() => new (errorClass("TOO_MANY_SIDES"))(DETAIL));
    const { error } = await call(untypedClient(address, catalog), "Unary");
    expect(error).toBeInstanceOf(errorClass("TOO_MANY_SIDES", catalog));
    expect(error).toMatchObject({ detail: { $typeName: "shapes.v1.TooManySidesErrorDetails", ...SIDES }, issues: [] });
  });

  it("gets a plain RichError for a reason that its protos do not declare", async () => {
    const other = loadSync("kurrent/rpc/errors.proto", { includeDirs });
    const address = await failWith(() => new (errorClass("TOO_MANY_SIDES"))(DETAIL));
    const { error } = await call(untypedClient(address, other.catalog), "Unary");
    expect(error).toMatchObject({
      name: "KurrentApiError",
      reason: "TOO_MANY_SIDES",
      detail: undefined,
      message: SIDES_MESSAGE,
    });
  });
});
