import { type Catalog, type ClientErrorClasses, clientErrorsOf } from "../catalog.js";
import { Code, codeNamed } from "../code.js";
import { type Fault, type Origin, type Outcome, RECOVERIES } from "../definition.js";
import { type ErrorDetail, type JsonDetail, packDetail } from "../detail/detail.js";
import { ErrorInfo } from "../detail/error-info.js";
import type { OriginFacts } from "../error-content.js";
import type { ClientErrorKind, IdentifiedClass } from "../instance-of.js";
import type { Issue, IssueKind } from "../issue.js";
import { base64Decode } from "../platform/base64.js";
import { plainOf } from "../platform/plain-value.js";
import { attempt, describeValue, isObject } from "../platform/values.js";
import { type DecodedStatus, decodeStatus } from "../status/trailer.js";
import { type JsonError, MAX_CAUSES, MOST_PACKED } from "./printing.js";
import { ReceivedContent } from "./received-error.js";

/** The members of a {@link JsonError} as somebody else may have written them. */
type GivenJson = { readonly [Member in keyof JsonError]?: unknown };

/** Makes an error of its content. Causes are errors, too. */
type MakeError = (content: ReceivedContent) => Error;

/** Checks whether a value is the JSON form of an error, as `toJSON` returns it. Never throws. */
export function isJsonError(value: unknown): value is GivenJson {
  const { name, code, message } = membersOf(value);
  return typeof name === "string" && typeof message === "string" && codeNamed(code) !== undefined;
}

/**
 * Reads an error from its JSON form. Never throws, whatever the value is: `issues` says what is wrong with it.
 *
 * The packed details count. Without them, the error has the code, the message and the identity of the other members.
 *
 * @param make makes the errors among the causes
 */
export function receiveJson(
  value: unknown,
  catalogs: readonly Catalog[],
  make: MakeError,
  causes: number = MAX_CAUSES,
): ReceivedContent {
  const json = membersOf(value);
  const issues: Issue[] = [];
  if (!isJsonError(value)) {
    const text = `the value is ${describeValue(value)}, not the JSON of an error, which has name, code and message`;
    issues.push({ kind: "malformed-body", message: text });
  }
  const packed = unpacked(json.packed, issues);
  if (json.packed === undefined && listOf(json.errorDetails).length > 0) {
    issues.push({ kind: "missing-detail", message: "the details of the error were too large for its JSON" });
  }
  const status = packed ?? statusOf(json);
  const { code, message } = status;
  const cause = causes > 0 ? causeOf(json.cause, catalogs, make, causes - 1) : undefined;
  const context = {
    originFacts: factsOf(json, catalogs),
    jsonDetails: packed ? jsonDetailsOf(json.errorDetails, packed.details.length) : [],
    ...(cause !== undefined && { caused: { cause } }),
  };
  const body = { ...status, issues: [...status.issues, ...issues, ...issuesOf(json.issues)] };
  return new ReceivedContent({ code, message }, body, catalogs, context);
}

const MEMBERS = [
  ...(["name", "code", "message", "reason", "domain", "packed", "errorDetails", "issues", "cause"] as const),
  ...(["recovery", "outcome", "fault", "origin"] as const),
];

/** Reads each member once. A getter or a Proxy may throw, which leaves the member out. */
function membersOf(value: unknown): GivenJson {
  if (!isObject(value)) return {};
  return Object.fromEntries(MEMBERS.map((name) => [name, attempt(() => Reflect.get(value, name) as unknown)]));
}

function unpacked(packed: unknown, issues: Issue[]): DecodedStatus | undefined {
  if (packed === undefined) return undefined;
  const isText = typeof packed === "string" && packed.length <= MOST_PACKED * 2;
  const bytes = isText ? attempt(() => base64Decode(packed)) : undefined;
  if (!bytes) issues.push({ kind: "malformed-body", message: '"packed" in the JSON of the error is not base64' });
  return bytes && decodeStatus(bytes);
}

