import { Code } from "grpc-rich-errors";
import { SHAPES } from "../../../support/shapes.js";
import type { CutCall, Said } from "./cut-calls.js";
import { DIRECTIONS, PLACES } from "./cutting-proxy.js";

/** The frames of a call in each direction, in order. */
const FRAMES = {
  request: ["connection preface", "SETTINGS", "SETTINGS, ACK", "HEADERS", "DATA", "DATA, END_STREAM", "any other"],
  response: ["SETTINGS", "SETTINGS, ACK", "HEADERS", "DATA", "HEADERS, END_STREAM", "any other"],
} as const;

const TITLES = {
  unary: "A unary call",
  clientStream: "A stream of requests",
  serverStream: "A stream of responses",
  bidi: "Both streams",
} as const;

const SAID: readonly Said[] = ["NOT_APPLIED", "MAYBE_APPLIED", "ALREADY_APPLIED", "OK"];

/** Returns how often the server applied the request of a call. */
export function appliedBy({ server, id }: CutCall): number {
  return server.ledger.get(id) ?? 0;
}

/** A rule about the outcome of a call, and the calls that it is wrong about. */
export interface Claim {
  readonly name: string;
  readonly made: number;
  readonly wrong: readonly CutCall[];
}

function claim(name: string, calls: readonly CutCall[], isWrong: (call: CutCall) => boolean): Claim {
  return { name, made: calls.length, wrong: calls.filter(isWrong) };
}

/** What clients of the package say. None of it may be wrong. */
export function claimsOf(calls: readonly CutCall[]): readonly Claim[] {
  return [
    claim("said NOT_APPLIED", saying(calls, "NOT_APPLIED"), (call) => appliedBy(call) > 0),
    claim("said OK", saying(calls, "OK"), (call) => appliedBy(call) === 0),
    claim("applied at most once", calls, (call) => appliedBy(call) > 1),
  ];
}

/** What clients that retry by the status code believe. */
export function naiveClaimsOf(calls: readonly CutCall[]): readonly Claim[] {
  const failed = calls.filter(({ said }) => said !== "OK");
  const unavailable = failed.filter(({ code }) => code === Code.UNAVAILABLE);
  return [
    claim('"UNAVAILABLE was not applied"', unavailable, (call) => appliedBy(call) > 0),
    claim('"a call that failed was not applied"', failed, (call) => appliedBy(call) > 0),
    claim('"a call that was sent was applied"', saying(calls, "MAYBE_APPLIED"), (call) => appliedBy(call) === 0),
  ];
}

function saying(calls: readonly CutCall[], what: Said): readonly CutCall[] {
  return calls.filter(({ said }) => said === what);
}

/** Returns the tables of what clients said, by shape, frame and place: how many of the calls were applied. */
export function matrix(calls: readonly CutCall[]): string {
  return SHAPES.map((shape) => {
    const rows = DIRECTIONS.flatMap((direction) =>
      FRAMES[direction].map((frame) => {
        const cells = PLACES.map((place) =>
          cellOf(
            calls.filter(
              (call) =>
                call.shape === shape &&
                call.frame === frame &&
                call.cut.direction === direction &&
                call.cut.place === place,
            ),
          ),
        );
        return `| ${direction === "request" ? "client" : "server"} | ${frame} | ${cells.join(" | ")} |`;
      }),
    );
    const head = ["| from | frame | before it | within it | after it |", "| --- | --- | --- | --- | --- |"];
    return [`### ${TITLES[shape]}`, "", ...head, ...rows].join("\n");
  }).join("\n\n");
}

function cellOf(calls: readonly CutCall[]): string {
  const parts = SAID.flatMap((said) => {
    const saying = calls.filter((call) => call.said === said);
    if (saying.length === 0) return [];
    return [
      `${said === "OK" ? said : `\`${said}\``} ${saying.filter((call) => appliedBy(call) > 0).length}/${saying.length}`,
    ];
  });
  return parts.length === 0 ? "–" : parts.join(", ");
}

/**
 * Returns the outcomes in tables of {@link matrix} that a page does not list. The counts of the page differ in each run.
 * `MAYBE_APPLIED` may come anywhere, because a cut may win a race.
 */
export function unlistedIn(page: string, tables: string): string[] {
  const listed = outcomesIn(page);
  return [...outcomesIn(tables)].flatMap(([cell, outcomes]) =>
    [...outcomes]
      .filter((outcome) => outcome !== "MAYBE_APPLIED" && !listed.get(cell)?.has(outcome))
      .map((outcome) => `${outcome} for ${cell}`),
  );
}

function outcomesIn(tables: string): ReadonlyMap<string, ReadonlySet<string>> {
  const outcomes = new Map<string, ReadonlySet<string>>();
  let title = "";
  for (const line of tables.split("\n")) {
    if (line.startsWith("### ")) title = line.slice(4);
    if (!/^\| (client|server) /.test(line)) continue;
    const [from, frame, ...cells] = line.slice(2, -2).split(" | ");
    for (const [index, place] of PLACES.entries()) {
      outcomes.set(`${title}: ${place} ${frame} from the ${from}`, new Set(cells[index]?.match(/OK|[A-Z]+_APPLIED/g)));
    }
  }
  return outcomes;
}
