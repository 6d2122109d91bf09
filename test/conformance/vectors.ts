import { readdirSync, readFileSync } from "node:fs";

/** A detail in the form of `cases.json`: proto3 JSON, or bytes if JSON cannot represent it. */
export type CaseDetail = { readonly "@type": string } | { readonly typeUrl: string; readonly valueHex: string };

/** The status that the peers were asked to send. */
export interface Case {
  readonly name: string;
  readonly grpc: { readonly code: number; readonly message: string };
  readonly details?: readonly CaseDetail[];
  /** The details as a reader sees them, if they differ from those that were sent. */
  readonly expect?: readonly CaseDetail[];
  /** The trailer itself, if it is not a complete status. */
  readonly binHex?: string;
}

/** The fields that one peer sent. */
export interface Sent {
  readonly detailsHex: readonly string[] | null;
  readonly detailsWire: readonly string[] | null;
  readonly grpcStatus: string;
  /** Percent-encoded. `null` if the peer sent no message. */
  readonly grpcMessage: string | null;
}

/** The status as one or more peers read it. */
export interface Seen {
  readonly by: Readonly<Record<string, unknown>>;
  readonly error: string | null;
  readonly grpcCode: number;
  readonly grpcMessage: string;
  readonly status: { readonly code: number; readonly message: string; readonly details: readonly CaseDetail[] } | null;
}

interface Vector {
  readonly case: string;
  readonly sent: Readonly<Record<string, Readonly<Record<string, Sent>>>>;
  readonly seen: readonly Seen[];
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(`vectors/${file}`, import.meta.url), "utf8"));
}

/** All cases. */
export const CASES: readonly Case[] = read<{ cases: Case[] }>("cases.json").cases;

export const VECTORS: readonly Vector[] = readdirSync(new URL("vectors", import.meta.url))
  .filter((file) => file.endsWith(".json") && file !== "cases.json")
  .map((file) => read<Vector>(file));

/** Every trailer of every peer, with its case. */
export const TRAILERS = CASES.flatMap((meant) => {
  const vector = VECTORS.find(({ case: name }) => name === meant.name);
  if (!vector) throw new Error(`there is no ${meant.name}.json`);
  return Object.entries(vector.sent).flatMap(([language, byMethod]) =>
    Object.entries(byMethod).map(([method, sent]) => ({
      name: meant.name,
      language,
      method,
      meant,
      sent,
      seen: vector.seen,
    })),
  );
});
