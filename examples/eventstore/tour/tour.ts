import { type Account, accountOf } from "./account.js";
import { type Flags, parseFlags, USAGE } from "./flags.js";
import { painter } from "./page.js";
import { platformScenes } from "./platform-scenes.js";
import { heading, introduction, summary, tell, title } from "./print.js";
import type { Scene } from "./scene.js";
import { Stage } from "./stage.js";
import { streamsScenes } from "./streams-scenes.js";
import { plain } from "./value.js";

const scenes = [...streamsScenes, ...platformScenes];
const flags = flagsOrExit();
if (flags.help) {
  console.log(USAGE);
} else {
  const stage = new Stage();
  // At the exit, the stage clears up.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));
  // Whoever reads has read enough, as "head" does.
  process.stdout.on("error", () => process.exit(1));
  try {
    process.exitCode = (await lead(stage, flags)) ? 0 : 1;
  } finally {
    await stage.dispose();
  }
}

/** A scene that was played, or what went wrong with it. */
type Outcome = { readonly account: Account } | { readonly failure: unknown };

/** Leads through all scenes that are wanted. Tells whether all errors arrived as thrown. */
async function lead(stage: Stage, { json, wants }: Flags): Promise<boolean> {
  const wanted = scenes.filter(wants);
  // Scenes with servers of their own begin now and are shown when it is their turn.
  const begun = new Map(wanted.filter(({ apart }) => apart).map((scene) => [scene, play(scene, stage)]));
  const paint = painter(process.stdout, process.env);
  if (!json) console.log(introduction(paint));
  const accounts: unknown[] = [];
  let arrived = 0;
  let group: string | undefined;
  for (const scene of wanted) {
    const outcome = await (begun.get(scene) ?? play(scene, stage));
    const { className } = scene.error.definition;
    if ("account" in outcome && outcome.account.differences.length === 0) arrived += 1;
    if (json) {
      accounts.push(
        "account" in outcome ? jsonOf(outcome.account) : { error: className, failure: textOf(outcome.failure) },
      );
      continue;
    }
    const belongsTo = streamsScenes.includes(scene) ? "Streams errors" : "Platform errors";
    if (belongsTo !== group) console.log(heading(belongsTo, paint));
    group = belongsTo;
    console.log(title(scenes.indexOf(scene) + 1, className, scene.title, paint));
    if ("account" in outcome) console.log(tell(outcome.account, paint));
    else console.log(paint("red", `  ✘ did not occur: ${textOf(outcome.failure)}`));
  }
  if (json) console.log(JSON.stringify(accounts, null, 2));
  else console.log(summary(wanted.length, arrived, paint));
  return arrived === wanted.length;
}

async function play(scene: Scene, stage: Stage): Promise<Outcome> {
  try {
    return { account: await accountOf(scene, await scene.play(stage)) };
  } catch (failure) {
    return { failure };
  }
}

function jsonOf({ trailer: { bytes, ...trailer }, ...account }: Account): unknown {
  return plain({
    ...account,
    trailer: { ...trailer, size: bytes.length, base64: bytes.toString("base64") },
    arrivedAsThrown: account.differences.length === 0,
  });
}

function textOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}

function flagsOrExit(): Flags {
  try {
    return parseFlags(process.argv.slice(2), scenes);
  } catch (error) {
    console.error(textOf(error));
    console.error(`\n${USAGE}`);
    process.exit(2);
  }
}
