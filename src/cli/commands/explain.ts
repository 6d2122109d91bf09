import { printable } from "../../declaration/problems.js";
import { firstOf, nearestName } from "../../platform/names.js";
import type { ListedError } from "../../reference/listing.js";
import { type Command, Failure } from "../input/command.js";
import { type DocumentedErrors, PROTOS_OPTION, protosOf, readDocumentation } from "../input/known-errors.js";
import { type ExplainedError, explainedPage, hitsPage } from "../output/explained.js";
import { jsonText } from "../output/json.js";
import { painterFor, widthFor } from "../output/terminal.js";

/** `rich-errors explain`: prints the declaration of an error. */
export const explain: Command = {
  name: "explain",
  summary: "Explains a declared error: its meaning, what to do about it, and how to throw and catch it.",
  arguments: [
    {
      name: "error",
      help:
        "The number, the reason or the class of an error, in any case: 2004, ORDER_GONE or OrderGoneError. To choose one " +
        "of several, write its domain before it: shop.v1/2004.",
    },
    {
      name: "input",
      optional: true,
      help: "A directory of protos or an image, as with --protos. - reads an image from stdin.",
    },
  ],
  options: {
    protos: PROTOS_OPTION,
    format: {
      type: "string",
      default: "text",
      choices: ["text", "json"],
      help: ["The output format. By default, text.", "text: for people", "json: a list of errors, for programs"].join(
        "\n",
      ),
    },
  },
  notes: ["If several errors fit, they are listed. The exit code is 1 if none does."],
  async run({ arguments: [wanted = "", input], options }, terminal) {
    const inputs = [...(input === undefined ? [] : [input]), ...protosOf(options["protos"])];
    const all = (await readDocumentation(inputs, terminal)).flatMap(explainedErrors);
    const hits = all.filter(({ error }) => isNamed(error, wanted.toLowerCase()));
    if (hits.length === 0) throw new Failure(1, notFound(wanted, all));
    if (options["format"] === "json") {
      const json = hits.map(({ error, methods }) => ({ ...error, methods: methods.map(({ name }) => name) }));
      return jsonText(json);
    }
    const [only, another] = hits;
    const style = [widthFor(terminal), painterFor(terminal)] as const;
    return only && !another ? explainedPage(only, ...style) : hitsPage(hits, ...style);
  },
};

function explainedErrors({ listing, schema, moduleOf }: DocumentedErrors): ExplainedError[] {
  return listing.enums.flatMap(({ errors }) =>
    errors.map((error) => {
      const detail = error.detail && schema.message(error.detail.type);
      const methods = listing.methods.filter((method) =>
        method.errors.some((listed) => listed.enum === error.enum && listed.number === error.number),
      );
      return { error, module: moduleOf(error.file), methods, ...(detail && { detail }) };
    }),
  );
}

/** The names of an error that a user may write, apart from its number. */
function namesOf({ reason, className, displayName, name }: ListedError): readonly string[] {
  return [reason, className, displayName, name];
}

function isNamed(error: ListedError, wanted: string): boolean {
  const names = [String(error.number), ...namesOf(error)].map((name) => name.toLowerCase());
  const domain = `${error.domain.toLowerCase()}/`;
  return names.includes(wanted) || (wanted.startsWith(domain) && names.includes(wanted.slice(domain.length)));
}

function notFound(wanted: string, all: readonly ExplainedError[]): string {
  const none = `rich-errors: no error is called ${printable(JSON.stringify(wanted))}`;
  if (all.length === 0) return `${none}; the protos declare no errors`;
  const [domain, ...rest] = wanted.split("/");
  const name = rest.join("/") || wanted;
  const candidates = rest.length === 0 ? all : all.filter(({ error }) => error.domain === domain);
  if (candidates.length === 0) {
    const domains = [...new Set(all.map(({ error }) => error.domain))];
    return `${none}; the domains are ${firstOf(domains, 10, (domain) => domain)}`;
  }
  const near = /^-?\d+$/.test(name)
    ? String(nearestNumber(Number(name), candidates))
    : nearestName(
        name,
        candidates.flatMap(({ error }) => [error.reason, error.className]),
      );
  if (near !== undefined) return `${none}; write rich-errors explain ${near}`;
  return `${none}; list all with rich-errors catalog <input>, or name your protos with --protos`;
}

function nearestNumber(wanted: number, all: readonly ExplainedError[]): number | undefined {
  const numbers = all.map(({ error }) => error.number);
  return numbers.reduce<number | undefined>((best, number) => {
    return best === undefined || Math.abs(number - wanted) < Math.abs(best - wanted) ? number : best;
  }, undefined);
}
