import type { JsonObject } from "@bufbuild/protobuf";
import { isErrorStatus } from "../http/headers.js";
import { forcedHex, readingsOf } from "./encodings.js";
import type { FoundError } from "./found-error.js";
import { errorsInJson, percentDecoded, withBody } from "./json-forms.js";
import { jsonSpans } from "./json-spans.js";
import { isStatus, mayBeStatus } from "./plausible.js";
import { type Marked, marksIn, trailerOf, trailersOf } from "./text-forms.js";

/** What an input is. By default, this is guessed: `hex` is an encoded status, `http` the body of a response. */
export type InputKind = "hex" | "http";

/** Finds the errors in bytes: a status, or text. */
export function errorsInBytes(bytes: Uint8Array): FoundError[] {
  if (isStatus(bytes)) return [{ form: "status", at: 0, trailer: bytes }];
  const found = errorsInText(new TextDecoder().decode(bytes));
  return found.length === 0 && mayBeStatus(bytes) ? [{ form: "status", at: 0, trailer: bytes }] : found;
}

/** Finds the errors in a text of a known kind. */
export function errorsOfKind(text: string, kind: InputKind): FoundError[] {
  if (kind === "hex") return [{ form: "status", at: 0, ...trailerOf(forcedHex(text)) }];
  const [response] = responsesIn(text);
  return [response?.error ?? { form: "http", at: 0, response: { status: 500, headers: {}, body: text.trim() } }];
}

/** Finds the errors in a text. */
export function errorsInText(text: string): FoundError[] {
  const whole = wholeStatus(text);
  if (whole) return [whole];
  const found: FoundError[] = [];
  let from = 0;
  for (const { start, end, error } of responsesIn(text)) {
    if (!error) continue;
    found.push(...within(text.slice(from, start), from, 0), error);
    from = end;
  }
  return [...found, ...within(text.slice(from), from, 0)];
}

/** Reads a text that is nothing but an encoded status. */
function wholeStatus(text: string): FoundError | undefined {
  const lines = text.trim().split(/\s+/);
  const areMany = lines.length > 1 && lines.every((line) => readingsOf(line).some(({ bytes }) => isStatus(bytes)));
  if (areMany) return undefined;
  const readings = readingsOf(text);
  const decoded = readings.find(({ bytes }) => isStatus(bytes)) ?? readings.find(({ bytes }) => mayBeStatus(bytes));
  return decoded && { form: "status", at: 0, ...trailerOf(decoded) };
}

interface ResponseSpan {
  readonly start: number;
  readonly end: number;
  /** Absent if the response is not an error, or if it is a gRPC response. */
  readonly error: FoundError | undefined;
}

/** The beginning of a response as `curl -i` and `curl -v` print it. */
const RESPONSE = /^(?:[<*] )?HTTP\/\d(?:\.\d)? (\d{3})[^\n]*\n((?:(?:< )?[\w-]+:[^\n]*\n)*)/gm;

function responsesIn(text: string): ResponseSpan[] {
  const matches = [...text.matchAll(RESPONSE)];
  return matches.map(({ 0: head, 1: status = "", 2: lines = "", index: start }, at) => {
    const end = matches[at + 1]?.index ?? text.length;
    const headers = Object.fromEntries(
      [...lines.matchAll(/^(?:< )?([\w-]+):[ \t]*([^\r\n]*)/gm)].map(([, name = "", value = ""]) => [
        name.toLowerCase(),
        value,
      ]),
    );
    const isError = isErrorStatus(Number(status)) && !("grpc-status-details-bin" in headers);
    const body = text.slice(start + head.length, end).replace(/^(?:< ?)?\r?\n/, "");
    const [json] = jsonSpans(body);
    const isJson = json !== undefined && body.slice(0, json.start).trim() === "";
    const response = { status: Number(status), headers, body: isJson ? json.json : body.trim() };
    return { start, end, error: isError ? { form: "http", at: start, response } : undefined };
  });
}

/** How many texts may be inside one another: the JSON of a log entry may have a field with the JSON of another. */
const MAX_NESTING = 3;