/** The status of an error whose details are not in its JSON. */
function statusOf({ code, message, reason, domain }: GivenJson): DecodedStatus {
  const details: ErrorDetail[] = [];
  if (typeof reason === "string" && reason !== "") {
    const info = { reason, domain: typeof domain === "string" ? domain : "", metadata: {} };
    details.push(packDetail(ErrorInfo, info));
  }
  const text = typeof message === "string" ? message.toWellFormed() : "";
  return { code: codeNamed(code) ?? Code.UNKNOWN, message: text, details, issues: [] };
}

/** The details without bytes come after the others, and are of an HTTP response. */
function jsonDetailsOf(details: unknown, packed: number): readonly JsonDetail[] {
  return listOf(details)
    .slice(packed)
    .filter((one): one is JsonDetail => typeof Object(one)["@type"] === "string");
}

function issuesOf(issues: unknown): readonly Issue[] {
  return listOf(issues).flatMap((issue) => {
    const { kind, message, typeUrl } = Object(issue) as { readonly [Name in keyof Issue]?: unknown };
    if (!isKey(kind, ISSUE_KINDS) || OF_CATALOGS.has(kind) || typeof message !== "string") return [];
    return [{ kind, message, ...(typeof typeUrl === "string" && { typeUrl }) }];
  });
}

/** The kinds that say what the catalogs of the last reader lacked. This reader finds out for itself. */
const OF_CATALOGS: ReadonlySet<IssueKind> = new Set(["unknown-type", "unknown-reason"]);

/** Copies a list as plain data, with as many entries as `toJSON` writes. An entry may be a Proxy that throws. */
function listOf(list: unknown): readonly unknown[] {
  const entries = attempt(() => (Array.isArray(list) ? list.slice(0, 200) : []));
  return (entries ?? []).map((entry) => plainOf(entry, "json"));
}

/** A declared error has the facts of its declaration. */
function factsOf({ name, recovery, outcome, fault, origin }: GivenJson, catalogs: readonly Catalog[]): OriginFacts {
  const classes: ClientErrorClasses | undefined = clientErrorsOf(catalogs);
  const kind = KINDS.find((one) => (classes?.[one] as IdentifiedClass | undefined)?.clientError?.className === name);
  return {
    ...(kind !== undefined && { kind }),
    ...(isKey(recovery, RECOVERIES) && { recovery }),
    ...(isKey(outcome, OUTCOMES) && { outcome }),
    ...(isKey(fault, FAULTS) && { fault }),
    ...(isKey(origin, ORIGINS) && { origin }),
  };
}

function isKey<Key extends string>(value: unknown, record: Readonly<Record<Key, unknown>>): value is Key {
  return typeof value === "string" && Object.hasOwn(record, value);
}

const KINDS: readonly ClientErrorKind[] = ["api", "network", "circuitOpen"];
const OUTCOMES: Readonly<Record<Outcome, true>> = { NOT_APPLIED: true, MAYBE_APPLIED: true, ALREADY_APPLIED: true };
const FAULTS: Readonly<Record<Fault, true>> = { CALLER: true, SERVER: true, DEPENDENCY: true };
const ORIGINS: Readonly<Record<Origin, true>> = { CLIENT: true, TRANSPORT: true, SERVER: true };

const ISSUE_KINDS: Readonly<Record<IssueKind, true>> = {
  "malformed-status": true,
  "several-statuses": true,
  "invalid-code": true,
  "code-mismatch": true,
  "message-mismatch": true,
  "malformed-detail": true,
  "duplicate-detail": true,
  "unknown-type": true,
  "unknown-option": true,
  "unknown-field": true,
  "unknown-reason": true,
  "missing-detail": true,
  "unsafe-integer": true,
  shed: true,
  "invalid-value": true,
  "malformed-body": true,
  "malformed-header": true,
  "missing-code": true,
  "http-status": true,
  "ambiguous-reason": true,
};

function causeOf(cause: unknown, catalogs: readonly Catalog[], make: MakeError, causes: number): unknown {
  if (isJsonError(cause)) return make(receiveJson(cause, catalogs, make, causes));
  if (!isObject(cause)) return cause;
  const { name, message, cause: next } = membersOf(cause);
  if (typeof message !== "string") return undefined;
  const inner = causes > 0 ? causeOf(next, catalogs, make, causes - 1) : undefined;
  const error = new Error(message, inner === undefined ? undefined : { cause: inner });
  if (typeof name === "string") error.name = name;
  return error;
}
