/**
 * Records the errors of a process for `rich-errors coverage`, from the moment that it is loaded: as a setup file of Vitest
 * or Jest, or by `node --import grpc-rich-errors/coverage/register --test`.
 *
 * It writes to the folder `.rich-errors-coverage`, or to the one that the environment variable `RICH_ERRORS_COVERAGE` names.
 *
 * @packageDocumentation
 */
import { resolve } from "node:path";
import { addObserver } from "../platform/observer.js";
import { RECORDING } from "../platform/symbols.js";
import { DEFAULT_FOLDER, FOLDER_VARIABLE } from "./record.js";
import { Recorder } from "./recorder.js";

// Test runners load a setup file again for each file of tests.
const state = globalThis as { [RECORDING]?: true };
if (!state[RECORDING]) {
  state[RECORDING] = true;
  const folder = resolve(process.env[FOLDER_VARIABLE] || DEFAULT_FOLDER);
  // For processes that the tests start elsewhere.
  process.env[FOLDER_VARIABLE] = folder;
  const recorder = new Recorder(folder);
  recorder.begin();
  addObserver(recorder);
  process.once("exit", () => recorder.flush());
}
