import type { Catalog, Definition } from "grpc-rich-errors";
import type { DeclaredError } from "../../eventstore/tour/scene.js";
import type { ServerProcess as EventStoreProcess } from "../../eventstore/tour/server-process.js";
import type { Failure } from "./failure.js";
import type { ServerProcess } from "./server-process.js";

/** One of the five systems. */
export interface System {
  readonly name: string;
  /** By what its clients know its errors. */
  readonly about: string;
  readonly catalog: Catalog;
  readonly columns: readonly Column[];
  /** The heads of parts of the table, one above the first error that has it; none for a table without parts. */
  part?(definition: Definition): string;
  /** Leads a client into some of the errors. */
  play(servers: Servers): Promise<readonly Scene[]>;
}

/** A column of a table of errors. */
export interface Column {
  readonly head: string;
  text(definition: Definition): string;
}

/** The servers that the errors occur in. */
export interface Servers {
  readonly systems: ServerProcess;
  /** Event stores: the one that takes writes, and one that does not. */
  readonly leader: EventStoreProcess;
  readonly follower: EventStoreProcess;
}

/** An error that occurred. */
export interface Scene {
  readonly error: DeclaredError;
  /** What led to it, in a few words. */
  readonly title: string;
  readonly failure: Failure;
  /** What the client did then, and what came of it. */
  readonly afterwards: string;
}

/** The first sentence of a text, or the first part of it. */
export function firstSentence(text: string | undefined): string {
  return text?.split(/(?<=[.;])\s/, 1)[0]?.replace(/;$/, ".") ?? "";
}
