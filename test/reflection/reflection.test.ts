import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  create,
  createFileRegistry,
  type FileRegistry,
  fromBinary,
  type JsonValue,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import {
  Client,
  credentials,
  type Metadata,
  makeClientConstructor,
  Server,
  ServerCredentials,
  type ServiceDefinition,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import {
  type Catalog,
  type RichError,
  richErrorServerInterceptor,
  richHandlers,
  StandardDetails,
} from "grpc-rich-errors";
import { catalog as eventlog, OptimisticConcurrencyViolationError } from "grpc-rich-errors/catalogs/eventlog";
import { catalog as kurrentdb } from "grpc-rich-errors/catalogs/kurrentdb";
import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
import { errorReflection, type ReflectedPackage } from "grpc-rich-errors/reflection";
import { describe, expect, it, onTestFinished } from "vitest";
import { imageOf } from "../cli/images.js";
import { ShapesService } from "../gen/shapes/v1/shapes.js";
import { runTool } from "../plugin/compile.js";
import { catalog as shapes, tooManySides } from "../support/errors.js";
import { protoFolder } from "../support/proto-folder.js";

const SHAPES = loadSync("shapes/v1/shapes.proto", { includeDirs: ["test/proto", "proto"] });

/** Starts a server whose method `Unary` fails, with a reflection service. Returns its address. */
async function serve(error: RichError, reflected: ReflectedPackage): Promise<string> {
  const server = new Server({
    interceptors: [richErrorServerInterceptor({ catalogs: [eventlog, kurrentdb, shapes] })],
  });
  const fail = () => {
    throw error;
  };
  const handlers = { unary: fail, clientStream: fail, serverStream: fail, bidi: fail };
  server.addService(ShapesService, richHandlers(ShapesService, handlers));
  new ReflectionService(reflected).addToServer(server);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );
  onTestFinished(() => server.forceShutdown());
  return `127.0.0.1:${port}`;
}

type Version = "v1" | "v1alpha";

/** A client that knows nothing of the server but its address: its types come from the reflection service. */
class ReflectingClient {
  readonly #client: Client;
  readonly #address: string;
  readonly #version: Version;

  constructor(address: string, version: Version) {
    this.#address = address;
    this.#version = version;
    this.#client = new Client(address, credentials.createInsecure());
    onTestFinished(() => this.#client.close());
  }

  /** Calls a method with an empty request. Returns the status with its details as JSON. */
  async fail(path: string): Promise<JsonValue> {
    const failure = await new Promise<{ metadata: Metadata }>((resolve, reject) => {
      const same = (bytes: Buffer) => bytes;
      this.#client.makeUnaryRequest(path, same, same, Buffer.alloc(0), (error) =>
        error ? resolve(error) : reject(new Error("no error")),
      );
    });
    const [trailer] = failure.metadata.get("grpc-status-details-bin");
    const types = await this.#typesOf(["google.rpc.Status"]);
    const statusType = types.getMessage("google.rpc.Status");
    if (!statusType) throw new Error("the server does not know google.rpc.Status");
    const bytes = Buffer.from(trailer ?? "");
    const names = [...bytes.toString("latin1").matchAll(/type\.googleapis\.com\/([\w.]+)/g)].map(
      ([, name = ""]) => name,
    );
    const registry = await this.#typesOf(["google.rpc.Status", ...names]);
    return toJson(statusType, fromBinary(statusType, bytes), { registry });
  }

  /** Asks for the files of some types, and for those that they import, as tools do. */
  async #typesOf(names: readonly string[]): Promise<FileRegistry> {
    const files = new Map<string, FileDescriptorProto>();
    const load = async (question: Readonly<Record<string, string>>) => {
      for (const bytes of await this.#ask(question)) {
        const file = fromBinary(FileDescriptorProtoSchema, bytes);
        files.set(file.name, file);
      }
    };
    for (const name of names) await load({ file_containing_symbol: name });
    const missing = () => [...files.values()].flatMap(({ dependency }) => dependency).find((name) => !files.has(name));
    for (let name = missing(); name !== undefined; name = missing()) await load({ file_by_filename: name });
    const ordered: FileDescriptorProto[] = [];
    const visit = (file: FileDescriptorProto) => {
      if (ordered.includes(file)) return;
      for (const name of file.dependency) visit(files.get(name) as FileDescriptorProto);
      ordered.push(file);
    };
    for (const file of files.values()) visit(file);
    return createFileRegistry(create(FileDescriptorSetSchema, { file: ordered }));
  }

  async #ask(question: Readonly<Record<string, string>>): Promise<Uint8Array[]> {
    const folder = dirname(createRequire(import.meta.url).resolve("@grpc/reflection/package.json"));
    const proto = join(folder, `build/proto/grpc/reflection/${this.#version}/reflection.proto`);
    const definition = loadSync(proto, { keepCase: true })[`grpc.reflection.${this.#version}.ServerReflection`];
    const Reflection = makeClientConstructor(definition as ServiceDefinition, "ServerReflection");
    const client = new Reflection(this.#address, credentials.createInsecure());
    const stream = client["ServerReflectionInfo"]?.();
    stream.end(question);
    const [response] = await once(stream, "data");
    stream.on("error", () => {}).cancel();
    client.close();
    if (response.error_response) throw new Error(response.error_response.error_message);
    return response.file_descriptor_response.file_descriptor_proto;
  }
}

