import type { Metadata } from "@grpc/grpc-js";
import { type Catalog, clientErrorsOf, type ErrorClass, type ReceivingClass } from "./catalog.js";
import { Code, isCode } from "./code.js";
import { type ErrorDetail, type JsonDetail, typeNameOf } from "./detail.js";
import { decodeStatus, type Status } from "./envelope.js";
import { ErrorInfo } from "./error-info.js";
import type { Issue } from "./issue.js";
import { readNoAnswer } from "./no-answer.js";
import { ANSWERED, sourceOf } from "./origin.js";
import type { PeerError, Source } from "./peer-error.js";
import { STANDARD_DETAILS } from "./standard-types.js";
import { MalformedError } from "./wire.js";

/** What a peer sent of an error, and the class that stands for it. */
export interface Received extends PeerError {
  /** The class of the declared error that this is, else of the client's; none if the catalogs have neither. */
  readonly errorClass: ReceivingClass | undefined;
}

/** The status of a call as grpc-js hands it over. */
export interface CallStatus {
  readonly code: number;
  readonly message: string;
  readonly metadata?: Metadata | undefined;
}

/**
 * Reads the status of a call together with the trailer that came with it.
 *
 * Never throws. The status of the call stands, whatever the trailer says.
 */
export function receiveTrailer(status: CallStatus, trailer: Uint8Array, catalogs: readonly Catalog[]): Received {
  const { issues, ...inner } = decodeStatus(trailer);
  const cutShort = issues.some(({ kind }) => kind === "malformed-status");
  if (!cutShort || inner.code !== 0) {
    if (inner.code !== status.code) {
      issues.push({
        kind: "code-mismatch",
        message: `the trailer has the code ${inner.code}, grpc-status is ${status.code}`,
      });
    }
    if (inner.message !== status.message) {
      issues.push({ kind: "message-mismatch", message: "the trailer has another message than grpc-message" });
    }
  }
  return sort(status, inner.details, issues, catalogs);
}

/** Reads a `google.rpc.Status` that stands for itself. Never throws. */
export function receiveStatus(status: Status, catalogs: readonly Catalog[], issues: Issue[] = []): Received {
  return sort(status, status.details, issues, catalogs, ANSWERED);
}

/** What an answer over HTTP tells of an error. */
export interface Answer extends Status {
  readonly jsonDetails: readonly JsonDetail[];
  readonly issues: Issue[];
  readonly source: Source;
}

/** Reads what an answer over HTTP tells. Never throws. */
export function receiveAnswer(
  { details, jsonDetails, issues, source, ...status }: Answer,
  catalogs: readonly Catalog[],
): Received {
  return { ...sort(status, details, issues, catalogs, source), jsonDetails };
}

/** Reads what was caught where no server answered. Answers nothing for any other value. Never throws. */
export function receiveNoAnswer(value: unknown, catalogs: readonly Catalog[]): Received | undefined {
  const noAnswer = readNoAnswer(value);
  return noAnswer && { ...sort(noAnswer, [], [], catalogs, noAnswer.source), cause: value };
}

/**
 * Reads an error or a status of grpc-js: anything with a whole number as `code`
 * and a string as `details`. Answers nothing for any other value. Never throws.
 */
export function receiveCall(value: unknown, catalogs: readonly Catalog[]): Received | undefined {
  const status = readCall(value);
  if (!status) return undefined;
  const [trailer, ...more] = trailersOf(status.metadata);
  if (!(trailer instanceof Uint8Array)) return sort(status, [], [], catalogs);
  const received = receiveTrailer(status, trailer, catalogs);
  if (more.length > 0) received.issues.push(SEVERAL);
  return received;
}

/** The trailer that a `google.rpc.Status` travels in. */
export const TRAILER = "grpc-status-details-bin";

function readCall(value: unknown): CallStatus | undefined {
  try {
    if (typeof value !== "object" || value === null || !("code" in value && "details" in value)) return undefined;
    const { code, details: message } = value;
    // A status that is no number is NaN in grpc-js.
    const isStatusCode = typeof code === "number" && (Number.isInteger(code) || Number.isNaN(code));
    if (!isStatusCode || typeof message !== "string") return undefined;
    return { code, message, metadata: "metadata" in value && isMetadata(value.metadata) ? value.metadata : undefined };
  } catch {
    // A getter of what was thrown threw in its turn.
    return undefined;
  }
}

