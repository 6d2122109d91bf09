import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { isErrorOf, pack, type RichError, unpack } from "grpc-rich-errors";
import { describe, expect, it, onTestFinished } from "vitest";
import { readRun } from "../../src/coverage/folder.js";
import { type CountedFact, scriptFile } from "../../src/coverage/record.js";
import { Recorder } from "../../src/coverage/recorder.js";
import { addObserver } from "../../src/platform/observer.js";
import { CornersBusyError, catalog, TooManySidesError, tooManySides } from "../support/errors.js";
import { request, startShapes } from "../support/shapes.js";

const ERROR = "shapes.v1.ShapeError TOO_MANY_SIDES";
const PATH = "/shapes.v1.Shapes/Unary";

/** The code of a program, which gets errors. */
const PROGRAM = `
  export const seen = [];
  export function reads(error) { return error.reason === "TOO_MANY_SIDES"; }
  export function names({ name }) { return name; }
  export function matches(error, errorClass) { return error instanceof errorClass; }
  export function narrows(isErrorOf, method, error) { return isErrorOf(method, error); }
`;

interface Program {
  reads(error: unknown): boolean;
  names(error: unknown): string;
  matches(error: unknown, errorClass: unknown): boolean;
  narrows(is: typeof isErrorOf, method: Parameters<typeof isErrorOf>[0], error: unknown): boolean;
}

/** Records until the test is over. */
function recording(): {
  readonly recorder: Recorder;
  readonly facts: () => readonly CountedFact[];
  readonly folder: string;
} {
  const home = mkdtempSync(join(tmpdir(), "rich-errors-recorder-"));
  const folder = join(home, "not", "yet");
  const recorder = new Recorder(folder);
  const remove = addObserver(recorder);
  onTestFinished(() => {
    remove();
    rmSync(home, { recursive: true });
  });
  return { recorder, folder, facts: () => readRun([folder]).facts };
}

/** Loads the program from a folder below a temporary one. */
async function programIn(...path: readonly string[]): Promise<Program> {
  const home = mkdtempSync(join(tmpdir(), "rich-errors-program-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const file = join(home, ...path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, PROGRAM);
  return import(/* @vite-ignore */ pathToFileURL(file).href);
}

const received = (): RichError => unpack(pack(tooManySides()), { catalogs: [catalog] });

describe("a recorder", () => {
  it("writes what a server throws and a client receives, with the method", async () => {
    const shapes = await startShapes({
      unary: () => {
        throw tooManySides();
      },
    });
    const { facts } = recording();
    await expect(shapes.calls.unary(request())).rejects.toBeRichError(TooManySidesError);
    await expect.poll(facts).toHaveLength(3);
    expect(facts()).toEqual([
      { fact: "thrown", error: ERROR, count: 1 },
      { fact: "thrown", error: ERROR, method: PATH, count: 1 },
      { fact: "received", error: ERROR, method: PATH, count: 1 },
    ]);
  });

  it("does not write that a method threw what the client did not get", async () => {
    const { recorder, facts } = recording();
    const call = { method: PATH, sent: tooManySides(), masked: false, late: false };
    recorder.failed({ ...call, masked: true });
    recorder.failed({ ...call, late: true });
    expect(facts()).toEqual([{ fact: "thrown", error: ERROR, count: 1 }]);
  });

  it("writes where a program finds out which error it received", async () => {
    const program = await programIn("client.mjs");
    const { facts, folder } = recording();
    const error = received();
    expect([program.reads(error), program.names(error)]).toEqual([true, "TooManySidesError"]);
    expect(program.matches(error, TooManySidesError)).toBe(true);
    expect(program.matches(error, CornersBusyError)).toBe(false);
    const file = expect.stringMatching(/client\.mjs$/);
    expect(facts().slice(2)).toEqual([
      expect.objectContaining({ fact: "read", error: ERROR, file, value: "TOO_MANY_SIDES", count: 1 }),
      expect.objectContaining({ fact: "read", error: ERROR, file, value: "TooManySidesError", count: 1 }),
      { fact: "matched", error: ERROR, file, count: 1 },
    ]);
    const places = facts().flatMap(({ script, position }) =>
      script === undefined ? [] : [readFileSync(join(folder, scriptFile(script)), "utf8").slice(position)],
    );
    // Vitest wraps the program.
    expect(places).toEqual([expect.stringMatching(/^reason === /), expect.stringMatching(/^name \}/)]);
  });

  it.each([
    ["a contract of one error", [TooManySidesError], ["matched"]],
    ["a contract of several, which does not say which one it is", [CornersBusyError, TooManySidesError], []],
  ])("writes what isErrorOf says of %s", async (_, errors, expected) => {
    const program = await programIn("client.mjs");
    const { facts } = recording();
    expect(program.narrows(isErrorOf, { path: PATH, errors } as never, received())).toBe(true);
    expect(
      facts()
        .slice(2)
        .map(({ fact }) => fact),
    ).toEqual(expected);
  });

  it.each([
    ["in a test", ["client.test.mjs"]],
    ["in a folder of tests", ["test", "support.mjs"]],
    ["in an installed package", ["node_modules", "logger", "index.mjs"]],
  ])("does not count what looks at an error %s", async (_, path) => {
    const program = await programIn(...path);
    const { facts } = recording();
    const error = received();
    expect([program.reads(error), program.names(error), program.matches(error, TooManySidesError)]).toEqual([
      true,
      "TooManySidesError",
      true,
    ]);
    expect(error).toBeInstanceOf(TooManySidesError);
    expect(error).toBeRichError(TooManySidesError);
    expect(facts().map(({ fact }) => fact)).toEqual(["thrown", "received"]);
  });

  it("does not count an error that the program made itself", async () => {
    const program = await programIn("client.mjs");
    const { facts } = recording();
    const error = tooManySides();
    expect([program.reads(error), program.matches(error, TooManySidesError)]).toEqual([true, true]);
    expect(facts().map(({ fact }) => fact)).toEqual(["thrown"]);
  });

  it("leaves a received error as it was", () => {
    const { stack: _, ...plain } = { ...received() };
    const { prepareStackTrace, stackTraceLimit } = Error;
    recording();
    const error = received();
    expect({ ...error }).toEqual(plain);
    expect(Object.keys(error)).toEqual(["code", "reason", "domain"]);
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ reason: "TOO_MANY_SIDES", name: "TooManySidesError" });
    expect(inspect(error)).toContain("TOO_MANY_SIDES");
    expect(inspect(error)).not.toContain("Getter");
    error.name = "Other";
    expect([error.name, String(error)]).toEqual(["Other", expect.stringMatching(/^Other: /)]);
    expect([Error.prepareStackTrace, Error.stackTraceLimit]).toEqual([prepareStackTrace, stackTraceLimit]);
  });

  it("counts what happens often, exactly at the end", () => {
    const { recorder, facts } = recording();
    for (let left = 1000; left > 0; left--) tooManySides();
    expect(facts()).toEqual([{ fact: "thrown", error: ERROR, count: 512 }]);
    recorder.flush();
    expect(facts()).toEqual([{ fact: "thrown", error: ERROR, count: 1000 }]);
  });
});
