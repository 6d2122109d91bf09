import { type DescEnumValue, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import type { ErrorAnnotation } from "./annotation.js";
import type { ProblemKind, Problems } from "./problems.js";
import { parseTemplate, type Template } from "./template.js";

type Redirect = Pick<ErrorAnnotation, "redirectTo" | "recovery" | "outcome">;

/** The redirects of protos that do not have our annotation, by the types of their details. */
const KNOWN: Readonly<Record<string, Redirect>> = {
  "kurrent.rpc.NotLeaderNodeErrorDetails": {
    redirectTo: "{current_leader.host}:{current_leader.port}",
    recovery: "REDIRECT",
    outcome: "NOT_APPLIED",
  },
};

/** Adds what is known of a detail that another's proto declares, as far as the annotation does not set it. */
export function withKnownRedirect(annotation: ErrorAnnotation, detail: DescMessage | undefined): ErrorAnnotation {
  const known = detail && KNOWN[detail.typeName];
  const { redirectTo, recovery, outcome } = annotation;
  if (!known || (recovery && recovery !== "REDIRECT")) return redirectTo ? withRecovery(annotation) : annotation;
  return withRecovery({
    ...annotation,
    redirectTo: redirectTo ?? known.redirectTo,
    outcome: outcome ?? known.outcome,
  });
}

function withRecovery(annotation: ErrorAnnotation): ErrorAnnotation {
  return { ...annotation, recovery: annotation.recovery ?? "REDIRECT" };
}

/**
 * Reads `redirect_to` and reports mistakes in it.
 *
 * It is one field with host and port, or a field with the host, a colon, and a field with the port or a number.
 */
export function readRedirect(
  value: DescEnumValue,
  { option, redirectTo: text, recovery }: ErrorAnnotation,
  detail: DescMessage | undefined,
  problems: Problems,
): Template | undefined {
  if (text === undefined) return undefined;
  const report = (mistake: string, kind?: ProblemKind) => {
    const subject = `redirect_to ${JSON.stringify(text)} of ${value.name}`;
    problems.report(option.place("redirect_to"), `${subject} ${mistake}`, kind);
  };
  if (recovery !== "REDIRECT") {
    report(`contradicts RECOVERY_${recovery}; write RECOVERY_REDIRECT, or remove redirect_to`);
  }
  if (!detail) {
    report("needs a detail that names the server; write has_details: true, and declare the message");
    return undefined;
  }
  let isRead = true;
  const template = parseTemplate(text, detail, (mistake, kind) => {
    isRead = false;
    report(mistake, kind === "MESSAGE_REDACTED" ? kind : undefined);
  });
  const mistake = isRead ? mistakeIn(template.filter((part) => part !== "")) : undefined;
  if (mistake) report(mistake);
  return template;
}

function mistakeIn([host, rest, port, ...more]: Template): string | undefined {
  const isPort = port === undefined ? rest === undefined || isNumber(rest) : rest === ":";
  if (host === undefined || typeof host === "string" || !isPort || typeof port === "string" || more.length > 0) {
    return 'is not an address; write one field with host and port, such as "{leader_address}", or two, such as "{leader.host}:{leader.port}"';
  }
  if (typeOf(host) !== "text") return `uses ${nameOf(host)} for the host, which is not a string; write a string field`;
  return port && typeOf(port) === undefined
    ? `uses ${nameOf(port)} for the port, which is not an integer; write an integer field, or a number`
    : undefined;
}

/** Checks for a colon and the number of a port. */
function isNumber(part: Template[number]): boolean {
  return typeof part === "string" && /^:[1-9]\d{0,4}$/.test(part) && Number(part.slice(1)) <= 65_535;
}

function typeOf(path: readonly DescField[]): "text" | "integer" | undefined {
  const field = path.at(-1);
  if (field?.fieldKind !== "scalar") return undefined;
  if (field.scalar === ScalarType.STRING) return "text";
  return NOT_INTEGERS.has(field.scalar) ? undefined : "integer";
}

const NOT_INTEGERS = new Set([ScalarType.BOOL, ScalarType.BYTES, ScalarType.DOUBLE, ScalarType.FLOAT]);

function nameOf(path: readonly DescField[]): string {
  return `{${path.map(({ name }) => name).join(".")}}`;
}
