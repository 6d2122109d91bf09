import type { Metadata } from "@grpc/grpc-js";
import type { ErrorContent } from "../error-content.js";

/**
 * Takes the place of `carried-status.ts` in bundles for browsers, by the field `browser` of `package.json`. No server
 * runs there, so nobody needs the trailer of a thrown error.
 */
export class CarriedStatus {
  #details = "";

  constructor(
    _: Error,
    private readonly content: ErrorContent,
  ) {}

  get metadata(): Metadata | undefined {
    return this.content.metadata;
  }

  get details(): string {
    return this.#details;
  }

  withOtherTrailers(): Metadata | undefined {
    return this.content.metadata;
  }

  packWith({ message }: { readonly message: string }): this {
    this.#details = message;
    return this;
  }
}
