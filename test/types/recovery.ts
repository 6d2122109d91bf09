/**
 * The types of recovery. Checked by `tsc -p .`, never run.
 */
import type { ServiceClientConstructor } from "@grpc/grpc-js";
import { credentials } from "@grpc/grpc-js";
import { isErrorOf, promises } from "grpc-rich-errors";
import {
  type Attempt,
  type CallRecovery,
  type ClusterClient,
  cluster,
  recover,
  recovery,
  reportOf,
} from "grpc-rich-errors/recovery";
import { expectTypeOf } from "vitest";
import { LedgerContract } from "../gen/ledger/v1/ledger.rich.js";
import { type ShapeRequest as Request, type ShapeResponse as Response, ShapesClient } from "../gen/shapes/v1/shapes.js";
import { ShapesContract } from "../gen/shapes/v1/shapes.rich.js";

declare const client: ShapesClient;
const request: Request = { scenario: "", before: 0 };

/** Presets fit every method, and methods keep their types. */
export async function presets(): Promise<void> {
  const shapes = promises(client, { recovery: recovery.declared });
  expectTypeOf(await shapes.unary(request)).toEqualTypeOf<Response>();
  expectTypeOf(await shapes.clientStream(() => [request])).toEqualTypeOf<Response>();
  expectTypeOf(await shapes.clientStream([request])).toEqualTypeOf<Response>();
  expectTypeOf(
    shapes.bidi(async function* () {
      yield request;
    }),
  ).toExtend<AsyncIterable<Response>>();
  // @ts-expect-error The function returns other messages.
  await shapes.clientStream(() => [5]);
  // @ts-expect-error A single request cannot be a function.
  await shapes.unary(() => request);
  // @ts-expect-error Only a client with a recovery takes a function.
  await promises(client).clientStream(() => [request]);
  const contracted = promises(client, ShapesContract, { recovery: recovery.none });
  if (isErrorOf(contracted.unary, undefined)) expectTypeOf(await contracted.unary(request)).toEqualTypeOf<Response>();
}

/** Callbacks know the request and the response of their method. */
export function byMethod(): void {
  promises(client, {
    recovery: {
      unary: recovery.keyed({
        refresh: (write) => {
          expectTypeOf(write).toEqualTypeOf<Request>();
          return write;
        },
        verify: () => ({ landed: "ours", response: { index: 1 } }),
        redirect: () => client,
      }),
      clientStream: recovery.idempotent.with({ verify: () => ({ landed: "unknown" }) }),
      bidi: recovery.none,
    },
  });
  const otherRequest = recovery.keyed({ refresh: (version: number) => version + 1 });
  const otherResponse = recovery.keyed({ verify: () => ({ landed: "ours", response: "text" }) });
  const otherTarget = recovery.declared.with({ redirect: () => "b:1" });
  // @ts-expect-error The request is not a number.
  promises(client, { recovery: { unary: otherRequest } });
  // @ts-expect-error The response is not a text.
  promises(client, { recovery: { unary: otherResponse } });
  // @ts-expect-error A call is redirected to a client.
  promises(client, { recovery: { unary: otherTarget } });
  // @ts-expect-error A recovery for all methods knows no request.
  promises(client, { recovery: otherRequest });
  // @ts-expect-error The client has no such method.
  promises(client, { recovery: { unray: recovery.none } });
  // @ts-expect-error A recovery has more than nothing.
  promises(client, { recovery: { unary: {} } });
  // @ts-expect-error An option that does not exist.
  recovery.readOnly.with({ retries: 5 });
  // @ts-expect-error `ours` needs the response.
  recovery.keyed({ verify: () => ({ landed: "ours" }) });
}

/** A function gets the request and the server of its recovery. */
export async function functions(): Promise<void> {
  const kind = recovery.keyed({
    refresh: ({ version }: { version: number }) => ({ version: version + 1 }),
    verify: () => ({ landed: "ours", response: 5 }),
    redirect: () => "b:1",
  });
  expectTypeOf(kind).toEqualTypeOf<CallRecovery<{ version: number }, number, string>>();
  const result = await recover({ recovery: kind, request: { version: 1 } }, async (attempt) => {
    expectTypeOf(attempt).toEqualTypeOf<Attempt<{ version: number }, string>>();
    return 7;
  });
  expectTypeOf(result).toEqualTypeOf<number>();
  expectTypeOf(await recover({ recovery: recovery.readOnly }, async () => "a page")).toEqualTypeOf<string>();
  // @ts-expect-error The function must return a promise.
  await recover({ recovery: recovery.readOnly }, () => 5);
  expectTypeOf(reportOf(undefined)?.attempts[0]?.delay).toEqualTypeOf<number | undefined>();
}

declare const Generic: ServiceClientConstructor;

/** The client of a cluster has the methods of its class. */
export async function clusters(): Promise<void> {
  const options = { seeds: ["a:1"], credentials: credentials.createInsecure() };
  const shapes = cluster(ShapesClient, options);
  expectTypeOf(shapes).toEqualTypeOf<ClusterClient<ShapesClient>>();
  expectTypeOf(await shapes.unary(request)).toEqualTypeOf<Response>();
  expectTypeOf(await shapes.clientStream(() => [request])).toEqualTypeOf<Response>();
  expectTypeOf(shapes.serverStream(request)).toExtend<AsyncIterable<Response>>();
  expectTypeOf(shapes.bidi([request])).toExtend<AsyncIterable<Response>>();
  expectTypeOf(shapes.close()).toEqualTypeOf<void>();
  const contracted = cluster(ShapesClient, ShapesContract, options);
  if (isErrorOf(contracted.unary, undefined)) expectTypeOf(await contracted.unary(request)).toEqualTypeOf<Response>();
  cluster(ShapesClient, { ...options, allowedHosts: ({ host, port }) => host.endsWith(".example") && port === 2113 });
  cluster(ShapesClient, { ...options, recovery: { unary: recovery.keyed({ refresh: (write: Request) => write }) } });
  cluster(Generic, options).close();
  // @ts-expect-error The request is no number.
  await shapes.unary(5);
  // @ts-expect-error The contract of another service.
  cluster(ShapesClient, LedgerContract, options);
  // @ts-expect-error The class, not an instance.
  cluster(client, options);
  // @ts-expect-error Seeds are missing.
  cluster(ShapesClient, { credentials: credentials.createInsecure() });
  // @ts-expect-error Credentials are missing.
  cluster(ShapesClient, { seeds: ["a:1"] });
  // @ts-expect-error The client has no such method.
  cluster(ShapesClient, { ...options, recovery: { unray: recovery.none } });
  // @ts-expect-error An option that does not exist.
  cluster(ShapesClient, { ...options, nodes: [] });
}

/** A contract knows the level of its methods. Methods without errors narrow to none. */
export function idempotency(): void {
  expectTypeOf(LedgerContract.find.idempotencyLevel).toEqualTypeOf<"NO_SIDE_EFFECTS" | "IDEMPOTENT" | undefined>();
  const error: unknown = undefined;
  if (isErrorOf(LedgerContract.getVersion, error)) expectTypeOf(error).toEqualTypeOf<never>();
}
