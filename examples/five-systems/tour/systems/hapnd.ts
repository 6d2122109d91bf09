import { setTimeout as sleep } from "node:timers/promises";
import { credentials } from "@grpc/grpc-js";
import { type PromiseClient, promises, richErrorClientOptions } from "grpc-rich-errors";
import {
  catalog,
  HapndConcurrencyError,
  HapndValidationError,
  ReducerNotReadyError,
} from "grpc-rich-errors/catalogs/hapnd";
import { type BindReducerRequest, HapndClient } from "../../gen/systems/v1/systems.js";
import { type Failure, failureOf, type Reports, tryCall } from "../failure.js";
import { firstSentence, type System } from "../system.js";

/** An HTTP service whose error codes are words. */
export const hapnd: System = {
  name: "Hapnd",
  about: "identified by code, over gRPC and HTTP",
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

    const [binding, notReady] = await bindTooEarly(api, reports);
    let tries = 1;
    for (let delay = 50, isBound = false; !isBound; delay *= 2, tries += 1) {
      await sleep(delay);
      const failure = await tryCall(reports, () => api.bindReducer(binding));
      if (failure && !(failure.caught instanceof ReducerNotReadyError)) throw failure.caught;
      isBound = !failure;
    }

    const invalid = await failureOf(reports, () => api.append({ ...append, aggregateId: "", events: [] }));
    if (!(invalid.caught instanceof HapndValidationError)) throw invalid.caught;
    const fields = invalid.caught.detail.violations.map(({ field }) => field);
    const { version } = await api.append(append);

    const conflict = await failureOf(reports, () => api.append(append));
    if (!(conflict.caught instanceof HapndConcurrencyError)) throw conflict.caught;
    const { actualVersion } = conflict.caught.detail;
    const again = await api.append({ ...append, expectedVersion: actualVersion });
    client.close();
    return [
      {
        error: ReducerNotReadyError,
        title: "a client binds a reducer before it is compiled",
        failure: notReady,
        afterwards: `waited longer after each failure, and bound it at attempt ${tries}`,
      },
      {
        error: HapndValidationError,
        title: "a request lacks required fields",
        failure: invalid,
        afterwards: `filled in ${fields.join(" and ")}, appended, and got version ${version}`,
      },
      {
        error: HapndConcurrencyError,
        title: "another client appended first",
        failure: conflict,
        afterwards: `decided again on version ${actualVersion}, appended, and got version ${again.version}`,
      },
    ];
  },
};

/**
 * Uploads a reducer and binds it at once. On a busy machine, it may already be compiled. Then the function uploads
 * another one.
 */
async function bindTooEarly(
  api: PromiseClient<HapndClient>,
  reports: Reports,
): Promise<[binding: BindReducerRequest, failure: Failure]> {
  for (let attempt = 1; attempt <= 10; attempt += 1) {
    const { reducerId } = await api.uploadReducer({ source: "orders.cs" });
    const binding = { reducerId, aggregateType: "Order" };
    const failure = await tryCall(reports, () => api.bindReducer(binding));
    if (failure) return [binding, failure];
  }
  throw new Error("no reducer was bound before it was compiled");
}
