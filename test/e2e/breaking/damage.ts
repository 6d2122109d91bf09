import type { Affected } from "../../../src/check/finding.js";
import type { Observation, Observations, Seen } from "./peer.js";
import type { Versions } from "./versions.js";

/** What clients of both versions see of servers of both versions. */
export type Seens = Awaited<ReturnType<Versions["run"]>>;

/** Whom a change breaks, with what was seen. */
export type Damage = ReadonlyMap<Affected, string>;

/**
 * Finds whom a change breaks, by what its programs do.
 *
 * A client is broken if it sees something else of a server of the other version than of a server of its own, or if it acts
 * upon an error as a client of the server's version does not. Texts for people do not count, nor does what the client's own
 * version never had.
 */
export function damageOf(change: string, seen: Seens, mistakes: Versions["mistakes"]): Damage {
  const of = (key: keyof Seens): Observations[string] => seen[key][change] ?? {};
  const [oldOld, oldNew] = [of("old client, old server"), of("old client, new server")];
  const [newOld, newNew] = [of("new client, old server"), of("new client, new server")];
  const damage = new Map<Affected, string>();
  const note = (affected: Affected, found: string | undefined) => {
    if (found !== undefined && !damage.has(affected)) damage.set(affected, found);
  };
  for (const [name, cross] of Object.entries(oldNew)) {
    note("old clients", callDamage(oldOld[name], cross, newNew[name]));
  }
  for (const [name, cross] of Object.entries(newOld)) {
    const own = oldOld[name];
    // The new version may have forgotten the error.
    const isForgotten = !newNew[name] && own !== undefined && own.grpc.class !== "none" && cross.grpc.class === "none";
    if (isForgotten) {
      note("old servers", "the class is not recognized");
      note("stored data", "the class is not recognized");
    }
    note("old servers", callDamage(newNew[name], cross, own));
    note("stored data", newNew[name] && storedDamage(newNew[name], cross));
  }
  if (mistakes.has(change)) damage.set("generated code", "it does not compile");
  return damage;
}

/**
 * @param own what the client sees of its own version
 * @param cross what it sees of the other version
 * @param writers what a client of the other version sees of that server
 */
function callDamage(own: Observation | undefined, cross: Observation, writers: Observation | undefined) {
  if (!own)
    return cross.isListed === false && writers?.isListed === true ? "its contract does not list the error" : undefined;
  return (
    seenDamage(own.grpc, cross.grpc) ??
    (own.isListed === cross.isListed ? undefined : "its contract does not list the error") ??
    actionDamage(cross, writers) ??
    httpDamage(own.http, cross.http)
  );
}

function storedDamage(own: Observation, cross: Observation): string | undefined {
  return seenDamage(own.storedTrailer, cross.storedTrailer) ?? httpDamage(own.storedHttp, cross.storedHttp);
}

function seenDamage(own: Seen, cross: Seen): string | undefined {
  if (own.class !== cross.class) return "the class is not recognized";
  for (const key of ["reason", "domain", "code", "sentNumber", "detail"] as const) {
    // Nobody misses a number that was not there.
    if (key === "sentNumber" && own.sentNumber === undefined) continue;
    if (JSON.stringify(own[key]) !== JSON.stringify(cross[key])) return TEXTS[key];
  }
  return undefined;
}

const TEXTS = {
  reason: "another reason",
  domain: "another domain",
  code: "another code",
  sentNumber: "another number, or none",
  detail: "other values in the detail",
} as const;

function httpDamage(own: Observation["http"], cross: Observation["http"]): string | undefined {
  for (const [format, expected] of Object.entries(own)) {
    const found = cross[format];
    if (!found) return `no body of the format ${format}`;
    const seen = seenDamage(expected, found);
    if (seen !== undefined) return `${seen} over HTTP`;
    if (expected.status !== found.status) return "another HTTP status";
    if (!hasMembers(expected.members, found.members)) return "other members in the JSON";
  }
  return undefined;
}

/** A client that gives up harms nobody. Where a request may be sent again, it may also be sent after something else. */
function actionDamage(
  { actions: [action = "fail"] }: Observation,
  writers: Observation | undefined,
): string | undefined {
  const [right = "fail"] = writers?.actions ?? [];
  if (action === right || action === "fail") return undefined;
  if (right === "wait" && action !== "success") return undefined;
  return `it ${VERBS[action] ?? action}, where a client of the server's version ${VERBS[right] ?? right}`;
}

/** What a client does after a failure. */
const VERBS: Readonly<Record<string, string>> = {
  wait: "repeats the request",
  refresh: "rebuilds the request",
  fail: "gives up",
  success: "continues as after a success",
};

/** Checks whether a body has all members of another. */
function hasMembers(expected: unknown, found: unknown): boolean {
  if (Array.isArray(expected) && Array.isArray(found)) {
    return expected.length === found.length && expected.every((item, index) => hasMembers(item, found[index]));
  }
  if (!isObject(expected) || !isObject(found)) return expected === found;
  return Object.entries(expected).every(
    ([name, value]) => Object.hasOwn(found, name) && hasMembers(value, found[name]),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
