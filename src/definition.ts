import type { Code } from "./code.js";
import type { DetailCodec } from "./detail/detail.js";

/** The action that a client should take after an error: a value of `richerrors.v1.Recovery` without its prefix. */
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

/**
 * Which retry each recovery means: none, one of the same request, or one after the client did something first. In the
 * order of the numbers in `annotations.proto`, from 1.
 */
export const RECOVERIES: Readonly<Record<Recovery, "none" | "same" | "changed">> = {
  NONE: "none",
  FIX_REQUEST: "none",
  AUTHENTICATE: "changed",
  RETRY: "same",
  BACK_OFF_AND_RETRY: "same",
  REFRESH_AND_RETRY: "changed",
  REDIRECT: "changed",
  TREAT_AS_SUCCESS: "none",
  HOLD_AND_RETRY: "changed",
  CONTACT_OPERATOR: "changed",
};

/** The effect of a failed request: a value of `richerrors.v1.Outcome` without its prefix. */
export type Outcome = "NOT_APPLIED" | "MAYBE_APPLIED" | "ALREADY_APPLIED";

/** The party that is to blame for an error: a value of `richerrors.v1.Fault` without its prefix. */
export type Fault = "CALLER" | "SERVER" | "DEPENDENCY";

/** The place where an error arises: a value of `richerrors.v1.Origin` without its prefix. */
export type Origin = "CLIENT" | "TRANSPORT" | "SERVER";

/** The comment of an annotated enum value, by its parts. */
export interface Documentation {
  /** The first paragraph. By default, the reason as a sentence. */
  readonly summary: string;
  /** The entries of the paragraph that begins "Common causes:". */
  readonly causes?: readonly string[];
  /** The paragraph that begins "Client action:". */
  readonly clientAction?: string;
}

/**
 * The declaration of one error: an annotated enum value, with all defaults filled in.
 *
 * Every class of a declared error has its definition as a static property:
 *
 * ```ts
 * console.log(OrderNotFoundError.definition.httpStatus); // 404
 * ```
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
  /** The identity of the error within its domain: `"ORDER_NOT_FOUND"`. */
  readonly reason: Reason;
  /** The service, or the part of a service, that declares the error: `"orders.shop.example"`. */
  readonly domain: string;
  /** The gRPC status code. */
  readonly code: Code;
  /** The codec of the detail. `undefined` if the error carries no detail. */
  readonly detail?: DetailCodec<Detail>;
  /** The protos that declare the detail's type. `undefined` for a type that every reader knows. */
  readonly descriptors?: FileDescriptors;
  /** The template of the message, with fields of the detail in braces: `"no order {orderId}"`. */
  readonly message: string;
  /** The enums of the fields in the message, by the text in their braces. */
  readonly enumNames?: Readonly<Record<string, EnumNames>>;
  /** Whether the number is sent as `ErrorInfo.metadata["code"]`. By default, it is not. */
  readonly numericCode?: boolean;
  /** The name of the narrowest category that holds the number. */
  readonly category?: string;
  /** The action that a client should take. */
  readonly recovery?: Recovery;
  /** The server to send the request to, with fields of the detail in braces: `"{leader.host}:{leader.port}"`. */
  readonly redirectTo?: string;
  /** The minimum time that a client waits before a retry, in milliseconds. */
  readonly retryDelay?: number;
  /** The effect of the failed request. */
  readonly outcome?: Outcome;
  /** The party that is to blame. By default, this follows from the status code. */
  readonly fault: Fault;
  /** The place where the error arises. By default, `"SERVER"`. */
  readonly origin: Origin;
  /** The HTTP status. By default, the one that `google.rpc.Code` assigns to the status code. */
  readonly httpStatus: number;
  /** A title for humans. By default, the reason in PascalCase. */
  readonly displayName: string;
  /** The version of the service that introduced the error. */
  readonly since?: string;
  /** Free-form facts about the error for tools. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The address of a page about the error. */
  readonly helpUrl?: string;
  /** Whether the enum value is deprecated. */
  readonly deprecated?: boolean;
  /** The comment of the enum value. */
  readonly documentation: Documentation;
}

/** The names of an enum's values, by their numbers: `{ 1: "COLOR_RED" }`. */
export type EnumNames = Readonly<Record<number, string>>;

/** Checks whether a value is a definition, by the properties that every error needs. Never throws. */
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
 * The protos that declare message types, for readers that have no generated code for them: a
 * `google.protobuf.FileDescriptorSet`.
 *
 * - Each file comes after the files that it imports.
 * - It has types, fields and enum values, but no comments, services or options.
 * - `google/rpc/error_details.proto` and the files of `google/protobuf` are left out, because every reader has them.
 *
 * @see https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/descriptor.proto
 */
export interface FileDescriptors {
  /** The bytes of the message in base64. */
  readonly base64: string;
}

/** A named range of numbers, which an enum declares for its errors. */
export interface Category {
  readonly name: string;
  /** The first number of the range. */
  readonly first: number;
  /** The last number of the range. */
  readonly last: number;
}

/** The categories of each domain, by its name. */
export type Categories = Readonly<Record<string, readonly Category[]>>;

/** Returns the categories that hold a number, the narrowest first. */
export function categoriesHolding(number: number, categories: readonly Category[]): Category[] {
  return categories.filter(({ first, last }) => first <= number && number <= last).sort((a, b) => width(a) - width(b));
}

/** Returns the name of the narrowest category that holds a number. Returns `undefined` if two are equally narrow. */
export function narrowestCategory(number: number, categories: readonly Category[]): string | undefined {
  const holding = categoriesHolding(number, categories);
  const narrowest = holding.filter((category, _, [first]) => first && width(category) === width(first));
  const [only, another] = new Set(narrowest.map(({ name }) => name));
  return another === undefined ? only : undefined;
}

/** Returns the width of a category: the distance between its last and its first number. */
export function width({ first, last }: Category): number {
  return last - first;
}
