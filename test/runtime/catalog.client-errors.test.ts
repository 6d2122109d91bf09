import { fileURLToPath } from "node:url";
import { Metadata } from "@grpc/grpc-js";
import { type Catalog, Code, fromStatus, RichError } from "grpc-rich-errors";
import { catalog as aerospike } from "grpc-rich-errors/catalogs/aerospike";
import { catalog as eventlog } from "grpc-rich-errors/catalogs/eventlog";
import { HapndApiError, HapndNetworkError, catalog as hapnd } from "grpc-rich-errors/catalogs/hapnd";
import { catalog as kurrent } from "grpc-rich-errors/catalogs/kurrent";
import { catalog as kurrentdb } from "grpc-rich-errors/catalogs/kurrentdb";
import { loadSync } from "grpc-rich-errors/proto-loader";
import { describe, expect, it } from "vitest";
import { PROTO_FOLDER } from "../support/reference-protos.js";

const SHAPES = fileURLToPath(new URL("../proto", import.meta.url));

function load(...protos: string[]): Catalog {
  return loadSync(protos, { includeDirs: [PROTO_FOLDER, SHAPES] }).catalog;
}

/** One client error of each kind, as a client with the catalog receives it. */
function clientErrors(catalog: Catalog): RichError[] {
  const catalogs = [catalog];
  return [
    fromStatus({ code: Code.NOT_FOUND, message: "no such thing", details: [] }, { catalogs }),
    RichError.from({ code: 14, details: "No connection established", metadata: new Metadata() }, { catalogs }),
    RichError.from(Object.assign(new Error("Breaker is open"), { code: "EOPENBREAKER" }), { catalogs }),
  ];
}

const namesOf = (errors: readonly RichError[]) => errors.map(({ name }) => name);

describe("client errors of a run-time catalog", () => {
  it.each([
    ["aerospike/v1/errors.proto", aerospike],
    ["eventlog/v1/errors.proto", eventlog],
    ["hapnd/v1/errors.proto", hapnd],
    ["kurrent/rpc/errors.proto", kurrent],
    ["kurrentdb/protocol/v2/streams/errors.proto", kurrentdb],
  ])("have the names of those that %s declares", (proto, generated) => {
    const names = namesOf(clientErrors(generated));
    expect(names).not.toContain("RichError");
    expect(namesOf(clientErrors(load(proto)))).toEqual(names);
  });

  it("are instances of generated classes, and generated ones are instances of theirs", () => {
    const catalog = load("hapnd/v1/errors.proto");
    const [api, network] = clientErrors(catalog);
    expect(api).toBeInstanceOf(HapndApiError);
    expect(api).not.toBeInstanceOf(HapndNetworkError);
    expect(network).toBeInstanceOf(HapndNetworkError);
    const [generated] = clientErrors(hapnd);
    expect(generated).toBeInstanceOf(catalog.clientErrors?.api as never);
    expect(generated).not.toBeInstanceOf(catalog.clientErrors?.network as never);
  });

  it("hold for the declared errors of the server, as those of generated code do", () => {
    const catalog = load("hapnd/v1/errors.proto");
    const [loaded, generated] = [catalog, hapnd].map((catalog) => {
      const notFound = catalog.byReason("hapnd", "NOT_FOUND");
      return notFound && new RichError(notFound.definition, undefined);
    });
    for (const error of [loaded, generated]) {
      expect(error).toBeInstanceOf(HapndApiError);
      expect(error).toBeInstanceOf(catalog.clientErrors?.api as never);
      expect(error).not.toBeInstanceOf(catalog.clientErrors?.network as never);
    }
    const client = load("aerospike/v1/errors.proto");
    const param = client.byReason("aerospike", "PARAM");
    if (!param) throw new Error("PARAM is missing");
    expect(new RichError(param.definition, undefined)).not.toBeInstanceOf(client.clientErrors?.api as never);
  });

  it("take the names that the first file declares", () => {
    const names = ["KurrentApiError", "KurrentNetworkError", "KurrentCircuitOpenError"];
    const protos = ["shapes/v1/shapes.proto", "kurrentdb/protocol/v2/streams/errors.proto", "kurrent/rpc/errors.proto"];
    expect(namesOf(clientErrors(load(...protos)))).toEqual(names);
  });

  it("are plain RichErrors if no file declares names", () => {
    expect(namesOf(clientErrors(load("shapes/v1/shapes.proto")))).toEqual(["RichError", "RichError", "RichError"]);
  });
});