function within(text: string, offset: number, nesting: number): FoundError[] {
  const scan = new Scan(offset);
  let from = 0;
  for (const { start, end, json } of jsonSpans(text)) {
    const between = text.slice(from, start);
    scan.text(between, from);
    if (!(GRPCURL_DETAIL.test(between) && scan.detail(json))) {
      const inner = nesting < MAX_NESTING ? (text: string, at: number) => nested(text, at, nesting) : () => [];
      scan.add(errorsInJson(json, offset + start, inner));
    }
    from = end;
  }
  scan.text(text.slice(from), from);
  return scan.finish();
}

/** Finds the errors in a text inside JSON. All of them are at the place of the JSON. */
function nested(text: string, at: number, nesting: number): FoundError[] {
  return within(text, at, nesting + 1).map((error) => ({ ...error, at }));
}

/** What stands before each detail in grpcurl's output. */
const GRPCURL_DETAIL = /(?:^|\n)[ \t]*\d+\)[ \t]*$/;

/** The trailers of one call, as far as they are read. */
interface Fields {
  readonly at: number;
  readonly end: number;
  readonly values: Map<string, string>;
}

interface GrpcurlBlock {
  readonly at: number;
  readonly code: number;
  readonly message: string;
  readonly details: JsonObject[];
}

/** Trailers of one call stand closer to each other than this. */
const MAX_GAP = 4_000;

/** Collects the errors of a text, piece by piece. */
class Scan {
  readonly #offset: number;
  readonly #found: FoundError[] = [];
  #fields: Fields | undefined;
  #block: GrpcurlBlock | undefined;

  constructor(offset: number) {
    this.#offset = offset;
  }

  /** Reads a piece of text between JSON. */
  text(text: string, start: number): void {
    for (const mark of marksIn(text)) this.#mark(mark, this.#offset + start + mark.at);
  }

  #mark(mark: Marked, at: number): void {
    switch (mark.kind) {
      case "field":
        this.#field(mark.name, mark.value, at);
        return;
      case "grpcurl":
        this.#closeBlock();
        this.#block = { at, code: mark.code, message: mark.message, details: [] };
        return;
      default:
        this.add([{ ...mark.error, at }]);
    }
  }

  /** Adds a detail to the output of grpcurl. Returns whether there is any. */
  detail(json: JsonObject): boolean {
    this.#block?.details.push(json);
    return this.#block !== undefined;
  }

  add(errors: readonly FoundError[]): void {
    for (const error of errors) this.#found.push(error);
  }

  finish(): FoundError[] {
    this.#closeFields();
    this.#closeBlock();
    return this.#found;
  }

  #field(name: string, value: string, at: number): void {
    const open = this.#fields;
    if (open && (open.values.has(name) || at - open.end > MAX_GAP)) this.#closeFields();
    const values = this.#fields?.values ?? new Map<string, string>();
    values.set(name, value);
    this.#fields = { at: this.#fields?.at ?? at, end: at + value.length, values };
  }

  #closeFields(): void {
    const fields = this.#fields;
    this.#fields = undefined;
    if (!fields) return;
    const { at, values } = fields;
    const [status, message, details] = ["grpc-status", "grpc-message", "grpc-status-details-bin"].map((name) =>
      values.get(name),
    );
    const head = {
      ...(status !== undefined && { code: Number(status) }),
      ...(message !== undefined && { message: percentDecoded(message.trim()) }),
    };
    if (details !== undefined) {
      for (const one of trailersOf(readingsOf(details), details))
        this.#addTrailer({ form: "header", at, ...head, ...one });
    } else if (head.code) this.add([{ form: "header", at, ...head }]);
  }

  /** A trailer that cannot be read belongs to the error before it, if it has no code of its own. */
  #addTrailer(error: FoundError): void {
    const before = this.#found.at(-1);
    if (error.trailer || error.code !== undefined || !before || before.trailer) this.add([error]);
    else this.#found.push({ ...before, damage: error.damage ?? [] });
  }

  #closeBlock(): void {
    const block = this.#block;
    this.#block = undefined;
    if (!block) return;
    const { at, code, message, details } = block;
    this.add([{ form: "grpcurl", at, ...withBody(code, message, details) }]);
  }
}
