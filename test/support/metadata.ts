import { Metadata } from "@grpc/grpc-js";

/** Metadata with one value for each name, or with several. */
export function metadataOf(entries: Readonly<Record<string, string | readonly string[]>> = {}): Metadata {
  const metadata = new Metadata();
  for (const [name, values] of Object.entries(entries)) {
    for (const value of typeof values === "string" ? [values] : values) metadata.add(name, value);
  }
  return metadata;
}
