import type { Registry } from "@bufbuild/protobuf";
import type { Catalog } from "../catalog.js";
import { type CodeName, codeName } from "../code.js";
import type { Definition, Fault, Origin, Outcome, Recovery } from "../definition.js";
import { encodeDetails, typeNameOf } from "../detail/detail.js";
import { shownFacts } from "../error/printing.js";
import { receivePackedBeside } from "../error/receive.js";
import { fromHttp } from "../http/from-http.js";
import type { Issue } from "../issue.js";
import { cutText } from "../platform/plain-value.js";
import { errorOf, type RichError } from "../rich-error.js";
import { knownTypes } from "../runtime/message-registry.js";
import { encodeStatus, PackedStatus } from "../status/trailer.js";
import { fromStatus } from "../status-conversion.js";
import { type ReportedDetail, reportDetail } from "./detail-report.js";
import { type CountedError, distinctErrors } from "./distinct.js";
import type { Encoding } from "./encodings.js";
import { errorsInBytes, errorsInText, errorsOfKind, type InputKind } from "./find.js";
import type { Form, FoundError } from "./found-error.js";
import { measure, type TrailerSize } from "./size-limits.js";

/** Options of {@link decodeReport}. */
export interface DecodeOptions {
  /** The catalogs of the errors to recognize. */
  readonly catalogs: readonly Catalog[];
  /** More message types that details may have. By default, those of the catalogs are known. */
  readonly types?: readonly Registry[];
  /** What the input is. By default, this is guessed. */
  readonly kind?: InputKind;
  /** Whether the values of fields that are marked `debug_redact` are shown. By default, they are not. */
  readonly showRedacted?: boolean;
}

/** Everything that {@link decodeReport} found in an input, as plain data. */
export interface DecodeReport {
  /** The errors in the order of the input, at most 100. */
  readonly errors: readonly DecodedError[];
  /** The number of further errors. */
  readonly more: number;
  /** Whether the input is longer than 4 MiB, so that its end was not read. */
  readonly isCut: boolean;
}

/** An error that an input holds. */
export interface DecodedError {
  readonly found: {
    readonly form: Form;
    readonly encoding?: Encoding;
    /** The line of the input, counted from 1. */
    readonly line: number;
    /** How often the input has the same error. */
    readonly times: number;
  };
  readonly code: { readonly name: CodeName; readonly number: number };
  readonly message: string;
  readonly reason?: string;
  readonly domain?: string;
  /** The facts about this occurrence in `ErrorInfo.metadata`. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** The declaration. Absent if no catalog knows the error. */
  readonly declared?: DeclaredFacts;
  readonly recovery?: Recovery;
  readonly outcome?: Outcome;
  readonly fault: Fault;
  readonly origin?: Origin;
  /** The time to wait before a retry, in milliseconds. */
  readonly retryDelay?: number;
  /** The details in order, at most 100. */
  readonly details: readonly ReportedDetail[];
  /** The number of further details. */
  readonly moreDetails: number;
  /** Problems with the error, at most 100. */
  readonly issues: readonly Issue[];
  /** Problems with the text that holds the error, in words. */
  readonly damage: readonly string[];
  /** The size on the wire. Absent for an error that did not come over gRPC, or whose details are not known as bytes. */
  readonly size?: TrailerSize;
}

/** What a catalog says about an error. */
export interface DeclaredFacts {
  readonly className: string;
  readonly displayName: string;
  readonly enumName: string;
  readonly name: string;
  readonly number: number;
  readonly category?: string;
  readonly httpStatus: number;
  readonly summary: string;
  readonly causes: readonly string[];
  readonly clientAction?: string;
  readonly helpUrl?: string;
  readonly since?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly deprecated: boolean;
}

const MAX_INPUT = 2 ** 22;
const MAX_LIST = 100;
const MAX_METADATA = 50;

/**
 * Finds every error in an input and explains it: a trailer in any encoding, grpcurl's or Postman's output, an HTTP
 * response or its body, or a log.
 *
 * Never throws, takes time linear in the input, and reports are bounded in size. It runs in a browser, too.
 */
export function decodeReport(
  input: string | Uint8Array,
  { catalogs, types: more = [], kind, showRedacted = false }: DecodeOptions,
): DecodeReport {
  const cut = input.slice(0, MAX_INPUT);
  const text = typeof cut === "string" ? cut : new TextDecoder().decode(cut);
  const found = kind ? errorsOfKind(text, kind) : typeof cut === "string" ? errorsInText(cut) : errorsInBytes(cut);
  const counted = distinctErrors(found);
  const types = withMore(knownTypes(catalogs), more);
  const errors = counted.slice(0, MAX_LIST).map((one) => reportError(one, text, catalogs, types, showRedacted));
  return { errors, more: counted.length - errors.length, isCut: input.length > MAX_INPUT };
}

