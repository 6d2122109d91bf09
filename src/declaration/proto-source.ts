import type { DescEnum, DescEnumValue, DescField, DescFile, DescMessage, DescMethod } from "@bufbuild/protobuf";
import type { SourceCodeInfo_Location } from "@bufbuild/protobuf/wkt";
import type { Place } from "./problems.js";

/** What comments and options can be attached to. */
export type Element = DescEnum | DescEnumValue | DescField | DescMessage | DescMethod;

/**
 * The text of a proto file, as far as the compiler tells of it: places and comments.
 *
 * A path leads from the file's descriptor to a part of it, by field numbers and
 * indexes.
 *
 * @see https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/descriptor.proto (SourceCodeInfo)
 */
export class Source {
  readonly #file: string;
  readonly #locations = new Map<string, SourceCodeInfo_Location>();

  constructor(file: DescFile) {
    this.#file = file.proto.name;
    for (const location of file.proto.sourceCodeInfo?.location ?? []) {
      // Of `option x.a = 1; option x.b = 2;` the part in common has a location each: the first counts.
      for (const key of prefixes(location.path)) {
        if (!this.#locations.has(key)) this.#locations.set(key, location);
      }
      const key = location.path.join(".");
      if (this.#locations.get(key)?.path.length !== location.path.length) this.#locations.set(key, location);
    }
  }

  /** Where the part at a path begins; where it has no place of its own, the nearest part that holds it. */
  place(path: readonly number[]): Place {
    for (let length = path.length; length > 0; length--) {
      const [line, column] = this.#locations.get(path.slice(0, length).join("."))?.span ?? [];
      if (line !== undefined && column !== undefined) {
        return { file: this.#file, line: line + 1, column: column + 1 };
      }
    }
    return { file: this.#file };
  }

  /** The comment above the part at a path; empty if there is none. */
  comment(path: readonly number[]): string {
    const location = this.#locations.get(path.join("."));
    return location?.path.length === path.length ? location.leadingComments : "";
  }
}

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

/** Where a descriptor stands in a list, which may be one of thousands. */
function indexIn(list: readonly object[], descriptor: object): number {
  let indexes = known.get(list);
  if (!indexes) {
    indexes = new Map(list.map((item, index) => [item, index]));
    known.set(list, indexes);
  }
  return indexes.get(descriptor) ?? -1;
}

const known = new WeakMap<readonly object[], ReadonlyMap<object, number>>();

/** The path of the options of an element in its file. */
export function optionsPathOf(element: Element): number[] {
  const fields = { enum: 3, enum_value: 3, message: 7, field: 8, rpc: 4 } as const;
  return [...pathOf(element), fields[element.kind]];
}

/** The file that an element stands in. */
export function fileOf(element: Element): DescFile {
  return element.kind === "enum" || element.kind === "message" ? element.file : element.parent.file;
}

function prefixes(path: readonly number[]): string[] {
  return path.map((_, index) => path.slice(0, index).join(".")).slice(1);
}
