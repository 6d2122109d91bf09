import type { Registry } from "@bufbuild/protobuf";
import type { Catalog } from "../catalog.js";
import type { Definition, FileDescriptors } from "../definition.js";
import { typesOf } from "../message-types.js";

/** The message types that some catalogs know, and those that one error's own proto has. */
export function knownTypes(catalogs: readonly Catalog[], own?: Definition): Registry {
  const found = new Set<FileDescriptors>();
  if (own?.descriptors) found.add(own.descriptors);
  for (const catalog of catalogs) {
    for (const { definition } of catalog) if (definition.descriptors) found.add(definition.descriptors);
  }
  return typesOf(found);
}
