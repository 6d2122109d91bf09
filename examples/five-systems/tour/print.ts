import { codeName, RichError } from "grpc-rich-errors";
import { type Paint, wrap } from "../../eventstore/tour/page.js";
import { layOut } from "../../eventstore/tour/value.js";
import { differences } from "./failure.js";
import type { Scene, System } from "./system.js";

const LABEL = 11;

/** What comes. */
export function introduction(width: number, paint: Paint): string[] {
  const text =
    "Five systems, each with its errors as its owner would list them, made from its catalog, and with three of them " +
    "live: thrown by a server in another process, caught as what they are (✔), and acted on. All that is known of " +
    "them is printed by: npx rich-errors catalog proto";
  return wrap(text, width).map((line) => paint("dim", line));
}

/** The head of a system's section. */
export function heading({ name, about, catalog }: System, width: number, paint: Paint): string[] {
  const title = `${name}: ${catalog.size} errors`;
  return ["", paint("bold", `${title} ${"═".repeat(width - title.length - 1)}`), ...wrap(about, width)];
}

/** One error that occurred, and what the client made of it. */
export function tell({ error, title, failure, afterwards }: Scene, width: number, paint: Paint): string[] {
  const { caught } = failure;
  const different = differences(failure, error);
  const { className } = error.definition;
  const left = `${different.length === 0 ? "✔" : "✘"} ${className}`;
  const head =
    paint(different.length === 0 ? "green" : "red", left) + paint("dim", title.padStart(width - left.length));
  const lines = ["", left.length + title.length < width ? head : paint("bold", left)];
  const section = (label: string, content: readonly string[]) => {
    for (const [index, line] of content.entries()) {
      lines.push(`  ${paint("cyan", (index === 0 ? label : "").padEnd(LABEL - 2))}${line}`);
    }
  };
  const room = width - LABEL;
  if (caught instanceof RichError) {
    const number = caught.info?.metadata["code"];
    const known = [number && `number ${number}`, `reason ${caught.reason}`, `code ${codeName(caught.code)}`];
    section("caught", wrap(known.filter(Boolean).join(", "), room));
    section("message", wrap(caught.message, room));
    if (caught.detail !== undefined) section("detail", layOut(caught.detail, room));
    const meaning = [caught.recovery && `recovery ${caught.recovery}`, caught.outcome && `outcome ${caught.outcome}`];
    section("means", wrap([...meaning, `fault ${caught.fault}`].filter(Boolean).join(", "), room));
  }
  section("then", wrap(afterwards, room));
  if (different.length > 0) section("differs", wrap(different.join(", "), room));
  return lines;
}

/** The last line. */
export function summary(total: number, arrived: number, paint: Paint): string {
  const style = arrived === total ? "green" : "red";
  return `\n${paint(["bold", style], `${total} errors of five systems, ${arrived} arrived as thrown`)}`;
}
