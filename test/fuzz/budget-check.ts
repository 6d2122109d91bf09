import { Metadata } from "@grpc/grpc-js";
import { shedOf } from "../../src/detail/error-info.js";
import { unpack } from "../../src/index.js";
import { refit, repackWithOptions } from "../../src/server/final-status.js";
import { resolveOptions } from "../../src/server/options.js";
import { type FailureStatus, packFailure } from "../../src/server/thrown-to-status.js";
import { fieldsOf, sizeOfFields } from "../support/header-size.js";
import type { LargeFailure } from "./large-failures.js";

/** The size of a header block and its limit, in bytes. */
export interface Measured {
  readonly size: number;
  readonly budget: number;
}

/** Node refuses larger blocks. */
const MOST_FIELDS = 128;

/**
 * Makes the status of a failure as a server does: for the handler, again after
 * another interceptor has added trailers, and with the options of another method.
 *
 * @throws Error if a header block is too large or contradicts its trailer
 */
export function checkBudget(failure: LargeFailure): readonly Measured[] {
  const { thrown, trailer, added, requestId, options: given } = failure;
  const metadata = new Metadata();
  metadata.set("accept-language", "de");
  const call = { method: "/shapes.v1.Shapes/Unary", peer: "127.0.0.1:1", metadata, requestId };
  const options = resolveOptions(given);
  const failed = { thrown, trailer, callMetadata: metadata, call };
  const first = packFailure(failed, options);
  const measured = [check(first, options.maxHeaderBytes)];
  if (added) {
    first.metadata.merge(added);
    measured.push(check(refit(first), options.maxHeaderBytes));
    const smaller = resolveOptions({ ...given, maxHeaderBytes: 1024 });
    measured.push(check(repackWithOptions(first.metadata, failed, smaller), smaller.maxHeaderBytes));
  }
  return measured;
}

function check(status: FailureStatus, budget: number): Measured {
  const { code, details, metadata } = status;
  const fields = fieldsOf({ code, details, metadata });
  const size = sizeOfFields(fields);
  if (size > budget) throw new Error(`the header block has ${size} bytes, and may have ${budget}`);
  if (fields.length > MOST_FIELDS) throw new Error(`the header block has ${fields.length} fields`);
  const [bytes] = metadata.get("grpc-status-details-bin");
  if (bytes instanceof Uint8Array) {
    const read = unpack(bytes);
    if (read.code !== code || read.message !== details) throw new Error("the trailer contradicts the status");
    checkNames(shedOf(read.info), status.metadata.packed.shed.length > 0);
  }
  checkNames(metadata.packed.shed, true);
  return { size, budget };
}

/** Checks that the note is short and safe to print. */
function checkNames(shed: readonly string[], isOurs: boolean): void {
  if (isOurs && (shed.length > 17 || !shed.every((name) => /^(\w{1,64}|\+\d+)$/.test(name)))) {
    throw new Error(`the note of what was shed is ${JSON.stringify(shed)}`);
  }
}
