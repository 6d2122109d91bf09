import { codeName } from "../code.js";
import { type DetailCodec, type ErrorDetail, typeNameOf } from "../detail/detail.js";
import { describeValue, isObject } from "../platform/values.js";
import type { RichError } from "../rich-error.js";
import {
  type Colors,
  checkPattern,
  Difference,
  type Equals,
  isEqual,
  matches,
  NO_COLORS,
  shownAs,
} from "./difference.js";
import { Hidden, linesOf, shortened } from "./printed.js";
import { issuesOf, type Received, type RichErrorClass } from "./received.js";

/** How a test runner compares values and prints differences. */
export interface Style {
  readonly equals: Equals;
  readonly colors: Colors;
}

export const PLAIN_STYLE: Style = { equals: isEqual, colors: NO_COLORS };

/** The result of comparing a value with what a test expects. */
export interface Checked {
  readonly pass: boolean;
  /** Returns why the check failed or, if it passed, why it should have failed. */
  message(): string;
}

/**
 * Checks that a value is an error of a class whose detail has some fields.
 *
 * @throws TypeError if the pattern contains itself
 */
export function checkRichError(
  received: Received,
  expected: RichErrorClass,
  detail: unknown,
  style: Style = PLAIN_STYLE,
): Checked {
  const { error } = received;
  checkPattern(detail);
  const wanted = `${article(expected.name)}${detail === undefined ? "" : ` with ${oneLine(detail)}`}`;
  if (!error) return refused(`expected ${article(expected.name)}, but got ${received.description}`);
  const isOfClass = isError(error, expected) && (received.isItself || hasDeclaredCode(error, expected));
  const hasFields = detail === undefined || matches(error.detail, detail, style.equals);
  const issues = received.isItself ? [] : issuesOf(received);
  return {
    pass: isOfClass && hasFields && issues.length === 0,
    message: () => {
      if (isOfClass && hasFields && issues.length === 0) {
        return `expected no ${wanted.replace(/^an? /, "")}, but got one: ${textOf(error)}`;
      }
      const difference = new Difference(style.equals, style.colors);
      compareIdentity(difference, error, expected, isOfClass);
      const label = "detail: ";
      const shown = shownAs(error.detail, error.toJSON().detail);
      const isSame = isError(error, expected);
      if (detail !== undefined && isSame && error.detail !== undefined) {
        difference.compare(label, error.detail, detail, shown);
      } else if (detail !== undefined || !isSame) {
        if (detail !== undefined) difference.expected(label, detail);
        if (error.detail !== undefined) difference.received(label, shown);
      }
      return [
        `expected ${article(expected.name)}, ${butGot(error, expected, isOfClass, difference.paths, issues)}`,
        ...(difference.paths.length > 0 ? [difference.toString()] : []),
        ...notesOn(received, expected, issues),
      ].join("\n\n");
    },
  };
}

/** Checks the class of an error. `instanceof` would count as an error that the program handles. */
function isError(error: RichError, expected: RichErrorClass): boolean {
  const { definition } = expected;
  if (!definition || !Object.hasOwn(expected, "definition")) return error instanceof expected;
  return error.definition?.enumName === definition.enumName && error.definition.name === definition.name;
}

/** Checks whether an error that a server sent has its declared code. */
function hasDeclaredCode(error: RichError, { definition }: RichErrorClass): boolean {
  return definition === undefined || error.code === definition.code;
}

function butGot(
  error: RichError,
  expected: RichErrorClass,
  isOfClass: boolean,
  paths: readonly string[],
  issues: readonly string[],
): string {
  if (isError(error, expected) && !isOfClass)
    return `but got one with the code ${error.toJSON().code}: ${textOf(error)}`;
  if (!isOfClass) return `but got ${titleOf(error)}: ${textOf(error)}`;
  const differing = paths.filter((path) => path !== "");
  if (differing.length > 0) return `but got one that differs in ${differing.join(", ")}: ${textOf(error)}`;
  if (paths.length > 0) return `but got one with another detail: ${textOf(error)}`;
  return `but got one with ${issues.length === 1 ? "an issue" : "issues"}: ${textOf(error)}`;
}

/** Compares class, code, reason and domain with what the class declares. Without a declaration, they are only shown. */
function compareIdentity(difference: Difference, error: RichError, expected: RichErrorClass, isOfClass: boolean): void {
  const { definition } = expected;
  const { name, code, reason, domain } = error.toJSON();
  const rows = [
    ["class", isError(error, expected) ? name : expected.name, name],
    ["code", definition && codeName(definition.code), code],
    ["reason", definition?.reason, reason],
    ["domain", definition?.domain, domain],
  ] as const;
  for (const [key, wanted, found] of rows) {
    const label = `${key}: `;
    if (wanted === undefined || wanted === found || (key === "code" && isOfClass)) {
      if (found !== undefined) difference.context(label, new Hidden(found));
      continue;
    }
    difference.expected(label, new Hidden(wanted));
    if (found !== undefined) difference.received(label, new Hidden(found));
  }
}

