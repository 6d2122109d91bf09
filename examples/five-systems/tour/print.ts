import { codeName, RichError } from "grpc-rich-errors";
import { heading as headingOf, labeled, type Paint, tick, wrap } from "../../eventstore/tour/page.js";
import { layOut } from "../../eventstore/tour/value.js";
import { differences } from "./failure.js";
import type { Scene, System } from "./system.js";

const LABEL = 11;

/** The first lines of the tour through the five systems. */
export function introduction(width: number, paint: Paint): string[] {
  const text =
    "The table of each system is made from its catalog. A server in another process then throws " +
    "three of its errors; the client catches each one with its type (✔) and acts on it. To print everything that " +
    "the catalogs contain, run: npx rich-errors catalog proto";
  return wrap(text, width).map((line) => paint("dim", line));
}

/** The heading of a system's section. */
export function heading({ name, about, catalog }: System, width: number, paint: Paint): string[] {
  const title = `${name}: ${catalog.size} errors`;
  return ["", headingOf(title, paint, width), ...wrap(about, width)];
}

/** The lines of one error, with the client's reaction. */
export function errorLines({ error, title, failure, afterwards }: Scene, width: number, paint: Paint): string[] {
  const { caught } = failure;
  const different = differences(failure, error);
  const { className } = error.definition;
  const left = `${tick(different.length === 0, paint)} ${paint("bold", className)}`;
  const lines = ["", left + paint("dim", title.padStart(width - className.length - 2))];
  const section = (label: string, content: readonly string[]) => {
    lines.push(...labeled(label, content, paint));
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
export function summary(systems: number, total: number, arrived: number, paint: Paint): string {
  const style = arrived === total ? "green" : "red";
  const count = systems === 1 ? "one system" : `${systems === 5 ? "five" : systems} systems`;
  return `\n${paint(["bold", style], `${total} errors of ${count}, ${arrived} arrived as thrown`)}`;
}
