import type { Code } from "./code.js";
import type { DetailCodec } from "./detail/detail.js";

/** What a client should do about an error; `richerrors.v1.Recovery` without its prefix. */
export type Recovery =
  | "NONE"
  | "FIX_REQUEST"
  | "AUTHENTICATE"
  | "RETRY"
  | "BACK_OFF_AND_RETRY"
  | "REFRESH_AND_RETRY"
  | "REDIRECT"
  | "TREAT_AS_SUCCESS"
  | "HOLD_AND_RETRY"
  | "CONTACT_OPERATOR";

/** Whether a failed request took effect; `richerrors.v1.Outcome` without its prefix. */
export type Outcome = "NOT_APPLIED" | "MAYBE_APPLIED" | "ALREADY_APPLIED";

/** Who is to blame; `richerrors.v1.Fault` without its prefix. */
export type Fault = "CALLER" | "SERVER" | "DEPENDENCY";

/** Where an error arises; `richerrors.v1.Origin` without its prefix. */
export type Origin = "CLIENT" | "TRANSPORT" | "SERVER";

/** The comment of an annotated enum value, taken apart. */
export interface Documentation {
  /** What the error says: the first paragraph. */
  readonly summary: string;
  /** What stands in the paragraph "Common causes:", an entry each. */
  readonly causes?: readonly string[];
  /** What stands in the paragraph "Client action:". */
  readonly clientAction?: string;
}

/**
 * What is known of an error before it happens: one annotated enum value.
 *
 * Written by `protoc-gen-rich-errors`, with all that can be derived filled in.
 */
export interface Definition<Detail = unknown, Reason extends string = string> {
  /** The full name of the enum: `"shop.orders.v1.OrderError"`. */
  readonly enumName: string;
  /** The name of the value: `"ORDER_ERROR_ORDER_NOT_FOUND"`. */
  readonly name: string;
  /** The number of the value. */
  readonly number: number;
  /** The name of the error's class: `"OrderNotFoundError"`. */
  readonly className: string;
  readonly reason: Reason;
  readonly domain: string;
  readonly code: Code;
  /** The type of the detail; none if the error carries no detail. */
  readonly detail?: DetailCodec<Detail>;
  /** The protos that the detail's type stands in; none for types that every reader has. */
  readonly descriptors?: FileDescriptors;
  /** The message, with fields of the detail in braces, named as in the detail's type. */
  readonly message: string;
  /** The number is put on the wire, as `ErrorInfo.metadata["code"]`. */
  readonly numericCode?: boolean;
  /** The narrowest category that the number lies in. */
  readonly category?: string;
  readonly recovery?: Recovery;
  /** How long a client waits at least before it tries again, in milliseconds. */
  readonly retryDelay?: number;
  readonly outcome?: Outcome;
  readonly fault: Fault;
  readonly origin: Origin;
  readonly httpStatus: number;
  readonly displayName: string;
  /** The version of the service that answered the error first. */
  readonly since?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly helpUrl?: string;
  readonly deprecated?: boolean;
  readonly documentation: Documentation;
}

/** Tells whether a value is a definition, by what every error needs of it. Never throws. */
export function isDefinition(value: object): value is Definition {
  try {
    const { enumName, reason, domain, message } = value as Partial<Record<keyof Definition, unknown>>;
    return isText(enumName) && isText(reason) && isText(domain) && isText(message);
  } catch {
    return false;
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/**
 * The protos that message types stand in, for what reads messages without code
 * that was generated for them: a `google.protobuf.FileDescriptorSet`.
 *
 * - Each file comes after those that it imports.
 * - Types, fields and enum values are there; comments, services and options are not.
 * - `google/rpc/error_details.proto` and the files of `google/protobuf` are left
 *   out, because every reader has them.
 *
 * @see https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/descriptor.proto
 */
export interface FileDescriptors {
  /** The message as bytes, in base64. */
  readonly base64: string;
}

/** A range of numbers with a name, declared by an enum for its errors. */
export interface Category {
  readonly name: string;
  /** The first number of the range. */
  readonly first: number;
  /** The last number of the range. */
  readonly last: number;
}

/** The categories of domains, by the domains' names. */
export type Categories = Readonly<Record<string, readonly Category[]>>;

/** The categories that a number lies in, the narrowest first. */
export function categoriesHolding(number: number, categories: readonly Category[]): Category[] {
  return categories.filter(({ first, last }) => first <= number && number <= last).sort((a, b) => width(a) - width(b));
}

/** The name of the narrowest category that a number lies in; none if it lies in none, or if two are as narrow. */
export function narrowestCategory(number: number, categories: readonly Category[]): string | undefined {
  const holding = categoriesHolding(number, categories);
  const narrowest = holding.filter((category, _, [first]) => first && width(category) === width(first));
  const [only, another] = new Set(narrowest.map(({ name }) => name));
  return another === undefined ? only : undefined;
}

/** How many numbers lie in a category, less one. */
export function width({ first, last }: Category): number {
  return last - first;
}
