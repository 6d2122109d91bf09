import type { DescMessage, Registry } from "@bufbuild/protobuf";
import { Catalog } from "../../catalog.js";
import type { Code } from "../../code.js";
import {
  enumNamesOf,
  parseTemplate,
  protobufEsProperty,
  templateEnums,
  templateText,
} from "../../declaration/template.js";
import type { Definition, FileDescriptors } from "../../definition.js";
import { FieldRedaction } from "../../redaction/field-redaction.js";
import { RichError } from "../../rich-error.js";
import { type DynamicErrorClass, dynamicErrorClass } from "../../runtime/catalog.js";
import { typesOf } from "../../runtime/message-registry.js";
import { protobufEsCodec } from "../../runtime/protobuf-es.js";
import { exampleOf } from "../example.js";
import type { ListedEnum, ListedError, Listing } from "../listing.js";

/** The descriptors of the details that each file declares, by the path of the file. */
export type Descriptors = Readonly<Record<string, FileDescriptors>>;

/** The data of the page. */
export interface PageData {
  readonly listing: Listing;
  readonly descriptors: Descriptors;
  /** The redacted fields of messages, as `readTypes` describes them. */
  readonly redacted: readonly string[];
}

/** The errors of a listing as classes, made in the page. Errors without a class of their own are missing. */
export class PageCatalog {
  readonly catalog: Catalog<DynamicErrorClass>;
  readonly #descriptors: Descriptors;
  readonly #types = new Map<string, Registry>();

  constructor({ listing: { enums }, descriptors, redacted }: PageData) {
    this.#descriptors = descriptors;
    if (redacted.length > 0) FieldRedaction.add(redacted);
    const categories = Object.fromEntries(enums.map(({ domain, categories }) => [domain, categories]));
    this.catalog = new Catalog(() => this.#classes(enums), categories);
  }

  /** The descriptor of an error's detail. `undefined` if the error carries none. */
  detailOf({ file, detail }: ListedError): DescMessage | undefined {
    return detail && this.#typesIn(file).getMessage(detail.type);
  }

  /** Returns an example of an error, thrown in the page. */
  exampleOf(error: ListedError): RichError {
    const detail = this.detailOf(error);
    const declared = this.catalog.byReason(error.domain, error.reason);
    if (!declared) throw new Error(`no class for ${error.domain}/${error.reason}`);
    return detail ? new declared(exampleOf(detail)) : new declared();
  }

  #classes(enums: readonly ListedEnum[]): DynamicErrorClass[] {
    const classes = new Map<string, DynamicErrorClass>();
    for (const { errors, numericCodes } of enums) {
      for (const error of errors) {
        // Of two errors with one identity, the first counts.
        const identity = `${error.domain}/${error.reason}`;
        if (classes.has(identity)) continue;
        classes.set(identity, dynamicErrorClass(this.#definitionOf(error, numericCodes), RichError));
      }
    }
    return [...classes.values()];
  }

  #definitionOf({ code, category, detail, redirectTo, ...facts }: ListedError, numericCode: boolean): Definition {
    const desc = detail && this.#typesIn(facts.file).getMessage(detail.type);
    const template = parseTemplate(facts.message, desc, ignore);
    const enums = templateEnums(template, protobufEsProperty).map(([text, desc]) => [text, enumNamesOf(desc)] as const);
    const descriptors = this.#descriptors[facts.file];
    return {
      ...facts,
      enumName: facts.enum,
      code: code.number as Code,
      numericCode,
      ...(category && { category: category.name }),
      ...(redirectTo !== undefined && {
        redirectTo: templateText(parseTemplate(redirectTo, desc, ignore), protobufEsProperty),
      }),
      ...(desc && { detail: protobufEsCodec(desc) }),
      ...(desc && descriptors && { descriptors }),
      message: templateText(template, protobufEsProperty),
      ...(enums.length > 0 && { enumNames: Object.fromEntries(enums) }),
    };
  }

  #typesIn(file: string): Registry {
    let types = this.#types.get(file);
    if (!types) {
      const descriptors = this.#descriptors[file];
      types = typesOf(descriptors ? [descriptors] : []);
      this.#types.set(file, types);
    }
    return types;
  }
}

/** Templates of a listing have no mistakes. */
function ignore(): void {}