/** Checks that a value is an error with a reason, and with a domain if one is given. */
export function checkReason(
  received: Received,
  reason: string,
  domain: string | undefined,
  style: Style = PLAIN_STYLE,
): Checked {
  const { error } = received;
  const wanted = `an error with the reason ${reason}${domain === undefined ? "" : ` of ${domain}`}`;
  if (!error) return refused(`expected ${wanted}, but got ${received.description}`);
  const pass = error.reason === reason && (domain === undefined || error.domain === domain);
  return {
    pass,
    message: () => {
      if (pass) return `expected no error with the reason ${reason}, but got one: ${textOf(error)}`;
      const { name, code, ...found } = error.toJSON();
      const difference = new Difference(style.equals, style.colors);
      difference.context("class: ", new Hidden(name));
      difference.context("code: ", new Hidden(code));
      for (const [key, wantedText, foundText] of [
        ["reason", reason, found.reason],
        ["domain", domain, found.domain],
      ] as const) {
        const shown = foundText === undefined ? undefined : new Hidden(foundText);
        if (wantedText === undefined || wantedText === foundText) {
          if (shown) difference.context(`${key}: `, shown);
        } else {
          difference.expected(`${key}: `, new Hidden(wantedText));
          if (shown) difference.received(`${key}: `, shown);
        }
      }
      const got = `expected ${wanted}, but got ${titleOf(error)}: ${textOf(error)}`;
      return [got, difference.toString(), ...libraryNotes(received)].join("\n\n");
    },
  };
}

/**
 * Checks that a value is an error with a detail of a type that has some fields.
 *
 * @throws TypeError if the codec is not one, or the pattern contains itself
 */
export function checkErrorDetail(
  received: Received,
  codec: DetailCodec<unknown>,
  pattern: unknown,
  style: Style = PLAIN_STYLE,
): Checked {
  const { error } = received;
  checkCodec(codec);
  checkPattern(pattern);
  const { typeName } = codec;
  if (!error) return refused(`expected an error with the detail ${typeName}, but got ${received.description}`);
  const found = error.findDetails(codec);
  const pass = found.some((detail) => pattern === undefined || matches(detail, pattern, style.equals));
  return {
    pass,
    message: () => {
      const got = `${titleOf(error)}: ${textOf(error)}`;
      const wanted = `the detail ${typeName}`;
      if (pass) {
        const fields = pattern === undefined ? "" : ` ${oneLine(pattern)}`;
        return `expected no error with ${wanted}${fields}, but got ${got}`;
      }
      const types = typesIn(error.errorDetails);
      if (found.length === 0) {
        return [
          `expected an error with ${wanted}, but got ${got}`,
          `Its details: ${types.join(", ") || "none"}`,
          ...issueNotes(error.issues.map(({ kind, message }) => `${kind}: ${message}`)),
          ...libraryNotes(received),
        ].join("\n\n");
      }
      const json = (error.toJSON().errorDetails ?? []).filter((entry) => isOfType(entry, typeName));
      const difference = new Difference(style.equals, style.colors);
      difference.compare(`${typeName}: `, found[0], pattern, shownAs(found[0], json[0]));
      const differing = difference.paths.filter((path) => path !== "").join(", ");
      return `expected an error with ${wanted}, but its fields differ${differing && ` in ${differing}`}: ${textOf(error)}\n\n${difference}`;
    },
  };
}

function checkCodec(codec: unknown): void {
  if (isObject(codec) && "typeName" in codec && "decode" in codec) return;
  const instead = "write one, such as BadRequest of grpc-rich-errors/details";
  throw new TypeError(`the codec of the detail is ${describeValue(codec)}; ${instead}`);
}

/** Returns the check of a promise that did not reject. */
export function checkResolved(expected: RichErrorClass, value: unknown): Checked {
  const shown = value === undefined ? "" : ` with ${oneLine(value)}`;
  return refused(`expected a rejection with ${article(expected.name)}, but the promise resolved${shown}`);
}

function refused(message: string): Checked {
  return { pass: false, message: () => message };
}

function isOfType(entry: unknown, typeName: string): boolean {
  return isObject(entry) && typeNameOf(String(Reflect.get(entry, "@type"))) === typeName;
}

function typesIn(details: readonly ErrorDetail[]): readonly string[] {
  return details.map(({ typeUrl }) => typeNameOf(typeUrl));
}

/** Returns notes for the reader of a failure, which follow the difference. */
function notesOn(received: Received, expected: RichErrorClass, issues: readonly string[]): readonly string[] {
  const { error } = received;
  if (!error) return [];
  const { definition } = expected;
  const isSame = definition && definition.reason === error.reason && definition.domain === error.domain;
  const notes = [...issueNotes(issues), ...libraryNotes(received)];
  if (received.isItself && isSame && error.definition === undefined) {
    notes.push(
      `The error is declared as ${expected.name}, but the client that received it has no catalog with it; ` +
        "pass the catalog: richErrorClientOptions({ catalogs: [catalog] })",
    );
  } else if (!received.isItself && definition === undefined && error.definition === undefined && error.reason) {
    notes.push(
      `The matcher knows no catalog that declares ${error.reason}; name a declared class, or call ` +
        "configure({ catalogs: [catalog] }) in a setup file",
    );
  }
  if (error.received && error.message === "internal error") {
    notes.push("The server masked the error that its handler threw; recordErrors(server) shows it.");
  }
  return notes;
}

function issueNotes(issues: readonly string[]): string[] {
  return issues.length === 0 ? [] : [`Issues:\n${issues.map((issue) => `  ${issue}`).join("\n")}`];
}

function libraryNotes(received: Received): readonly string[] {
  if (!received.error || received.isItself || received.library !== "nice-grpc") return [];
  return [
    "An error of a nice-grpc client has a code and a text, but no reason and no details; " +
      "use the richErrorClientMiddleware of grpc-rich-errors/nice-grpc",
  ];
}

/** Returns an error for a sentence: its class, or its reason or code if it is a plain RichError. */
function titleOf(error: RichError): string {
  const { name, reason, code } = error.toJSON();
  if (name !== "RichError") return article(name);
  return reason === undefined ? `a plain ${code} error` : `the error ${reason}`;
}

function textOf(error: RichError): string {
  return error.toJSON().message || "(no message)";
}

function oneLine(value: unknown): string {
  const lines = linesOf(value).map((line) => line.trim());
  return shortened(lines.join(" "));
}

function article(name: string): string {
  return `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}
