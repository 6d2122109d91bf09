import { BUDGET, COST, DEFAULTS, HALF_LIFE, RESERVE, THROTTLED_COST } from "../../../src/client/recovery/numbers.js";
import {
  type Action,
  type CallTraits,
  decide,
  type Effect,
  type Failure,
  type RecoveryState,
  START,
  type StopReason,
} from "../../../src/client/recovery/resend-decision.js";
import { type Outcome, RECOVERIES, type Recovery } from "../../../src/definition.js";

// The generated parts of `docs/recovery.md`, from every decision that the state machine makes.

const NAMES = Object.keys(RECOVERIES) as Recovery[];
const OUTCOMES: readonly Outcome[] = ["NOT_APPLIED", "MAYBE_APPLIED", "ALREADY_APPLIED"];
const EFFECTS: readonly Effect[] = ["reads", "idempotent", "keyed", "once"];
const BOTH = [true, false];

/** The states of a diagram that stand for the actions. */
const STATES: Readonly<Record<Action["type"], string>> = {
  return: "success",
  fail: "failure",
  wait: "waiting",
  refresh: "rebuilding",
  redirect: "redirecting",
  authenticate: "authenticating",
  hold: "holding",
  verify: "verifying",
};

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

function* edges(): Generator<Edge> {
  yield { from: "sending", to: STATES.return, label: "response" };
  for (const { failure, call, state, readings } of situations()) {
    const decision = decide(state, { type: "failed", failure }, call, DEFAULTS, readings);
    const { action } = decision;
    yield { from: "sending", to: STATES[action.type], label: labelOf(failure, decision.state, action) };
    if ("cost" in action) yield { from: STATES[action.type], to: "sending", label: "" };
    if (action.type !== "verify") continue;
    for (const landed of ["ours", "another", "unknown"] as const) {
      const verified = decide(decision.state, { type: "verified", landed }, call, DEFAULTS, readings);
      yield { from: STATES.verify, to: STATES[verified.action.type], label: landed };
    }
  }
}

function labelOf(failure: Failure, { stopping }: RecoveryState, action: Action): string {
  if (action.type === "fail") return action.stopped;
  if (stopping) return "failing with an unknown outcome";
  return failure.outcome === "ALREADY_APPLIED" ? failure.outcome : failure.recovery;
}

function* situations() {
  const states: readonly RecoveryState[] = [
    START,
    { ...START, attempts: 2 },
    { ...START, attempts: 3, hops: 3 },
    { ...START, authenticated: true, mayBeApplied: true },
  ];
  for (const recovery of NAMES) {
    for (const outcome of OUTCOMES) {
      for (const effect of EFFECTS) {
        for (const can of BOTH) {
          const call: CallTraits = { effect, refresh: can, verify: can, redirect: can, authenticate: can };
          for (const state of states) {
            for (const pushback of [0, "stop"] as const) {
              for (const [remaining, tokens] of [
                [1e9, 500],
                [1, 500],
                [0, 500],
                [1e9, 0],
              ] as const) {
                const failure: Failure = { recovery, outcome, sent: true, retryDelay: 10, pushback };
                yield { failure, call, state, readings: { remaining, tokens, jitter: 1 } };
              }
            }
          }
        }
      }
    }
  }
}

/** Returns the diagram of the state machine in Mermaid's language. */
export function diagram(): string {
  const labels = new Map<string, Set<string>>();
  for (const { from, to, label } of edges()) {
    const edge = `${from} --> ${to}`;
    const known = labels.get(edge) ?? new Set();
    labels.set(edge, label === "" ? known : known.add(label));
  }
  const lines = [...labels].map(([edge, of]) =>
    of.size === 0 ? `  ${edge}` : `  ${edge}: ${[...of].sort().join(", ")}`,
  );
  const block = ["stateDiagram-v2", "  [*] --> sending", ...lines.sort(), "  success --> [*]", "  failure --> [*]"];
  return ["```mermaid", ...block, "```"].join("\n");
}

/** Returns the table of numbers. */
export function numbers(): string {
  const ms = (value: number) => `${value.toLocaleString("en-US")} ms`;
  const rows: readonly (readonly [string, string, string])[] = [
    ["`attempts`", String(DEFAULTS.attempts), "the most attempts of one call, the first included"],
    ["`hops`", String(DEFAULTS.hops), "the most redirects that one call follows, beside its attempts"],
    ["`delay`", ms(DEFAULTS.delay), "the delay before the second attempt; it doubles with each further one"],
    ["`backOffDelay`", ms(DEFAULTS.backOffDelay), "the same after `BACK_OFF_AND_RETRY`"],
    ["`longestDelay`", ms(DEFAULTS.longestDelay), "the longest delay, unless the server asks for a longer one"],
    ["budget", `${BUDGET} tokens`, "shared by all calls of the process to one target"],
    ["cost of a retry", `${COST} tokens`, "taken before the wait, and given back when the retry succeeds"],
    ["the same after `BACK_OFF_AND_RETRY`", `${THROTTLED_COST} tokens`, "0 if the request never left the process"],
    ["a success without a retry", "1 token", "added to the budget"],
    ["reserve", `${RESERVE} tokens`, "for a server that turns requests away: what a process has at first"],
    [
      "half-life",
      ms(HALF_LIFE),
      "for a server that turns requests away, half of the tokens above the reserve expire in this time",
    ],
  ];
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(["number", "default", "meaning"]), "| --- | --- | --- |", ...rows.map(line)].join("\n");
}

/** Returns every reason for which the state machine stops. */
export function stopReasons(): ReadonlySet<StopReason> {
  const reasons = new Set<StopReason>(["conflict"]);
  for (const { failure, call, state, readings } of situations()) {
    const { action } = decide(state, { type: "failed", failure }, call, DEFAULTS, readings);
    if (action.type === "fail") reasons.add(action.stopped);
  }
  return reasons;
}
