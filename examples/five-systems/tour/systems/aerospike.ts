import { setTimeout as sleep } from "node:timers/promises";
import { credentials } from "@grpc/grpc-js";
import { promises, richErrorClientOptions } from "grpc-rich-errors";
import { catalog, GenerationError, NotFoundError, TimeoutError } from "grpc-rich-errors/catalogs/aerospike";
import { AerospikeClient } from "../../gen/systems/v1/systems.js";
import { failureOf } from "../failure.js";
import { firstSentence, type System } from "../system.js";

/** A database with numbered errors of its server and of its clients. */
export const aerospike: System = {
  name: "Aerospike",
  about: "identified by number; clients make the errors below zero; EE is the Enterprise edition",
  catalog,
  columns: [
    { head: "no.", text: ({ number }) => String(number) },
    { head: "name", text: ({ displayName }) => displayName },
    {
      head: "since",
      text: ({ since, labels }) => [since, labels?.["status"], labels?.["edition"]].filter(Boolean).join(" "),
    },
    { head: "meaning", text: ({ documentation }) => firstSentence(documentation.summary) },
  ],
  part: ({ category }) => category ?? "",

  async play({ systems }) {
    const options = richErrorClientOptions({ catalogs: [catalog] });
    const client = new AerospikeClient(await systems.address(), credentials.createInsecure(), options);
    const store = promises(client);
    const reports = systems.reports("systems.v1.Aerospike");
    const put = { key: "ada", value: "engine", expectedGeneration: 0, totalTimeout: 0 };

    const missing = await failureOf(reports, () => store.get({ key: put.key }));
    const { generation } = await store.put(put);

    await store.put(put);
    const conflict = await failureOf(reports, () => store.put({ ...put, expectedGeneration: generation }));
    const present = await store.get({ key: put.key });
    const again = await store.put({ ...put, expectedGeneration: present.generation });

    const large = { ...put, key: "grace", value: "x".repeat(6000), totalTimeout: 20 };
    const late = await failureOf(reports, () => store.put(large));
    if (!(late.caught instanceof TimeoutError)) throw late.caught;
    let looks = 0;
    for (let isStored = false; !isStored; looks += 1) {
      try {
        isStored = (await store.get({ key: large.key })).value === large.value;
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw error;
        await sleep(20);
      }
    }
    client.close();
    return [
      {
        error: NotFoundError,
        title: "the record does not exist",
        failure: missing,
        afterwards: `wrote it: generation ${generation}`,
      },
      {
        error: GenerationError,
        title: "another client wrote first",
        failure: conflict,
        afterwards: `read generation ${present.generation}, wrote again, and got generation ${again.generation}`,
      },
      {
        error: TimeoutError,
        title: "a write takes longer than allowed",
        failure: late,
        afterwards: `read the record, because the detail says inDoubt: ${late.caught.detail.inDoubt}; attempt ${looks} found it stored`,
      },
    ];
  },
};
