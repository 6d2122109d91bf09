import type { CallContext, Metadata } from "nice-grpc";
import { fastest, isBytes } from "../platform/bytes.js";
import { warnOnce } from "../platform/warnings.js";
import { problemOf, sendableFields } from "../status/metadata-fields.js";

/** Returns the fields of nice-grpc's metadata as grpc-js has them: bytes as a `Buffer`. */
export function fieldsOf(metadata: Metadata): [string, (string | Buffer)[]][] {
  return [...metadata].map(([name, values]) => [
    name,
    values.map((value) => (isBytes(value) ? (fastest(value) as Buffer) : value)),
  ]);
}

/** Replaces all fields of metadata. */
export function replaceFields(metadata: Metadata, fields: Iterable<[string, (string | Buffer)[]]>): void {
  for (const [name] of [...metadata]) metadata.delete(name);
  for (const [name, values] of fields) metadata.set(name, values);
}

/** Removes what HTTP/2 cannot send, and emits a process warning. With such a field, the call hangs or the process crashes. */
export function removeUnsendable(metadata: Metadata): void {
  const { fields, refusals, unchanged } = sendableFields(fieldsOf(metadata));
  if (unchanged) return;
  for (const refusal of refusals) warnOnce("GRPC_RICH_ERRORS_UNSENDABLE", problemOf(refusal));
  replaceFields(metadata, fields);
}

/** Makes a call send no header that HTTP/2 cannot send. nice-grpc sends the header with the first message or at the end. */
export function guardHeader(context: CallContext): void {
  const { sendHeader } = context;
  context.sendHeader = () => {
    removeUnsendable(context.header);
    sendHeader();
  };
}
