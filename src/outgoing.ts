import type { Metadata } from "@grpc/grpc-js";
import type { Definition } from "./definition.js";
import { type ErrorDetail, packDetail, typeNameOf } from "./detail.js";
import { durationFromMs } from "./duration.js";
import { ErrorInfo } from "./error-info.js";
import type { Issue } from "./issue.js";
import { Help, type HelpLink, RetryInfo } from "./standard-types.js";
import { thrownText } from "./thrown-text.js";

/** What can be said of an error beside its detail. */
export interface RichErrorOptions {
  /** The message for humans. By default, it is made from the definition's template. */
  readonly message?: string;
  /** What led to the error. Stays in this process. */
  readonly cause?: unknown;
  /** Trailers to send with the error, beside its status. */
  readonly metadata?: Metadata;
  /** Facts for programs, added to `ErrorInfo.metadata`. */
  readonly info?: Readonly<Record<string, string>>;
  /** How long the client should wait at least before it tries again, in milliseconds. By default, as the definition says. */
  readonly retryDelay?: number;
  /** Where to read on. */
  readonly help?: readonly HelpLink[];
  /**
   * More details, such as those collected by `StandardDetails`.
   *
   * An error has one detail of each type: of two the first is sent, and the
   * error's own come before any given here.
   */
  readonly errorDetails?: Iterable<ErrorDetail>;
}

/** What is known of an error that was made here. */
export interface OutgoingInit {
  readonly definition?: Definition | undefined;
  readonly reason?: string | undefined;
  readonly domain?: string | undefined;
  readonly detail?: unknown;
  readonly options: RichErrorOptions;
}

/** The details of an error that was made here, packed when they are first asked for. */
export class Outgoing {
  readonly issues: Issue[] = [];
  readonly info: ErrorInfo | undefined;
  readonly #init: OutgoingInit;
  #packed: readonly ErrorDetail[] | undefined;

  constructor(init: OutgoingInit) {
    this.#init = init;
    this.info = infoOf(init);
  }

  /** ErrorInfo first, then the extras, the typed detail last; one of each type. */
  get errorDetails(): readonly ErrorDetail[] {
    this.#packed ??= this.#pack();
    return this.#packed;
  }

  #pack(): readonly ErrorDetail[] {
    const { definition, detail, options } = this.#init;
    const { retryDelay = definition?.retryDelay, help, errorDetails } = options;
    const extras: ErrorDetail[] = [];
    if (retryDelay !== undefined) {
      this.#add(extras, () => packDetail(RetryInfo, { retryDelay: durationFromMs(retryDelay) }));
    }
    if (help) this.#add(extras, () => packDetail(Help, { links: [...help] }));
    if (errorDetails) this.#addAll(extras, errorDetails);

    const first: ErrorDetail[] = [];
    const { info } = this;
    if (info) this.#add(first, () => (definition ? packInfoOf(definition, info) : packDetail(ErrorInfo, info)));
    const last: ErrorDetail[] = [];
    const codec = definition?.detail;
    if (codec) this.#add(last, () => packDetail(codec, detail));

    const taken = new Set([ErrorInfo.typeName, codec?.typeName]);
    const kept = extras.filter(({ typeUrl }) => {
      const typeName = typeNameOf(typeUrl);
      return !taken.has(typeName) && taken.add(typeName);
    });
    return [...first, ...kept, ...last];
  }

  /** A detail that cannot be packed is left out, because an error must be sent all the same. */
  #add(into: ErrorDetail[], make: () => ErrorDetail): void {
    try {
      const { typeUrl, value } = (make() as Partial<ErrorDetail> | null) ?? {};
      if (typeof typeUrl !== "string" || !(value instanceof Uint8Array)) {
        throw new TypeError("it is not an ErrorDetail");
      }
      into.push({ typeUrl, value });
    } catch (error) {
      this.#leaveOut(error);
    }
  }

  #addAll(into: ErrorDetail[], details: Iterable<ErrorDetail>): void {
    try {
      for (const detail of details) this.#add(into, () => detail);
    } catch (error) {
      this.#leaveOut(error);
    }
  }

  #leaveOut(error: unknown): void {
    this.issues.push({ kind: "malformed-detail", message: `a detail cannot be packed: ${thrownText(error)}` });
  }
}

function infoOf({ definition, reason, domain, options: { info } }: OutgoingInit): ErrorInfo | undefined {
  if (!definition) return reason === undefined ? undefined : { reason, domain: domain ?? "", metadata: { ...info } };
  if (!info && !definition.numericCode) return plainInfoOf(definition);
  const metadata: Record<string, string> = { ...info };
  if (definition.numericCode) metadata["code"] = String(definition.number);
  return { reason: definition.reason, domain: definition.domain, metadata };
}

interface PackedInfo {
  readonly info: ErrorInfo;
  readonly packed: ErrorDetail;
}

const plainInfos = new WeakMap<Definition, PackedInfo>();

/** The same for every error of a definition, so that it is packed once. */
function plainInfoOf(definition: Definition): ErrorInfo {
  let plain = plainInfos.get(definition);
  if (!plain) {
    const info = { reason: definition.reason, domain: definition.domain, metadata: {} };
    plain = { info, packed: packDetail(ErrorInfo, info) };
    plainInfos.set(definition, plain);
  }
  return plain.info;
}

function packInfoOf(definition: Definition, info: ErrorInfo): ErrorDetail {
  const plain = plainInfos.get(definition);
  return plain?.info === info ? plain.packed : packDetail(ErrorInfo, info);
}
