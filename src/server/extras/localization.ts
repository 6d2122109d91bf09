import type { LocalizedMessage } from "../../detail/standard-details.js";
import { renderMessage } from "../../error/message.js";
import { describeValue } from "../../platform/values.js";
import type { RichError } from "../../rich-error.js";

/**
 * Message templates by language and by error.
 *
 * ```ts
 * { de: { ORDER_REJECTED: "Bestellung {orderId} verletzt Regel {rule}" },
 *   "pt-BR": { "shop.v1/ORDER_REJECTED": "o pedido {orderId} viola a regra {rule}" } }
 * ```
 *
 * - A language is a BCP 47 tag. An error is its reason, or its domain, a slash and its reason.
 * - `{field}` inserts a field of the detail, named as in the type of the detail. `{{` and `}}` are braces.
 * - A value of an enum is written by name if the error's own message uses its field, too, otherwise as its number.
 */
export type MessageCatalogs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Translates the messages of errors into the languages of their callers. */
export class Localization {
  /** The templates of each error by language, in the order of the languages in the options. */
  readonly #templates = new Map<string, Map<string, string>>();

  /**
   * @throws TypeError if a language is not a language tag or occurs twice, or a template is not a string
   */
  constructor(catalogs: MessageCatalogs) {
    const languages = new Set<string>();
    for (const [name, templates] of Object.entries(catalogs)) {
      const language = canonical(name);
      if (languages.has(language)) throw new TypeError(`${WHERE} has the language ${language} twice; merge the two`);
      languages.add(language);
      for (const [error, template] of Object.entries(templates)) {
        if (typeof template !== "string") {
          const place = `${WHERE}[${JSON.stringify(name)}][${JSON.stringify(error)}]`;
          throw new TypeError(`${place} is ${describeValue(template)}, not a string`);
        }
        const byLanguage = this.#templates.get(error) ?? new Map<string, string>();
        this.#templates.set(error, byLanguage.set(language, template));
      }
    }
  }

  /** Returns the message of an error in the best language for the caller, or `undefined` if there is no such message. */
  localize(error: RichError, acceptLanguage: string): LocalizedMessage | undefined {
    const { domain, reason, detail, definition } = error;
    if (reason === undefined) return undefined;
    const templates = new Map([
      ...(this.#templates.get(reason) ?? []),
      ...(this.#templates.get(`${domain}/${reason}`) ?? []),
    ]);
    const locale = lookUpLanguage(acceptLanguage, [...templates.keys()]);
    const template = locale === undefined ? undefined : templates.get(locale);
    if (locale === undefined || template === undefined) return undefined;
    return { locale, message: renderMessage(template, detail, definition) };
  }
}

const WHERE = "richErrorServerInterceptor: messages";

function canonical(name: string): string {
  try {
    const [language] = Intl.getCanonicalLocales(name);
    if (language !== undefined) return language;
  } catch {}
  const given = JSON.stringify(name);
  throw new TypeError(`${WHERE} has the language ${given}, which is not a language tag; write one such as "pt-BR"`);
}

/** One language range of an `accept-language` header. */
interface Range {
  readonly range: string;
  readonly quality: number;
}

/** The length of the longest header that is read. Browsers send shorter ones. */
const LONGEST = 1000;

const RANGE = /^(\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)(?:\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i;

/**
 * Finds the best language for a caller by its `accept-language` header.
 *
 * - Ranges of a higher quality come first, ranges of the same quality in their order.
 * - A range is shortened from its end until it names a language: `de-CH` also finds `de`.
 * - `*` finds the first language that no other range names.
 * - A range with the quality 0 excludes its language and all more specific ones.
 * - Malformed ranges are ignored.
 *
 * @param header the value of the header
 * @param languages the language tags to choose from
 * @returns one of the tags, or `undefined` if none matches
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4
 * @see https://www.rfc-editor.org/rfc/rfc4647#section-3.4
 */
export function lookUpLanguage(header: string, languages: readonly string[]): string | undefined {
  const ranges = rangesOf(header);
  const refused = ranges.filter(({ quality }) => quality === 0).map(({ range }) => range);
  const wanted = ranges.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality);
  const suits = (language: string) => !refused.some((range) => isWithin(language.toLowerCase(), range));
  for (const { range } of wanted) {
    const found =
      range === "*"
        ? languages.find(
            (language) => suits(language) && !wanted.some((named) => isWithin(language.toLowerCase(), named.range)),
          )
        : lookUp(range, languages.filter(suits));
    if (found !== undefined) return found;
  }
  return undefined;
}

function rangesOf(header: string): Range[] {
  if (header.length > LONGEST) return [];
  return header.split(",").flatMap((part) => {
    const [, range, quality = "1"] = RANGE.exec(part.trim()) ?? [];
    return range === undefined ? [] : [{ range: range.toLowerCase(), quality: Number(quality) }];
  });
}

function isWithin(language: string, range: string): boolean {
  return language === range || language.startsWith(`${range}-`);
}

function lookUp(range: string, languages: readonly string[]): string | undefined {
  for (let subtags = range.split("-"); subtags.length > 0; subtags = subtags.slice(0, -1)) {
    const name = subtags.join("-");
    const found = languages.find((language) => language.toLowerCase() === name);
    if (found !== undefined) return found;
  }
  return undefined;
}
