import type { Catalog, Definition } from "grpc-rich-errors";
import type { DeclaredError } from "../../eventstore/tour/scene.js";
import type { ServerProcess as EventStoreProcess } from "../../eventstore/tour/server-process.js";
import type { Failure } from "./failure.js";
import type { ServerProcess } from "./server-process.js";

/** One of the five systems. */
export interface System {
  readonly name: string;
  /** How its clients identify its errors. */
  readonly about: string;
  readonly catalog: Catalog;
  readonly columns: readonly Column[];
  /** The heading above the first error of a part of the table. A table without this function has no parts. */
  part?(definition: Definition): string;
  /** Causes some of the errors with a client. */
  play(servers: Servers): Promise<readonly Scene[]>;
}

/** A column of a table of errors. */
export interface Column {
  readonly head: string;
  text(definition: Definition): string;
}

/** The servers of the errors. */
export interface Servers {
  readonly systems: ServerProcess;
  /** Two event stores: the leader accepts writes, the follower refuses them. */
  readonly leader: EventStoreProcess;
  readonly follower: EventStoreProcess;
}

/** An error that occurred. */
export interface Scene {
  readonly error: DeclaredError;
  /** The cause of the error, in a few words. */
  readonly title: string;
  readonly failure: Failure;
  /** How the client recovered. */
  readonly afterwards: string;
}

/** The first sentence of a text, or its part before the first semicolon. */
export function firstSentence(text: string | undefined): string {
  return text?.split(/(?<=[.;])\s/, 1)[0]?.replace(/;$/, ".") ?? "";
}
