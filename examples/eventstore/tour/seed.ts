import { ClassicLevel } from "classic-level";
import { recordKey } from "../store/keys.js";
import { ANY } from "../store/revision.js";
import { EventStore } from "../store/store.js";
import { record } from "./scene.js";

/** Fills the folder of a server that is not running yet. */
export async function seed(folder: string, streams: readonly string[], recordsEach = 3): Promise<void> {
  const store = new EventStore(folder);
  await store.open();
  const records = Array.from({ length: recordsEach }, (_, index) => record(`r-${index + 1}`, "Noted"));
  await store.append(streams.map((stream) => ({ stream, expectedRevision: ANY, records })));
  await store.close();
}

/** Flips one bit of a stored record, as a failing disk might. */
export async function damage(folder: string, stream: string, revision: bigint): Promise<void> {
  const db = new ClassicLevel<string, Uint8Array>(folder, { valueEncoding: "view" });
  const key = recordKey(stream, revision);
  const value = await db.get(key);
  if (!value) throw new Error(`there is no record ${revision} in ${stream}`);
  const damaged = Buffer.from(value);
  damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
  await db.put(key, damaged, { sync: true });
  await db.close();
}
