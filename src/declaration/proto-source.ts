import type { DescEnum, DescEnumValue, DescField, DescFile, DescMessage, DescMethod } from "@bufbuild/protobuf";
import type { SourceCodeInfo_Location } from "@bufbuild/protobuf/wkt";
import type { Place } from "./problems.js";

/**
 * The places and comments in a proto file, as far as the compiler recorded them.
 *
 * A path leads from the file's descriptor to an element by field numbers and indexes.
 *
 * @see https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/descriptor.proto (SourceCodeInfo)
 */
export class ProtoSource {
  readonly #file: string;
  readonly #locations = new Map<string, SourceCodeInfo_Location>();

  constructor(file: DescFile) {
    this.#file = file.proto.name;
    for (const location of file.proto.sourceCodeInfo?.location ?? []) {
      // `option x.a = 1; option x.b = 2;` gives two locations below the path of x: the first one is the place of x.
      for (const key of prefixes(location.path)) {
        // Then the shorter ones are known as well.
        if (this.#locations.has(key)) break;
        this.#locations.set(key, location);
      }
      const key = location.path.join(".");
      if (this.#locations.get(key)?.path.length !== location.path.length) this.#locations.set(key, location);
    }
  }

  /** The place where the element at a path begins. By default, the place of the nearest element around it. */
  place(path: readonly number[]): Place {
    for (let length = path.length; length > 0; length--) {
      const location = this.#locations.get(path.slice(0, length).join("."));
      const [line, column] = location?.span ?? [];
      if (location && line !== undefined && column !== undefined) {
        return { file: this.#file, line: line + 1, column: column + 1, path: location.path };
      }
    }
    return { file: this.#file, path };
  }

  /** The comment above the element at a path, or an empty text. */
  comment(path: readonly number[]): string {
    const location = this.#locations.get(path.join("."));
    return location?.path.length === path.length ? location.leadingComments : "";
  }
}

/** An element that can have comments and options. */
export type Element = DescEnum | DescEnumValue | DescField | DescMessage | DescMethod;

/** The path of an element in its file. */
export function pathOf(element: Element): number[] {
  switch (element.kind) {
    case "enum":
      return element.parent
        ? [...pathOf(element.parent), 4, indexIn(element.parent.proto.enumType, element.proto)]
        : [5, indexIn(element.file.proto.enumType, element.proto)];
    case "enum_value":
      return [...pathOf(element.parent), 2, indexIn(element.parent.proto.value, element.proto)];
    case "message":
      return element.parent
        ? [...pathOf(element.parent), 3, indexIn(element.parent.proto.nestedType, element.proto)]
        : [4, indexIn(element.file.proto.messageType, element.proto)];
    case "field":
      return [...pathOf(element.parent), 2, indexIn(element.parent.proto.field, element.proto)];
    case "rpc": {
      const service = element.parent;
      return [6, indexIn(service.file.proto.service, service.proto), 2, indexIn(service.proto.method, element.proto)];
    }
  }
}

/** Returns the index of a descriptor without a search, because a list may have thousands of them. */
function indexIn(list: readonly object[], descriptor: object): number {
  let indexes = indexesByList.get(list);
  if (!indexes) {
    indexes = new Map(list.map((item, index) => [item, index]));
    indexesByList.set(list, indexes);
  }
  return indexes.get(descriptor) ?? -1;
}

const indexesByList = new WeakMap<readonly object[], ReadonlyMap<object, number>>();

/** The path of an element's options in its file. */
export function optionsPathOf(element: Element): number[] {
  const fields = { enum: 3, enum_value: 3, message: 7, field: 8, rpc: 4 } as const;
  return [...pathOf(element), fields[element.kind]];
}

/** The file that declares an element. */
export function fileOf(element: Element): DescFile {
  return element.kind === "enum" || element.kind === "message" ? element.file : element.parent.file;
}

/** The keys of the paths that lead to a path, the longest first. */
function* prefixes(path: readonly number[]): Iterable<string> {
  for (let length = path.length - 1; length > 0; length--) yield path.slice(0, length).join(".");
}
