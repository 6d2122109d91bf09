import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Metadata } from "@grpc/grpc-js";
import { RichError } from "grpc-rich-errors";
import {
  AccessDeniedError,
  BadRequestError,
  NotLeaderNodeError,
  OperationTimeoutError,
  ServerMalfunctionError,
  ServerNotReadyError,
  ServerOverloadedError,
  ServerShuttingDownError,
} from "grpc-rich-errors/catalogs/kurrent";
import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
import { ANY, NO_STREAM } from "../store/revision.js";
import { Connection } from "./connection.js";
import { count, eventually, record, type Scene, thrownBy } from "./scene.js";
import { damage, seed } from "./seed.js";

/** Errors about the server. Most of them need a server in a special state. */
export const platformScenes: readonly Scene[] = [
  {
    error: AccessDeniedError,
    title: "a user writes to a system stream",
    async play(stage) {
      const server = await stage.leader();
      const { client } = server.connect();
      const metadata = new Metadata();
      metadata.set("authorization", `Basic ${Buffer.from("ada:engine").toString("base64")}`);
      const request = { stream: "$settings", expectedRevision: ANY, records: [record("r-1", "Changed")], checks: [] };
      const caught = await new Promise((resolve) => client.append(request, metadata, resolve));
      return { server, call: { method: "Append", request, surface: "grpc-js's callback, as user ada" }, caught };
    },
  },
  {
    error: BadRequestError,
    title: "one request has four mistakes",
    async play(stage) {
      const server = await stage.leader();
      const { promised } = server.connect();
      const request = { stream: "", expectedRevision: -7n, records: [record("", "")], checks: [] };
      const caught = await thrownBy(() => promised.append(request));
      return { server, call: { method: "Append", request, surface: "promises(client), rejected" }, caught };
    },
  },
  {
    error: NotLeaderNodeError,
    title: "a write reaches a follower",
    async play(stage) {
      const leader = await stage.leader();
      const server = await stage.start(["--leader", `${leader.address.host}:${leader.address.port}`]);
      await server.until("serving");
      const { promised } = server.connect();
      const request = {
        stream: "order-13",
        expectedRevision: NO_STREAM,
        records: [record("r-1", "Placed")],
        checks: [],
      };
      const caught = await thrownBy(() => promised.append(request));
      if (!(caught instanceof NotLeaderNodeError) || !caught.detail.currentLeader) throw caught;
      const { host, port } = caught.detail.currentLeader;
      const there = new Connection({ host, port }, []);
      const { revision } = await there.promised.append(request);
      there.close();
      return {
        server,
        call: { method: "Append", request, surface: "promises(client), rejected" },
        caught,
        afterwards: `connected to ${host}:${port}, appended, and got revision ${revision}n`,
      };
    },
  },
  {
    error: OperationTimeoutError,
    title: "a write takes longer than allowed",
    apart: true,
    async play(stage) {
      const server = await stage.start(["--write-timeout", "60", "--flush-delay", "300"]);
      await server.until("serving");
      const { client, promised } = server.connect();
      const request = {
        stream: "order-14",
        expectedRevision: NO_STREAM,
        records: [record("r-1", "Placed")],
        checks: [],
      };
      const append = promisify(client.append.bind(client));
      const caught = await thrownBy(() => append(request));
      const found = await eventually(() => count(promised.read({ stream: "order-14", fromRevision: 0n, limit: 0 })));
      return {
        server,
        call: { method: "Append", request, surface: "util.promisify of grpc-js's method" },
        caught,
        afterwards: `read the stream and found ${found} record: the write was stored after all`,
      };
    },
  },
  {
    error: ServerNotReadyError,
    title: "a call arrives before the index is read",
    apart: true,
    async play(stage) {
      const request = { stream: "order-15", fromRevision: 0n, limit: 0 };
      // On a busy machine, the server may be ready before the call arrives. Then the next attempt pauses longer.
      for (let pause = 120; pause < 10_000; pause *= 4) {
        const folder = stage.newFolder();
        await seed(folder, ["order-15", ...Array.from({ length: 7 }, (_, index) => `customer-${index}`)]);
        const server = await stage.start(["--scan-pause", String(pause)], folder);
        const { promised } = server.connect();
        const caught = await count(promised.read(request)).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (caught === undefined) continue;
        await server.until("serving");
        const records = await count(promised.read(request));
        return {
          server,
          call: { method: "Read", request, surface: "promises(client), for await" },
          caught,
          afterwards: `read again when the server was ready, and got ${records} records`,
        };
      }
      throw new Error("no call came before the server was ready");
    },
  },
  {
    error: ServerOverloadedError,
    title: "the server is at its limit of calls",
    apart: true,
    async play(stage) {
      const folder = stage.newFolder();
      await seed(folder, ["order-16"]);
      const server = await stage.start(["--max-calls", "2"], folder);
      await server.until("serving");
      const { client, plain, promised } = server.connect();
      const follow = { stream: "order-16", fromRevision: 0n };
      const [one, other] = [client.follow(), client.follow()];
      for (const call of [one, other]) {
        call.write(follow);
        await new Promise((resolve) => call.once("data", resolve));
      }

      const request = { stream: "order-16", expectedRevision: ANY, records: [record("r-4", "Paid")], checks: [] };
      const failed = await new Promise((resolve) => plain.append(request, resolve));
      const caught = RichError.from(failed, { catalogs: [catalog] });
      one.resume().end();
      while ((await promised.status({})).runningCalls > 1) await sleep(5);
      const { revision } = await promised.append(request);
      other.resume().end();
      return {
        server,
        call: { method: "Append", request, surface: "RichError.from, on a client without richErrorClientOptions" },
        caught,
        afterwards: `ended one of the two running calls, appended, and got revision ${revision}n`,
      };
    },
  },
  {
    error: ServerMalfunctionError,
    title: "a stored record is damaged",
    apart: true,
    async play(stage) {
      const folder = stage.newFolder();
      await seed(folder, ["order-17"]);
      await damage(folder, "order-17", 2n);
      const server = await stage.start(["--debug-info"], folder);
      await server.until("serving");
      const { client } = server.connect();
      const request = { stream: "order-17", fromRevision: 0n, limit: 0 };
      let records = 0;
      const caught = await new Promise((resolve) => {
        const call = client.read(request);
        call.on("data", () => {
          records += 1;
        });
        call.on("error", resolve);
      });
      return {
        server,
        call: { method: "Read", request, surface: `"error" event of grpc-js's stream` },
        caught,
        afterwards: `got ${records} intact records before the error`,
      };
    },
  },
  {
    error: ServerShuttingDownError,
    title: "a call arrives during shutdown",
    apart: true,
    async play(stage) {
      const folder = stage.newFolder();
      await seed(folder, ["order-18"]);
      const server = await stage.start([], folder);
      await server.until("serving");
      const { client } = server.connect();
      const request = { stream: "order-18", fromRevision: 0n };
      const running = client.follow();
      running.write(request);
      await new Promise((resolve) => running.once("data", resolve));
      server.terminate();
      await server.until("draining");

      const caught = await new Promise((resolve) => {
        const call = client.follow();
        call.on("error", resolve).resume();
        call.write(request);
      });
      const ended = new Promise((resolve) => running.on("status", resolve).resume());
      running.end();
      await ended;
      return {
        server,
        call: { method: "Follow", request: [request], surface: `"error" event of grpc-js's bidi stream` },
        caught,
        afterwards: `the running call ended normally, then the server exited with code ${await server.exited()}`,
      };
    },
  },
];
