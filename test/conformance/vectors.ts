import { readdirSync, readFileSync } from "node:fs";

/** A detail as `cases.json` says it: in proto3 JSON, or as bytes where JSON cannot say it. */
export type CaseDetail = { readonly "@type": string } | { readonly typeUrl: string; readonly valueHex: string };

/** What is meant. */
export interface Case {
  readonly name: string;
  readonly grpc: { readonly code: number; readonly message: string };
  readonly details?: readonly CaseDetail[];
  /** What a reader makes of the details, where it is not what was sent. */
  readonly expect?: readonly CaseDetail[];
  /** The trailer itself, where it is not a whole status. */
  readonly binHex?: string;
}

/** What one peer put on the wire. */
export interface Sent {
  readonly detailsHex: readonly string[] | null;
  readonly detailsWire: readonly string[] | null;
  readonly grpcStatus: string;
  /** Percent-encoded; none if the peer sent no message. */
  readonly grpcMessage: string | null;
}

/** What one or more peers read. */
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

/** What is meant, by the name of the case. */
export const CASES: readonly Case[] = read<{ cases: Case[] }>("cases.json").cases;

export const VECTORS: readonly Vector[] = readdirSync(new URL("vectors", import.meta.url))
  .filter((file) => file.endsWith(".json") && file !== "cases.json")
  .map((file) => read<Vector>(file));

/** Every trailer of every peer, with what is meant by it. */
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
