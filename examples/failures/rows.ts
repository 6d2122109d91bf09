import { HANDLER_ROWS } from "./handler-rows.js";
import { LISTENER_ROWS } from "./listener-rows.js";
import { METADATA_ROWS } from "./metadata-rows.js";
import { PEER_ROWS } from "./peer-rows.js";
import type { Group, Row } from "./row.js";

export const GROUPS: readonly Group[] = [
  { title: "Handlers", rows: HANDLER_ROWS },
  { title: "Listeners and uploads", rows: LISTENER_ROWS },
  { title: "Metadata and interceptors", rows: METADATA_ROWS },
  { title: "Errors of other client libraries", rows: PEER_ROWS },
];

/** All rows of the table. */
export const ROWS: readonly Row[] = GROUPS.flatMap(({ rows }) => rows);
