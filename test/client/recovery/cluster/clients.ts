import { credentials } from "@grpc/grpc-js";
import { Code, codeName, promises, RichError, richErrorClientOptions } from "grpc-rich-errors";
import { catalog, InflightDuplicateWriteError, NotLeaderError } from "grpc-rich-errors/catalogs/eventlog";
import { cluster, recovery, reportOf } from "grpc-rich-errors/recovery";
import { type Event, LedgerClient } from "../../../gen/ledger/v1/ledger.js";
import { LedgerContract } from "../../../gen/ledger/v1/ledger.rich.js";

/** A write as its caller sees it in the end. */
export interface End {
  readonly success: boolean;
  /** Whether a write that failed may have been applied. */
  readonly mayBeApplied: boolean;
  /** The code or the reason of the error, and why it was not recovered. */
  readonly failure?: string;
}

/** A write to make: its number, its aggregate, and whether it expects a version. */
export interface Write {
  readonly number: number;
  readonly writer: number;
  readonly sequence: number;
  readonly aggregate: string;
  readonly guarded: boolean;
}

/** A client of the event log. */
export interface LogClient {
  readonly name: string;
  readonly counts: Record<string, number>;
  write(write: Write): Promise<End>;
  close(): void;
}

const SUCCESS: End = { success: true, mayBeApplied: false };
const DEADLINE = 60_000;

function eventOf({ number, writer, sequence, aggregate }: Write): Event {
  return { key: { clientId: `writer-${writer}`, sequence }, eventId: `event-${number}`, aggregate };
}

/** The client of the package: a cluster client with keyed writes. */
export function clusterClient(seeds: readonly string[]): LogClient {
  const counts = { redirects: 0, retries: 0, refreshes: 0, holds: 0 };
  const options = { seeds, credentials: credentials.createInsecure(), catalogs: [catalog] };
  const numbers = { attempts: 50, hops: 50, delay: 10, backOffDelay: 20, longestDelay: 200 };
  const read = recovery.declared.with(numbers);
  const reader = cluster(LedgerClient, LedgerContract, { ...options, recovery: read });
  const append = recovery
    .keyed({
      order: ({ key }: Event) => key?.clientId,
      refresh: async (event: Event) => {
        if (event.expectedVersion === undefined) return event;
        const { version } = await reader.getVersion({ name: event.aggregate });
        return { ...event, expectedVersion: version };
      },
      verify: async ({ key, eventId }) => {
        const found = key && (await reader.find(key));
        if (!found?.eventId) return { landed: "unknown" };
        return found.eventId === eventId ? { landed: "ours", response: found } : { landed: "another" };
      },
    })
    .with({
      ...numbers,
      onAttempt: ({ action }) => {
        if (action === "redirect") counts.redirects++;
        if (action === "wait") counts.retries++;
        if (action === "refresh") counts.refreshes++;
        if (action === "hold") counts.holds++;
      },
    });
  const log = cluster(LedgerClient, LedgerContract, { ...options, recovery: { append } });
  return {
    name: "cluster client",
    counts,
    close: () => {
      log.close();
      reader.close();
    },
    async write(write) {
      try {
        const event = eventOf(write);
        const expected = write.guarded
          ? { expectedVersion: (await reader.getVersion({ name: write.aggregate })).version }
          : {};
        await log.append({ ...event, ...expected }, { deadline: Date.now() + DEADLINE });
        return SUCCESS;
      } catch (error) {
        const { reason, code, outcome } = RichError.from(error);
        const failure = `${reason ?? codeName(code)} (${reportOf(error)?.stopped})`;
        return { success: false, mayBeApplied: outcome !== "NOT_APPLIED", failure };
      }
    },
  };
}

/** How a client without this package treats a failure. */
interface NaiveRules {
  readonly name: string;
  /** Whether the next attempt has a key of its own. */
  readonly newKey: boolean;
  /** How long it waits for a response, in milliseconds. */
  readonly timeout: number;
  isSuccess(error: RichError): boolean;
}

/** Rules that clients have by hand. Each doubles or loses writes. */
export const NAIVE: readonly NaiveRules[] = [
  { name: '"retry UNAVAILABLE"', newKey: true, timeout: 5_000, isSuccess: () => false },
  {
    name: '"2013 is success"',
    newKey: false,
    timeout: 100,
    isSuccess: (error) => error instanceof InflightDuplicateWriteError,
  },
];

/** A client that follows redirects, and sends again until it gets a response that it takes for a success. */
export function naiveClient(seeds: readonly string[], { name, newKey, timeout, isSuccess }: NaiveRules): LogClient {
  const options = { ...richErrorClientOptions({ catalogs: [catalog] }), "grpc.initial_reconnect_backoff_ms": 100 };
  const clients = new Map(
    seeds.map((seed) => [seed, new LedgerClient(seed, credentials.createInsecure(), options)] as const),
  );
  const counts = { redirects: 0, retries: 0 };
  let leader = seeds[0] ?? "";
  return {
    name,
    counts,
    close: () => {
      for (const client of clients.values()) client.close();
    },
    async write(write) {
      for (let attempt = 1; attempt <= 500; attempt++) {
        const address = leader;
        const client = clients.get(address);
        if (!client) throw new Error(`no server ${address}`);
        const event = eventOf(write);
        const clientId = newKey ? `${event.key?.clientId}/${attempt}` : (event.key?.clientId ?? "");
        const sent = { ...event, key: { clientId, sequence: write.sequence } };
        try {
          await promises(client).append(sent, { deadline: Date.now() + timeout });
          return SUCCESS;
        } catch (thrown) {
          const error = RichError.from(thrown);
          if (error.outcome === "ALREADY_APPLIED" || isSuccess(error)) return SUCCESS;
          const named = error instanceof NotLeaderError ? error.detail.leaderAddress : "";
          counts[named ? "redirects" : "retries"]++;
          const isMoved = error instanceof NotLeaderError || error.code === Code.UNAVAILABLE;
          const next = seeds[(seeds.indexOf(address) + 1) % seeds.length] ?? "";
          if (leader === address && isMoved) leader = named || next;
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      }
      return { success: false, mayBeApplied: true };
    },
  };
}
