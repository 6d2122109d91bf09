import type { Failure } from "../../../../src/client/recovery/resend-decision.js";
import { type Answer, durable, failOver, handle, holderOf, read, replicate } from "./event-log.js";
import { change, end, fail, isItsTurn, type Request, type Scenario, send, verify, type World } from "./world.js";

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
