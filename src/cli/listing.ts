import { codeName } from "../code.js";
import type { DeclaredEnum, DeclaredError, DeclaredFile } from "../declaration/model.js";
import type { ClientErrorNames } from "../declaration/names.js";
import type { Schema } from "../declaration/schema.js";
import { templateText } from "../declaration/template.js";
import type { Fault, Origin, Outcome, Recovery } from "../definition.js";
import { type Category, categoriesHolding } from "../definition.js";
import { type ListedMessage, listedMessage, messagesWithin } from "./listed-message.js";
import { type ListedMethod, listedMethod } from "./listed-method.js";
import { type ListedPlace, placeOf } from "./listed-place.js";

/**
 * What protos declare about errors, as plain data: what `--format json` prints,
 * and what the other formats are made of.
 *
 * Files are in the order of their names, all else is in the order in which it is
 * declared. What the protos do not say is left out; lists and labels are empty.
 */
export interface Listing {
  readonly enums: readonly ListedEnum[];
  /** The methods that say which errors they may answer. */
  readonly methods: readonly ListedMethod[];
  /** The messages that fields of the details hold, in the order of their names. */
  readonly messages: readonly ListedMessage[];
}

/** An enum of errors. */
export interface ListedEnum extends ListedPlace {
  /** The full name. */
  readonly name: string;
  readonly domain: string;
  /** The name of the class that the errors' classes extend. */
  readonly baseClass: string;
  /** The names of the classes that a client throws where no declared error came, and of their union with the declared ones. */
  readonly clientErrors?: ClientErrorNames;
  /** The numbers of the errors go over the wire, as `ErrorInfo.metadata["code"]`. */
  readonly numericCodes: boolean;
  readonly categories: readonly Category[];
  readonly deprecated: boolean;
  /** The comment above. */
  readonly documentation: string;
  readonly errors: readonly ListedError[];
}

/** An error: an annotated value of an enum. */
export interface ListedError extends ListedPlace {
  /** The full name of the enum. */
  readonly enum: string;
  /** The name of the enum's value. */
  readonly name: string;
  readonly number: number;
  readonly domain: string;
  readonly reason: string;
  readonly displayName: string;
  readonly className: string;
  readonly category?: Category;
  readonly code: { readonly name: string; readonly number: number };
  readonly httpStatus: number;
  /** The message, with fields of the detail in braces, named as in the proto. */
  readonly message: string;
  readonly detail?: ListedMessage;
  readonly recovery?: Recovery;
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
    readonly causes: readonly string[];
    readonly clientAction?: string;
  };
}

/** Lists what files declare. */
export function listingOf(files: readonly DeclaredFile[], schema: Schema): Listing {
  const enums = files.flatMap(({ enums }) => enums);
  const methods = files.flatMap(({ services }) => services).flatMap(({ methods }) => methods);
  const details = enums.flatMap(({ errors }) => errors).flatMap(({ detail }) => detail ?? []);
  return {
    enums: enums.map((declared) => listedEnum(declared, schema)),
    methods: methods.map((method) => listedMethod(method, schema)),
    messages: messagesWithin(details).map((message) => listedMessage(message, schema)),
  };
}

function listedEnum(declared: DeclaredEnum, schema: Schema): ListedEnum {
  const { desc, domain, baseClass, clientErrors, numericCodes, categories, comment, errors } = declared;
  return {
    name: desc.typeName,
    ...placeOf(desc, schema),
    domain,
    baseClass,
    ...(clientErrors && { clientErrors }),
    numericCodes,
    categories,
    deprecated: desc.deprecated,
    documentation: comment.lines.join("\n"),
    errors: errors.map((error) => listedError(error, categories, schema)),
  };
}

function listedError(error: DeclaredError, categories: readonly Category[], schema: Schema): ListedError {
  const { value, facts, detail, template } = error;
  const { recovery, retryDelay, outcome, since, helpUrl, documentation } = facts;
  const category = categoriesHolding(facts.number, categories).find(({ name }) => name === facts.category);
  return {
    enum: facts.enumName,
    name: facts.name,
    ...placeOf(value, schema),
    number: facts.number,
    domain: facts.domain,
    reason: facts.reason,
    displayName: facts.displayName,
    className: facts.className,
    ...(category && { category }),
    code: { name: codeName(facts.code), number: facts.code },
    httpStatus: facts.httpStatus,
    message: templateText(template, (path) => path.map(({ name }) => name).join(".")),
    ...(detail && { detail: listedMessage(detail, schema) }),
    ...(recovery && { recovery }),
    ...(retryDelay !== undefined && { retryDelay }),
    ...(outcome && { outcome }),
    fault: facts.fault,
    origin: facts.origin,
    ...(since !== undefined && { since }),
    labels: facts.labels ?? {},
    ...(helpUrl !== undefined && { helpUrl }),
    deprecated: facts.deprecated ?? false,
    documentation: {
      summary: documentation.summary,
      causes: documentation.causes ?? [],
      ...(documentation.clientAction !== undefined && { clientAction: documentation.clientAction }),
    },
  };
}
