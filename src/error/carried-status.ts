import type { Metadata } from "@grpc/grpc-js";
import { DEFAULT_BUDGET, type Fitted, fitInto, TRAILERS } from "../budget/fit.js";
import type { Code } from "../code.js";
import type { ErrorContent } from "../error-content.js";
import { isNode } from "../platform/bytes.js";
import { attempt } from "../platform/values.js";
import { warnOnce } from "../platform/warnings.js";
import { packStatus } from "../status/call-status.js";
import { problemOf, type SendableFields, sendableFields } from "../status/metadata-fields.js";
import { carry, markTrailer } from "./carried-metadata.js";
import { withoutRedacted } from "./error-redaction.js";

/**
 * Returns a thrown error as the status that grpc-js reads from it. `undefined` in a browser, where nothing sends one.
 *
 * @param head the code and the message of the error, which can be sent
 */
export function carriedStatusOf(
  thrown: Error,
  content: ErrorContent,
  head: { readonly code: Code; readonly message: string },
): CarriedStatus | undefined {
  return isNode ? new CarriedStatus(thrown, content, head) : undefined;
}

/** Returns empty metadata that carries an error. `undefined` in a browser. */
export function emptyMetadataOf(error: Error): Metadata | undefined {
  return isNode ? carry(error, []) : undefined;
}

/** The fields of metadata of a class of the program's own, which cannot be read. */
const NO_FIELDS: SendableFields = { fields: new Map(), refusals: [], unchanged: false };

/**
 * A thrown error as the status that grpc-js reads from it. It fits into the default size budget, so that a server
 * without the interceptor can send it.
 *
 * It is made anew for each read, because a program may use one error for many calls, and change its message or its
 * trailers in between.
 */
export class CarriedStatus {
  readonly #thrown: Error;
  readonly #code: Code;
  readonly #own: Metadata | undefined;
  readonly #ownFields: Readonly<Record<string, readonly unknown[]>>;
  readonly #sendable: SendableFields;
  readonly #fitted: Fitted;

  constructor(thrown: Error, content: ErrorContent, head: { readonly code: Code; readonly message: string }) {
    this.#thrown = thrown;
    this.#code = head.code;
    this.#own = content.metadata;
    this.#ownFields = attempt(() => content.metadata?.toJSON()) ?? {};
    this.#sendable = attempt(() => sendableFields(Object.entries(this.#ownFields))) ?? NO_FIELDS;
    const trailers = carry(thrown, this.#sendable.fields);
    this.#fitted = fitInto(head.message, withoutRedacted(content), DEFAULT_BUDGET, trailers);
  }

  /** The message that fits. */
  get details(): string {
    return this.#fitted.message;
  }

  /** The trailers that fit, with `grpc-status-details-bin`. */
  get metadata(): Metadata {
    for (const refusal of this.#sendable.refusals) warnOnce("GRPC_RICH_ERRORS_UNSENDABLE", problemOf(refusal));
    const metadata = this.#fitted.trailers ?? carry(this.#thrown, []);
    metadata.setOptions(attempt(() => this.#own?.getOptions()) ?? {});
    packStatus(this.#code, this.#fitted.message, this.#fitted.details, metadata);
    markTrailer(metadata, this.#thrown);
    return metadata;
  }

  /** Returns metadata that was carried, with the trailers of the error that did not fit or cannot be sent. */
  withOtherTrailers(carried: Metadata): Metadata {
    const own = this.#own;
    const { fields } = this.#sendable;
    const isShed = this.#fitted.shed.includes(TRAILERS);
    const isRefused = (name: string) => fields.get(name)?.length !== this.#ownFields[name]?.length;
    const lacks = Object.keys(this.#ownFields).filter((name) => isShed || isRefused(name));
    if (!own || lacks.length === 0) return carried;
    const all = own.clone();
    for (const name of Object.keys(own.getMap())) if (!lacks.includes(name)) all.remove(name);
    all.merge(carried);
    return all;
  }
}
