import { stringify } from "yaml";
import type { ReportedDetail } from "../../decode/detail-report.js";
import type { DumpedField } from "../../decode/field-dump.js";
import type { Form } from "../../decode/found-error.js";
import type { DecodedError, DecodeReport } from "../../decode/report.js";
import { typeNameOf } from "../../detail/detail.js";
import { delayText } from "../../detail/duration.js";
import type { Issue } from "../../issue.js";
import { faultText, outcomeText, recoveryText } from "../../reference/advice.js";
import { Page } from "./page.js";
import type { Paint } from "./terminal.js";

/** The errors of an input for people: what each is and what to do about it first, then its details, then the doubts. */
export function decodedPage({ errors, more, isCut }: DecodeReport, width: number, paint: Paint): string {
  const page = new Page(width, paint);
  for (const [index, error] of errors.entries()) {
    page.gap();
    if (errors.length > 1) page.note(`--- ${index + 1} of ${errors.length + more}, ${placeOf(error)} ---`);
    printError(page, error);
  }
  if (more > 0 || isCut) page.gap();
  if (more > 0) page.note(`${more} more errors are not shown.`);
  if (isCut) page.note("The input is longer than 4 MiB. Its end was not read.");
  return page.text;
}

/** When a client may send the request again. */
export function retryText(delay: number | undefined): string | undefined {
  if (delay === undefined) return undefined;
  return delay === 0 ? "at once" : `after ${delayText(delay)}`;
}

function placeOf({ found: { line, times } }: DecodedError): string {
  return times === 1 ? `line ${line}` : `${times} times from line ${line}`;
}

function printError(page: Page, error: DecodedError): void {
  const { code, message, declared, reason, domain, recovery, outcome, fault, details, moreDetails } = error;
  const codeText = `${code.name} (${code.number})`;
  page.title(declared ? `${declared.className}, ${codeText}` : reason ? `${reason}, ${codeText}` : codeText);
  page.prose(message === "" ? "(no message)" : message);
  if (declared) page.note(declared.summary);
  page.gap();
  page.row("do", declared?.clientAction);
  page.row("recovery", recovery && `${recovery}: ${recoveryText(recovery)}`);
  page.row("retry", retryText(error.retryDelay));
  page.row("outcome", outcome && `${outcome}: ${outcomeText(outcome)}`);
  page.row("fault", faultText(fault));
  page.rows(
    "causes",
    (declared?.causes ?? []).map((cause) => `- ${cause}`),
    2,
  );
  page.row("help", declared?.helpUrl);
  page.gap();
  page.row("reason", reason);
  page.row("domain", domain);
  page.row("number", declared && [declared.number, declared.category].filter((part) => part !== undefined).join(", "));
  page.row("declared", declared && `${declared.enumName}: ${declared.name}`);
  page.row("HTTP", declared && String(declared.httpStatus));
  if (details.length > 0) {
    page.gap();
    page.title("Details");
  }
  for (const detail of details) printDetail(page, detail);
  if (moreDetails > 0) page.note(`${moreDetails} more details are not shown.`, 2);
  printDoubts(page, error);
}

function printDetail(
  page: Page,
  { typeName, typeUrl, kind, bytes, json, isMalformed, fields = [], rest }: ReportedDetail,
): void {
  const facts = [kind === "unknown" ? "unknown type" : kind, ...(bytes === undefined ? [] : [`${bytes} bytes`])];
  page.prose(`${typeName || JSON.stringify(typeUrl)} (${facts.join(", ")})`, 2);
  if (json && Object.keys(json).length > 0) page.prose(stringify(json, { lineWidth: 0 }).trimEnd(), 4);
  if (json && fields.length > 0) page.note("fields that the type does not have:", 4);
  if (isMalformed) page.note("the bytes are not a message of this type:", 4);
  if (json === undefined || fields.length > 0) printFields(page, fields, rest, 4);
}

function printFields(page: Page, fields: readonly DumpedField[], rest: string | undefined, indent: number): void {
  for (const { number, name, value, as, or, fields: nested } of fields) {
    const label = name === undefined ? String(number) : `${number} (${name})`;
    if (nested) {
      page.prose(`${label}:${name === undefined ? " message, probably" : ""}`, indent);
      printFields(page, nested, value, indent + 2);
    } else {
      page.prose(`${label}: ${valueText(as, value ?? "", or)}`, indent);
    }
  }
  if (rest !== undefined) page.note(rest, indent);
}

function valueText(as: DumpedField["as"], value: string, or: readonly string[] = []): string {
  if (as === "text") return JSON.stringify(value);
  if (as === "bytes") return `${value} (base64)`;
  return [value, ...or].join(", or ");
}

/** Everything that may be wrong with an error, or with how it came here. */
function printDoubts(page: Page, { issues, damage, declared, reason, size, found }: DecodedError): void {
  const doubts = [
    ...damage,
    ...issues.map((issue) => (issue.kind === "unknown-type" ? unknownType(issue) : issue.message)),
    ...(reason !== undefined && !declared ? ["no catalog declares this error; name its protos with --protos"] : []),
    ...(size?.exceeds ?? []).map(
      ({ by, bytes, beyond }) => `too large for ${by}, whose limit is ${bytes} bytes: ${beyond}`,
    ),
  ];
  page.gap();
  page.rows(
    "doubts",
    doubts.map((doubt) => `- ${doubt}`),
    2,
  );
  page.row("size", size && sizeText(size));
  page.row("found", `${FORMS[found.form]}${found.encoding ? ` in ${ENCODINGS[found.encoding]}` : ""}`);
}

function unknownType({ typeUrl = "", message }: Issue): string {
  const typeName = typeNameOf(typeUrl);
  return typeName === "" ? message : `the type ${typeName} is unknown; name the protos that declare it with --protos`;
}

function sizeText({ status, block, exceeds }: NonNullable<DecodedError["size"]>): string {
  const safe = exceeds.length === 0 ? "; every peer and proxy passes it on" : "";
  return `${status} bytes, ${block} in the header block${safe}`;
}

const FORMS: Readonly<Record<Form, string>> = {
  status: "a google.rpc.Status",
  header: "grpc-status-details-bin",
  grpcurl: "the output of grpcurl",
  json: "JSON",
  connect: "a Connect error",
  http: "an HTTP response",
  text: "text, without details",
};

const ENCODINGS: Readonly<Record<NonNullable<DecodedError["found"]["encoding"]>, string>> = {
  base64: "base64",
  base64url: "base64url",
  hex: "hex",
  escapes: "escaped bytes",
  buffer: "a Buffer of Node",
  numbers: "a list of numbers",
};
