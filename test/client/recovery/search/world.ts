import { DEFAULTS } from "../../../../src/client/recovery/numbers.js";
import { decide, type Failure, type RecoveryState, START } from "../../../../src/client/recovery/state-machine.js";
import {
  type Answer,
  durable,
  EMPTY,
  type EventLog,
  failOver,
  handle,
  holderOf,
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
  /** `stored` while the leader waits for the follower, `end` when the caller has its response. */
  readonly waits: "request" | "stored" | "verification" | End;
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
  /** The client ids of the writers. */
  readonly ids: readonly string[];
  /** The most times that each client sends its write. */
  readonly sends: number;
  readonly failovers: number;
}

/** One thing that may happen next. */
export interface Step {
  readonly name: string;
  readonly world: World;
}

const NO_RESPONSE: Failure = failure("BACK_OFF_AND_RETRY", "MAYBE_APPLIED");
const NOT_SENT: Failure = { ...failure("BACK_OFF_AND_RETRY", "NOT_APPLIED"), sent: false };
const ERRORS: Readonly<Record<Exclude<Answer, "stored">, Failure>> = {
  2002: failure("TREAT_AS_SUCCESS", "ALREADY_APPLIED"),
  2003: failure("REFRESH_AND_RETRY", "NOT_APPLIED"),
  2011: failure("REDIRECT", "NOT_APPLIED"),
  2013: failure("HOLD_AND_RETRY", "MAYBE_APPLIED"),
};

function failure(recovery: Failure["recovery"], outcome: Failure["outcome"]): Failure {
  return { recovery, outcome, sent: true, retryDelay: 0, pushback: 0 };
}

/** The start: each client has sent its write to the first node. */
export function begin({ rules, ids, failovers }: Scenario): World {
  const clients = ids.map<Client>((id, index) => {
    const write: Write = { key: `${id}/1`, event: `event ${index}`, version: rules.guarded ? 0 : undefined };
    return { state: START, sends: 0, node: 0, write, waits: "request" };
  });
  const world: World = { log: EMPTY, failovers, clients, network: [] };
  return clients.reduce((next, _, index) => send(next, index, rules), world);
}

/** Everything that may happen next. */
export function stepsFrom(world: World, scenario: Scenario): readonly Step[] {
  const steps: Step[] = [];
  const add = (name: string, next: World) => void steps.push({ name, world: next });
  for (const [index, request] of world.network.entries()) {
    const name = `request ${request.send} of client ${request.client}`;
    const without = { ...world, network: world.network.filter((_, other) => other !== index) };
    const [log, answer] = handle(world.log, request.node, request.write);
    const handled = { ...without, log };
    if (!isWaitingFor(world, request)) {
      add(`${name} arrives late: ${answer}`, handled);
      add(`${name} is lost late`, without);
      continue;
    }
    if (answer === "stored") {
      add(`${name} is stored`, change(handled, request.client, { waits: "stored" }));
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
    if (waits === "stored") add(`client ${index} stops waiting`, fail(world, index, NO_RESPONSE, scenario));
    if (waits !== "verification") continue;
    add(`client ${index} cannot verify`, verify(world, index, "unknown", scenario));
    const holder = scenario.rules.keeps === "no key" ? durable(world.log, write.event) : holderOf(world.log, write.key);
    const landed = holder === undefined ? "unknown" : holder === write.event ? "ours" : "another";
    if (landed !== "unknown") add(`client ${index} verifies: ${landed}`, verify(world, index, landed, scenario));
  }
  return steps;
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
  const remaining = sends < scenario.sends ? Number.POSITIVE_INFINITY : 1e-9;
  return act(world, index, scenario.rules.failed(state, error, remaining), scenario);
}

function verify(world: World, index: number, landed: "ours" | "another" | "unknown", { rules }: Scenario): World {
  const { state } = clientOf(world, index);
  const readings = { remaining: 1, tokens: 500, jitter: 0 };
  const decision = decide(state, { type: "verified", landed }, rules.traits, DEFAULTS, readings);
  const ended = change(world, index, { state: decision.state });
  return end(ended, index, decision.action.type === "return");
}

function act(world: World, index: number, { state, action }: Decision, { rules, sends }: Scenario): World {
  const next = change(world, index, { state });
  if (action.type === "return" || action.type === "fail") return end(next, index, action.type === "return");
  if (action.type === "verify") return change(next, index, { waits: "verification" });
  if (clientOf(next, index).sends >= sends) return end(next, index, false);
  if (action.type === "redirect") return send(change(next, index, { node: world.log.leader }), index, rules);
  const refreshes = action.type === "refresh" || (action.type === "hold" && rules.traits.refresh);
  return send(refreshes ? refresh(next, index, rules) : next, index, rules);
}

function refresh(world: World, index: number, { guarded, keeps }: Rules): World {
  const { write, sends } = clientOf(world, index);
  const version = guarded ? world.log.entries.length : undefined;
  const key = keeps === "the key until it refreshes" ? `${write.event}/${sends}` : write.key;
  return change(world, index, { write: { ...write, key, version } });
}

function send(world: World, index: number, { keeps }: Rules): World {
  const { sends: before, node, write } = clientOf(world, index);
  const sends = before + 1;
  const sent: Write = keeps === "no key" ? { ...write, key: `${write.event}/${sends}` } : write;
  const network = [...world.network, { client: index, send: sends, node, write: sent }];
  return { ...change(world, index, { sends, write: sent, waits: "request" }), network };
}

function end(world: World, index: number, success: boolean): World {
  const { state, write } = clientOf(world, index);
  const stored = world.log.entries.some(({ event }) => event === write.event);
  return change(world, index, { waits: { success, mayBeApplied: state.mayBeApplied, stored } });
}
