import { setTimeout as sleep } from "node:timers/promises";
import { credentials } from "@grpc/grpc-js";
import { type PromiseClient, promises, richErrorClientOptions } from "grpc-rich-errors";
import {
  ClientIdempotencyViolationError,
  catalog,
  InflightDuplicateWriteError,
  OptimisticConcurrencyViolationError,
} from "grpc-rich-errors/catalogs/eventlog";
import { EventLogClient, type WriteRequest, type WriteResponse } from "../../gen/systems/v1/systems.js";
import { type Failure, failureOf, type Reports, tryCall } from "../failure.js";
import { firstSentence, type System } from "../system.js";

/** An event store with numbered errors in ranges. */
export const eventLog: System = {
  name: "Event log",
  about: "identified by number; an unlisted number belongs to the category of its range",
  catalog,
  columns: [
    { head: "number", text: ({ number }) => String(number) },
    { head: "name", text: ({ displayName }) => displayName },
    { head: "what a client should do", text: ({ documentation }) => firstSentence(documentation.clientAction) },
  ],
  part: ({ category }) => category ?? "",

  async play({ systems }) {
    const options = richErrorClientOptions({ catalogs: [catalog] });
    const client = new EventLogClient(await systems.address(), credentials.createInsecure(), options);
    const log = promises(client);
    const reports = systems.reports("systems.v1.EventLog");

    const [write, first, inFlight] = await writeTwice(log, reports);
    let repeated = 1;
    let landed = await failureOf(reports, () => log.write(write));
    while (landed.caught instanceof InflightDuplicateWriteError) {
      repeated += 1;
      await sleep(50);
      landed = await failureOf(reports, () => log.write(write));
    }
    const { version } = await first;

    const next = { ...write, clientSequence: write.clientSequence + 1n, events: ["Paid"] };
    const conflict = await failureOf(reports, () => log.write(next));
    if (!(conflict.caught instanceof OptimisticConcurrencyViolationError)) throw conflict.caught;
    const { actualVersion } = conflict.caught.detail;
    const again = await log.write({ ...next, expectedVersion: actualVersion });
    client.close();
    return [
      {
        error: InflightDuplicateWriteError,
        title: "a client sends a write again before it is replicated",
        failure: inFlight,
        afterwards: `held back the next write and repeated this one until the error changed: ${repeated} times`,
      },
      {
        error: ClientIdempotencyViolationError,
        title: "a client sends a write again after it is durable",
        failure: landed,
        afterwards: `continued as after a success; the first call confirms that version ${version} is stored`,
      },
      {
        error: OptimisticConcurrencyViolationError,
        title: "a writer decides on an outdated state",
        failure: conflict,
        afterwards: `decided again on version ${actualVersion}, wrote, and got version ${again.version}`,
      },
    ];
  },
};

/**
 * Sends a write twice, the second time before the response to the first. On a busy machine, the second may come too
 * late to fail. Then the function tries the next write.
 */
async function writeTwice(
  log: PromiseClient<EventLogClient>,
  reports: Reports,
): Promise<[write: WriteRequest, first: Promise<WriteResponse>, failure: Failure]> {
  for (let number = 1; number <= 10; number += 1) {
    const write: WriteRequest = {
      aggregate: `order-${number}`,
      expectedVersion: 0n,
      clientId: "shop",
      clientSequence: BigInt(2 * number),
      events: ["Placed"],
    };
    const first = log.write(write);
    const failure = await tryCall(reports, () => log.write(write));
    if (failure?.caught instanceof InflightDuplicateWriteError) return [write, first, failure];
  }
  throw new Error("no write was sent again in time");
}
