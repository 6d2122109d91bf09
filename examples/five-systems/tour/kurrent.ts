import { codeName, type Definition } from "grpc-rich-errors";
import type { ServerProcess } from "../../eventstore/tour/server-process.js";
import type { Reports } from "./failure.js";
import type { Column } from "./system.js";

/** The columns of Kurrent's tables. */
export const reasonCodeFields: readonly Column[] = [
  { head: "reason", text: ({ reason }) => reason },
  { head: "code", text: ({ code }) => codeName(code) },
  { head: "detail", text: fieldsOf },
];

/** The fields of an error's detail, read from an empty message. */
function fieldsOf({ detail }: Definition): string {
  return detail ? Object.keys(Object(detail.decode(new Uint8Array()))).join(", ") : "-";
}

/** An event store's reports of failed calls. */
export function reportsOf(server: ServerProcess): Reports {
  return {
    clear: () => {
      server.reports.length = 0;
    },
    first: () => server.failure(),
  };
}
