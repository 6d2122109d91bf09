import type { Element } from "../declaration/proto-source.js";
import type { Schema } from "../declaration/schema.js";

/** Where something is declared. */
export interface ListedPlace {
  /** The file, as protobuf imports it. */
  readonly file: string;
  /** Counts from 1. Left out if the compiler did not say. */
  readonly line?: number;
}

/** Where an element is declared. */
export function placeOf(element: Element, schema: Schema): ListedPlace {
  const { file, line } = schema.place(element);
  return { file, ...(line !== undefined && { line }) };
}
