import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isBranded } from "../instance-of.js";
import type { Observer } from "../platform/observer.js";
import { attempt } from "../platform/values.js";
import { type CallSite, callSitesAbove, textOfScript } from "./call-site.js";
import { isProgram, shownPath } from "./program.js";
import { FACTS, type Fact, factKey, HEADER, scriptFile } from "./record.js";

/** The parts of a `FailedCall` that count. */
interface FailedCall {
  readonly method: string;
  readonly sent: Error;
  readonly masked: boolean;
  readonly late: boolean;
}

/**
 * Writes into a folder what happens to the declared errors of this process.
 *
 * A program handles a received error where it finds out which one it is: by `instanceof`, or by its reason or its name. So
 * a received error notes who reads these two, and `rich-errors coverage` looks into the script whether there is a
 * branch for the value.
 */
export class Recorder implements Required<Observer> {
  readonly #folder: string;
  readonly #file: string;
  readonly #counts = new Map<string, number>();
  readonly #methods = new WeakMap<Error, string>();
  readonly #isWritten = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, `${process.pid}-${randomBytes(6).toString("hex")}${FACTS}`);
  }

  /** Begins the file, so that a run in which nothing happens differs from one that did not record. */
  begin(): void {
    mkdirSync(this.#folder, { recursive: true });
    appendFileSync(this.#file, `${JSON.stringify(HEADER)}\n`);
  }

  thrown(error: Error): void {
    this.#note("thrown", error);
  }

  received(error: Error, method: string | undefined): void {
    if (method !== undefined) this.#methods.set(error, method);
    this.#note("received", error, { method });
    for (const property of ["reason", "name"] as const) this.#watch(error, property);
  }

  matched(error: Error): void {
    if (!this.#isReceived(error)) return;
    const sites = callSitesAbove(this.matched);
    // The call after the check itself: a library, or the tests, may look at an error as well.
    const check = sites.findIndex(({ functionName }) => CHECKS.has(functionName ?? ""));
    const site = sites[check + 1];
    if (check >= 0 && isProgram(site)) this.#note("matched", error, this.#placeOf(error, site));
  }

  failed(call: object): void {
    const { method, sent, masked, late } = call as FailedCall;
    if (!masked && !late) this.#note("thrown", sent, { method });
  }

  /** Writes the counts that are not written yet. */
  flush(): void {
    for (const [fact, count] of this.#counts) if (!isWrittenAtOnce(count)) this.#write(fact, count);
  }

  #isReceived(error: Error): boolean {
    return "received" in error && error.received === true;
  }

  /** Notes where a program reads a property. */
  #watch(error: Error, property: "reason" | "name"): void {
    const value: unknown = Reflect.get(error, property);
    if (typeof value !== "string" || keyOf(error) === undefined) return;
    const recorder = this;
    Object.defineProperty(error, property, {
      configurable: true,
      enumerable: property === "reason",
      get: function read() {
        attempt(() => recorder.#noteRead(error, value, callSitesAbove(read)[0]));
        return value;
      },
      set(changed: unknown) {
        Object.defineProperty(error, property, { value: changed, writable: true });
      },
    });
  }

  #noteRead(error: Error, value: string, site: CallSite | undefined): void {
    if (!isProgram(site)) return;
    const { position, script } = site;
    this.#keepScript(script);
    this.#note("read", error, { ...this.#placeOf(error, site), value, script, position });
  }

  #placeOf(error: Error, { file }: CallSite): Pick<Fact, "method" | "file"> {
    return { method: this.#methods.get(error), file: shownPath(file) };
  }

  #note(fact: Fact["fact"], error: Error, facts: Omit<Fact, "fact" | "error"> = {}): void {
    const key = keyOf(error);
    if (key === undefined) return;
    const line = JSON.stringify({ fact, error: key, ...facts } satisfies Fact);
    const count = (this.#counts.get(line) ?? 0) + 1;
    this.#counts.set(line, count);
    if (isWrittenAtOnce(count)) this.#write(line, count);
  }

  #write(fact: string, count: number): void {
    // Tests may delete the folder.
    if (!existsSync(this.#file)) this.begin();
    appendFileSync(this.#file, `${fact.slice(0, -1)},"count":${count}}\n`);
  }

  #keepScript(hash: string): void {
    if (this.#isWritten.has(hash)) return;
    this.#isWritten.add(hash);
    const path = join(this.#folder, scriptFile(hash));
    if (existsSync(path)) return;
    const text = textOfScript(hash);
    if (text === undefined) return;
    mkdirSync(this.#folder, { recursive: true });
    // Another process may write the same script.
    const temporary = `${path}.${randomBytes(6).toString("hex")}`;
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  }
}

/** The functions of this package by which a program finds out that an error is of a class. */
const CHECKS: ReadonlySet<string> = new Set(["[Symbol.hasInstance]", "isErrorOf"]);

function keyOf(error: Error): string | undefined {
  const definition = isBranded(error) ? error.definition : undefined;
  return definition && factKey(definition);
}

/** Runners kill their workers, so nothing waits for the end of the process but the exact count of what happens often. */
function isWrittenAtOnce(count: number): boolean {
  return count <= 64 || Number.isInteger(Math.log2(count));
}
