import { DEFAULTS } from "../../../../src/client/recovery/numbers.js";
import { Orders } from "../../../../src/client/recovery/order.js";
import { decide, type Failure, type RecoveryState, START } from "../../../../src/client/recovery/state-machine.js";
import {
  type Answer,
  durable,
  EMPTY,
  type EventLog,
  failOver,
  handle,
  holderOf,
  read,
  replicate,
  type Write,
} from "./event-log.js";
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
interface Request {
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

/** One thing that may happen next. */
export interface Step {
  readonly name: string;
  readonly world: World;
}

const NO_RESPONSE: Failure = failure("BACK_OFF_AND_RETRY", "MAYBE_APPLIED");
const NOT_SENT: Failure = { ...failure("BACK_OFF_AND_RETRY", "NOT_APPLIED"), sent: false };
const ERRORS: Readonly<Record<Exclude<Answer, "stored" | "read">, Failure>> = {
  2002: failure("TREAT_AS_SUCCESS", "ALREADY_APPLIED"),
  2003: failure("REFRESH_AND_RETRY", "NOT_APPLIED"),
  2011: failure("REDIRECT", "NOT_APPLIED"),
  2013: failure("HOLD_AND_RETRY", "MAYBE_APPLIED"),
};

function failure(recovery: Failure["recovery"], outcome: Failure["outcome"]): Failure {
  return { recovery, outcome, sent: true, retryDelay: 0, pushback: 0 };
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

/** Everything that may happen next. */
export function stepsFrom(world: World, scenario: Scenario): readonly Step[] {
  const steps: Step[] = [];
  const add = (name: string, next: World) => void steps.push({ name, world: next });
  for (const [index, request] of world.network.entries()) {
    const name = `request ${request.send} of client ${request.client}`;
    const without = { ...world, network: world.network.filter((_, other) => other !== index) };
    const { keeps } = scenario.rules;
    const [log, answer] =
      keeps === "a read" ? read(world.log, request.node) : handle(world.log, request.node, request.write);
    const handled = { ...without, log };
    if (!isWaitingFor(world, request)) {
      add(`${name} arrives late: ${answer}`, handled);
      add(`${name} is lost late`, without);
      continue;
    }
    if (answer === "stored") {
      add(`${name} is stored`, change(handled, request.client, { waits: "stored" }));
    } else if (answer === "read" || (answer === 2002 && keeps === "the request")) {
      add(`${name} is answered: done`, end(handled, request.client, true));
    } else {
      add(`${name} is answered: ${answer}`, fail(handled, request.client, ERRORS[answer], scenario));
    }
    add(`${name} is answered, and the answer is lost: ${answer}`, fail(handled, request.client, NO_RESPONSE, scenario));
    add(`${name} is lost`, fail(without, request.client, NO_RESPONSE, scenario));
    add(`${name} is not sent`, fail(without, request.client, NOT_SENT, scenario));
    add(
      `client ${request.client} stops waiting for request ${request.send}`,
      fail(world, request.client, NO_RESPONSE, scenario),
    );
  }
  const [log, event] = replicate(world.log);
  if (event !== undefined) {
    const replicated = { ...world, log };
    const waiting = world.clients.findIndex(({ waits, write }) => waits === "stored" && write.event === event);
    if (waiting < 0) {
      add(`${event} is replicated`, replicated);
    } else {
      add(`${event} is replicated and acknowledged`, end(replicated, waiting, true));
      add(`${event} is replicated, and the answer is lost`, fail(replicated, waiting, NO_RESPONSE, scenario));
    }
  }
  if (world.failovers > 0) add("failover", afterFailover(world, scenario));
  for (const [index, { waits, write }] of world.clients.entries()) {
    if (waits === "caller") add(`client ${index} begins`, beginLater(world, index, scenario));
    if (waits === "turn") {
      if (isItsTurn(world, index)) add(`client ${index} gets its turn`, send(world, index, scenario));
      else add(`client ${index} stops waiting for its turn`, end(world, index, false));
    }
    if (waits === "stored") add(`client ${index} stops waiting`, fail(world, index, NO_RESPONSE, scenario));
    if (waits !== "verification") continue;
    add(`client ${index} cannot verify`, verify(world, index, "unknown", scenario));
    const holder = scenario.rules.keeps.startsWith("the key")
      ? holderOf(world.log, write.key)
      : durable(world.log, write.event);
    const landed = holder === undefined ? "unknown" : holder === write.event ? "ours" : "another";
    if (landed !== "unknown") add(`client ${index} verifies: ${landed}`, verify(world, index, landed, scenario));
  }
  return steps;
}

/** A caller makes its call while another one of the client may be held. */
function beginLater(world: World, index: number, scenario: Scenario): World {
  const behind = !isItsTurn(world, index);
  return send(change(world, index, { behind }), index, scenario);
}

/** Checks whether the executor would send a write, by its own order of the client's calls. */
function isItsTurn({ clients }: World, index: number): boolean {
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

function afterFailover(world: World, scenario: Scenario): World {
  const after = { ...world, log: failOver(world.log), failovers: world.failovers - 1 };
  // The old leader drops its connections.
  return world.clients.reduce(
    (next, { waits }, index) => (waits === "stored" ? fail(next, index, NO_RESPONSE, scenario) : next),
    after,
  );
}

function isWaitingFor({ clients }: World, { client, send }: Request): boolean {
  const waiting = clients[client];
  return waiting?.waits === "request" && waiting.sends === send;
}

function clientOf({ clients }: World, index: number): Client {
  const client = clients[index];
  if (!client) throw new RangeError(`no client ${index}`);
  return client;
}

function change(world: World, index: number, changes: Partial<Client>): World {
  return {
    ...world,
    clients: world.clients.map((client, other) => (other === index ? { ...client, ...changes } : client)),
  };
}

function fail(world: World, index: number, error: Failure, scenario: Scenario): World {
  const { state, sends } = clientOf(world, index);
  const remaining = sends < sendsOf(scenario, index) ? Number.POSITIVE_INFINITY : 1e-9;
  return act(world, index, scenario.rules.failed(state, error, remaining), scenario);
}

function verify(world: World, index: number, landed: "ours" | "another" | "unknown", { rules }: Scenario): World {
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
function send(world: World, index: number, { rules, inOrder = false }: Scenario): World {
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

function end(world: World, index: number, success: boolean): World {
  const { state, write } = clientOf(world, index);
  const stored = world.log.entries.some(({ event }) => event === write.event);
  return change(world, index, { waits: { success, mayBeApplied: state.mayBeApplied, stored } });
}
