/**
 * The types of recovery. Checked by `tsc -p .`, never run.
 */
import { isErrorOf, promises } from "grpc-rich-errors";
import { type Attempt, type CallRecovery, recover, recovery, reportOf } from "grpc-rich-errors/recovery";
import { expectTypeOf } from "vitest";
import type { ShapeRequest as Request, ShapeResponse as Response, ShapesClient } from "../gen/shapes/v1/shapes.js";
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
