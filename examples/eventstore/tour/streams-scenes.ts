import {
  AppendConsistencyViolationError,
  AppendRecordSizeExceededError,
  AppendSessionNoRequestsError,
  AppendTransactionSizeExceededError,
  StreamAlreadyExistsError,
  StreamAlreadyInAppendSessionError,
  StreamDeletedError,
  StreamNotFoundError,
  StreamRevisionConflictError,
  StreamTombstonedError,
} from "grpc-rich-errors/catalogs/kurrentdb";
import { ANY, EXISTS, NO_STREAM } from "../store/revision.js";
import { oneFailureOf, record, type Scene, thrownBy } from "./scene.js";

/** Errors about streams. They all share one server. */
export const streamsScenes: readonly Scene[] = [
  {
    error: StreamNotFoundError,
    title: "the stream does not exist",
    async play(stage) {
      const server = await stage.leader();
      const { client } = server.connect();
      const request = { stream: "order-404", fromRevision: 0n, limit: 10 };
      const caught = await thrownBy(async () => {
        for await (const _ of client.read(request)) throw new Error("a record came");
      });
      return { server, call: { method: "Read", request, surface: "for await over grpc-js's stream" }, caught };
    },
  },
  {
    error: StreamAlreadyExistsError,
    title: "two clients create a stream at once",
    async play(stage) {
      const server = await stage.leader();
      const [one, other] = [server.connect().promised, server.connect().promised];
      const request = {
        stream: "customer-1",
        expectedRevision: NO_STREAM,
        records: [record("r-1", "Registered")],
        checks: [],
      };
      const caught = await oneFailureOf([one.append(request), other.append(request)]);
      return { server, call: { method: "Append", request, surface: "promises(client), rejected" }, caught };
    },
  },
  {
    error: StreamDeletedError,
    title: "a client reads a deleted stream",
    async play(stage) {
      const server = await stage.leader();
      const { client, promised } = server.connect();
      const append = { stream: "cart-3", expectedRevision: ANY, records: [record("r-1", "Filled")], checks: [] };
      await promised.append(append);
      await promised.delete({ stream: "cart-3", expectedRevision: 0n });

      const request = { stream: "cart-3", fromRevision: 0n, limit: 0 };
      const caught = await new Promise((resolve) => client.read(request).on("error", resolve).resume());
      const { revision } = await promised.append(append);
      return {
        server,
        call: { method: "Read", request, surface: `"error" event of grpc-js's stream` },
        caught,
        afterwards: `appended to it, which restored it at revision ${revision}`,
      };
    },
  },
  {
    error: StreamTombstonedError,
    title: "a followed stream is tombstoned",
    async play(stage) {
      const server = await stage.leader();
      const { promised } = server.connect();
      const stream = "account-4";
      await promised.append({ stream, expectedRevision: ANY, records: [record("r-1", "Opened")], checks: [] });

      const request = { stream, fromRevision: 0n };
      const over = new AbortController();
      async function* requests() {
        yield request;
        // Stays open, because the end of the requests would end following.
        await new Promise((resolve) => over.signal.addEventListener("abort", resolve));
      }
      let records = 0;
      const caught = await thrownBy(async () => {
        for await (const _ of promised.follow(requests())) {
          records += 1;
          await promised.tombstone({ stream, expectedRevision: 0n });
        }
      });
      over.abort();
      return {
        server,
        call: { method: "Follow", request: [request], surface: "promises(client), bidi, for await" },
        caught,
        afterwards: `got ${records} record before the error`,
      };
    },
  },
  {
    error: StreamRevisionConflictError,
    title: "two writers race for one revision",
    async play(stage) {
      const server = await stage.leader();
      const [one, other] = [server.connect().promised, server.connect().promised];
      const records = [record("r-1", "Placed")];
      const stream = "order-5";
      const { revision } = await one.append({ stream, expectedRevision: NO_STREAM, records, checks: [] });

      const request = { stream, expectedRevision: revision, records: [record("r-2", "Paid")], checks: [] };
      const caught = await oneFailureOf([one.append(request), other.append(request)]);
      if (!(caught instanceof StreamRevisionConflictError)) throw caught;
      const expectedRevision = caught.detail.actualRevision;
      const again = await other.append({ ...request, expectedRevision });
      return {
        server,
        call: { method: "Append", request, surface: "promises(client), rejected" },
        caught,
        afterwards: `appended again with expected revision ${expectedRevision}n, and got revision ${again.revision}n`,
      };
    },
  },
  {
    error: AppendRecordSizeExceededError,
    title: "a record is too large",
    async play(stage) {
      const server = await stage.leader();
      const { client } = server.connect();
      const request = {
        stream: "photo-6",
        expectedRevision: ANY,
        records: [record("r-1", "Uploaded", 6000)],
        checks: [],
      };
      const caught = await new Promise((resolve) => client.append(request, resolve));
      return { server, call: { method: "Append", request, surface: "grpc-js's callback" }, caught };
    },
  },
  {
    error: AppendTransactionSizeExceededError,
    title: "a session exceeds the transaction size",
    async play(stage) {
      const server = await stage.leader();
      const { client } = server.connect();
      const requests = [1, 2, 3].map((part) => ({
        stream: `film-7-${part}`,
        expectedRevision: ANY,
        records: [record(`r-${part}`, "Recorded", 4000)],
      }));
      const caught = await new Promise((resolve) => {
        const call = client.appendSession(resolve);
        for (const request of requests) call.write(request);
        call.end();
      });
      return {
        server,
        call: { method: "AppendSession", request: requests, surface: "grpc-js's client stream with a callback" },
        caught,
      };
    },
  },
  {
    error: StreamAlreadyInAppendSessionError,
    title: "one session writes to a stream twice",
    async play(stage) {
      const server = await stage.leader();
      const { promised } = server.connect();
      const requests = ["cart-8", "order-8", "cart-8"].map((stream, index) => ({
        stream,
        expectedRevision: ANY,
        records: [record(`r-${index + 1}`, "Changed")],
      }));
      async function* session() {
        for (const request of requests) yield request;
      }
      const caught = await thrownBy(() => promised.appendSession(session()));
      return {
        server,
        call: { method: "AppendSession", request: requests, surface: "promises(client), async generator" },
        caught,
      };
    },
  },
  {
    error: AppendSessionNoRequestsError,
    title: "a session ends without a request",
    async play(stage) {
      const server = await stage.leader();
      const { promised } = server.connect();
      const caught = await thrownBy(() => promised.appendSession([]));
      return {
        server,
        call: { method: "AppendSession", request: [], surface: "promises(client), empty iterable" },
        caught,
      };
    },
  },
  {
    error: AppendConsistencyViolationError,
    title: "two streams fail the checks of an append",
    async play(stage) {
      const server = await stage.leader();
      const { promised } = server.connect();
      const stock = { stream: "stock-10", expectedRevision: ANY, checks: [] };
      await promised.append({ ...stock, records: [record("r-1", "Counted"), record("r-2", "Sold")] });

      const request = {
        stream: "order-10",
        expectedRevision: NO_STREAM,
        records: [record("r-1", "Placed")],
        checks: [
          { stream: "stock-10", expectedState: 0n },
          { stream: "customer-10", expectedState: EXISTS },
        ],
      };
      const caught = await thrownBy(() => promised.append(request));
      return { server, call: { method: "Append", request, surface: "promises(client), rejected" }, caught };
    },
  },
];
