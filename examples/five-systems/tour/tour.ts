import { painter } from "../../eventstore/tour/page.js";
import { Stage } from "../../eventstore/tour/stage.js";
import { differences } from "./failure.js";
import { heading, introduction, summary, tell } from "./print.js";
import { ServerProcess } from "./server-process.js";
import type { Scene, Servers, System } from "./system.js";
import { aerospike } from "./systems/aerospike.js";
import { eventLog } from "./systems/event-log.js";
import { hapnd } from "./systems/hapnd.js";
import { platform } from "./systems/platform.js";
import { streams } from "./systems/streams.js";
import { tableOf } from "./table.js";

const SYSTEMS = [eventLog, streams, platform, hapnd, aerospike];
/** Three of each. */
const SCENES = 3 * SYSTEMS.length;

const paint = painter(process.stdout, process.env);
/** As wide as the terminal, within what can be read well. */
const width = Math.min(120, Math.max(80, process.stdout.columns ?? 100));
const stage = new Stage();
const systems = new ServerProcess();
try {
  if (!(await lead())) process.exitCode = 1;
} finally {
  systems.stop();
  await stage.dispose();
}

/** Shows all systems. Tells whether all errors arrived as thrown. */
async function lead(): Promise<boolean> {
  const servers = start();
  // All at once, and each is shown when it is its turn.
  const plays = SYSTEMS.map((system) => playIn(system, servers));
  print(["", ...introduction(width, paint)]);
  let arrived = 0;
  for (const [index, system] of SYSTEMS.entries()) {
    print([...heading(system, width, paint), ...tableOf(system, width, paint)]);
    const played = await plays[index];
    if (!Array.isArray(played)) {
      print(["", paint("red", `✘ something did not occur: ${played}`)]);
      continue;
    }
    print(played.flatMap((scene) => tell(scene, width, paint)));
    arrived += played.filter(({ failure, error }) => differences(failure, error).length === 0).length;
  }
  print([summary(SCENES, arrived, paint)]);
  return arrived === SCENES;
}

/** The errors that occurred in a system, or what went wrong. */
async function playIn(system: System, servers: Promise<Servers>): Promise<readonly Scene[] | string> {
  try {
    return await system.play(await servers);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function start(): Promise<Servers> {
  const leader = await stage.leader();
  const { host, port } = leader.address;
  const follower = await stage.start(["--leader", `${host}:${port}`]);
  await follower.until("serving");
  return { systems, leader, follower };
}

function print(lines: readonly string[]): void {
  console.log(lines.join("\n"));
}
