import { Catalog } from "grpc-rich-errors";
import {
  catalog,
  StreamNotFoundError,
  StreamRevisionConflictError,
  StreamTombstonedError,
} from "grpc-rich-errors/catalogs/kurrentdb";
import { ANY, NO_STREAM } from "../../../eventstore/store/revision.js";
import { count, record } from "../../../eventstore/tour/scene.js";
import { failureOf } from "../failure.js";
import { reasonCodeFields, reportsOf } from "../kurrent.js";
import type { System } from "../system.js";

/** KurrentDB's Streams API. */
export const streams: System = {
  name: "KurrentDB, Streams API",
  about: "identified by reason and detail",
  // The catalog has all errors of KurrentDB. The platform is a system of its own here.
  catalog: new Catalog([...catalog].filter(({ definition }) => definition.domain === "streams")),
  columns: reasonCodeFields,

  async play({ leader }) {
    const reports = reportsOf(leader);
    const { promised } = leader.connect();
    const write = { stream: "order-1", expectedRevision: NO_STREAM, records: [record("r-1", "Placed")], checks: [] };

    const missing = await failureOf(reports, () =>
      count(promised.read({ stream: "order-1", fromRevision: 0n, limit: 0 })),
    );
    const { revision } = await promised.append(write);

    const old = { ...write, expectedRevision: revision };
    await promised.append(old);
    const conflict = await failureOf(reports, () => promised.append(old));
    if (!(conflict.caught instanceof StreamRevisionConflictError)) throw conflict.caught;
    const { actualRevision } = conflict.caught.detail;
    const again = await promised.append({ ...write, expectedRevision: actualRevision });

    await promised.tombstone({ stream: "order-1", expectedRevision: ANY });
    const gone = await failureOf(reports, () => promised.append({ ...write, expectedRevision: ANY }));
    const other = await promised.append({ ...write, stream: "order-2" });
    return [
      {
        error: StreamNotFoundError,
        title: "the stream does not exist",
        failure: missing,
        afterwards: `appended to it, which created it at revision ${revision}`,
      },
      {
        error: StreamRevisionConflictError,
        title: "two writers race for one revision",
        failure: conflict,
        afterwards: `decided again on revision ${actualRevision}, appended, and got revision ${again.revision}`,
      },
      {
        error: StreamTombstonedError,
        title: "the stream is gone for good",
        failure: gone,
        afterwards: `appended to another stream, and got revision ${other.revision}`,
      },
    ];
  },
};
