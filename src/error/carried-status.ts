import type { Metadata } from "@grpc/grpc-js";
import { DEFAULT_BUDGET, fitInto, TRAILERS } from "../budget/fit.js";
import type { Code } from "../code.js";
import type { ErrorContent } from "../error-content.js";
import { attempt } from "../platform/values.js";
import { sendableFields } from "../status/metadata-fields.js";
import { packStatus } from "../status/trailer.js";
import { carry, markTrailer } from "./carried-metadata.js";

/**
 * A thrown error as the status that grpc-js reads from it. It fits into the default size budget, so that a server
 * with nothing attached can send it.
 *
 * In a bundle for browsers, `carried-status.browser.ts` takes the place of this file.
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

  constructor(thrown: Error, content: ErrorContent) {
    this.#thrown = thrown;
    this.#content = content;
    const own = attempt(() => content.metadata?.toJSON()) ?? {};
    const { fields } = sendableFields(Object.entries(own));
    const options = attempt(() => content.metadata?.getOptions()) ?? {};
    this.metadata = carry(thrown, fields, options);
  }

  /** The message that fits. */
  get details(): string {
    return this.#details;
  }

  /** Returns the carried metadata, or a clone of it, with the trailers of the error that did not fit. */
  withShedTrailers(carried: Metadata = this.metadata): Metadata {
    const own = this.#content.metadata;
    if (!own || !this.#shed.includes(TRAILERS)) return carried;
    const all = own.clone();
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
