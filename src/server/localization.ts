import type { LocalizedMessage } from "../detail/standard-types.js";
import { renderMessage } from "../error/message.js";
import type { RichError } from "../rich-error.js";
import { lookUpLanguage } from "./accept-language.js";

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
