import { setTimeout as sleep } from "node:timers/promises";
import { credentials } from "@grpc/grpc-js";
import { promises, richErrorClientOptions } from "grpc-rich-errors";
import {
  ConcurrencyConflictError,
  catalog,
  ReducerNotReadyError,
  ValidationError,
} from "grpc-rich-errors/catalogs/hapnd";
import { HapndClient } from "../../gen/systems/v1/systems.js";
import { failureOf } from "../failure.js";
import { firstSentence, type System } from "../system.js";

/** An HTTP service with codes in words. */
export const hapnd: System = {
  name: "Hapnd",
  about: "known by code, over gRPC as over HTTP",
  catalog,
  columns: [
    { head: "code", text: ({ reason }) => reason },
    { head: "HTTP status", text: ({ httpStatus }) => String(httpStatus) },
    { head: "description", text: ({ documentation }) => firstSentence(documentation.summary) },
  ],

  async play({ systems }) {
    const options = richErrorClientOptions({ catalogs: [catalog] });
    const client = new HapndClient(await systems.address(), credentials.createInsecure(), options);
    const api = promises(client);
    const reports = systems.reports("systems.v1.Hapnd");
    const append = { aggregateId: "order-1", aggregateType: "Order", expectedVersion: 0n, events: ["Placed"] };

    const { reducerId } = await api.uploadReducer({ source: "orders.cs" });
    const binding = { reducerId, aggregateType: "Order" };
    const notReady = await failureOf(reports, () => api.bindReducer(binding));
    let tries = 1;
    for (let delay = 50, isBound = false; !isBound; delay *= 2, tries += 1) {
      await sleep(delay);
      try {
        await api.bindReducer(binding);
        isBound = true;
      } catch (error) {
        if (!(error instanceof ReducerNotReadyError)) throw error;
      }
    }

    const invalid = await failureOf(reports, () => api.append({ ...append, aggregateId: "", events: [] }));
    if (!(invalid.caught instanceof ValidationError)) throw invalid.caught;
    const fields = invalid.caught.detail.violations.map(({ field }) => field);
    const { version } = await api.append(append);

    const conflict = await failureOf(reports, () => api.append(append));
    if (!(conflict.caught instanceof ConcurrencyConflictError)) throw conflict.caught;
    const { actualVersion } = conflict.caught.detail;
    const again = await api.append({ ...append, expectedVersion: actualVersion });
    client.close();
    return [
      {
        error: ReducerNotReadyError,
        title: "a reducer is bound while it is compiled",
        failure: notReady,
        afterwards: `waited longer after each failure, and bound it at try ${tries}`,
      },
      {
        error: ValidationError,
        title: "a request lacks what it must hold",
        failure: invalid,
        afterwards: `filled in ${fields.join(" and ")}, appended, and got version ${version}`,
      },
      {
        error: ConcurrencyConflictError,
        title: "somebody else appended first",
        failure: conflict,
        afterwards: `decided again on version ${actualVersion}, appended, and got version ${again.version}`,
      },
    ];
  },
};
