import { create } from "@bufbuild/protobuf";
import { Edition, type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import protobuf from "protobufjs";
import type { Problems } from "../declaration/problems.js";
import { withDependencies } from "./dependencies.js";
import { INSTEAD } from "./load-error.js";
import { enumDescriptor, fieldDescriptor, messageDescriptor, serviceDescriptor } from "./root-descriptors.js";
import type { SourceFile } from "./source-root.js";

/**
 * The descriptors of what a Root of protobufjs holds, but for `google.protobuf`.
 *
 * Not those that `Root.toDescriptor` makes, which have one file for a package,
 * names that are not full, and no optional fields.
 *
 * @param sources the files of the Root. Their texts say which file something stands in, since protobufjs forgets it:
 * in an edition, for all that comes after `reserved name;`
 */
export function rootFiles(
  root: protobuf.Root,
  sources: readonly SourceFile[],
  problems: Problems,
): FileDescriptorProto[] {
  const sourceOf = new Map(sources.flatMap((source) => [...source.text.names].map((name) => [name, source] as const)));
  const descriptors = new Map<SourceFile, FileDescriptorProto>();
  collect(root);
  return withDependencies([...descriptors.values()]);

  function collect(namespace: protobuf.NamespaceBase): void {
    for (const object of namespace.nestedArray) {
      if (object instanceof protobuf.Type) {
        fileOf(object)?.messageType.push(messageDescriptor(object, syntaxOf(object)));
      } else if (object instanceof protobuf.Enum) {
        fileOf(object)?.enumType.push(enumDescriptor(object));
      } else if (object instanceof protobuf.Field) {
        fileOf(object)?.extension.push(fieldDescriptor(object, syntaxOf(object)));
      } else if (object instanceof protobuf.Service) {
        fileOf(object)?.service.push(serviceDescriptor(object));
      } else if (object instanceof protobuf.Namespace) {
        collect(object);
      }
    }
  }

  function syntaxOf({ fullName }: protobuf.ReflectionObject): string {
    return sourceOf.get(fullName.slice(1))?.text.syntax ?? "proto3";
  }

  /** The descriptor of the file that an object stands in; none for what protobufjs brings along. */
  function fileOf({ fullName, filename }: protobuf.ReflectionObject): FileDescriptorProto | undefined {
    const source = sourceOf.get(fullName.slice(1));
    if (!source) {
      if (!fullName.startsWith(".google.protobuf.")) {
        problems.report({ file: filename ?? "" }, `the file of ${fullName.slice(1)} cannot be told; ${INSTEAD}`);
      }
      return undefined;
    }
    let file = descriptors.get(source);
    if (!file) {
      const { name, text } = source;
      file = create(FileDescriptorProtoSchema, { name, package: text.packageName, ...syntaxFields(text.syntax) });
      descriptors.set(source, file);
    }
    return file;
  }
}

function syntaxFields(syntax: string): { syntax: string; edition?: Edition } {
  if (syntax === "proto2" || syntax === "proto3") return { syntax };
  const edition = Edition[`EDITION_${syntax}` as keyof typeof Edition];
  return { syntax: "editions", edition };
}
