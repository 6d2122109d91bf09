import type { Metadata } from "@grpc/grpc-js";
import { type Catalog, clientErrorsOf, type ReceivingClass } from "../catalog.js";
import { Code, isCode } from "../code.js";
import type { ErrorContent, OriginFacts } from "../content.js";
import type { Definition } from "../definition.js";
import { type ErrorDetail, encodeDetails, hasType, type JsonDetail, noType, typeNameOf } from "../detail/detail.js";
import { type ErrorInfo, shedOf } from "../detail/error-info.js";
import { DetailReader } from "../detail/reader.js";
import { STANDARD_DETAILS } from "../detail/standard-types.js";
import type { Issue } from "../issue.js";
import { PackedStatus } from "../status/decode.js";
import { type Identification, identify, STANDARD_TYPES } from "../status/identify.js";
import type { DecodedStatus } from "../status/status.js";
import type { CallStatus } from "../status/trailer.js";
import { originOf } from "./origin.js";

/** What is known of an error beside its status. */
export interface ReceivedContext {
  /** Who made it; by default, it is told from the status. */
  readonly originFacts?: OriginFacts;
  /** What led to it, if anything did. */
  readonly caused?: { readonly cause: unknown };
  /** Details that came as JSON, and that could not be packed. */
  readonly jsonDetails?: readonly JsonDetail[];
  /** What identifies it, where that is not among the details. */
  readonly info?: ErrorInfo | undefined;
}

/**
 * An error that a call ended with, as it was sent. Of what came packed, no more is decoded than is
 * asked for: who catches an error looks at its class, and perhaps at its detail.
 *
 * Never throws, whatever the bytes are. They are not copied, and must stay as they are.
 */
export class ReceivedContent implements ErrorContent {
  readonly #status: CallStatus;
  readonly #catalogs: readonly Catalog[];
  readonly #context: ReceivedContext;
  readonly #identity: Identification;
  readonly #body: PackedStatus | DecodedStatus;
  #decoded: DecodedStatus | undefined;
  #read: Read | undefined;

  /**
   * @param status what stands of code and message, whatever the body says
   * @param body what the rest is read from
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
    this.#identity = (body instanceof PackedStatus && body.identify(catalogs)) || this.#identify();
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

  /** The class of the declared error that this is, else of the client's; none if the catalogs have neither. */
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
    return this.#opened.details;
  }

  get packedDetails(): Uint8Array {
    return encodeDetails(this.errorDetails);
  }

  get jsonDetails(): readonly JsonDetail[] {
    return this.#context.jsonDetails ?? [];
  }

  get reader(): DetailReader {
    const read = this.#beingRead;
    read.reader ??= new DetailReader(this, read.unreadable, this.#packed);
    return read.reader;
  }

  /** A message without content if there is none, or none that can be read. */
  get detail(): unknown {
    const read = this.#beingRead;
    if (!read.isDetailRead) {
      read.detail = this.#readDetail();
      read.isDetailRead = true;
    }
    return read.detail;
  }

  get issues(): readonly Issue[] {
    const read = this.#beingRead;
    read.reviewed ??= this.#review();
    const { issues } = this.#identity;
    return once([...this.#opened.issues, ...issues, ...reviewCode(this.#status), ...read.unreadable, ...read.reviewed]);
  }

  get #packed(): PackedStatus | undefined {
    return this.#body instanceof PackedStatus ? this.#body : undefined;
  }

  get #beingRead(): Read {
    this.#read ??= { reader: undefined, unreadable: [], reviewed: undefined, detail: undefined, isDetailRead: false };
    return this.#read;
  }

  /** All that the peer said, decoded when it is first asked for. */
  get #opened(): DecodedStatus {
    const body = this.#body;
    this.#decoded ??= body instanceof PackedStatus ? body.decode() : body;
    return this.#decoded;
  }

  #identify(): Identification {
    const { info } = this.#context;
    if (info) return { info, errorClass: undefined, issues: [] };
    return identify(this.code, this.errorDetails, this.#catalogs);
  }

  #readDetail(): unknown {
    const { definition } = this;
    if (!definition?.detail) return undefined;
    // Most errors are asked for no more, and need no reader.
    return this.#packed?.read(definition.detail) ?? this.reader.own(definition);
  }

  /** Looks for what is wrong, and has every detail read that is of a known type. */
  #review(): readonly Issue[] {
    const { errorDetails, reader, definition } = this;
    const issues = reviewTypes(errorDetails, this.#catalogs);
    for (const codec of STANDARD_DETAILS) reader.findAll(codec);
    const shed = shedOf(this.info);
    if (shed.length > 0) issues.push({ kind: "shed", message: `the server left out or cut: ${shed.join(", ")}` });
    const own = definition?.detail;
    if (own) {
      reader.findAll(own);
      if (!errorDetails.some(({ typeUrl }) => typeNameOf(typeUrl) === own.typeName)) {
        issues.push({ kind: "missing-detail", message: `the detail of the type "${own.typeName}" is missing` });
      }
    }
    return issues;
  }
}

const UNKNOWN: ReceivedContext = {};

/** What was made of an error when it was asked for. */
interface Read {
  reader: DetailReader | undefined;
  /** The details that cannot be read, of those that were asked for. */
  readonly unreadable: Issue[];
  reviewed: readonly Issue[] | undefined;
  detail: unknown;
  isDetailRead: boolean;
}

/** The issues without those that say the same as one before: a peer may repeat its mistake in every detail. */
function once(issues: readonly Issue[]): readonly Issue[] {
  const said = new Set<string>();
  return issues.filter(({ kind, message }) => said.size < said.add(`${kind}: ${message}`).size);
}

function reviewCode({ code }: CallStatus): readonly Issue[] {
  if (isCode(code)) return [];
  return [{ kind: "invalid-code", message: `${code} is not the status code of an error` }];
}

/** Looks for what can be seen of details without decoding them. */
function reviewTypes(details: readonly ErrorDetail[], catalogs: readonly Catalog[]): Issue[] {
  const issues: Issue[] = [];
  const seen = new Set<string>();
  for (const { typeUrl } of details) {
    const typeName = typeNameOf(typeUrl);
    if (!hasType(typeUrl)) {
      issues.push(noType(typeUrl));
    } else if (seen.has(typeName)) {
      issues.push({ kind: "duplicate-detail", message: `there is another detail of the type "${typeName}"`, typeUrl });
    } else if (!STANDARD_TYPES.has(typeName) && !catalogs.some((catalog) => catalog.hasDetailType(typeName))) {
      issues.push({ kind: "unknown-type", message: `no catalog has the type "${typeName}"`, typeUrl });
    }
    if (hasType(typeUrl)) seen.add(typeName);
  }
  return issues;
}
