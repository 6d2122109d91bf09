import { type ErrorDetail, typeNameOf } from "../detail/detail.js";
import { ErrorInfo } from "../detail/error-info.js";
import type { DetailPacker } from "../detail/packer.js";
import { StandardDetails } from "../detail/standard-details.js";
import { attempt, describeValue } from "../platform/values.js";

/**
 * The option `errorDetails` of an error, whatever it is.
 *
 * An ErrorInfo among the details identifies an error that has no reason of its
 * own. Any other is left out and becomes an issue, because an error has one identity.
 */
export class GivenDetails {
  /** What the ErrorInfo says that identifies the error. */
  readonly info: ErrorInfo | undefined;
  readonly #given: unknown;
  readonly #list: List | undefined;
  readonly #adopted: unknown;

  /**
   * @param given looked through at once if the error has no reason of its own, else when it is packed
   */
  constructor(given: unknown, hasReason: boolean) {
    this.#given = given;
    if (hasReason || given === undefined || isStandard(given)) return;
    this.#list = listOf(given);
    for (const detail of this.#list.details) {
      const info = isInfo(detail) ? attempt(() => ErrorInfo.decode(detail.value)) : undefined;
      if (!info) continue;
      this.info = info;
      this.#adopted = detail;
      return;
    }
  }

  /** Never throws: what cannot be packed becomes an issue. */
  packInto(packer: DetailPacker): void {
    const given = this.#given;
    if (given === undefined) return;
    if (isStandard(given)) {
      given.packInto(packer);
      return;
    }
    const { details, failure } = this.#list ?? listOf(given);
    for (const detail of details) {
      if (this.info && detail === this.#adopted) continue;
      if (isInfo(detail)) packer.refuseInfo(detail);
      else packer.addDetail(detail);
    }
    if (failure) packer.leaveOut(failure.thrown);
  }
}

/** An error that is made without details besides its own. */
export const NO_DETAILS = new GivenDetails(undefined, true);

interface List {
  readonly details: readonly unknown[];
  /** What ended the list before its end. */
  readonly failure?: { readonly thrown: unknown };
}

function listOf(given: unknown): List {
  const details: unknown[] = [];
  if (!isIterable(given)) {
    const text = `the option "errorDetails" is ${describeValue(given)}, which is not a list of details`;
    return { details, failure: { thrown: new TypeError(text) } };
  }
  try {
    for (const detail of given) details.push(detail);
    return { details };
  } catch (thrown) {
    return { details, failure: { thrown } };
  }
}

function isIterable(value: unknown): value is Iterable<unknown> {
  if (typeof value !== "object" || value === null) return false;
  return attempt(() => typeof Reflect.get(value, Symbol.iterator) === "function") ?? false;
}

function isStandard(value: unknown): value is StandardDetails {
  return attempt(() => value instanceof StandardDetails) ?? false;
}

function isInfo(detail: unknown): detail is ErrorDetail {
  return attempt(() => typeNameOf((detail as ErrorDetail).typeUrl) === ErrorInfo.typeName) ?? false;
}
