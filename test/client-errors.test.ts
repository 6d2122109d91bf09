import { Metadata } from "@grpc/grpc-js";
import { Catalog, Code, fromStatus, RichError } from "grpc-rich-errors";
import {
  AerospikeApiError,
  AerospikeError,
  AerospikeNetworkError,
  catalog as aerospike,
  ClientError,
  ForbiddenError,
  ParamError,
} from "grpc-rich-errors/catalogs/aerospike";
import { catalog as eventlog } from "grpc-rich-errors/catalogs/eventlog";
import {
  HapndApiError,
  HapndCircuitOpenError,
  HapndError,
  HapndNetworkError,
  catalog as hapnd,
  NotFoundError,
} from "grpc-rich-errors/catalogs/hapnd";
import { KurrentApiError, KurrentNetworkError, catalog as kurrent } from "grpc-rich-errors/catalogs/kurrent";
import { catalog as kurrentdb } from "grpc-rich-errors/catalogs/kurrentdb";
import { describe, expect, it, vi } from "vitest";
import { catalog as shapes, TooManySidesError } from "./gen/shapes/v1/shapes.rich.js";

const refused = () => ({ code: 14, details: "No connection established", metadata: new Metadata() });
const status = { code: Code.NOT_FOUND, message: "no such thing", details: [] };
const open = () => Object.assign(new Error("Breaker is open"), { code: "EOPENBREAKER" });

describe("the client's own classes", () => {
  it.each([
    ["Hapnd", hapnd],
    ["Aerospike", aerospike],
    ["EventLog", eventlog],
    ["Kurrent", kurrent],
    ["KurrentDB", kurrentdb],
  ])("are those of %s with its catalog", (name, catalog) => {
    const catalogs = [catalog];
    expect(fromStatus(status, { catalogs }).name).toBe(`${name}ApiError`);
    expect(RichError.from(refused(), { catalogs }).name).toBe(`${name}NetworkError`);
    expect(RichError.from(open(), { catalogs }).name).toBe(`${name}CircuitOpenError`);
  });

  it("are replaced by RichError without a catalog that has them", () => {
    for (const catalogs of [[], [shapes], [Catalog.of(shapes)]]) {
      const errors = [fromStatus(status, { catalogs }), RichError.from(refused(), { catalogs })];
      expect(errors.map(({ name }) => name)).toEqual(["RichError", "RichError"]);
    }
  });

  it("are those of the first catalog that has them", () => {
    const namesWith = (...catalogs: Catalog[]) => [
      fromStatus(status, { catalogs }).name,
      fromStatus(status, { catalogs: [Catalog.of(...catalogs)] }).name,
    ];
    expect(namesWith(shapes, kurrent, hapnd)).toEqual(["KurrentApiError", "KurrentApiError"]);
    expect(namesWith(hapnd, kurrent)).toEqual(["HapndApiError", "HapndApiError"]);
  });

  it("are not used for an error that a later catalog declares", () => {
    const error = new TooManySidesError({ shape: "disc", sides: 1n, limit: undefined });
    const sent = { code: error.code, message: error.message, details: error.errorDetails };
    expect(fromStatus(sent, { catalogs: [hapnd, shapes] })).toBeRichError(TooManySidesError);
    expect(fromStatus(sent, { catalogs: [hapnd] })).toMatchObject({
      name: "HapndApiError",
      reason: "TOO_MANY_SIDES",
      domain: "shapes.example.com",
      errorDetails: error.errorDetails,
    });
  });

  it("keep the caught error as their cause, and its stack under their own name", () => {
    const caught = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
    const error = RichError.from(caught, { catalogs: [hapnd] });
    expect(error).toBeRichError(HapndNetworkError);
    expect(error.cause).toBe(caught);
    expect(error.stack).toBe(caught.stack?.replace("Error:", "HapndNetworkError:"));
    expect(Object.keys(error)).not.toContain("cause");
    expect(RichError.from(error, { catalogs: [kurrent] })).toBe(error);
  });

  it("can be constructed by an SDK", () => {
    const cause = new Error("no route");
    const network = new HapndNetworkError("no route to hapnd", { cause });
    expect(network).toMatchObject({ name: "HapndNetworkError", message: "no route to hapnd", cause });
    expect(network).toMatchObject({ code: 14, origin: "TRANSPORT", outcome: "MAYBE_APPLIED", received: true });
    const circuit = new HapndCircuitOpenError();
    expect(circuit).toMatchObject({ message: "the circuit breaker is open", origin: "CLIENT", outcome: "NOT_APPLIED" });
    expect("cause" in circuit).toBe(false);
    const api = new HapndApiError(Code.ABORTED, "too new", { reason: "TOO_NEW", domain: "hapnd", cause });
    expect(api).toMatchObject({ code: 10, reason: "TOO_NEW", domain: "hapnd", origin: "SERVER", cause });
    expect(api.info).toEqual({ reason: "TOO_NEW", domain: "hapnd", metadata: {} });
    expect(new HapndApiError(Code.ABORTED, "too new").info).toBeUndefined();
    expect([network.issues, api.issues, api.errorDetails]).toEqual([[], [], []]);
    expect(network.stack).toMatch(/^HapndNetworkError: no route to hapnd\n.*client-errors\.test\.ts/);
  });

  it("are printed with their names", () => {
    expect(JSON.parse(JSON.stringify(new HapndNetworkError("no route")))).toEqual({
      name: "HapndNetworkError",
      code: "UNAVAILABLE",
      message: "no route",
      recovery: "BACK_OFF_AND_RETRY",
      outcome: "MAYBE_APPLIED",
      origin: "TRANSPORT",
    });
  });
});