/** Tells whether a value is metadata of grpc-js, by what it can do: there may be several copies of grpc-js. */
function isMetadata(value: unknown): value is Metadata {
  if (typeof value !== "object" || value === null) return false;
  return "get" in value && typeof value.get === "function" && "clone" in value && typeof value.clone === "function";
}

function trailersOf(metadata: Metadata | undefined): readonly unknown[] {
  const values: unknown = metadata?.get(TRAILER);
  return Array.isArray(values) ? values : [];
}

const SEVERAL: Issue = { kind: "several-statuses", message: "the trailer has more than one value" };

function sort(
  status: CallStatus,
  errorDetails: readonly ErrorDetail[],
  issues: Issue[],
  catalogs: readonly Catalog[],
  source?: Source,
): Received {
  const info = readInfo(errorDetails, issues);
  const code = readCode(status.code, issues);
  const declared = info ? identify(info, catalogs, issues) : identifyByDetail(code, errorDetails, catalogs);
  const peerError: PeerError = {
    code,
    message: status.message,
    info,
    errorDetails,
    definition: declared?.definition,
    metadata: status.metadata,
    isKnownType: (typeName) => catalogs.some((catalog) => catalog.hasDetailType(typeName)),
    issues,
    ...(source && { source }),
  };
  return { ...peerError, errorClass: declared ?? clientErrorOf(peerError, catalogs) };
}

/** The client's class for an error that is not declared. */
function clientErrorOf(error: PeerError, catalogs: readonly Catalog[]): ReceivingClass | undefined {
  const classes = clientErrorsOf(catalogs);
  const kind = classes && sourceOf(error).kind;
  return kind && classes?.[kind];
}

function readCode(code: number, issues: Issue[]): Code {
  if (isCode(code)) return code;
  issues.push({ kind: "invalid-code", message: `${code} is not the status code of an error` });
  return Code.UNKNOWN;
}

function readInfo(errorDetails: readonly ErrorDetail[], issues: Issue[]): ErrorInfo | undefined {
  for (const { typeUrl, value } of errorDetails) {
    if (typeNameOf(typeUrl) !== ErrorInfo.typeName) continue;
    try {
      return ErrorInfo.decode(value);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      issues.push({ kind: "malformed-detail", message: `ErrorInfo cannot be read: ${error.message}`, typeUrl });
    }
  }
  return undefined;
}

function identify(info: ErrorInfo, catalogs: readonly Catalog[], issues: Issue[]): ErrorClass | undefined {
  let known = false;
  for (const catalog of catalogs) {
    const found = catalog.byReason(info.domain, info.reason);
    if (found) return found;
    known ||= catalog.hasDomain(info.domain);
  }
  if (known) {
    issues.push({
      kind: "unknown-reason",
      message: `the catalog of the domain "${info.domain}" has no error ${info.reason}`,
    });
  }
  return undefined;
}

/**
 * Without ErrorInfo, a detail type that exactly one declared error has tells
 * which error it is, if the code agrees. The standard types tell nothing: any
 * error may have them.
 */
function identifyByDetail(
  code: Code,
  errorDetails: readonly ErrorDetail[],
  catalogs: readonly Catalog[],
): ErrorClass | undefined {
  const found = new Set<ErrorClass>();
  for (const { typeUrl } of errorDetails) {
    const typeName = typeNameOf(typeUrl);
    if (STANDARD_TYPES.has(typeName)) continue;
    for (const catalog of catalogs) {
      const error = catalog.byDetailType(typeName);
      if (error?.definition.code === code) found.add(error);
    }
  }
  const [only, another] = found;
  return another ? undefined : only;
}

/** Looks for what can be seen of the details without decoding them. */
export function reviewDetails({ errorDetails, isKnownType }: PeerError): Issue[] {
  const issues: Issue[] = [];
  const seen = new Set<string>();
  for (const { typeUrl } of errorDetails) {
    const typeName = typeNameOf(typeUrl);
    if (seen.has(typeName)) {
      issues.push({ kind: "duplicate-detail", message: `there is another detail of the type "${typeName}"`, typeUrl });
    } else if (!STANDARD_TYPES.has(typeName) && !isKnownType(typeName)) {
      issues.push({ kind: "unknown-type", message: `no catalog has the type "${typeName}"`, typeUrl });
    }
    seen.add(typeName);
  }
  return issues;
}

const STANDARD_TYPES = new Set([ErrorInfo.typeName, ...STANDARD_DETAILS.map(({ typeName }) => typeName)]);
