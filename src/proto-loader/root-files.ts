import { create } from "@bufbuild/protobuf";
import { Edition, type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import protobuf from "protobufjs";
import { withDependencies } from "./dependencies.js";
import { enumDescriptor, fieldDescriptor, messageDescriptor } from "./root-descriptors.js";
import type { SourceFile } from "./source-root.js";

/**
 * The descriptors of what a Root of protobufjs holds, but for `google.protobuf`.
 *
 * Not those that `Root.toDescriptor` makes, which have one file for a package,
 * names that are not full, and no optional fields.
 *
 * @param files the files of the Root, by the paths where it found them
 */
export function rootFiles(root: protobuf.Root, files: ReadonlyMap<string, SourceFile>): FileDescriptorProto[] {
  const descriptors = new Map<string, FileDescriptorProto>();
  collect(root);
  return withDependencies([...descriptors.values()]);

  function collect(namespace: protobuf.NamespaceBase): void {
    for (const object of namespace.nestedArray) {
      if (object instanceof protobuf.Type)
        fileOf(object)?.messageType.push(messageDescriptor(object, syntaxOf(object)));
      else if (object instanceof protobuf.Enum) fileOf(object)?.enumType.push(enumDescriptor(object));
      else if (object instanceof protobuf.Field)
        fileOf(object)?.extension.push(fieldDescriptor(object, syntaxOf(object)));
      else if (object instanceof protobuf.Namespace && !(object instanceof protobuf.Service)) collect(object);
    }
  }

  function syntaxOf({ filename }: protobuf.ReflectionObject): string {
    return files.get(filename ?? "")?.text.syntax ?? "proto3";
  }

  /** The descriptor of the file that an object stands in; none for what protobufjs brings along. */
  function fileOf({ filename, parent }: protobuf.ReflectionObject): FileDescriptorProto | undefined {
    const found = files.get(filename ?? "");
    if (!found || !parent) return undefined;
    let file = descriptors.get(found.name);
    if (!file) {
      const { name, text } = found;
      file = create(FileDescriptorProtoSchema, {
        name,
        package: parent.fullName.slice(1),
        ...syntaxFields(text.syntax),
      });
      descriptors.set(name, file);
    }
    return file;
  }
}

function syntaxFields(syntax: string): { syntax: string; edition?: Edition } {
  if (syntax === "proto2" || syntax === "proto3") return { syntax };
  const edition = Edition[`EDITION_${syntax}` as keyof typeof Edition];
  return { syntax: "editions", edition };
}
