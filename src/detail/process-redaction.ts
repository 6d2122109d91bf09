import { REDACTION } from "../platform/symbols.js";
import { thrownText } from "../platform/values.js";
import type { DetailCodec, JsonDetail } from "./detail.js";

/** Stands in printed errors for the value of a redacted field. */
export const REDACTED = "[redacted]";

/**
 * Removes the fields of messages that are marked `debug_redact`, and some facts of errors. A type is given by its full name
 * or by a type URL.
 */
export interface Redaction {
  /** Adds types in the format of `readTypes`. */
  add(types: readonly string[]): void;
  /** Adds keys of `ErrorInfo.metadata`. */
  addInfoKeys(keys: readonly string[]): void;
  /** Whether a message of a type may contain redacted fields, at any depth or in a `google.protobuf.Any`. */
  has(type: string): boolean;
  /** Whether a type has redacted fields or keys, at any depth. */
  hasFields(type: string): boolean;
  /** Whether a field of a type is redacted. */
  hasField(typeName: string, number: number): boolean;
  /**
   * Checks whether JSON may show the value of a redacted field: because it, or a message in an Any at any depth, is of a
   * type with redacted fields. JSON that does not match its type may have the value anywhere. Never throws.
   */
  hidesJson(json: unknown): boolean;
  /** Returns encoded details without redacted fields: the same bytes if they have none. Leaves out a broken detail. */
  withoutFields(details: Uint8Array): Uint8Array;
  /** Returns an encoded message of a type without redacted fields, or `undefined` if the bytes are broken. */
  messageWithoutFields(type: string, message: Uint8Array): Uint8Array | undefined;
  /**
   * Decodes a message for people: as plain data in which `[redacted]` stands for each redacted field. Returns
   * `[redacted]` for a message that cannot be decoded. Never throws.
   */
  show(codec: Pick<DetailCodec<unknown>, "typeName" | "decode">, message: Uint8Array): unknown;
}

interface Slot {
  [REDACTION]?: Redaction;
}

/**
 * The redaction of this process, for all copies of this package. `undefined` if no catalog or codec in it has redacted
 * fields, and no key of `ErrorInfo.metadata` is redacted. Then bundles do not contain it, and a failing call pays for this look-up only.
 */
export function redactionOfProcess(): Redaction | undefined {
  return (globalThis as Slot)[REDACTION];
}

/** Sets the redaction of this process. */
export function setRedaction(redaction: Redaction): void {
  (globalThis as Slot)[REDACTION] = redaction;
}

/** Returns the redaction for a type. `undefined` if messages of the type have no redacted fields. */
export function redactionOf(type: string | undefined): Redaction | undefined {
  const redaction = redactionOfProcess();
  return type !== undefined && redaction?.has(type) ? redaction : undefined;
}

/** Checks whether a detail in JSON may show the value of a redacted field. Never throws. */
export function isRedactedJson(json: JsonDetail): boolean {
  return redactionOfProcess()?.hidesJson(json) ?? false;
}

/** Checks whether problems with a message of a type must not quote its values. */
export function hidesValues(typeName: string): boolean {
  return redactionOfProcess()?.hasFields(typeName) ?? false;
}

/** Returns the message of an error about a detail. It may quote a value, so it is hidden if the type has redacted fields. */
export function codecProblem(typeName: string, error: unknown): string {
  return hidesValues(typeName) ? `${typeName} has redacted fields, so the problem is not shown` : thrownText(error);
}
