import type { ListedEnum, ListedMessage, ListedMethod, Listing } from "../listing.js";
import { errorEntry } from "./entry.js";
import { fieldTable } from "./fields.js";
import { groupsOf, overviewTable } from "./overview.js";
import { prose } from "./prose.js";
import { type Link, ReferenceLinks } from "./reference-links.js";
import { code, escapeText, heading, link, list, page, strong, table } from "./syntax.js";

/** A page of the reference: all errors of one domain. */
export interface MarkdownPage {
  /** The name of the page's file: `"shop.v1.md"`. */
  readonly fileName: string;
  readonly text: string;
}

/**
 * The reference as Markdown (GFM), one page for each domain.
 *
 * @param links whether the pages are files of their own, or parts of one text
 */
export function markdownPages(listing: Listing, links: Link): MarkdownPage[] {
  const reference = new ReferenceLinks(listing, links);
  return reference.domains.map((domain) => {
    const enums = listing.enums.filter((listed) => listed.domain === domain);
    return { fileName: reference.fileName(domain), text: page(blocksOf(domain, enums, listing, reference)) };
  });
}

/** The list of all pages, for a folder with several of them. */
export function indexPage(listing: Listing): string {
  const reference = new ReferenceLinks(listing, "files");
  const rows = reference.domains.map((domain) => {
    const enums = listing.enums.filter((listed) => listed.domain === domain);
    const count = enums.reduce((count, { errors }) => count + errors.length, 0);
    const names = enums.map(({ name }) => code(name));
    return [link(reference.fileName(domain), escapeText(domain)), String(count), names.join(", ")];
  });
  return page([heading(1, "Errors"), table(["Domain", "Errors", "Enums"], rows)]);
}

function blocksOf(domain: string, enums: readonly ListedEnum[], listing: Listing, reference: ReferenceLinks): string[] {
  const names = new Set(enums.map(({ name }) => name));
  const methods = listing.methods.filter(({ errors }) => errors.some((error) => names.has(error.enum)));
  const messages = messagesOf(enums, listing);
  const isAlone = enums.length === 1;
  return [
    heading(1, `Errors of ${code(domain)}`),
    ...enums.flatMap((listed) => enumBlocks(listed, isAlone, reference)),
    ...(methods.length > 0 ? [heading(2, "Methods"), methodTable(methods, reference)] : []),
    ...(messages.length > 0 ? [heading(2, "Messages inside details")] : []),
    ...messages.flatMap((message) => [
      heading(3, code(message.type)),
      ...prose(message.documentation),
      ...fieldTable(message),
    ]),
  ];
}

/** The errors of an enum: what they share, an overview and an entry for each. */
function enumBlocks(listed: ListedEnum, isAlone: boolean, reference: ReferenceLinks): string[] {
  const level = isAlone ? 2 : 3;
  const groups = groupsOf(listed);
  return [
    ...(isAlone ? [] : [heading(2, code(listed.name))]),
    ...(listed.deprecated ? [strong("Deprecated.")] : []),
    ...prose(listed.documentation),
    list(factsOf(listed)),
    ...groups.flatMap(({ title, errors }) => [
      ...(title === undefined ? [] : [heading(level, escapeText(title))]),
      overviewTable(listed, errors, reference),
    ]),
    heading(level, "Every error"),
    ...groups.flatMap(({ errors }) => errors.flatMap((error) => errorEntry(error, listed, level + 1, reference))),
  ];
}

function factsOf({ name, file, domain, numericCodes, clientErrors }: ListedEnum): string[] {
  const number = numericCodes ? `, and the number in ${code('ErrorInfo.metadata["code"]')}` : "";
  const facts = [
    `Declared by ${code(name)} in ${code(file)}`,
    `On the wire: ${code(domain)} in ${code("ErrorInfo.domain")}, the reason in ${code("ErrorInfo.reason")}${number}`,
  ];
  if (clientErrors) {
    const { api, network, circuitOpen, failure } = clientErrors;
    const others = `${code(api)}, ${code(network)} and ${code(circuitOpen)}`;
    facts.push(`In TypeScript: ${code(failure)} is the union of these errors, ${others}`);
  }
  return facts;
}

function methodTable(methods: readonly ListedMethod[], reference: ReferenceLinks): string {
  const rows = methods.map(({ name, errors }) => [
    code(name),
    errors.map((error) => reference.toMethodError(error)).join(", "),
  ]);
  return table(["Method", "Errors"], rows);
}

/** The messages inside the details of some enums, at any depth. */
function messagesOf(enums: readonly ListedEnum[], { messages }: Listing): ListedMessage[] {
  const byType = new Map(messages.map((message) => [message.type, message]));
  const found = new Set<ListedMessage>();
  const pending = enums.flatMap(({ errors }) => errors.flatMap(({ detail }) => detail ?? []));
  for (let message = pending.pop(); message; message = pending.pop()) {
    for (const { type } of message.fields) {
      const inner = byType.get(/^map<\w+, (.*)>$/.exec(type)?.[1] ?? type);
      if (!inner || found.has(inner)) continue;
      found.add(inner);
      pending.push(inner);
    }
  }
  return messages.filter((message) => found.has(message));
}
