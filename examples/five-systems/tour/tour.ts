import type { Paint } from "../../eventstore/tour/page.js";
import { Stage } from "../../eventstore/tour/stage.js";
import { differences } from "./failure.js";
import { errorLines, heading, introduction, summary } from "./print.js";
import { ServerProcess } from "./server-process.js";
import type { Scene, Servers, System } from "./system.js";
import { aerospike } from "./systems/aerospike.js";
import { eventLog } from "./systems/event-log.js";
import { hapnd } from "./systems/hapnd.js";
import { platform } from "./systems/platform.js";
import { streams } from "./systems/streams.js";
import { tableOf } from "./table.js";

export const SYSTEMS: readonly System[] = [eventLog, streams, platform, hapnd, aerospike];

/** How many errors of each system occur. */
export const SCENES_EACH = 3;

/** A system and its errors that occurred, or the reason why they did not. */
export type PlayedSystem = { readonly system: System } & (
  | { readonly scenes: readonly Scene[] }
  | { readonly failure: string }
);

/** Plays all systems at once. The results come in the order of the systems. */
export async function* playSystems(systems: readonly System[]): AsyncGenerator<PlayedSystem> {
  if (systems.length === 0) return;
  const stage = new Stage();
  const threeSystems = new ServerProcess();
  try {
    const servers = start(stage, threeSystems);
    yield* systems.map((system) => play(system, servers));
  } finally {
    threeSystems.stop();
    await stage.dispose();
  }
}

async function play(system: System, servers: Promise<Servers>): Promise<PlayedSystem> {
  try {
    return { system, scenes: await system.play(await servers) };
  } catch (error) {
    return { system, failure: `did not occur: ${error instanceof Error ? error.message : error}` };
  }
}

async function start(stage: Stage, systems: ServerProcess): Promise<Servers> {
  const leader = await stage.leader();
  const { host, port } = leader.address;
  const follower = await stage.start(["--leader", `${host}:${port}`]);
  await follower.until("serving");
  return { systems, leader, follower };
}

/** How many errors of a system arrived as they were thrown. */
export function arrivedOf(played: PlayedSystem): number {
  if ("failure" in played) return 0;
  return played.scenes.filter(({ failure, error }) => differences(failure, error).length === 0).length;
}

/** Prints systems with their tables and errors. Resolves to whether each error arrived as it was thrown. */
export async function tourSystems(systems: readonly System[], paint: Paint): Promise<boolean> {
  // As wide as the terminal, within readable limits.
  const width = Math.min(120, Math.max(80, process.stdout.columns ?? 100));
  print(["", ...introduction(width, paint)]);
  let arrived = 0;
  for await (const played of playSystems(systems)) {
    const { system } = played;
    print([...heading(system, width, paint), ...tableOf(system, width, paint)]);
    if ("failure" in played) print(["", paint("red", `✘ ${played.failure}`)]);
    else print(played.scenes.flatMap((scene) => errorLines(scene, width, paint)));
    arrived += arrivedOf(played);
  }
  const expected = SCENES_EACH * systems.length;
  print([summary(systems.length, expected, arrived, paint)]);
  return arrived === expected;
}

function print(lines: readonly string[]): void {
  console.log(lines.join("\n"));
}
