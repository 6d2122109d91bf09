import { richErrorClientOptions } from "grpc-rich-errors";
import {
  HapndCircuitOpenError,
  catalog as hapnd,
  InvalidRequestError,
  ReducerNotReadyError,
} from "grpc-rich-errors/catalogs/hapnd";
import { expect, test } from "vitest";
import { startShapes } from "../../support/shapes.js";
import { openPage } from "../page.js";

const page = openPage("docs/circuit-breaker.md");

test("shows how to guard a server with a circuit breaker and a bulkhead", async () => {
  const { guarded } = await page.imported(
    `import { bulkhead, ConsecutiveBreaker, circuitBreaker, handleWhen } from "cockatiel";
     import { RichError } from "grpc-rich-errors";
     import { catalog } from "grpc-rich-errors/catalogs/hapnd";
     import { recover, recovery as kinds } from "grpc-rich-errors/recovery";
     const recovery = { declared: kinds.declared.with({ backOffDelay: 1 }) };
     export function guarded(orders, address) {
       ${page.take("const isFailedCall")}
       return async (request, deadline) => { ${page.take("const limit")} return placed; };
     }`,
  );
  let calls = 0;
  const ends = new Map<number, () => Error>([
    [0, () => new InvalidRequestError()],
    [1, () => new ReducerNotReadyError()],
  ]);
  const { calls: shapes, address } = await startShapes(
    {
      unary: ({ request: { before } }) => {
        calls++;
        const error = ends.get(before)?.();
        if (error) throw error;
        return { index: before };
      },
    },
    { catalogs: [hapnd], client: richErrorClientOptions({ catalogs: [hapnd] }) },
  );
  const place = guarded({ placeOrder: shapes.unary }, address);
  const failed = async (before: number): Promise<unknown> =>
    place({ scenario: "", before }, Date.now() + 60_000).catch((error: unknown) => error);
  for (let call = 0; call < 10; call++) expect(await failed(0)).toBeRichError(InvalidRequestError);
  expect(await failed(2)).toEqual({ index: 2 });
  expect(await failed(1)).toBeRichError(ReducerNotReadyError);
  // The budget has no more retries for a server that turns requests away.
  for (let call = 0; call < 2; call++) expect(await failed(1)).toBeRichError(ReducerNotReadyError);
  const open = await failed(1);
  expect(open).toBeRichError(HapndCircuitOpenError);
  expect(open).toMatchObject({ origin: "CLIENT", outcome: "NOT_APPLIED" });
  expect(calls).toBe(16);
});

page.testOtherCode();
