import type { Metadata } from "@grpc/grpc-js";
import { type Catalog, clientErrorsOf, type ReceivingClass } from "../catalog.js";
import { Code, isCode } from "../code.js";
import type { Definition } from "../definition.js";
import { STANDARD_DETAILS, STANDARD_TYPES } from "../detail/collected-details.js";
import { type ErrorDetail, encodeDetails, hasType, type JsonDetail, noType, typeNameOf } from "../detail/detail.js";
import { type ErrorInfo, shedOf } from "../detail/error-info.js";
import { DetailReader } from "../detail/reader.js";
import type { ErrorContent, OriginFacts } from "../error-content.js";
import type { Issue } from "../issue.js";
import type { CallStatus } from "../status/call-status.js";
import { type Identification, identify, identifyPacked } from "../status/identify.js";
import { type DecodedStatus, PackedStatus } from "../status/trailer.js";
import { originOf } from "./call-origin.js";

/** Facts about a received error that its status does not hold. */
export interface ReceivedContext {
  /** By default, they follow from the status. */
  readonly originFacts?: OriginFacts;
  /** The options for `Error`. By default, the error has no cause. */
  readonly caused?: { readonly cause: unknown };
  /** The JSON details of an HTTP body that could not be packed. */
  readonly jsonDetails?: readonly JsonDetail[];
  /** The identity of the error, if its details do not hold it. */
  readonly info?: ErrorInfo | undefined;
}

/**
 * The content of a received error, which ended a call. It is decoded lazily, because most callers look at no more than
 * the class and the detail.
 *
 * The bytes of the trailer are not copied, so they must not change. Never throws, whatever they are.
 */
export class ReceivedContent implements ErrorContent {
  readonly #status: CallStatus;
  readonly #catalogs: readonly Catalog[];
  readonly #context: ReceivedContext;
  readonly #identity: Identification;
  readonly #body: PackedStatus | DecodedStatus;
  #decodedBody: DecodedStatus | undefined;
  #lazy: Lazy | undefined;

  /**
   * @param status has the code and the message of the error, whatever the body says
   * @param body has everything else: the bytes of a trailer, or a status that is decoded already
   */
  constructor(
    status: CallStatus,
    body: PackedStatus | DecodedStatus,
    catalogs: readonly Catalog[],
    context: ReceivedContext = UNKNOWN,
  ) {
    this.#status = status;
    this.#context = context;
    this.#catalogs = catalogs;
    this.#body = body;
    this.#identity = (body instanceof PackedStatus && identifyPacked(body, catalogs)) || this.#identify();
  }

  get received(): boolean {
    return true;
  }

  get code(): Code {
    const { code } = this.#status;
    return isCode(code) ? code : Code.UNKNOWN;
  }

  get message(): string {
    return this.#status.message;
  }

  get metadata(): Metadata | undefined {
    return this.#status.metadata;
  }

  get caused(): ReceivedContext["caused"] {
    return this.#context.caused;
  }

  get originFacts(): OriginFacts {
    return this.#context.originFacts ?? originOf(this);
  }

  get info(): ErrorInfo | undefined {
    return this.#identity.info;
  }

  /** The class of the declared error, or else the client's own class. `undefined` if the catalogs have neither. */
  get errorClass(): ReceivingClass | undefined {
    return this.#identity.errorClass ?? this.#clientError;
  }

  get #clientError(): ReceivingClass | undefined {
    const classes = clientErrorsOf(this.#catalogs);
    const kind = classes && this.originFacts.kind;
    return kind && classes?.[kind];
  }

  get definition(): Definition | undefined {
    return this.#identity.errorClass?.definition;
  }

  get reason(): string | undefined {
    const { info, errorClass } = this.#identity;
    return errorClass ? errorClass.definition.reason : info?.reason;
  }

  get domain(): string | undefined {
    const { info, errorClass } = this.#identity;
    return errorClass ? errorClass.definition.domain : info?.domain;
  }

  get errorDetails(): readonly ErrorDetail[] {
    return this.#decoded.details;
  }

  get packedDetails(): Uint8Array {
    return encodeDetails(this.errorDetails);
  }

  get jsonDetails(): readonly JsonDetail[] {
    return this.#context.jsonDetails ?? [];
  }

