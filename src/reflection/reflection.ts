/**
 * The message types of errors for gRPC server reflection.
 *
 * @packageDocumentation
 */
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import type { ReflectionService } from "@grpc/reflection";
import type { Catalog } from "../catalog.js";
import { checkCatalogs } from "../platform/options.js";
import { isObject } from "../platform/values.js";
import { reflectedFiles } from "./reflected-files.js";

/** The services of a server, as `@grpc/proto-loader` loads them and `ReflectionService` takes them. */
export type ReflectedPackage = ConstructorParameters<typeof ReflectionService>[0];

/**
 * Adds the types of errors to what a server's reflection service knows, so that tools such as grpcurl, grpcui and Postman
 * can show the details of errors:
 *
 * ```ts
 * const services = loadSync("shop/v1/orders.proto");
 * new ReflectionService(errorReflection(services, [ordersCatalog])).addToServer(server);
 * ```
 *
 * - The types are those of the details that the catalogs declare, the standard details, and `google.rpc.Status`.
 * - The files of the services import what they refer to, which `@grpc/proto-loader` leaves out.
 * - Pass the result to the reflection service only. The definitions for the server itself stay as they are.
 *
 * @param packageDefinition the services of the server; it is not changed
 * @throws TypeError if `packageDefinition` is not a package definition, or `catalogs` is not an array of catalogs
 */
export function errorReflection(packageDefinition: ReflectedPackage, catalogs: readonly Catalog[]): ReflectedPackage {
  if (!isObject(packageDefinition)) {
    throw new TypeError(
      "errorReflection: the first argument is no package definition; pass what loadSync of @grpc/proto-loader returns",
    );
  }
  checkCatalogs("errorReflection", catalogs);
  const files = reflectedFiles(filesIn(packageDefinition), catalogs);
  const fileDescriptorProtos = files.map((file) => Buffer.from(toBinary(FileDescriptorProtoSchema, file)));
  // The reflection service reads the files of every entry, so one entry has them all, and the others have none.
  const entries = Object.entries(packageDefinition).map(([name, entry]) => [name, withoutFiles(entry)] as const);
  const status = { format: "Protocol Buffer 3 DescriptorProto", type: {}, fileDescriptorProtos };
  return { ...Object.fromEntries(entries), [STATUS]: status as ReflectedPackage[string] };
}

const STATUS = "google.rpc.Status";

function withoutFiles(entry: ReflectedPackage[string]): ReflectedPackage[string] {
  return isTypeDefinition(entry) ? { ...entry, fileDescriptorProtos: [] } : entry;
}

/** Checks whether an entry is a message or an enum. A service is the only other entry; its properties are its methods. */
function isTypeDefinition(entry: ReflectedPackage[string]): entry is TypeDefinition {
  return "fileDescriptorProtos" in entry && Array.isArray(entry.fileDescriptorProtos);
}

type TypeDefinition = Extract<ReflectedPackage[string], { readonly fileDescriptorProtos: Buffer[] }>;

/** Returns the files of a package definition. Most of its entries repeat the same ones. */
function filesIn(packageDefinition: ReflectedPackage): FileDescriptorProto[] {
  const seen = new Set<Uint8Array>();
  for (const entry of Object.values(packageDefinition)) {
    for (const bytes of isTypeDefinition(entry) ? entry.fileDescriptorProtos : []) seen.add(bytes);
  }
  return [...seen].map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
}
