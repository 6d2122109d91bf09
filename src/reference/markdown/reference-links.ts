import { anchorOf } from "../anchor.js";
import { errorKey, type ListedError, type ListedMethod, type Listing } from "../listing.js";
import { code, link } from "./syntax.js";

/** Whether the pages of a reference are `files` of one folder, or stand in one text, the `page`. */
export type Link = "files" | "page";

/** The links within a reference. */
export class ReferenceLinks {
  /** Every domain, in the order of declaration. */
  readonly domains: readonly string[];
  readonly #kind: Link;
  readonly #fileNames = new Map<string, string>();
  readonly #errors = new Map<string, ListedError>();
  readonly #methods = new Map<string, readonly string[]>();

  constructor({ enums, methods }: Listing, kind: Link) {
    this.#kind = kind;
    this.domains = [...new Set(enums.map(({ domain }) => domain))];
    const taken = new Set(["index.md"]);
    for (const domain of this.domains) {
      const name = domain.replaceAll("/", "-");
      let fileName = `${name}.md`;
      for (let copy = 2; taken.has(fileName); copy++) fileName = `${name}-${copy}.md`;
      taken.add(fileName);
      this.#fileNames.set(domain, fileName);
    }
    for (const error of enums.flatMap(({ errors }) => errors)) {
      this.#errors.set(errorKey(error), error);
    }
    for (const { name, errors } of methods) {
      for (const key of errors.map(errorKey)) this.#methods.set(key, [...(this.#methods.get(key) ?? []), name]);
    }
  }

  fileName(domain: string): string {
    return this.#fileNames.get(domain) ?? "";
  }

  /** A link to an error on the same page. */
  toError(error: ListedError, content: string): string {
    return link(`#${anchorOf(error)}`, content);
  }

  /** A link to an error that a method lists, or its reason if the reference does not have the error. */
  toMethodError(listed: ListedMethod["errors"][number]): string {
    const error = this.#errors.get(errorKey(listed));
    if (!error) return code(listed.reason);
    const page = this.#kind === "files" ? this.fileName(error.domain) : "";
    return link(`${page}#${anchorOf(error)}`, code(error.reason));
  }

  /** The names of the methods that list an error. */
  methodsOf(error: ListedError): readonly string[] {
    return this.#methods.get(errorKey(error)) ?? [];
  }
}
