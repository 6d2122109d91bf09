import { Metadata } from "@grpc/grpc-js";
import { AccessDeniedError, BadRequestError, catalog, NotLeaderNodeError } from "grpc-rich-errors/catalogs/kurrent";
import { NO_STREAM } from "../../../eventstore/store/revision.js";
import { Connection } from "../../../eventstore/tour/connection.js";
import { record } from "../../../eventstore/tour/scene.js";
import { failureOf } from "../failure.js";
import { reasonCodeFields, reportsOf } from "../kurrent.js";
import type { System } from "../system.js";

/** The errors that all services of Kurrent's platform share. */
export const platform: System = {
  name: "Kurrent platform",
  about: "identified by reason, in every service",
  catalog,
  columns: reasonCodeFields,

  async play({ follower }) {
    const { promised } = follower.connect();
    const reports = reportsOf(follower);
    const write = { stream: "cart-1", expectedRevision: NO_STREAM, records: [record("r-1", "Filled")], checks: [] };

    const bad = await failureOf(reports, () => promised.append({ ...write, stream: "", records: [] }));
    if (!(bad.caught instanceof BadRequestError)) throw bad.caught;
    const fields = bad.caught.detail.fieldViolations.map(({ field }) => field);

    const redirected = await failureOf(reports, () => promised.append(write));
    if (!(redirected.caught instanceof NotLeaderNodeError)) throw redirected.caught;
    const { host = "", port = 0 } = redirected.caught.detail.currentLeader ?? {};
    const leader = new Connection({ host, port }, []);
    const { revision } = await leader.promised.append(write);

    const settings = { stream: "$settings", fromRevision: 0n, limit: 0 };
    const denied = await failureOf(reports, async () => {
      for await (const _ of promised.read(settings)) throw new Error("a record came");
    });
    const metadata = new Metadata();
    metadata.set("authorization", `Basic ${Buffer.from("root:secret").toString("base64")}`);
    const allowed = await failureOf(reports, async () => {
      for await (const _ of promised.read(settings, { metadata })) throw new Error("a record came");
    });
    leader.close();
    return [
      {
        error: BadRequestError,
        title: "a request has two mistakes",
        failure: bad,
        afterwards: `corrected ${fields.join(" and ")}, and got the next error`,
      },
      {
        error: NotLeaderNodeError,
        title: "a write reaches a follower",
        failure: redirected,
        afterwards: `connected to ${host}:${port}, appended, and got revision ${revision}`,
      },
      {
        error: AccessDeniedError,
        title: "an anonymous user reads a system stream",
        failure: denied,
        afterwards: `signed in as root, and got past the check: ${allowed.caught instanceof Error ? allowed.caught.message : ""}`,
      },
    ];
  },
};