  get reader(): DetailReader {
    const lazy = this.#onDemand;
    lazy.reader ??= new DetailReader(this, lazy.unreadable, this.#packed);
    return lazy.reader;
  }

  /** An empty message if the detail is missing or cannot be decoded. */
  get detail(): unknown {
    const lazy = this.#onDemand;
    if (!lazy.isDetailRead) {
      lazy.detail = this.#readDetail();
      lazy.isDetailRead = true;
    }
    return lazy.detail;
  }

  get issues(): readonly Issue[] {
    const lazy = this.#onDemand;
    lazy.found ??= this.#findIssues();
    const { issues } = this.#identity;
    return distinct([
      ...this.#decoded.issues,
      ...issues,
      ...codeIssues(this.#status),
      ...lazy.unreadable,
      ...lazy.found,
    ]);
  }

  get #packed(): PackedStatus | undefined {
    return this.#body instanceof PackedStatus ? this.#body : undefined;
  }

  get #onDemand(): Lazy {
    this.#lazy ??= { reader: undefined, unreadable: [], found: undefined, detail: undefined, isDetailRead: false };
    return this.#lazy;
  }

  /** The whole status of the peer, decoded on first use. */
  get #decoded(): DecodedStatus {
    const body = this.#body;
    this.#decodedBody ??= body instanceof PackedStatus ? body.decode() : body;
    return this.#decodedBody;
  }

  #identify(): Identification {
    const { info } = this.#context;
    if (info) return { info, errorClass: undefined, issues: [] };
    return identify(this.code, this.errorDetails, this.#catalogs, STANDARD_TYPES);
  }

  #readDetail(): unknown {
    const { definition } = this;
    if (!definition?.detail) return undefined;
    // Most callers read no other detail, so a reader would be a waste.
    return this.#packed?.read(definition.detail) ?? this.reader.own(definition);
  }

  /** Finds the issues of the details, and decodes every detail of a known type to find more. */
  #findIssues(): readonly Issue[] {
    const { errorDetails, reader, definition } = this;
    const issues = typeIssues(errorDetails, this.#catalogs);
    for (const codec of STANDARD_DETAILS) reader.findAll(codec);
    const shed = shedOf(this.info);
    if (shed.length > 0)
      issues.push({
        kind: "shed",
        message: `the server left out or cut ${shed.join(", ")}, because the error was too large`,
      });
    const own = definition?.detail;
    if (own) {
      reader.findAll(own);
      if (!errorDetails.some(({ typeUrl }) => typeNameOf(typeUrl) === own.typeName)) {
        issues.push({
          kind: "missing-detail",
          message: `the peer sent no detail of the type "${own.typeName}"; error.detail is an empty message`,
        });
      }
    }
    return issues;
  }
}

const UNKNOWN: ReceivedContext = {};

/** The parts that are made on first use. */
interface Lazy {
  reader: DetailReader | undefined;
  /** The issues of the details that were decoded so far. */
  readonly unreadable: Issue[];
  found: readonly Issue[] | undefined;
  detail: unknown;
  isDetailRead: boolean;
}

/** Removes repeated issues, because a peer may make the same mistake in every detail. */
function distinct(issues: readonly Issue[]): readonly Issue[] {
  const seen = new Set<string>();
  return issues.filter(({ kind, message }) => seen.size < seen.add(`${kind}: ${message}`).size);
}

function codeIssues({ code }: CallStatus): readonly Issue[] {
  if (isCode(code)) return [];
  const message = `the status code is ${code}, not a whole number from 1 to 16; the error is UNKNOWN`;
  return [{ kind: "invalid-code", message }];
}

/** Finds the issues that the types of the details show, without decoding them. */
function typeIssues(details: readonly ErrorDetail[], catalogs: readonly Catalog[]): Issue[] {
  const issues: Issue[] = [];
  const seen = new Set<string>();
  for (const { typeUrl } of details) {
    const typeName = typeNameOf(typeUrl);
    if (!hasType(typeUrl)) {
      issues.push(noType(typeUrl));
    } else if (seen.has(typeName)) {
      const message = `the error has several details of the type "${typeName}"; the first counts`;
      issues.push({ kind: "duplicate-detail", message, typeUrl });
    } else if (!STANDARD_TYPES.has(typeName) && !catalogs.some((catalog) => catalog.hasDetailType(typeName))) {
      issues.push({
        kind: "unknown-type",
        message: `no catalog has the type "${typeName}"; pass the one that declares it in catalogs`,
        typeUrl,
      });
    }
    if (hasType(typeUrl)) seen.add(typeName);
  }
  return issues;
}
