import { StandardDetails } from "grpc-rich-errors";
import { BadRequestError } from "grpc-rich-errors/catalogs/kurrent";
import type {
  AppendRequest,
  AppendSessionRequest,
  DeleteRequest,
  EventRecord,
  FollowRequest,
  ReadRequest,
} from "./gen/eventstore/v1/eventstore.js";
import { ANY, EXISTS, NO_STREAM, TOMBSTONED } from "./store/revision.js";

/** Checks a request field by field, and throws once with all mistakes. */
class Validation {
  readonly #problems = new StandardDetails();

  must(holds: boolean, field: string, description: string): this {
    if (!holds) this.#problems.addFieldViolation(field, description);
    return this;
  }

  stream(name: string, field = "stream"): this {
    const length = Buffer.byteLength(name);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern matches control characters.
    const hasControls = /[\0-\x1f\x7f]/.test(name);
    return this.must(length > 0, field, "must not be empty")
      .must(length <= 512, field, `must not be longer than 512 bytes, and has ${length}`)
      .must(!hasControls, field, "must not contain control characters");
  }

  expectedRevision(revision: bigint): this {
    const isKnown = revision >= 0n || [NO_STREAM, ANY, EXISTS].includes(revision);
    return this.must(isKnown, "expected_revision", `must be 0 or more, -1, -2 or -4, and is ${revision}`);
  }

  fromRevision(revision: bigint): this {
    return this.must(revision >= 0n, "from_revision", `must not be negative, and is ${revision}`);
  }

  records(records: readonly EventRecord[]): this {
    this.must(records.length > 0, "records", "must not be empty");
    for (const [index, { id, type }] of records.entries()) {
      this.must(id !== "", `records[${index}].id`, "must not be empty");
      this.must(type !== "", `records[${index}].type`, "must not be empty");
    }
    return this;
  }

  check(): void {
    const { badRequest } = this.#problems;
    if (badRequest) throw new BadRequestError(badRequest);
  }
}

export function checkAppend({ checks, ...request }: AppendRequest): void {
  const validation = validateWrite(request);
  for (const [index, { stream, expectedState }] of checks.entries()) {
    const field = `checks[${index}]`;
    validation.stream(stream, `${field}.stream`);
    validation.must(expectedState >= TOMBSTONED, `${field}.expected_state`, `is not a state: ${expectedState}`);
  }
  validation.check();
}

export function checkSession(request: AppendSessionRequest): void {
  validateWrite(request).check();
}

export function checkDelete({ stream, expectedRevision }: DeleteRequest): void {
  new Validation().stream(stream).expectedRevision(expectedRevision).check();
}

export function checkRead({ stream, fromRevision, limit }: ReadRequest): void {
  new Validation()
    .stream(stream)
    .fromRevision(fromRevision)
    .must(limit >= 0, "limit", `must not be negative, and is ${limit}`)
    .check();
}

export function checkFollow({ stream, fromRevision }: FollowRequest): void {
  new Validation().stream(stream).fromRevision(fromRevision).check();
}

function validateWrite({ stream, expectedRevision, records }: AppendSessionRequest): Validation {
  return new Validation().stream(stream).expectedRevision(expectedRevision).records(records);
}
