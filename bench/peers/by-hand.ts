import { readVarint, writeLength, writeText } from "../by-hand.js";
import type { Facts } from "../facts.js";
import { type GivenError, type Peer, trailerOf } from "./peer.js";

// Code over Buffer for what these errors say and for nothing else: the floor that libraries are measured against.

const TYPES = {
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
/** More than these errors take beside their message. */
const ENOUGH = 2048;
/** Where they are written, before as many bytes as there are of it are kept. */
let scratch = Buffer.allocUnsafe(ENOUGH);

class HandMadeError extends Error {
  constructor(readonly facts: Facts) {
    super(facts.message);
  }
}

function pack({ facts }: HandMadeError): Buffer {
  const { code, message, reason, domain, fieldViolations, retrySeconds, requestId, help, more } = facts;
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

/** A detail of texts alone, in the order of their fields. */
function writeTexts(into: Buffer, at: number, type: string, texts: readonly string[]): number {
  const any = beginAny(into, at, type);
  return endAny(into, any, writeFields(into, any.value, texts));
}

/** A detail of one list of messages, which are of texts alone. */
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

/** Leaves one byte for the length, which is as much as most need. */
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

/** The bytes of a detail's value, where they stand. */
interface Place {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** Answers with what `visit` answers first, of the details in order. */
function visitDetails<T>(bytes: Buffer, visit: (place: Place) => T | undefined): T | undefined {
  const reader = { at: 0 };
  while (reader.at < bytes.length) {
    const tag = bytes[reader.at++];
    const number = readVarint(bytes, reader);
    if (tag === 0x08) continue;
    const next = reader.at + number;
    if (tag === 0x1a) {
      reader.at++;
      const typeEnd = readVarint(bytes, reader) + reader.at;
      const type = bytes.toString("latin1", reader.at, typeEnd);
      reader.at = typeEnd + 1;
      readVarint(bytes, reader);
      const found = visit({ type, start: reader.at, end: next });
      if (found !== undefined) return found;
    }
    reader.at = next;
  }
  return undefined;
}

/** The texts of a message of texts alone, by the numbers of their fields. */
function readTexts(bytes: Buffer, { start, end }: Omit<Place, "type">): string[] {
  const texts: string[] = ["", "", "", "", ""];
  const reader = { at: start };
  while (reader.at < end) {
    const field = (bytes[reader.at++] ?? 0) >> 3;
    const textEnd = readVarint(bytes, reader) + reader.at;
    texts[field] = bytes.toString("utf8", reader.at, textEnd);
    reader.at = textEnd;
  }
  return texts;
}

/** The messages of a list of the first field, read by what is given. */
function readList<T>(bytes: Buffer, { start, end }: Omit<Place, "type">, read: (texts: readonly string[]) => T): T[] {
  const list: T[] = [];
  const reader = { at: start };
  while (reader.at < end) {
    reader.at++;
    const entryEnd = readVarint(bytes, reader) + reader.at;
    list.push(read(readTexts(bytes, { start: reader.at, end: entryEnd })));
    reader.at = entryEnd;
  }
  return list;
}

const fieldViolation = ([, field, description]: readonly string[]) => ({ field, description });

function readDetail(bytes: Buffer, place: Place): object {
  switch (place.type) {
    case TYPES.RetryInfo:
      return { retrySeconds: readVarint(bytes, { at: place.start + 3 }) };
    case TYPES.DebugInfo:
      return readDebugInfo(bytes, place);
    case TYPES.BadRequest:
      return { fieldViolations: readList(bytes, place, fieldViolation) };
    case TYPES.Help:
      return { links: readList(bytes, place, ([, description, url]) => ({ description, url })) };
    case TYPES.QuotaFailure:
      return { quotas: readList(bytes, place, ([, subject, description]) => ({ subject, description })) };
    case TYPES.PreconditionFailure:
      return {
        preconditions: readList(bytes, place, ([, type, subject, description]) => ({ type, subject, description })),
      };
    default: {
      const [, first, second, third, fourth] = readTexts(bytes, place);
      return { first, second, third, fourth };
    }
  }
}

function readDebugInfo(bytes: Buffer, { start, end }: Place): object {
  const stack: string[] = [];
  let debug = "";
  const reader = { at: start };
  while (reader.at < end) {
    const tag = bytes[reader.at++];
    const textEnd = readVarint(bytes, reader) + reader.at;
    const text = bytes.toString("utf8", reader.at, textEnd);
    if (tag === 0x0a) stack.push(text);
    else debug = text;
    reader.at = textEnd;
  }
  return { stack, debug };
}

const read = {
  reason: (given: GivenError) => {
    const bytes = trailerOf(given);
    return visitDetails(bytes, (place) => (place.type === TYPES.ErrorInfo ? readTexts(bytes, place)[1] : undefined));
  },
  detail: (given: GivenError) => {
    const bytes = trailerOf(given);
    return visitDetails(bytes, (place) =>
      place.type === TYPES.BadRequest ? readList(bytes, place, fieldViolation) : undefined,
    );
  },
  all: (given: GivenError) => {
    const bytes = trailerOf(given);
    const details: object[] = [];
    visitDetails(bytes, (place) => void details.push(readDetail(bytes, place)));
    return details;
  },
};

/** The floor. */
export const byHand: Peer = {
  name: "by hand",
  make: (facts) => new HandMadeError(facts),
  pack: (made) => pack(made as HandMadeError),
  ...read,
};

class HandReadError extends Error {
  constructor(
    { code, details }: GivenError,
    readonly read: unknown,
  ) {
    super(details);
    this.code = code;
  }

  readonly code: number;
}

/** The floor of a client that has an error of a class of its own for what it reads. */
export const byHandError: Peer = {
  name: "by hand, and an Error made of it",
  reason: (given) => new HandReadError(given, read.reason(given)).read,
  detail: (given) => new HandReadError(given, read.detail(given)).read,
  all: (given) => new HandReadError(given, read.all(given)).read,
};
