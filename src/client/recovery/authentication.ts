import type { Metadata } from "@grpc/grpc-js";
import { describeValue } from "../../platform/values.js";
import type { RichError } from "../../rich-error.js";
import { isMetadata } from "../../status/metadata.js";

/** Gets new credentials. Returns the metadata to send with the request again, or nothing if the channel has them. */
export type Authenticate = (error: RichError) => Promise<Metadata | undefined> | Metadata | undefined;

/** Gets credentials once for all calls that wait for them. */
export class Authentication {
  readonly #authenticate: Authenticate;
  #running: Promise<Metadata | undefined> | undefined;
  #latest: Metadata | undefined;
  #renewals = 0;

  constructor(authenticate: Authenticate) {
    this.#authenticate = authenticate;
  }

  /** How many times the credentials were renewed. An attempt notes it when it begins. */
  get renewals(): number {
    return this.#renewals;
  }

  /** Renews the credentials, unless they were renewed after the attempt began. */
  async renew(error: RichError, renewalsBefore: number): Promise<Metadata | undefined> {
    if (renewalsBefore < this.#renewals) return this.#latest;
    this.#running ??= this.#run(error);
    return this.#running;
  }

  async #run(error: RichError): Promise<Metadata | undefined> {
    try {
      const latest = await this.#authenticate(error);
      if (latest !== undefined && !isMetadata(latest)) {
        throw new TypeError(`authenticate returned ${describeValue(latest)}; return Metadata of grpc-js, or nothing`);
      }
      this.#latest = latest;
      this.#renewals++;
      return this.#latest;
    } finally {
      this.#running = undefined;
    }
  }
}

const authentications = new WeakMap<Authenticate, Authentication>();

/** Returns the authentication of a callback, which several methods may share. */
export function authenticationBy(authenticate: Authenticate): Authentication {
  const known = authentications.get(authenticate);
  if (known) return known;
  const authentication = new Authentication(authenticate);
  authentications.set(authenticate, authentication);
  return authentication;
}
