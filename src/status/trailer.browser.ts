import { DETAIL, type DetailCodec, EMPTY, type ErrorDetail, TYPE_URL, typeNameOf, VALUE } from "../detail/detail.js";
import type { Issue } from "../issue.js";
import { delimited, MalformedError, varint, WireReader } from "../wire/reader.js";
import { takeWriter } from "../wire/writer.js";
import type { DecodedStatus, StatusHead } from "./trailer.js";

// As in Node, in half the size: a status is decoded at once.

export const TRAILER = "grpc-status-details-bin";

const CODE = varint(1);
const MESSAGE = delimited(2);

export function encodeStatus(code: number, message: string, details: Uint8Array): Uint8Array {
  const writer = takeWriter();
  if (code !== 0) writer.uint32(CODE).int32(code);
  if (message !== "") writer.uint32(MESSAGE).string(message);
  return writer.raw(details).finish();
}

export function decodeStatus(bytes: Uint8Array): DecodedStatus {
  const details: ErrorDetail[] = [];
  const issues: Issue[] = [];
  let code: number | undefined;
  let message: string | undefined;
  try {
    const reader = new WireReader(bytes);
    while (!reader.done) {
      const tag = reader.tag();
      if (tag === DETAIL) readDetail(reader.bytes(), details, issues);
      else if (tag === MESSAGE) {
        const text = reader.string();
        message ??= text;
      } else if (tag === CODE) {
        const number = reader.int32();
        if (code === undefined) code = number;
        else issues.push({ kind: "several-statuses", message: "the trailer has more than one value" });
      } else reader.skip(tag);
    }
  } catch (error) {
    issues.push(problem("malformed-status", "the trailer is not a google.rpc.Status", error));
  }
  return { code: code ?? 0, message: message ?? "", details, issues };
}

function readDetail(bytes: Uint8Array, details: ErrorDetail[], issues: Issue[]): void {
  let typeUrl = "";
  let value = EMPTY;
  try {
    const reader = new WireReader(bytes);
    while (!reader.done) {
      const tag = reader.tag();
      if (tag === TYPE_URL) typeUrl = reader.string();
      else if (tag === VALUE) value = reader.bytes();
      else reader.skip(tag);
    }
    details.push({ typeUrl, value });
  } catch (error) {
    issues.push({ ...problem("malformed-detail", "a detail is not a google.protobuf.Any", error), typeUrl });
  }
}

function problem(kind: Issue["kind"], message: string, error: unknown): Issue {
  if (!(error instanceof MalformedError)) throw error;
  return { kind, message: `${message}: ${error.message}` };
}

export function decodeDetails(bytes: Uint8Array): readonly ErrorDetail[] {
  return decodeStatus(bytes).details;
}

export class PackedStatus {
  readonly #status: DecodedStatus;
  readonly #review: ((status: DecodedStatus) => readonly Issue[]) | undefined;

  constructor(bytes: Uint8Array, review?: (status: DecodedStatus) => readonly Issue[]) {
    this.#status = decodeStatus(bytes);
    this.#review = review;
  }

  get head(): StatusHead {
    const { code, message } = this.#status;
    return { code, message };
  }

  lookAtFirst(): undefined {
    return undefined;
  }

  read<T>({ typeName, decode }: DetailCodec<T>): T | null | undefined {
    const detail = this.#status.details.find(({ typeUrl }) => typeNameOf(typeUrl) === typeName);
    if (!detail) return null;
    try {
      return decode(detail.value);
    } catch {
      return undefined;
    }
  }

  decode(): DecodedStatus {
    const status = this.#status;
    return { ...status, issues: [...status.issues, ...(this.#review?.(status) ?? [])] };
  }
}