/** The files that a reflection service reads. */
function filesOf(reflected: ReflectedPackage): FileDescriptorProto[] {
  const encoded = Object.values(reflected).flatMap((entry): unknown => entry["fileDescriptorProtos" as never] ?? []);
  return encoded.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes as Buffer));
}

async function failure(error: RichError, reflected: ReflectedPackage, version: Version = "v1"): Promise<JsonValue> {
  return new ReflectingClient(await serve(error, reflected), version).fail("/shapes.v1.Shapes/Unary");
}

const conflict = new OptimisticConcurrencyViolationError(
  { aggregate: "cart-7", expectedVersion: 3n, actualVersion: 5n },
  { errorDetails: new StandardDetails().addFieldViolation("version", "is outdated") },
);

describe("errorReflection", () => {
  it.each<Version>(["v1", "v1alpha"])(
    "lets a client read every detail that knows only the reflection service: %s",
    async (version) => {
      expect(await failure(conflict, errorReflection(SHAPES, [eventlog, kurrentdb]), version)).toEqual({
        code: 10,
        message: "cart-7 is at version 5, not 3",
        details: [
          {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            reason: "OPTIMISTIC_CONCURRENCY_VIOLATION",
            domain: "eventlog",
            metadata: { code: "2003" },
          },
          {
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            fieldViolations: [{ field: "version", description: "is outdated" }],
          },
          {
            "@type": "type.googleapis.com/eventlog.v1.OptimisticConcurrencyViolationErrorDetails",
            aggregate: "cart-7",
            expectedVersion: "3",
            actualVersion: "5",
          },
        ],
      });
    },
  );

  it("is needed: without it, the reflection service does not know the types", async () => {
    await expect(failure(conflict, SHAPES)).rejects.toThrow("Symbol not found: google.rpc.Status");
  });

  it("keeps the types that the services have already, and adds those that are missing", async () => {
    const reflected = errorReflection(SHAPES, [shapes]);
    expect(await failure(tooManySides(), reflected)).toMatchObject({
      details: [
        { reason: "TOO_MANY_SIDES" },
        { "@type": "type.googleapis.com/shapes.v1.TooManySidesErrorDetails", shape: "chiliagon" },
      ],
    });
    expect(Object.keys(reflected)).toEqual(expect.arrayContaining(Object.keys(SHAPES)));
    expect(SHAPES["shapes.v1.ShapeRequest"]).toHaveProperty("fileDescriptorProtos.0");
  });

  it("finds types in merged files under another name, so that no type stands twice", async () => {
    const common =
      'syntax = "proto3"; package shop.v1; import "google/protobuf/duration.proto"; message Money { int64 units = 1; google.protobuf.Duration for = 2; }';
    const service =
      'syntax = "proto3"; package shop.v1; import "common.proto"; service Shop { rpc Pay(Money) returns (Money); }';
    const errors = `syntax = "proto3"; package shop.v1; import "common.proto"; import "richerrors/v1/annotations.proto";
      enum ShopError { SHOP_ERROR_UNSPECIFIED = 0;
        SHOP_ERROR_TOO_POOR = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND has_details: true}]; }
      message TooPoorErrorDetails { Money price = 1; }`;
    const protos = { "common.proto": common, "service.proto": service, "errors.proto": errors };
    const loaded = loadSync("service.proto", { includeDirs: [protoFolder(protos)] });
    const catalog: Catalog = catalogFromDescriptorSet(await imageOf(protos));
    const reflected = errorReflection(loaded, [catalog]);
    const files = filesOf(reflected);
    const types = files.flatMap((file) => file.messageType.map(({ name }) => `${file.package}.${name}`));
    expect(types.filter((name, index) => types.indexOf(name) !== index)).toEqual([]);
    expect(types).toContain("shop.v1.TooPoorErrorDetails");
    expect(files.find(({ name }) => name === "errors.proto")?.dependency).toEqual(["shop_v1.proto"]);
    const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: files }));
    const [price] = registry.getMessage("shop.v1.TooPoorErrorDetails")?.fields ?? [];
    expect(price?.message?.fields[1]?.message?.typeName).toBe("google.protobuf.Duration");
  });

  it("gives the same files for what it returned before", () => {
    const once = errorReflection(SHAPES, [eventlog]);
    expect(filesOf(errorReflection(once, [eventlog]))).toEqual(filesOf(once));
  });

  it("gives files that protobuf-es and protoc accept, with the annotation and all catalogs", async () => {
    const files = filesOf(errorReflection(SHAPES, [eventlog, kurrentdb, shapes]));
    const set = create(FileDescriptorSetSchema, { file: files });
    const registry = createFileRegistry(set);
    expect(registry.getExtension("richerrors.v1.error")?.extendee.typeName).toBe("google.protobuf.EnumValueOptions");
    expect(registry.getService("shapes.v1.Shapes")?.methods).toHaveLength(4);
    const folder = await mkdtemp(join(tmpdir(), "rich-errors-reflection-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "all.binpb"), toBinary(FileDescriptorSetSchema, set));
    const names = files.map(({ name }) => name);
    const args = ["--descriptor_set_in=all.binpb", "--descriptor_set_out=again.binpb", ...names];
    await expect(runTool("protoc", args, folder)).resolves.toMatchObject({ stderr: "" });
  });

  it("refuses what is no package definition, and what is no catalog", () => {
    expect(() => errorReflection(undefined as never, [])).toThrow(
      "errorReflection: the first argument is no package definition; pass what loadSync of @grpc/proto-loader returns",
    );
    expect(() => errorReflection(SHAPES, [{}] as never)).toThrow(TypeError);
  });
});
