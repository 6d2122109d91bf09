import type { Catalog } from "../catalog.js";
import type { JsonDetail } from "../detail/detail.js";
import type { OriginFacts } from "../error-content.js";
import { checkCatalogs, checkOptions, type OptionNames } from "../platform/options.js";
import { receiveTrailer, trailerBeside, withoutDetails } from "../status/call-status.js";
import { type DecodedStatus, PackedStatus, type Status, type StatusHead } from "../status/trailer.js";
import { readLocalFailure } from "./local-failure.js";
import { FROM_SERVER } from "./origin.js";
import { ReceivedContent } from "./received-error.js";

/** Reads a decoded `google.rpc.Status`. Never throws. */
export function receiveStatus(status: Status, catalogs: readonly Catalog[]): ReceivedContent {
  return new ReceivedContent(status, { ...status, issues: [] }, catalogs, BY_SERVER);
}

/** An error as the body and the headers of an HTTP response describe it. */
interface HttpError extends DecodedStatus {
  readonly jsonDetails: readonly JsonDetail[];
  readonly originFacts: OriginFacts;
}

/** Reads the error of an HTTP response. Never throws. */
export function receiveHttpError(error: HttpError, catalogs: readonly Catalog[]): ReceivedContent {
  return new ReceivedContent(error, error, catalogs, error);
}

/** Reads a caught value as a local failure. Returns `undefined` for any other value. Never throws. */
export function receiveLocalFailure(value: unknown, catalogs: readonly Catalog[]): ReceivedContent | undefined {
  const failure = readLocalFailure(value);
  if (!failure) return undefined;
  const { originFacts } = failure;
  return new ReceivedContent(failure, withoutDetails(failure), catalogs, { originFacts, caused: { cause: value } });
}

/** Reads a packed `google.rpc.Status` without the status of a call. Never throws. */
export function receivePacked(trailer: Uint8Array, catalogs: readonly Catalog[]): ReceivedContent {
  const body = new PackedStatus(trailer);
  return new ReceivedContent(body.head, body, catalogs, BY_SERVER);
}

/** Reads a packed `google.rpc.Status` whose code and message stand beside it, as in a log. Never throws. */
export function receivePackedBeside(
  head: StatusHead,
  trailer: Uint8Array,
  catalogs: readonly Catalog[],
): ReceivedContent {
  return new ReceivedContent(head, trailerBeside(head, trailer), catalogs, BY_SERVER);
}

/** Reads an error or a status of grpc-js. Returns `undefined` for any other value. Never throws. */
export function receiveCall(value: unknown, catalogs: readonly Catalog[]): ReceivedContent | undefined {
  const received = receiveTrailer(value);
  return received && new ReceivedContent(received.status, received.body, catalogs);
}

const BY_SERVER = { originFacts: FROM_SERVER };

/** Options for reading an error that a peer sent. */
export interface ReadOptions {
  /**
   * The catalogs of the errors to recognize. By default, there are none, and every error is a plain RichError.
   *
   * An error that no catalog declares becomes an instance of the client's own classes: those of the first catalog
   * whose proto sets `client_errors`.
   */
  readonly catalogs?: readonly Catalog[];
}

const READ_OPTIONS: OptionNames<ReadOptions> = { catalogs: true };

/** Options that are checked already. Most programs read every error with the same options. */
const checked = new WeakSet<ReadOptions>();

/**
 * Checks the options of a function.
 *
 * @param where the name of the function, for the message
 * @throws TypeError if an option is unknown or `catalogs` is not an array of catalogs
 */
export function checkReadOptions(where: string, options: ReadOptions | undefined): void {
  if (options === undefined || checked.has(options)) return;
  checkOptions(where, options, READ_OPTIONS);
  checkCatalogs(where, options.catalogs);
  checked.add(options);
}
