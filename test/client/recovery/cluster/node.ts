import { Server, ServerCredentials } from "@grpc/grpc-js";
import { Code, RichError, richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import {
  ClientIdempotencyViolationError,
  catalog,
  InflightDuplicateWriteError,
  NotLeaderError,
  OptimisticConcurrencyViolationError,
} from "grpc-rich-errors/catalogs/eventlog";
import { LedgerService } from "../../../gen/ledger/v1/ledger.js";
import { Ledger } from "./ledger.js";
import type { Command, Report } from "./messages.js";

// One server of the event log. The controller, its parent, elects the leader and carries entries to followers.

const [path = "", port = "0"] = process.argv.slice(2);
const ledger = new Ledger(path);
let role: { readonly epoch: number; readonly leader: string; readonly leads: boolean } = {
  epoch: 0,
  leader: "",
  leads: false,
};
let durable = 0;
/** The writes that wait until a follower has them, by their index. */
const waiting = new Map<number, { readonly resolve: () => void; readonly reject: (error: Error) => void }>();

const send = (report: Report) => void process.send?.(report);

function checkLeader(): void {
  if (!role.leads) throw new NotLeaderError({ leaderAddress: role.leader });
}

const handlers = richHandlers(LedgerService, {
  async append({ request }) {
    const { key: { clientId = "", sequence: clientSequence = 0 } = {}, eventId, aggregate, expectedVersion } = request;
    checkLeader();
    const version = ledger.versionOf(aggregate);
    // As in the event log, the version is checked before the key.
    if (expectedVersion !== undefined && expectedVersion !== version) {
      throw new OptimisticConcurrencyViolationError({
        aggregate,
        expectedVersion: BigInt(expectedVersion),
        actualVersion: BigInt(version),
      });
    }
    const detail = { clientId, clientSequence: BigInt(clientSequence) };
    const key = `${clientId}/${clientSequence}`;
    const known = ledger.indexOf(key);
    if (known !== undefined) {
      throw known < durable ? new ClientIdempotencyViolationError(detail) : new InflightDuplicateWriteError(detail);
    }
    const entry = { key, eventId, aggregate };
    const index = ledger.append(entry);
    send({ type: "append", epoch: role.epoch, entry });
    await new Promise<void>((resolve, reject) => waiting.set(index, { resolve, reject }));
    return { version: version + 1 };
  },
  find({ request: { clientId, sequence } }) {
    checkLeader();
    const index = ledger.indexOf(`${clientId}/${sequence}`);
    const entry = index !== undefined && index < durable ? ledger.entries[index] : undefined;
    return { eventId: entry?.eventId ?? "", version: 0 };
  },
  getVersion({ request: { name } }) {
    checkLeader();
    return { version: ledger.versionOf(name) };
  },
});

/** Ends the writes that wait. Whether they take effect, the next leader decides. */
function dropWaiting(): void {
  for (const { reject } of waiting.values()) reject(new RichError(Code.UNAVAILABLE, "the leader resigned"));
  waiting.clear();
}

process.on("message", (command: Command) => {
  switch (command.type) {
    case "lead":
      role = { epoch: command.epoch, leader: "", leads: true };
      durable = 0;
      send({ type: "leading", epoch: role.epoch, entries: ledger.entries });
      break;
    case "follow":
      dropWaiting();
      role = { epoch: command.epoch, leader: command.leader, leads: false };
      ledger.replace(command.entries);
      send({ type: "stored", epoch: role.epoch, count: ledger.entries.length });
      break;
    case "store":
      if (command.epoch !== role.epoch) break;
      ledger.append(command.entry);
      send({ type: "stored", epoch: role.epoch, count: ledger.entries.length });
      break;
    case "durable":
      if (command.epoch !== role.epoch) break;
      for (; durable < command.count; durable++) {
        waiting.get(durable)?.resolve();
        waiting.delete(durable);
      }
      break;
    case "resign":
      role = { ...role, leader: "", leads: false };
      dropWaiting();
      send({ type: "resigned" });
      break;
  }
});
// A controller that ends takes its servers along.
process.on("disconnect", () => process.exit());

const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] });
server.addService(LedgerService, handlers);
server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
  if (error) throw error;
  send({ type: "ready", port: bound, count: ledger.entries.length });
});
