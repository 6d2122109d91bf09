import type { Metadata } from "@grpc/grpc-js";

/** A status as grpc-js receives it. */
export interface SentStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/** The fields of the header block that grpc-js and Node send for a status before the first message. */
export function fieldsOf({ code, details, metadata }: SentStatus): readonly (readonly [string, string])[] {
  const trailers = Object.entries(metadata.toHttp2Headers()).flatMap(([name, values]) =>
    [values].flat().map((value) => [name, String(value)] as const),
  );
  return [
    [":status", "200"],
    ["content-type", "application/grpc+proto"],
    ["grpc-status", String(code)],
    ["grpc-message", encodeURI(details)],
    ...trailers,
    ["date", "Sun, 06 Nov 1994 08:49:37 GMT"],
  ];
}

/** The size of a header block as HPACK counts it. */
export function sizeOfFields(fields: readonly (readonly [string, string])[]): number {
  return fields.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value) + 32, 0);
}

/** The fields of a header block in Node's raw form: names and values alternate. */
export function rawFields(raw: readonly string[]): readonly (readonly [string, string])[] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ""] as const] : []));
}
