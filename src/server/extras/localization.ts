import type { LocalizedMessage } from "../../detail/standard-types.js";
import { renderMessage } from "../../error/message.js";
import type { RichError } from "../../rich-error.js";

/**
 * Messages in the languages of humans, by language and by error:
 *
 * ```ts
 * { de: { ORDER_REJECTED: "Bestellung {orderId} verletzt Regel {rule}" },
 *   "pt-BR": { "shop.v1/ORDER_REJECTED": "o pedido {orderId} viola a regra {rule}" } }
 * ```
 *
 * - A language is named as in BCP 47, an error by its reason, or by its domain and its reason.
 * - Fields of the detail stand in braces, named as in the detail's type; `{{` and `}}` for a brace.
 */
export type MessageCatalogs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Says an error's message in the language of its caller. */
export class Localization {
  /** The templates of each error by language, in the order in which the languages were given. */
  readonly #templates = new Map<string, Map<string, string>>();

  /**
   * @throws TypeError if a language is none, or is there twice, or if a template is no text
   */
  constructor(catalogs: MessageCatalogs) {
    const languages = new Set<string>();
    for (const [name, templates] of Object.entries(catalogs)) {
      const language = canonical(name);
      if (languages.has(language)) throw new TypeError(`the messages have the language ${language} twice`);
      languages.add(language);
      for (const [error, template] of Object.entries(templates)) {
        if (typeof template !== "string") throw new TypeError(`the message of ${error} in ${name} is no text`);
        const byLanguage = this.#templates.get(error) ?? new Map<string, string>();
        this.#templates.set(error, byLanguage.set(language, template));
      }
    }
  }

  /** The message of an error in a language that suits the caller; none if there is none. */
  localize(error: RichError, acceptLanguage: string): LocalizedMessage | undefined {
    const { domain, reason, detail } = error;
    if (reason === undefined) return undefined;
    const templates = new Map([
      ...(this.#templates.get(reason) ?? []),
      ...(this.#templates.get(`${domain}/${reason}`) ?? []),
    ]);
    const locale = lookUpLanguage(acceptLanguage, [...templates.keys()]);
    const template = locale === undefined ? undefined : templates.get(locale);
    if (locale === undefined || template === undefined) return undefined;
    return { locale, message: renderMessage(template, detail) };
  }
}

function canonical(name: string): string {
  try {
    const [language] = Intl.getCanonicalLocales(name);
    if (language !== undefined) return language;
  } catch {}
  throw new TypeError(`the messages have a language that is none: ${JSON.stringify(name)}`);
}

/** A language range of `accept-language`, and whether it is wanted. */
interface Range {
  readonly range: string;
  readonly quality: number;
}

/** Longer than any browser's; whoever sends more gets no language. */
const LONGEST = 1000;

const RANGE = /^(\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)(?:\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i;

/**
 * Finds the language that suits a caller best, by its `accept-language`:
 *
 * - Ranges count by their quality, those of the same quality in their order.
 * - A range is shortened from its end until a language has its name: who wants
 *   `de-CH` takes `de`.
 * - `*` is the first language that was not asked for otherwise.
 * - What has the quality 0 is not taken, and neither is what lies below it.
 * - What is not well-formed is passed over.
 *
 * @param header the value of the header
 * @param languages the tags to choose from
 * @returns one of the tags as they were given; none if none suits
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
  for (let subtags = range.split("-"); subtags.length > 0; subtags = shortened(subtags)) {
    const name = subtags.join("-");
    const found = languages.find((language) => language.toLowerCase() === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Less its last subtag, and less what would then be the beginning of nothing, such as `x`. */
function shortened(subtags: readonly string[]): string[] {
  const rest = subtags.slice(0, -1);
  if (rest.at(-1)?.length === 1) rest.pop();
  return rest;
}
