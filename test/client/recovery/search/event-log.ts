/** A write of the event log: `version` is what the writer expects, or `undefined` for any. */
export interface Write {
  readonly key: string;
  readonly event: string;
  readonly version: number | undefined;
}

interface Entry {
  readonly key: string;
  readonly event: string;
}

/**
 * A model of a replicated event log with two nodes. The leader stores a write at once, and acknowledges it once the
 * follower has it. A failover makes the follower the leader, and drops what it does not have.
 */
export interface EventLog {
  readonly leader: 0 | 1;
  readonly entries: readonly Entry[];
  /** How many of the entries the follower has. */
  readonly replicated: number;
}

export const EMPTY: EventLog = { leader: 0, entries: [], replicated: 0 };

/**
 * The number of the error that a node answers with, `stored` for a write that waits for its replication, or `read` for the
 * response to a read.
 */
export type Answer = 2002 | 2003 | 2011 | 2013 | "stored" | "read";

/** Lets a node handle a read. */
export function read(log: EventLog, node: number): readonly [EventLog, Answer] {
  return [log, node === log.leader ? "read" : 2011];
}

/** Lets a node handle a write. The version is checked before the key. */
export function handle(log: EventLog, node: number, { key, event, version }: Write): readonly [EventLog, Answer] {
  if (node !== log.leader) return [log, 2011];
  if (version !== undefined && version !== log.entries.length) return [log, 2003];
  const known = log.entries.findIndex((entry) => entry.key === key);
  if (known >= 0) return [log, known < log.replicated ? 2002 : 2013];
  return [{ ...log, entries: [...log.entries, { key, event }] }, "stored"];
}

/** Replicates the next entry. Returns its event. */
export function replicate(log: EventLog): readonly [EventLog, string | undefined] {
  const next = log.entries[log.replicated];
  return next ? [{ ...log, replicated: log.replicated + 1 }, next.event] : [log, undefined];
}

export function failOver(log: EventLog): EventLog {
  return { ...log, leader: log.leader === 0 ? 1 : 0, entries: log.entries.slice(0, log.replicated) };
}

/** Reads whose event the leader has durably under a key. */
export function holderOf(log: EventLog, key: string): string | undefined {
  return log.entries.slice(0, log.replicated).find((entry) => entry.key === key)?.event;
}

/** Reads an event that the leader has durably. */
export function durable(log: EventLog, event: string): string | undefined {
  return log.entries.slice(0, log.replicated).find((entry) => entry.event === event)?.event;
}
