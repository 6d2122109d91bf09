import type { Finding } from "../../check/finding.js";
import {
  type Coverage,
  type ErrorCoverage,
  KINDS,
  type Kind,
  type MethodCoverage,
} from "../../coverage/report/coverage.js";
import { type Goals, isIgnored, percentOf, type Shortfall, shareOf } from "../../coverage/report/goals.js";
import { missingText } from "../../coverage/report/missing.js";
import type { Location } from "../../reference/listing.js";
import { type Paint, padEnd, padStart, widthOf, wrap } from "./terminal.js";

/** The coverage of errors for people: the errors of each enum, the contract of each method, totals, and what is missing. */
export function coveragePage(
  coverage: Coverage,
  goals: Goals,
  shortfalls: readonly Shortfall[],
  [width, paint]: readonly [width: number, paint: Paint],
): string {
  const table = new Table(coverage, goals, width, paint);
  for (const [name, errors] of byEnum(coverage.errors)) table.section(name, errors);
  for (const method of coverage.methods) table.section(method.name, method.errors, method);
  table.totals(coverage);
  for (const shortfall of shortfalls) table.shortfall(shortfall);
  return table.text;
}

function byEnum(errors: readonly ErrorCoverage[]): ReadonlyMap<string, readonly ErrorCoverage[]> {
  const enums = new Map<string, ErrorCoverage[]>();
  for (const error of errors) enums.set(error.enum, [...(enums.get(error.enum) ?? []), error]);
  return enums;
}

/** The width of a column of counts. */
const COUNT = 10;

/** The cell of an error that is not covered. */
const NONE = "-";

class Table {
  readonly #goals: Goals;
  readonly #width: number;
  readonly #paint: Paint;
  readonly #name: number;
  readonly #lines: string[] = [];

  constructor({ errors }: Coverage, goals: Goals, width: number, paint: Paint) {
    this.#goals = goals;
    this.#width = width;
    this.#paint = paint;
    const widest = Math.max(24, ...errors.map(({ reason }) => widthOf(reason) + 2));
    this.#name = Math.min(widest, width - KINDS.length * COUNT);
  }

  get text(): string {
    return this.#lines.map((line) => `${line.trimEnd()}\n`).join("");
  }

  section(name: string, errors: readonly ErrorCoverage[], method?: MethodCoverage): void {
    if (this.#lines.length > 0) this.#lines.push("");
    for (const line of wrap(name, this.#width)) this.#lines.push(this.#paint("bold", line));
    this.#lines.push(
      this.#paint(
        "dim",
        this.#row(
          "",
          [...KINDS].map((kind) => kind.toUpperCase()),
        ),
      ),
    );
    for (const error of errors) {
      const cells = KINDS.map((kind) => this.#cell(error, kind, method));
      this.#lines.push(this.#row(`  ${error.reason}`, cells));
    }
  }

  totals({ errors, methods }: Coverage): void {
    const { ignored } = this.#goals;
    this.#lines.push("", this.#paint("bold", "Total"));
    const shares = KINDS.map((kind) => shareOf(errors, kind, ignored));
    this.#lines.push(
      this.#row(
        "  errors",
        shares.map(({ covered, of }) => `${covered} of ${of}`),
      ),
    );
    this.#lines.push(
      this.#row(
        "",
        shares.map((share) => `${percentOf(share)}%`),
      ),
    );
    if (methods.length === 0) return;
    const contracts = KINDS.map((kind) => {
      const all = methods.map((method) => shareOf(method.errors, kind, ignored, method));
      const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
      return { covered: sum(all.map(({ covered }) => covered)), of: sum(all.map(({ of }) => of)) };
    });
    this.#lines.push(
      this.#row(
        "  errors of contracts",
        contracts.map(({ covered, of }) => `${covered} of ${of}`),
      ),
    );
    this.#lines.push(
      this.#row(
        "",
        contracts.map((share) => `${percentOf(share)}%`),
      ),
    );
  }

  shortfall(shortfall: Shortfall): void {
    const title = this.#wrapped(shortfallText(shortfall)).map((line) => this.#paint("bold", line));
    this.#lines.push("", ...title);
    for (const error of shortfall.missing) {
      const at = placeOf(error, shortfall.method);
      const text = missingText(error, shortfall.kind, shortfall.method);
      this.#lines.push(...this.#wrapped(`${at === undefined ? "" : `${at}: `}${text}`).map((line) => `  ${line}`));
    }
  }

  #cell({ counts, ...error }: ErrorCoverage, kind: Kind, method: MethodCoverage | undefined): string {
    if (counts[kind] > 0) return String(counts[kind]);
    return isIgnored({ counts, ...error }, kind, this.#goals.ignored, method) ? "ignored" : NONE;
  }

  #row(name: string, cells: readonly string[]): string {
    const [first = "", ...others] = wrap(name.trimStart(), this.#name - 2).map((line) => `  ${line}`);
    const start = name === "" ? "" : first;
    return [padEnd(start, this.#name) + cells.map((cell) => this.#column(cell)).join(""), ...others].join("\n");
  }

  #column(cell: string): string {
    const padded = padStart(cell, COUNT);
    return cell === NONE ? this.#paint("red", padded) : padded;
  }

  #wrapped(text: string): string[] {
    return wrap(text, this.#width - 2, 2);
  }
}

/** Says which goal is not met. */
function shortfallText({ kind, method, share, threshold }: Shortfall): string {
  const of = method ? `the errors of ${method.name}` : "the errors";
  return `${percentOf(share)}% of ${of} are ${kind} (${share.covered} of ${share.of}), less than ${threshold}%:`;
}

function placeOf({ declared }: ErrorCoverage, method: MethodCoverage | undefined): string | undefined {
  const place: Location | undefined = method ?? declared;
  return place && (place.line === undefined ? place.file : `${place.file}:${place.line}`);
}

/** Everything that is missing for a goal, as findings at the declarations. */
export function findingsOf(shortfalls: readonly Shortfall[]): Finding[] {
  return shortfalls.flatMap(({ kind, method, missing }) =>
    missing.map((error) => {
      const { file = "", line } = method ?? error.declared ?? {};
      return {
        rule: `error ${kind}`,
        place: { file, ...(line !== undefined && { line }) },
        text: missingText(error, kind, method),
      };
    }),
  );
}

/** The coverage as plain data. */
export function coverageData(
  { errors, methods }: Coverage,
  { ignored }: Goals,
  shortfalls: readonly Shortfall[],
): object {
  const dataOf = ({ declared, counts, ...error }: ErrorCoverage, method?: MethodCoverage) => ({
    enum: error.enum,
    reason: error.reason,
    className: declared?.className,
    ...counts,
    ignored: KINDS.filter((kind) => isIgnored({ declared, counts, ...error }, kind, ignored, method)),
    readIn: error.readIn,
    file: declared?.file,
    line: declared?.line,
  });
  return {
    errors: errors.map((error) => dataOf(error)),
    methods: methods.map((method) => ({ ...method, errors: method.errors.map((error) => dataOf(error, method)) })),
    total: Object.fromEntries(KINDS.map((kind) => [kind, shareOf(errors, kind, ignored)])),
    missed: shortfalls.map(({ kind, method, share, threshold, missing }) => ({
      kind,
      method: method?.name,
      ...share,
      threshold,
      missing: missing.map(({ reason }) => reason),
    })),
  };
}
