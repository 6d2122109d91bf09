import type { Catalog } from "../catalog.js";
import type { Definition, FileDescriptors } from "../definition.js";
import { readDescriptors } from "../message/descriptors.js";
import { standardTypes } from "../message/standard-types.js";
import type { MessageType, MessageTypes } from "../message/types.js";

/**
 * Returns the message types in descriptors, the standard details and those of `google.protobuf`.
 *
 * A look-up reads descriptors on demand, and only once. Malformed descriptors have no types.
 */
export function typesOf(descriptors: Iterable<FileDescriptors>): MessageTypes {
  const all = [...descriptors];
  return {
    get(typeName) {
      let found = standardTypes().messages.get(typeName);
      for (const one of all) found ??= typesIn(one).get(typeName);
      return found;
    },
  };
}

const read = new WeakMap<FileDescriptors, ReadonlyMap<string, MessageType>>();

function typesIn(descriptors: FileDescriptors): ReadonlyMap<string, MessageType> {
  let types = read.get(descriptors);
  if (!types) {
    try {
      types = readDescriptors(descriptors.base64);
    } catch {
      // The error must still be sent. Its details are written as those of unknown types.
      types = new Map();
    }
    read.set(descriptors, types);
  }
  return types;
}

/** Returns the message types of some catalogs, and those of one error's own proto. */
export function knownTypes(catalogs: readonly Catalog[], own?: Definition): MessageTypes {
  const found = new Set<FileDescriptors>();
  if (own?.descriptors) found.add(own.descriptors);
  for (const catalog of catalogs) {
    for (const { definition } of catalog) if (definition.descriptors) found.add(definition.descriptors);
  }
  return typesOf(found);
}
