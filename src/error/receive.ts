import type { Catalog } from "../catalog.js";
import type { OriginFacts } from "../content.js";
import type { JsonDetail } from "../detail/detail.js";
import { isBytes } from "../platform/bytes.js";
import { checkCatalogs, checkOptions, type OptionNames } from "../platform/options.js";
import { PackedStatus, type StatusHead } from "../status/decode.js";
import type { DecodedStatus, Status } from "../status/status.js";
import { type CallStatus, readCall, trailersOf } from "../status/trailer.js";
import { FROM_SERVER, readLocalFailure } from "./origin.js";
import { ReceivedContent } from "./received-content.js";

/** Reads a `google.rpc.Status` that stands for itself. Never throws. */
export function receiveStatus(status: Status, catalogs: readonly Catalog[]): ReceivedContent {
  return new ReceivedContent(status, { ...status, issues: [] }, catalogs, BY_SERVER);
}

/** What an answer over HTTP tells of an error. */
interface HttpError extends DecodedStatus {
  readonly jsonDetails: readonly JsonDetail[];
  readonly originFacts: OriginFacts;
}

/** Reads what an answer over HTTP tells. Never throws. */
export function receiveHttpError(answer: HttpError, catalogs: readonly Catalog[]): ReceivedContent {
  return new ReceivedContent(answer, answer, catalogs, answer);
}

/** Reads what was caught where no server answered. Answers nothing for any other value. Never throws. */
export function receiveLocalFailure(value: unknown, catalogs: readonly Catalog[]): ReceivedContent | undefined {
  const failure = readLocalFailure(value);
  if (!failure) return undefined;
  const { originFacts } = failure;
  return new ReceivedContent(failure, bodyless(failure), catalogs, { originFacts, caused: { cause: value } });
}

/** Reads a packed `google.rpc.Status` that stands for itself. Never throws. */
export function receivePacked(trailer: Uint8Array, catalogs: readonly Catalog[]): ReceivedContent {
  const packed = new PackedStatus(trailer);
  const { head } = packed;
  if (head) return new ReceivedContent(head, packed, catalogs, BY_SERVER);
  const status = packed.decode();
  return new ReceivedContent(status, status, catalogs, BY_SERVER);
}

/**
 * Reads an error or a status of grpc-js: anything with a whole number as `code`
 * and a string as `details`. With metadata of grpc-js, any number is a code: a peer may send `grpc-status: 5.5`.
 * Answers nothing for any other value. Never throws.
 */
export function receiveCall(value: unknown, catalogs: readonly Catalog[]): ReceivedContent | undefined {
  const status = readCall(value);
  if (!status) return undefined;
  const trailers = trailersOf(status.metadata);
  const [trailer] = trailers;
  if (!isBytes(trailer)) return new ReceivedContent(status, bodyless(status), catalogs);
  const body = new PackedStatus(trailer, status, trailers.length > 1);
  return new ReceivedContent(status.message === "" ? withMessage(status, body) : status, body, catalogs);
}

/**
 * A message with a space at either end, which some peers do not escape, never
 * arrives: HTTP/2 knows no such value, and Node leaves the field out. The trailer has it still.
 */
function withMessage(status: CallStatus, body: PackedStatus): CallStatus {
  return { ...status, message: body.head?.message ?? "" };
}

function bodyless({ code, message }: StatusHead): DecodedStatus {
  return { code, message, details: [], issues: [] };
}

const BY_SERVER = { originFacts: FROM_SERVER };

/** How to read an error that came from a peer. */
export interface ReadOptions {
  /**
   * The errors to recognise. By default, none: every error is a plain RichError.
   *
   * An error that no catalog declares becomes an instance of the client's classes
   * (`client_errors` of the proto) of the first catalog that has them.
   */
  readonly catalogs?: readonly Catalog[];
}

const READ_OPTIONS: OptionNames<ReadOptions> = { catalogs: true };

/** Options that were checked. Most programs read every error with the same. */
const checked = new WeakSet<ReadOptions>();

/** @throws TypeError for an unknown option, and for `catalogs` that are not catalogs */
export function checkReadOptions(where: string, options: ReadOptions | undefined): void {
  if (options === undefined || checked.has(options)) return;
  checkOptions(where, options, READ_OPTIONS);
  checkCatalogs(where, options.catalogs);
  checked.add(options);
}
