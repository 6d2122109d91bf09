import { type Account, accountOf } from "./account.js";
import { heading, type Paint } from "./page.js";
import { errorText, introduction, summary, title } from "./print.js";
import type { Scene } from "./scene.js";
import type { Stage } from "./stage.js";
import { streamsScenes } from "./streams-scenes.js";
import { plain } from "./value.js";

/** A scene and its error, or the reason why the error did not occur. */
export type Outcome = { readonly scene: Scene } & ({ readonly account: Account } | { readonly failure: string });

/** Plays scenes. The outcomes come in the order of the scenes. */
export async function* playScenes(scenes: readonly Scene[], stage: Stage): AsyncGenerator<Outcome> {
  // Scenes with their own servers start at once.
  const begun = new Map(scenes.filter(({ apart }) => apart).map((scene) => [scene, play(scene, stage)]));
  for (const scene of scenes) yield await (begun.get(scene) ?? play(scene, stage));
}

async function play(scene: Scene, stage: Stage): Promise<Outcome> {
  try {
    return { scene, account: await accountOf(scene, await scene.play(stage)) };
  } catch (failure) {
    return { scene, failure: failure instanceof Error ? failure.message : String(failure) };
  }
}

/** Returns the reason why an error did not arrive as it was thrown, or `undefined` if it did. */
export function problemOf(outcome: Outcome): string | undefined {
  if ("failure" in outcome) return `did not occur: ${outcome.failure}`;
  const { differences } = outcome.account;
  return differences.length > 0 ? `arrived differently: ${differences.join(", ")}` : undefined;
}

/** Whether an error arrived as it was thrown. */
export function isArrived(outcome: Outcome): boolean {
  return problemOf(outcome) === undefined;
}

/** Prints errors from the throw to the catch. Resolves to whether each arrived as it was thrown. */
export async function tourEventStore(
  scenes: readonly Scene[],
  stage: Stage,
  { wireOnly }: { readonly wireOnly: boolean },
  paint: Paint,
): Promise<boolean> {
  console.log(introduction({ wireOnly }, paint));
  let [arrived, number] = [0, 0];
  let group: string | undefined;
  for await (const outcome of playScenes(scenes, stage)) {
    const { scene } = outcome;
    if (isArrived(outcome)) arrived += 1;
    number += 1;
    const belongsTo = streamsScenes.includes(scene) ? "Errors of streams" : "Errors of the platform";
    if (belongsTo !== group) console.log(`\n${heading(belongsTo, paint)}`);
    group = belongsTo;
    console.log(title(number, scene.error.definition.className, scene.title, paint));
    if ("account" in outcome) console.log(errorText(outcome.account, { wireOnly }, paint));
    else console.log(paint("red", `  ✘ ${problemOf(outcome)}`));
  }
  console.log(summary(scenes.length, arrived, paint));
  return arrived === scenes.length;
}

/** Prints errors as a JSON array. Resolves to whether each arrived as it was thrown. */
export async function printJson(scenes: readonly Scene[], stage: Stage): Promise<boolean> {
  const outcomes: Outcome[] = [];
  for await (const outcome of playScenes(scenes, stage)) outcomes.push(outcome);
  console.log(JSON.stringify(outcomes.map(jsonOf), null, 2));
  return outcomes.every(isArrived);
}

function jsonOf(outcome: Outcome): unknown {
  if ("failure" in outcome) return { error: outcome.scene.error.definition.className, failure: outcome.failure };
  const {
    trailer: { bytes, ...trailer },
    ...account
  } = outcome.account;
  return plain({
    ...account,
    trailer: { ...trailer, size: bytes.length, base64: bytes.toString("base64") },
    arrivedAsThrown: isArrived(outcome),
  });
}
