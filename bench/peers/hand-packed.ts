import { writeLength, writeText } from "../conflict-by-hand.js";
import type { Sample } from "../samples.js";

/** The types of the standard details. */
export const TYPES = {
  ErrorInfo: "type.googleapis.com/google.rpc.ErrorInfo",
  RetryInfo: "type.googleapis.com/google.rpc.RetryInfo",
  DebugInfo: "type.googleapis.com/google.rpc.DebugInfo",
  Help: "type.googleapis.com/google.rpc.Help",
  RequestInfo: "type.googleapis.com/google.rpc.RequestInfo",
  QuotaFailure: "type.googleapis.com/google.rpc.QuotaFailure",
  PreconditionFailure: "type.googleapis.com/google.rpc.PreconditionFailure",
  ResourceInfo: "type.googleapis.com/google.rpc.ResourceInfo",
  LocalizedMessage: "type.googleapis.com/google.rpc.LocalizedMessage",
  BadRequest: "type.googleapis.com/google.rpc.BadRequest",
} as const;
/** More bytes than any sample needs besides its message. */
const ENOUGH = 2048;
/** The buffer that each error is written to before its bytes are copied. */
let scratch = Buffer.allocUnsafe(ENOUGH);

/** Packs a sample as the content of a trailer. */
export function packSample(sample: Sample): Buffer {
  const { code, message, reason, domain, fieldViolations, retrySeconds, requestId, help, more } = sample;
  if (scratch.length < ENOUGH + message.length * 3) scratch = Buffer.allocUnsafe(ENOUGH + message.length * 3);
  const into = scratch;
  into[0] = 0x08;
  into[1] = code;
  let at = writeText(into, 2, 0x12, message);
  at = writeTexts(into, at, TYPES.ErrorInfo, [reason, domain]);
  if (retrySeconds !== undefined) {
    const any = beginAny(into, at, TYPES.RetryInfo);
    const delay = begin(into, any.value, 0x0a);
    into[delay] = 0x08;
    at = endAny(into, any, end(into, delay, writeLength(into, delay + 1, retrySeconds)));
  }
  if (help) at = writeLists(into, at, TYPES.Help, [[help.description, help.url]]);
  if (requestId !== undefined) at = writeTexts(into, at, TYPES.RequestInfo, [requestId]);
  if (more) {
    const { debug, stack, quota, precondition, resource, localized } = more;
    const any = beginAny(into, at, TYPES.DebugInfo);
    at = any.value;
    for (const entry of stack) at = writeText(into, at, 0x0a, entry);
    at = endAny(into, any, writeText(into, at, 0x12, debug));
    at = writeLists(into, at, TYPES.QuotaFailure, [[quota.subject, quota.description]]);
    const { type, subject, description } = precondition;
    at = writeLists(into, at, TYPES.PreconditionFailure, [[type, subject, description]]);
    const { resourceType, resourceName } = resource;
    at = writeTexts(into, at, TYPES.ResourceInfo, [resourceType, resourceName, "", resource.description]);
    at = writeTexts(into, at, TYPES.LocalizedMessage, [localized.locale, localized.message]);
  }
  const violations = fieldViolations.map(({ field, description }) => [field, description]);
  return Buffer.from(into.subarray(0, writeLists(into, at, TYPES.BadRequest, violations)));
}

/** Writes a detail whose fields are all strings. */
function writeTexts(into: Buffer, at: number, type: string, texts: readonly string[]): number {
  const any = beginAny(into, at, type);
  return endAny(into, any, writeFields(into, any.value, texts));
}

/** Writes a detail with one list of messages whose fields are all strings. */
function writeLists(into: Buffer, at: number, type: string, lists: readonly (readonly string[])[]): number {
  const any = beginAny(into, at, type);
  at = any.value;
  for (const texts of lists) {
    const entry = begin(into, at, 0x0a);
    at = end(into, entry, writeFields(into, entry, texts));
  }
  return endAny(into, any, at);
}

function writeFields(into: Buffer, at: number, texts: readonly string[]): number {
  for (let index = 0; index < texts.length; index++) {
    const text = texts[index] ?? "";
    if (text !== "") at = writeText(into, at, ((index + 1) << 3) | 2, text);
  }
  return at;
}

interface OpenAny {
  readonly content: number;
  readonly value: number;
}

function beginAny(into: Buffer, at: number, type: string): OpenAny {
  const content = begin(into, at, 0x1a);
  return { content, value: begin(into, writeText(into, content, 0x0a, type), 0x12) };
}

function endAny(into: Buffer, { content, value }: OpenAny, at: number): number {
  return end(into, content, end(into, value, at));
}

/** Reserves one byte for the length, which most messages need. */
function begin(into: Buffer, at: number, tag: number): number {
  into[at] = tag;
  return at + 2;
}

function end(into: Buffer, start: number, at: number): number {
  const length = at - start;
  const shift = length > 0x7f ? 1 : 0;
  if (shift > 0) into.copyWithin(start + shift, start, at);
  writeLength(into, start - 1, length);
  return at + shift;
}
