import type { DescMessage } from "@bufbuild/protobuf";
import { faultText, originText, outcomeText, recoveryText } from "../../reference/advice.js";
import type { ListedError, ListedField, ListedMethod } from "../../reference/listing.js";
import { catchingCode, throwingCode } from "../../reference/usage.js";
import { retryText } from "./decoded.js";
import { Page } from "./page.js";
import { fieldText, paragraphs } from "./table.js";
import type { Paint } from "./terminal.js";

/** An error with what stands elsewhere in the protos. */
export interface ExplainedError {
  readonly error: ListedError;
  /** The module with the class of the error. */
  readonly module: string;
  /** The methods that name the error. */
  readonly methods: readonly ListedMethod[];
  readonly detail?: DescMessage;
}

/** The declaration of one error for people: what it means and what to do first, then how it looks, then its use. */
export function explainedPage({ error, module, methods, detail }: ExplainedError, width: number, paint: Paint): string {
  const page = new Page(width, paint);
  const { code, httpStatus, recovery, outcome, fault, origin, documentation, retryDelay } = error;
  page.title(`${error.className}${error.deprecated ? " (deprecated)" : ""}`);
  for (const text of paragraphs(documentation.summary)) page.prose(text);
  page.gap();
  page.row("do", documentation.clientAction);
  page.row("recovery", recovery && `${recovery}: ${recoveryText(recovery)}`);
  page.row("retry", retryText(retryDelay));
  page.row("outcome", outcome && `${outcome}: ${outcomeText(outcome)}`);
  page.row("fault", faultText(fault));
  page.row("origin", originText(origin));
  page.rows(
    "causes",
    documentation.causes.map((cause) => `- ${cause}`),
    2,
  );
  page.row("help", error.helpUrl);
  page.gap();
  page.row("code", `${code.name} (${code.number}), HTTP ${httpStatus}`);
  page.row("reason", error.reason);
  page.row("domain", error.domain);
  page.row("number", [String(error.number), ...(error.category ? [error.category.name] : [])].join(", "));
  page.row("message", error.message);
  page.row("since", error.since);
  page.rows(
    "labels",
    Object.entries(error.labels).map(([key, value]) => `${key}=${value}`),
  );
  page.row(
    "declared",
    `${error.enum}: ${error.name}, ${error.file}${error.line === undefined ? "" : `:${error.line}`}`,
  );
  printDetail(page, error.detail?.type, error.detail?.fields ?? []);
  if (methods.length > 0) {
    page.gap();
    page.title("Methods that return it");
    for (const { name } of methods) page.prose(name, 2);
  }
  const method = methods[0]?.name;
  printCode(page, "On the server", throwingCode(error, detail), error.file, module);
  printCode(page, "On the client", catchingCode(error, detail, method), error.file, module);
  return page.text;
}

function printDetail(page: Page, type: string | undefined, fields: readonly ListedField[]): void {
  if (type === undefined) return;
  page.gap();
  page.title(`Detail ${type}`);
  for (const field of fields) page.prose(fieldText(field), 2);
}

function printCode(page: Page, title: string, code: string, file: string, module: string): void {
  page.gap();
  page.title(title);
  page.code(code.replaceAll(`"./gen/${file.replace(/\.proto$/, "")}.rich.js"`, `"${module}"`).trimEnd());
}

/** Several errors for people: a line for each, and how to see one of them. */
export function hitsPage(hits: readonly ExplainedError[], width: number, paint: Paint): string {
  const page = new Page(width, paint);
  page.title(`${hits.length} errors fit`);
  for (const { error } of hits) {
    page.gap();
    page.title(`${error.domain}/${error.reason}`, 2);
    page.prose(`${error.number}, ${error.className}, ${error.code.name} (${error.code.number})`, 4);
    page.prose(paragraphs(error.documentation.summary)[0] ?? "", 4);
  }
  const [first] = hits;
  page.gap();
  if (first) page.note(`Write rich-errors explain ${first.error.domain}/${first.error.reason} to see one of them.`);
  return page.text;
}
