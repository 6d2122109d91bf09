import { type Categories, type Category, type Definition, narrowestCategory } from "./definition.js";
import type { ErrorContent } from "./error-content.js";
import type { ClientErrorKind } from "./instance-of.js";
import { checkCatalog } from "./platform/options.js";
import { RECEIVE } from "./platform/symbols.js";

/** A class that received errors become instances of. */
export interface ReceivingClass {
  /** @param caught the value whose stack the error takes over */
  [RECEIVE](content: ErrorContent, caught?: unknown): Error;
}

/** The keys of a declared error in a catalog. */
export interface ErrorIdentity {
  readonly domain: string;
  readonly reason: string;
  readonly number: number;
  /** The full name of the detail's type. `undefined` if the error carries no detail. */
  readonly detailType: string | undefined;
}

/** The class of one declared error, as `protoc-gen-rich-errors` writes it. */
export interface ErrorClass extends ReceivingClass {
  readonly definition: Definition;
  /** The keys of the error, if they cost less than the whole definition. By default, the definition has them. */
  readonly identity?: ErrorIdentity;
}

/** The classes of the errors that a client receives and no catalog declares. */
export type ClientErrorClasses = Readonly<Record<ClientErrorKind, ReceivingClass>>;

/**
 * A set of declared errors with look-ups. Readers use it to recognize the errors of a peer:
 *
 * ```ts
 * const catalog = Catalog.of(ordersCatalog, paymentsCatalog);
 * const client = new OrdersClient(address, credentials, richErrorClientOptions({ catalogs: [catalog] }));
 * for (const { definition } of catalog) console.log(definition.reason, definition.documentation.summary);
 * ```
 *
 * The first look-up builds an index. Each look-up after it takes constant time.
 */
export class Catalog<Class extends ErrorClass = ErrorClass> implements Iterable<Class> {
  /** The named ranges of numbers, by domain. */
  readonly categories: Categories;
  /** The client's own classes. `undefined` if the proto does not set `client_errors`. */
  readonly clientErrors: ClientErrorClasses | undefined;
  #index: Index<Class> | undefined;
  #given: readonly Class[] | (() => readonly Class[]);
  #errors: readonly Class[] | undefined;

  /**
   * Creates a catalog. If two errors have the same reason in the same domain, the first look-up throws a TypeError.
   *
   * @param errors the classes, or a function that returns them, which the first use calls
   * @param categories the named ranges of numbers, by domain; by default, there are none
   * @param clientErrors the client's own classes; by default, there are none
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
   * Returns a catalog with all errors and categories of several catalogs.
   *
   * - An error that is in several catalogs counts once, even if another copy of this package made its class.
   * - The client's own classes are those of the first catalog that has them.
   *
   * @throws TypeError if an argument is not a catalog
   */
  static of<Classes extends readonly ErrorClass[]>(
    ...catalogs: { readonly [Index in keyof Classes]: Catalog<Classes[Index]> }
  ): Catalog<Classes[number]> {
    for (const [index, catalog] of catalogs.entries()) checkCatalog(`Catalog.of: argument ${index + 1}`, catalog);
    const categories = new Map<string, readonly Category[]>();
    for (const [domain, declared] of catalogs.flatMap((catalog) => Object.entries(catalog.categories))) {
      categories.set(domain, [...(categories.get(domain) ?? []), ...declared]);
    }
    // A catalog of another copy of this package hides its fields, but it can be iterated.
    const errors = () => catalogs.flatMap((catalog) => (#given in catalog ? catalog.#all : [...catalog]));
    return new Catalog(errors, Object.fromEntries(categories), clientErrorsOf(catalogs));
  }

  /** Iterates over the classes in the order of their declaration. */
  [Symbol.iterator](): Iterator<Class> {
    return this.#each[Symbol.iterator]();
  }

  /** The number of errors. */
  get size(): number {
    return this.#each.length;
  }

  /** Checks whether any error belongs to a domain. */
  hasDomain(domain: string): boolean {
    return this.#indexed.byDomain.has(domain);
  }

  /** Returns the error with a reason in a domain, or `undefined`. */
  byReason(domain: string, reason: string): Class | undefined {
    return this.#indexed.byDomain.get(domain)?.byReason.get(reason);
  }

  /** Returns the error with a number in a domain. Returns `undefined` if no error or several errors have it. */
  byNumber(domain: string, number: number): Class | undefined {
    return this.#indexed.byDomain.get(domain)?.byNumber.get(number) ?? undefined;
  }

  /**
   * Returns the error with a detail of a type. Returns `undefined` if no error or several errors have it.
   *
   * @param typeName the full name of the type: `"shop.orders.v1.OrderNotFoundErrorDetails"`
   */
  byDetailType(typeName: string): Class | undefined {
    return this.#indexed.byDetailType.get(typeName) ?? undefined;
  }

  /** Checks whether any error has a detail of a type. */
  hasDetailType(typeName: string): boolean {
    return this.#indexed.byDetailType.has(typeName);
  }

  /**
   * Returns the name of the narrowest category that holds a number, whether or not an error has the number.
   *
   * Returns `undefined` if no category holds it, or if the domains of the catalog disagree.
   */
  categoryOf(number: number): string | undefined;
  /** Returns the name of the narrowest category of a domain that holds a number, or `undefined`. */
  categoryOf(domain: string, number: number): string | undefined;
  categoryOf(...args: [number: number] | [domain: string, number: number]): string | undefined {
    if (args.length === 2) return this.#categoryIn(...args);
    const [number] = args;
    const names = [...this.#indexed.byDomain.keys()].map((domain) => this.#categoryIn(domain, number));
    const [only, another] = new Set(names.filter((name) => name !== undefined));
    return another === undefined ? only : undefined;
  }

  /** If exactly one error has the number, its own category counts, whatever other enums of the domain declare. */
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

/** Returns the client's own classes of the first catalog that has them. */
export function clientErrorsOf(catalogs: readonly Catalog[]): ClientErrorClasses | undefined {
  return catalogs.find(({ clientErrors }) => clientErrors)?.clientErrors;
}

interface Domain<Class> {
  readonly byReason: Map<string, Class>;
  /** A number of several errors is null. */
  readonly byNumber: Map<number, Class | null>;
  readonly categories: readonly Category[];
}

interface Index<Class> {
  readonly byDomain: Map<string, Domain<Class>>;
  /** A type of several errors is null. */
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
      const first = known.definition;
      const { enumName, name } = error.definition;
      // Another copy of this package made a class for the same error.
      if (first.enumName === enumName && first.name === name) continue;
      throw new TypeError(
        `the reason ${reason} is declared twice in the domain "${domainName}": by ${first.name} in ${first.enumName} ` +
          `and by ${name} in ${enumName}; rename one of them, or give one of the enums its own domain`,
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
