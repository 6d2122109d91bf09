import { readVarint } from "../conflict-by-hand.js";
import { TYPES } from "./hand-packed.js";
import { type ReceivedError, trailerOf } from "./peer.js";

/** The position of a detail's value in the trailer. */
interface Place {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** Visits the details in order. Returns the first result that is not `undefined`. */
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

/** Reads a message whose fields are all strings, by field number. */
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

/** Reads the list of messages in the first field. */
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

/** Readers that decode no more than they return. */
export const read = {
  reason: (received: ReceivedError) => {
    const bytes = trailerOf(received);
    return visitDetails(bytes, (place) => (place.type === TYPES.ErrorInfo ? readTexts(bytes, place)[1] : undefined));
  },
  detail: (received: ReceivedError) => {
    const bytes = trailerOf(received);
    return visitDetails(bytes, (place) =>
      place.type === TYPES.BadRequest ? readList(bytes, place, fieldViolation) : undefined,
    );
  },
  all: (received: ReceivedError) => {
    const bytes = trailerOf(received);
    const details: object[] = [];
    visitDetails(bytes, (place) => void details.push(readDetail(bytes, place)));
    return details;
  },
};