describe("instanceof", () => {
  const classes = {
    RichError,
    HapndError,
    HapndApiError,
    HapndNetworkError,
    HapndCircuitOpenError,
    KurrentNetworkError,
  };
  const instanceOf = (value: unknown) =>
    Object.entries(classes).flatMap(([name, of]) => (value instanceof of ? [name] : []));

  it.each([
    ["an API's error", new HapndApiError(Code.ABORTED, "no"), ["RichError", "HapndApiError"]],
    ["a network error", new HapndNetworkError(), ["RichError", "HapndNetworkError"]],
    ["an open circuit", new HapndCircuitOpenError(), ["RichError", "HapndCircuitOpenError"]],
    ["the same of another catalog", new KurrentNetworkError(), ["RichError", "KurrentNetworkError"]],
    ["another kind of another catalog", new KurrentApiError(Code.ABORTED, "no"), ["RichError"]],
    ["a declared error", new NotFoundError(), ["RichError", "HapndError", "HapndApiError"]],
    ["a plain error", new RichError(Code.UNAVAILABLE, "no"), ["RichError"]],
  ])("recognizes %s", (_, value, names) => {
    expect(instanceOf(value)).toEqual(names);
  });

  it("takes a declared error for one of the API only if it arises in the server", () => {
    const errors: readonly unknown[] = [new ClientError(), new ParamError(), new ForbiddenError()];
    expect(errors.map((error) => error instanceof AerospikeError)).toEqual([true, true, true]);
    expect(errors.map((error) => error instanceof AerospikeApiError)).toEqual([false, false, true]);
    expect(errors.map((error) => error instanceof AerospikeNetworkError)).toEqual([false, false, false]);
  });

  it("recognizes an error of another copy of the package, in both directions", async () => {
    vi.resetModules();
    const copy = await import("grpc-rich-errors/catalogs/hapnd");
    expect(copy.HapndNetworkError).not.toBe(HapndNetworkError);
    expect(instanceOf(new copy.HapndNetworkError())).toEqual(["RichError", "HapndNetworkError"]);
    const ours: unknown = new HapndNetworkError();
    expect([ours instanceof copy.HapndNetworkError, ours instanceof copy.HapndApiError]).toEqual([true, false]);
    expect(instanceOf(new copy.NotFoundError())).toEqual(["RichError", "HapndError", "HapndApiError"]);
    const declared: unknown = new NotFoundError();
    expect([declared instanceof copy.HapndApiError, declared instanceof copy.HapndNetworkError]).toEqual([true, false]);
  });

  it("distinguishes a user's subclass from the class that it extends", () => {
    class Offline extends HapndNetworkError {}
    const offline: unknown = new Offline();
    const network: unknown = new HapndNetworkError();
    expect([offline instanceof Offline, offline instanceof HapndNetworkError]).toEqual([true, true]);
    expect(network instanceof Offline).toBe(false);
  });
});
