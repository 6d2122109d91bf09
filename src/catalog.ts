import type { ErrorContent } from "./content.js";
import type { Definition } from "./definition.js";
import { type Categories, type Category, narrowestCategory } from "./definition.js";
import type { ClientErrorKind } from "./identity.js";
import { checkCatalog } from "./platform/options.js";

/** Makes an instance of an error's class from what a peer sent. */
export const receive: unique symbol = Symbol.for("grpc-rich-errors.v1.receive");

/** A class whose instances are made from what ended a call. */
export interface ReceivingClass {
  [receive](content: ErrorContent, original?: unknown): Error;
}

/** What an error is looked up by. */
export interface ErrorIdentity {
  readonly domain: string;
  readonly reason: string;
  readonly number: number;
  /** The full name of the detail's type; none if the error carries no detail. */
  readonly detailType: string | undefined;
}

/** The class of one declared error, as `protoc-gen-rich-errors` writes it. */
export interface ErrorClass extends ReceivingClass {
  readonly definition: Definition;
  /** What the class is looked up by, where it costs less than the whole definition. */
  readonly identity?: ErrorIdentity;
}

/** The classes of what a client meets that is no declared error. */
export type ClientErrorClasses = Readonly<Record<ClientErrorKind, ReceivingClass>>;

/**
 * A set of declared errors, with look-up.
 *
 * Costs nothing until it is asked something; from then on every answer takes
 * constant time.
 */
export class Catalog<Class extends ErrorClass = ErrorClass> implements Iterable<Class> {
  /** The ranges of numbers that have a name, by domain. */
  readonly categories: Categories;

  /** The classes of what a client meets that is no declared error; none if the proto asks for none. */
  readonly clientErrors: ClientErrorClasses | undefined;
  #index: Index<Class> | undefined;
  #given: readonly Class[] | (() => readonly Class[]);
  #errors: readonly Class[] | undefined;

  /**
   * @param errors a function is called when one of them is asked for
   * @param categories the ranges of numbers that have a name, by domain; by default, none
   * @throws TypeError at the first look-up, if two errors have the same reason in the same domain
   */
  constructor(
    errors: readonly Class[] | (() => readonly Class[]),
    categories: Categories = {},
    clientErrors?: ClientErrorClasses,
  ) {
    this.#given = errors;
    this.categories = categories;
    this.clientErrors = clientErrors;
  }

