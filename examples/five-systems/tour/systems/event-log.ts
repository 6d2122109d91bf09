import { setTimeout as sleep } from "node:timers/promises";
import { credentials } from "@grpc/grpc-js";
import { promises, richErrorClientOptions } from "grpc-rich-errors";
import {
  ClientIdempotencyViolationError,
  catalog,
  InflightDuplicateWriteError,
  OptimisticConcurrencyViolationError,
} from "grpc-rich-errors/catalogs/eventlog";
import { EventLogClient } from "../../gen/systems/v1/systems.js";
import { failureOf } from "../failure.js";
import { firstSentence, type System } from "../system.js";

/** An event store with numbered errors in ranges. */
export const eventLog: System = {
  name: "Event log",
  about: "known by number; a number that is not listed is of the category that it lies in",
  catalog,
  columns: [
    { head: "number", text: ({ number }) => String(number) },
    { head: "name", text: ({ displayName }) => displayName },
    { head: "what a client does", text: ({ documentation }) => firstSentence(documentation.clientAction) },
  ],
  part: ({ category }) => category ?? "",

  async play({ systems }) {
    const options = richErrorClientOptions({ catalogs: [catalog] });
    const client = new EventLogClient(await systems.address(), credentials.createInsecure(), options);
    const log = promises(client);
    const reports = systems.reports("systems.v1.EventLog");
    const write = {
      aggregate: "order-1",
      expectedVersion: 0n,
      clientId: "shop",
      clientSequence: 1n,
      events: ["Placed"],
    };

    // The answer to the first one is still to come.
    const first = log.write(write);
    const inFlight = await failureOf(reports, () => log.write(write));
    let held = 0;
    const landed = await failureOf(reports, async () => {
      for (;;) {
        try {
          return await log.write(write);
        } catch (error) {
          if (!(error instanceof InflightDuplicateWriteError)) throw error;
          held += 1;
          reports.clear();
          await sleep(50);
        }
      }
    });
    const { version } = await first;

    const next = { ...write, clientSequence: 2n, events: ["Paid"] };
    const conflict = await failureOf(reports, () => log.write(next));
    if (!(conflict.caught instanceof OptimisticConcurrencyViolationError)) throw conflict.caught;
    const { actualVersion } = conflict.caught.detail;
    const again = await log.write({ ...next, expectedVersion: actualVersion });
    client.close();
    return [
      {
        error: InflightDuplicateWriteError,
        title: "a write is sent again before the first is replicated",
        failure: inFlight,
        afterwards: `held back what follows, and repeated the write until the answer was another: ${held + 1} times`,
      },
      {
        error: ClientIdempotencyViolationError,
        title: "the same write, when the first is durable",
        failure: landed,
        afterwards: `went on as after a success; the first one answers that version ${version} is stored`,
      },
      {
        error: OptimisticConcurrencyViolationError,
        title: "a writer decides on a state that is old",
        failure: conflict,
        afterwards: `decided again on version ${actualVersion}, wrote, and got version ${again.version}`,
      },
    ];
  },
};
