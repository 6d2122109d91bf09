import type { ClientErrorNames } from "../declaration/names.js";
import type { Category, Fault, Origin, Outcome, Recovery } from "../definition.js";

/**
 * The errors that protos declare, as plain data. `--format json` prints it, and the other formats are made from it.
 *
 * - Files are sorted by name. Everything else is in the order of declaration.
 * - A property without a value in the protos is left out. Lists and labels are empty instead.
 */
export interface Listing {
  readonly enums: readonly ListedEnum[];
  /** The methods with an `errors` annotation. */
  readonly methods: readonly ListedMethod[];
  /** The messages inside details, at any depth, sorted by name. */
  readonly messages: readonly ListedMessage[];
  /** The enums of fields in details and in the messages inside them, sorted by name. */
  readonly fieldEnums: readonly ListedFieldEnum[];
}

/** A position in a proto. */
export interface Location {
  /** The path of the file, as an import names it. */
  readonly file: string;
  /** Counts from 1. Left out if the image has no source info. */
  readonly line?: number;
}

/** An enum of errors. */
export interface ListedEnum extends Location {
  /** The full name: `"shop.v1.OrderError"`. */
  readonly name: string;
  readonly domain: string;
  /** The name of the class that the classes of its errors extend. */
  readonly baseClass: string;
  /** The names of the client's classes for calls without a declared error, and of the union of all of them. */
  readonly clientErrors?: ClientErrorNames;
  /** Whether `ErrorInfo.metadata["code"]` carries the number of an error. */
  readonly numericCodes: boolean;
  readonly categories: readonly Category[];
  readonly deprecated: boolean;
  /** The comment above the enum. */
  readonly documentation: string;
  readonly errors: readonly ListedError[];
}

/** An error: an annotated value of an enum. */
export interface ListedError extends Location {
  /** The full name of the enum. */
  readonly enum: string;
  /** The name of the enum value: `"ORDER_ERROR_ORDER_GONE"`. */
  readonly name: string;
  readonly number: number;
  readonly domain: string;
  readonly reason: string;
  readonly displayName: string;
  readonly className: string;
  readonly category?: Category;
  readonly code: { readonly name: string; readonly number: number };
  readonly httpStatus: number;
  /** The message. Braces hold the names of detail fields, as in the proto. */
  readonly message: string;
  readonly detail?: ListedMessage;
  readonly recovery?: Recovery;
  /** The address of the server that the detail names. Braces hold the names of its fields. */
  readonly redirectTo?: string;
  /** In milliseconds. */
  readonly retryDelay?: number;
  readonly outcome?: Outcome;
  readonly fault: Fault;
  readonly origin: Origin;
  readonly since?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly helpUrl?: string;
  readonly deprecated: boolean;
  readonly documentation: {
    readonly summary: string;
    /** The paragraphs after the summary, separated by empty lines. */
    readonly remarks?: string;
    readonly causes: readonly string[];
    readonly clientAction?: string;
  };
}

/** A method with the errors that its annotation names. */
export interface ListedMethod extends Location {
  /** The full name: `"shop.v1.Orders/GetOrder"`. */
  readonly name: string;
  /** In the order of the annotation. An error can be from a file that is not listed. */
  readonly errors: readonly { readonly enum: string; readonly number: number; readonly reason: string }[];
}

/** A detail, or a message inside one. */
export interface ListedMessage {
  /** The full name: `"shop.v1.Part"`. */
  readonly type: string;
  readonly deprecated: boolean;
  /** The comment above the message. */
  readonly documentation: string;
  readonly fields: readonly ListedField[];
}

export interface ListedField {
  readonly name: string;
  /** The name in JSON: `"orderId"`. */
  readonly jsonName: string;
  readonly number: number;
  /** As in a proto: `"string"`, `"shop.v1.Part"`, `"map<string, int32>"`. For a repeated field, the type of one item. */
  readonly type: string;
  /**
   * The cardinality.
   *
   * - `optional`: a scalar or an enum with presence, outside a oneof.
   * - `singular`: a message, a member of a oneof, or a field without presence.
   * - `required`: required in proto2.
   */
  readonly label: "singular" | "optional" | "required" | "repeated" | "map";
  /** The name of the oneof that the field belongs to. */
  readonly oneof?: string;
  /** Set if the field is marked `debug_redact`. */
  readonly redacted?: true;
  readonly deprecated: boolean;
  /** The comment above the field. */
  readonly documentation: string;
}

/** An enum that is the type of a field. */
export interface ListedFieldEnum {
  /** The full name: `"shop.v1.Color"`. */
  readonly name: string;
  readonly documentation: string;
  readonly values: readonly ListedFieldEnumValue[];
}

export interface ListedFieldEnumValue {
  readonly name: string;
  readonly number: number;
  readonly deprecated: boolean;
  readonly documentation: string;
}

/** A key by which an error of a method is found among the errors of a listing. */
export function errorKey({ enum: name, reason }: Pick<ListedError, "enum" | "reason">): string {
  return `${name} ${reason}`;
}