  /**
   * All errors and categories of several catalogs. An error that is in two of them counts once, and so do copies of
   * its class. The classes of a client's errors are those of the first that has such.
   *
   * @throws TypeError if one of them is no catalog
   */
  static of<Classes extends readonly ErrorClass[]>(
    ...catalogs: { readonly [Index in keyof Classes]: Catalog<Classes[Index]> }
  ): Catalog<Classes[number]> {
    for (const [index, catalog] of catalogs.entries()) checkCatalog(`Catalog.of: argument ${index + 1}`, catalog);
    const categories = new Map<string, readonly Category[]>();
    for (const [domain, declared] of catalogs.flatMap((catalog) => Object.entries(catalog.categories))) {
      categories.set(domain, [...(categories.get(domain) ?? []), ...declared]);
    }
    // Of a catalog of another copy of this package, no more is known than that it can be iterated over.
    const errors = () => catalogs.flatMap((catalog) => (#given in catalog ? catalog.#all : [...catalog]));
    return new Catalog(errors, Object.fromEntries(categories), clientErrorsOf(catalogs));
  }

  [Symbol.iterator](): Iterator<Class> {
    return this.#each[Symbol.iterator]();
  }

  /** How many errors there are. */
  get size(): number {
    return this.#each.length;
  }

  /** Tells whether any error of the catalog belongs to a domain. */
  hasDomain(domain: string): boolean {
    return this.#indexed.byDomain.has(domain);
  }

  /** The error with a reason in a domain. */
  byReason(domain: string, reason: string): Class | undefined {
    return this.#indexed.byDomain.get(domain)?.byReason.get(reason);
  }

  /** The error with a number in a domain, if exactly one error has it. */
  byNumber(domain: string, number: number): Class | undefined {
    return this.#indexed.byDomain.get(domain)?.byNumber.get(number) ?? undefined;
  }

  /** The error with a detail of a type, if exactly one error has it. */
  byDetailType(typeName: string): Class | undefined {
    return this.#indexed.byDetailType.get(typeName) ?? undefined;
  }

  /** Tells whether any error of the catalog has a detail of a type. */
  hasDetailType(typeName: string): boolean {
    return this.#indexed.byDetailType.has(typeName);
  }

  /**
   * The narrowest category that a number lies in, whether an error has the number or not.
   *
   * Without a domain, all domains of the catalog are asked, and there is no
   * answer if they have different ones.
   */
  categoryOf(number: number): string | undefined;
  categoryOf(domain: string, number: number): string | undefined;
  categoryOf(...asked: [number: number] | [domain: string, number: number]): string | undefined {
    if (asked.length === 2) return this.#categoryIn(...asked);
    const [number] = asked;
    const names = [...this.#indexed.byDomain.keys()].map((domain) => this.#categoryIn(domain, number));
    const [only, another] = new Set(names.filter((name) => name !== undefined));
    return another === undefined ? only : undefined;
  }

  /** A number that exactly one error has is of that error's category, whatever other enums of the domain say. */
  #categoryIn(domain: string, number: number): string | undefined {
    const known = this.#indexed.byDomain.get(domain);
    const error = known?.byNumber.get(number);
    return error ? error.definition.category : known && narrowestCategory(number, known.categories);
  }

  get #all(): readonly Class[] {
    if (typeof this.#given === "function") this.#given = this.#given();
    return this.#given;
  }

  get #each(): readonly Class[] {
    this.#errors ??= [...new Set(this.#all)];
    return this.#errors;
  }

  get #indexed(): Index<Class> {
    this.#index ??= indexOf(this.#all, this.categories);
    return this.#index;
  }
}

/** The classes of what a client meets that is no declared error, of the first catalog that has such. */
export function clientErrorsOf(catalogs: readonly Catalog[]): ClientErrorClasses | undefined {
  return catalogs.find(({ clientErrors }) => clientErrors)?.clientErrors;
}

interface Domain<Class> {
  readonly byReason: Map<string, Class>;
  /** A number that several errors have is kept as null. */
  readonly byNumber: Map<number, Class | null>;
  readonly categories: readonly Category[];
}

interface Index<Class> {
  readonly byDomain: Map<string, Domain<Class>>;
  /** A type that several errors have is kept as null. */
  readonly byDetailType: Map<string, Class | null>;
}

function indexOf<Class extends ErrorClass>(errors: readonly Class[], categories: Categories): Index<Class> {
  const index: Index<Class> = { byDomain: new Map(), byDetailType: new Map() };
  for (const error of errors) {
    const { domain: domainName, reason, number, detailType } = error.identity ?? identityOf(error.definition);
    let domain = index.byDomain.get(domainName);
    if (!domain) {
      const declared = Object.hasOwn(categories, domainName) ? categories[domainName] : undefined;
      domain = { byReason: new Map(), byNumber: new Map(), categories: declared ?? [] };
      index.byDomain.set(domainName, domain);
    }
    const known = domain.byReason.get(reason);
    if (known === error) continue;
    if (known) {
      const twin = known.definition;
      const { enumName, name } = error.definition;
      if (twin.enumName === enumName && twin.name === name) continue;
      throw new TypeError(
        `the reason ${reason} stands twice in the domain "${domainName}": ` +
          `in ${twin.enumName} and in ${enumName}; give one of the two enums a domain of its own`,
      );
    }
    domain.byReason.set(reason, error);
    domain.byNumber.set(number, domain.byNumber.has(number) ? null : error);
    if (detailType !== undefined) {
      index.byDetailType.set(detailType, index.byDetailType.has(detailType) ? null : error);
    }
  }
  return index;
}

function identityOf({ domain, reason, number, detail }: Definition): ErrorIdentity {
  return { domain, reason, number, detailType: detail?.typeName };
}
