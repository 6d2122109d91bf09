import { DEFAULTS } from "../../../../src/client/recovery/numbers.js";
import { Orders } from "../../../../src/client/recovery/order.js";
import { decide, type Failure, type RecoveryState, START } from "../../../../src/client/recovery/resend-decision.js";
import { EMPTY, type EventLog, type Write } from "./event-log.js";
import type { Decision, Rules } from "./rules.js";

/** The end of a client's write, as its caller sees it. `stored` is whether the log had the event then. */
interface End {
  readonly success: boolean;
  readonly mayBeApplied: boolean;
  readonly stored: boolean;
}

interface Client {
  readonly state: RecoveryState;
  readonly sends: number;
  readonly node: number;
  readonly write: Write;
  /**
   * `caller` until the caller makes the call, `turn` while an earlier write is held, `stored` while the leader waits for the
   * follower, an end when the caller has its response.
   */
  readonly waits: "caller" | "turn" | "request" | "stored" | "verification" | End;
  readonly held: boolean;
  /** Whether the call was made while an earlier write was held. */
  readonly behind: boolean;
}

/** A request in the network. */
export interface Request {
  readonly client: number;
  readonly send: number;
  readonly node: number;
  readonly write: Write;
}

/** All clients, the network and the log at one time. */
export interface World {
  readonly log: EventLog;
  readonly failovers: number;
  readonly clients: readonly Client[];
  readonly network: readonly Request[];
}

/** What the search explores. */
export interface Scenario {
  readonly rules: Rules;
  /** The keys of the writes. */
  readonly keys: readonly string[];
  /** Whether the writes are those of one client, which makes the later calls at any time. By default, all begin at once. */
  readonly inOrder?: boolean;
  /** The most times that each write is sent. */
  readonly sends: readonly number[];
  readonly failovers: number;
}

/** The start: each client has sent its write to the first node. The later writes of one client have not begun. */
export function begin(scenario: Scenario): World {
  const { rules, keys, failovers, inOrder } = scenario;
  const clients = keys.map<Client>((key, index) => {
    const write: Write = { key, event: `event ${index}`, version: rules.guarded ? 0 : undefined };
    return { state: START, sends: 0, node: 0, write, waits: "caller", held: false, behind: false };
  });
  const world: World = { log: EMPTY, failovers, clients, network: [] };
  const first = inOrder ? clients.slice(0, 1) : clients;
  return first.reduce((next, _, index) => send(next, index, scenario), world);
}

/** Checks whether the executor would send a write, by its own order of the client's calls. */
export function isItsTurn({ clients }: World, index: number): boolean {
  const orders = new Orders();
  for (const [other, { held, waits }] of clients.entries()) {
    if (other === index) return orders.enter("the client").held === undefined;
    if (typeof waits === "string" && waits !== "caller") {
      const place = orders.enter("the client");
      if (held) place.hold();
    }
  }
  return true;
}

function clientOf({ clients }: World, index: number): Client {
  const client = clients[index];
  if (!client) throw new RangeError(`no client ${index}`);
  return client;
}

export function change(world: World, index: number, changes: Partial<Client>): World {
  return {
    ...world,
    clients: world.clients.map((client, other) => (other === index ? { ...client, ...changes } : client)),
  };
}

export function fail(world: World, index: number, error: Failure, scenario: Scenario): World {
  const { state, sends } = clientOf(world, index);
  const remaining = sends < sendsOf(scenario, index) ? Number.POSITIVE_INFINITY : 1e-9;
  return act(world, index, scenario.rules.failed(state, error, remaining), scenario);
}

export function verify(
  world: World,
  index: number,
  landed: "ours" | "another" | "unknown",
  { rules }: Scenario,
): World {
  const { state } = clientOf(world, index);
  const readings = { remaining: 1, tokens: 500, jitter: 0 };
  const decision = decide(state, { type: "verified", landed }, rules.traits, DEFAULTS, readings);
  const ended = change(world, index, { state: decision.state });
  return end(ended, index, decision.action.type === "return");
}

function act(world: World, index: number, { state, action }: Decision, scenario: Scenario): World {
  const { rules } = scenario;
  const next = change(world, index, action.type === "hold" ? { state, held: true } : { state });
  if (action.type === "return" || action.type === "fail") return end(next, index, action.type === "return");
  if (action.type === "verify") return change(next, index, { waits: "verification" });
  if (clientOf(next, index).sends >= sendsOf(scenario, index)) return end(next, index, false);
  if (action.type === "redirect") return send(change(next, index, { node: world.log.leader }), index, scenario);
  const refreshes = action.type === "refresh" || (action.type === "hold" && rules.traits.refresh);
  return send(refreshes ? refresh(next, index, rules) : next, index, scenario);
}

function sendsOf({ sends }: Scenario, index: number): number {
  return sends[index] ?? 0;
}

function refresh(world: World, index: number, { guarded, keeps }: Rules): World {
  const { write, sends } = clientOf(world, index);
  const version = guarded ? world.log.entries.length : undefined;
  const key = keeps === "the key until it refreshes" ? `${write.event}/${sends}` : write.key;
  return change(world, index, { write: { ...write, key, version } });
}

/** Sends a write, unless the client holds an earlier one. */
export function send(world: World, index: number, { rules, inOrder = false }: Scenario): World {
  if (inOrder && rules.ordered && !isItsTurn(world, index)) return change(world, index, { waits: "turn" });
  const { sends: before, node, write } = clientOf(world, index);
  const sends = before + 1;
  const sent: Write = { ...write, key: keyOf(write, sends, rules) };
  const network = [...world.network, { client: index, send: sends, node, write: sent }];
  return { ...change(world, index, { sends, write: sent, waits: "request" }), network };
}

/** The key by which the server recognizes a repeated write. */
function keyOf({ key, event, version }: Write, sends: number, { keeps }: Rules): string {
  if (keeps === "nothing") return `${event}/${sends}`;
  return keeps === "the request" ? `${event} at ${version}` : key;
}

export function end(world: World, index: number, success: boolean): World {
  const { state, write } = clientOf(world, index);
  const stored = world.log.entries.some(({ event }) => event === write.event);
  return change(world, index, { waits: { success, mayBeApplied: state.mayBeApplied, stored } });
}
