import { codeName } from "../code.js";
import { typeNameOf } from "../detail/detail.js";
import { isObject, isPlain } from "../platform/values.js";
import type { RichError } from "../rich-error.js";
import { shownAs } from "./difference.js";
import { Hidden, linesOf } from "./printed.js";
import { isReadableError } from "./received.js";

/** A serializer of snapshots, as `expect.addSnapshotSerializer` of Vitest and Jest takes it. */
export interface SnapshotSerializer {
  /** Checks whether the serializer prints a value. */
  test(value: unknown): boolean;
  /** Returns the text of a value, whose lines after the first are indented. */
  serialize(value: unknown, config: unknown, indentation: string): string;
}

/**
 * Prints a RichError in a snapshot: class, code, reason, domain, message, detail, and its other details. The text is the
 * same in every run:
 *
 * - Stacks and causes are left out.
 * - Ports of this machine, UUIDs and the request id are replaced by their names.
 * - The fields of messages are in alphabetical order.
 *
 * `grpc-rich-errors/vitest` and `grpc-rich-errors/jest` register it. Elsewhere, call
 * `expect.addSnapshotSerializer(richErrorSerializer)`.
 */
export const richErrorSerializer: SnapshotSerializer = {
  test: isReadableError,
  serialize: (value, _config, indentation) => {
    const lines = isReadableError(value) ? linesOfError(value) : linesOf(value);
    return lines.join(`\n${indentation}`);
  },
};

/** The messages that repeat the identity or the detail, or that differ in each run. */
const ERROR_INFO = "google.rpc.ErrorInfo";
const DEBUG_INFO = "google.rpc.DebugInfo";
const REQUEST_INFO = "google.rpc.RequestInfo";

function linesOfError(error: RichError): readonly string[] {
  const { name, message, reason, domain, errorDetails = [], issues = [], detail } = error.toJSON();
  const own = error.definition?.detail?.typeName;
  const others = errorDetails.flatMap((entry) => otherDetail(entry, own));
  const metadata = error.info?.metadata ?? {};
  const rows: readonly (readonly [string, unknown])[] = [
    ["code", new Hidden(codeName(error.code))],
    ["reason", reason && new Hidden(reason)],
    ["domain", domain && new Hidden(domain)],
    ["message", stable(message)],
    ["detail", error.detail === undefined ? undefined : stable(shownAs(error.detail, detail))],
    ["metadata", Object.keys(metadata).length > 0 ? stable(shownMetadata(errorDetails)) : undefined],
    ...others,
    ["issues", issues.length > 0 ? stable(issues.map(issueText)) : undefined],
  ];
  const shown = Object.fromEntries(rows.filter(([, value]) => value !== undefined && value !== ""));
  const [first = "", ...rest] = linesOf(shown);
  if (rest.length > 0) return [`${name} ${first}`, ...rest];
  // A short error is an object on one line, which has its content between braces.
  return [`${name} {`, ...Object.entries(shown).map(([key, value]) => `  ${key}: ${linesOf(value).join(" ")}`), "}"];
}

function issueText(issue: unknown): unknown {
  return isObject(issue) ? `${Reflect.get(issue, "kind")}: ${Reflect.get(issue, "message")}` : issue;
}

/** Returns the metadata of the ErrorInfo as its JSON shows it. */
function shownMetadata(errorDetails: readonly unknown[]): unknown {
  const info = errorDetails.find((entry) => isObject(entry) && typeOf(entry) === ERROR_INFO);
  return isObject(info) ? Reflect.get(info, "metadata") : undefined;
}

function otherDetail(entry: unknown, own: string | undefined): readonly (readonly [string, unknown])[] {
  if (!isObject(entry)) return [];
  const type = typeOf(entry);
  if (type === ERROR_INFO || type === own) return [];
  const { "@type": _, ...fields } = entry as Readonly<Record<string, unknown>>;
  if (type === DEBUG_INFO) return [[type, stable({ ...fields, stackEntries: new Hidden("<stack>") })]];
  if (type === REQUEST_INFO) return [[type, stable({ ...fields, requestId: new Hidden("<request id>") })]];
  return [[type, stable(fields)]];
}

function typeOf(entry: object): string {
  return typeNameOf(String(Reflect.get(entry, "@type")));
}

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
const LOCAL_PORT = /(\b127\.0\.0\.1|\blocalhost|\[::1\]|\b0\.0\.0\.0):\d{2,5}\b/g;

/** Returns a value with the texts replaced that differ in each run, and with fields in alphabetical order. */
function stable(value: unknown): unknown {
  if (typeof value === "string") return value.replace(UUID, "<uuid>").replace(LOCAL_PORT, "$1:<port>");
  if (Array.isArray(value)) return value.map(stable);
  if (!isObject(value) || !isPlain(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, field]) => [key, stable(field)]));
}
