import type { Metadata } from "@grpc/grpc-js";
import { DEFAULT_BUDGET, fitInto, TRAILERS } from "../budget/fit.js";
import type { Code } from "../code.js";
import type { ErrorContent } from "../error-content.js";
import { attempt } from "../platform/values.js";
import { warnOnce } from "../platform/warnings.js";
import { problemOf, type SendableFields, sendableFields } from "../status/metadata-fields.js";
import { packStatus } from "../status/trailer.js";
import { carry, markTrailer } from "./carried-metadata.js";

/** The fields of metadata of a class of the program's own, which cannot be read. */
const NO_FIELDS: SendableFields = { fields: new Map(), refusals: [], unchanged: false };

/**
 * A thrown error as the status that grpc-js reads from it. It fits into the default size budget, so that a server
 * with nothing attached can send it.
 */
export class CarriedStatus {
  /** The same object for the life of the error, so that trailers which a program adds to it are sent. */
  readonly metadata: Metadata;
  readonly #thrown: Error;
  readonly #content: ErrorContent;
  #code: Code | undefined;
  #message: string | undefined;
  #details = "";
  #shed: readonly string[] = [];
  /** The names of the error's own trailers that HTTP/2 cannot send. */
  readonly #refused: readonly string[];

  constructor(thrown: Error, content: ErrorContent) {
    this.#thrown = thrown;
    this.#content = content;
    const own: Readonly<Record<string, readonly unknown[]>> = attempt(() => content.metadata?.toJSON()) ?? {};
    const { fields, refusals } = attempt(() => sendableFields(Object.entries(own))) ?? NO_FIELDS;
    for (const refusal of refusals) warnOnce("GRPC_RICH_ERRORS_UNSENDABLE", problemOf(refusal));
    this.#refused = Object.keys(own).filter((name) => fields.get(name)?.length !== own[name]?.length);
    const options = attempt(() => content.metadata?.getOptions()) ?? {};
    this.metadata = carry(thrown, fields, options);
  }

  /** The message that fits. */
  get details(): string {
    return this.#details;
  }

  /** Returns the carried metadata, or a clone of it, with the trailers of the error that it lacks. */
  withOtherTrailers(carried: Metadata = this.metadata): Metadata {
    const own = this.#content.metadata;
    const isShed = this.#shed.includes(TRAILERS);
    if (!own || !(isShed || this.#refused.length > 0)) return carried;
    const all = own.clone();
    for (const name of Object.keys(own.getMap())) if (!isShed && !this.#refused.includes(name)) all.remove(name);
    all.merge(carried);
    return all;
  }

  /** Packs the error, unless it was packed with the same code and message, which a program may have set anew. */
  packWith({ code, message }: { readonly code: Code; readonly message: string }): this {
    if (this.#code === code && this.#message === message) return this;
    this.#code = code;
    this.#message = message;
    const { metadata } = this;
    const fitted = fitInto(message, this.#content, DEFAULT_BUDGET, metadata);
    if (!fitted.trailers) for (const name of Object.keys(metadata.getMap())) metadata.remove(name);
    packStatus(code, fitted.message, fitted.details, metadata);
    markTrailer(metadata, this.#thrown);
    this.#details = fitted.message;
    this.#shed = fitted.shed;
    return this;
  }
}