function reportError(
  { found, times }: CountedError,
  text: string,
  catalogs: readonly Catalog[],
  types: Registry,
  showRedacted: boolean,
): DecodedError {
  const error = interpret(found, catalogs);
  const { code, reason, domain, recovery, outcome, fault, origin, retryDelay, definition } = error;
  const facts = showRedacted ? error.info?.metadata : shownFacts(error.info);
  const { form, encoding, at, damage = [] } = found;
  const details = [...error.errorDetails, ...error.jsonDetails];
  const size = sizeOf(found, error);
  const delay = retryDelay ?? definition?.retryDelay;
  return {
    found: { form, ...(encoding && { encoding }), line: lineAt(text, at), times },
    code: { name: codeName(code), number: code },
    message: cutText(error.message),
    ...(reason !== undefined && { reason: cutText(reason, 1_000) }),
    ...(domain !== undefined && { domain: cutText(domain, 1_000) }),
    ...(facts && Object.keys(facts).length > 0 && { metadata: shortened(facts) }),
    ...(definition && { declared: factsOf(definition) }),
    ...(recovery && { recovery }),
    ...(outcome && { outcome }),
    fault,
    ...(origin && { origin }),
    ...(delay !== undefined && { retryDelay: delay }),
    details: details.slice(0, MAX_LIST).map((detail) => reportDetail(detail, types, definition, showRedacted)),
    moreDetails: Math.max(0, details.length - MAX_LIST),
    issues: issuesOf(error, types),
    damage,
    ...(size && { size }),
  };
}

function withMore(known: Registry, more: readonly Registry[]): Registry {
  const all = [known, ...more];
  const getMessage: Registry["getMessage"] = (name) => {
    for (const registry of all) {
      const found = registry.getMessage(name);
      if (found) return found;
    }
    return undefined;
  };
  return { ...known, getMessage };
}

/** Makes an error of what stands in the input. */
function interpret({ code, message, trailer, response }: FoundError, catalogs: readonly Catalog[]): RichError {
  if (trailer) {
    const { head } = new PackedStatus(trailer);
    return errorOf(
      receivePackedBeside({ code: code ?? head.code, message: message ?? head.message }, trailer, catalogs),
    );
  }
  if (response) return fromHttp(response.status, response.headers, response.body, { catalogs });
  return fromStatus({ code: code ?? 0, message: message ?? "", details: [] }, { catalogs });
}

function sizeOf({ form, trailer }: FoundError, error: RichError): TrailerSize | undefined {
  const { code, message, errorDetails, jsonDetails } = error;
  if (trailer) return measure(trailer, message);
  if (form !== "grpcurl" && form !== "json" && form !== "connect") return undefined;
  if (jsonDetails.length > 0) return undefined;
  return measure(encodeStatus(code, message, encodeDetails(errorDetails)), message);
}

function factsOf(definition: Definition): DeclaredFacts {
  const { className, displayName, enumName, name, number, category, httpStatus, documentation } = definition;
  const { helpUrl, since, labels, deprecated = false } = definition;
  const { summary, causes = [], clientAction } = documentation;
  return {
    className,
    displayName,
    enumName,
    name,
    number,
    ...(category !== undefined && { category }),
    httpStatus,
    summary,
    causes,
    ...(clientAction !== undefined && { clientAction }),
    ...(helpUrl !== undefined && { helpUrl }),
    ...(since !== undefined && { since }),
    ...(labels && { labels }),
    deprecated,
  };
}

function shortened(metadata: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(metadata).slice(0, MAX_METADATA);
  return Object.fromEntries(entries.map(([key, value]) => [cutText(key, 200), cutText(value, 1_000)]));
}

/** The issues of an error, without those that more types have settled. */
function issuesOf({ issues }: RichError, types: Registry): readonly Issue[] {
  const open = issues.filter(
    ({ kind, typeUrl = "" }) => kind !== "unknown-type" || types.getMessage(typeNameOf(typeUrl)) === undefined,
  );
  return open.slice(0, MAX_LIST).map(({ kind, message, typeUrl }) => ({
    kind,
    message: cutText(message, 1_000),
    ...(typeUrl !== undefined && { typeUrl: cutText(typeUrl, 1_000) }),
  }));
}

function lineAt(text: string, at: number): number {
  let line = 1;
  for (let next = text.indexOf("\n"); next >= 0 && next < at; next = text.indexOf("\n", next + 1)) line++;
  return line;
}
