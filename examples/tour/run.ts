import { painter } from "../eventstore/tour/page.js";
import { platformScenes } from "../eventstore/tour/platform-scenes.js";
import { Stage } from "../eventstore/tour/stage.js";
import { streamsScenes } from "../eventstore/tour/streams-scenes.js";
import { printJson, tourEventStore } from "../eventstore/tour/tour.js";
import { SYSTEMS, tourSystems } from "../five-systems/tour/tour.js";
import { type Options, type Program, parseOptions, USAGE } from "./options.js";
import { printOverview } from "./overview.js";

/** All errors of the event store, and all systems. */
const PROGRAM: Program = { scenes: [...streamsScenes, ...platformScenes], systems: SYSTEMS };

/**
 * Runs the tour.
 *
 * @returns the exit code: 0 if each error arrived as it was thrown, 1 if one did not, 2 for a mistake in `args`
 */
export async function run(args: readonly string[], program = PROGRAM): Promise<number> {
  let options: Options;
  try {
    options = parseOptions(args, program);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    return 2;
  }
  if (options.view === "help") {
    console.log(USAGE);
    return 0;
  }
  const stage = new Stage();
  // The stage cleans up when the process exits.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));
  // The reader has closed the pipe, as "head" does.
  process.stdout.on("error", () => process.exit(1));
  try {
    return (await show(options, stage)) ? 0 : 1;
  } finally {
    await stage.dispose();
  }
}

/** Shows what the options ask for. Resolves to whether each error arrived as it was thrown. */
async function show({ view, scenes, systems }: Options, stage: Stage): Promise<boolean> {
  const paint = painter(process.stdout, process.env);
  if (view === "json") return printJson(scenes, stage);
  if (view === "overview") return printOverview({ scenes, systems }, stage, paint);
  const store = scenes.length === 0 || (await tourEventStore(scenes, stage, { wireOnly: view === "wire" }, paint));
  return (systems.length === 0 || (await tourSystems(systems, paint))) && store;
}
