import { createRequire } from "node:module";
import { compileFunction } from "node:vm";
import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { accessors, classOf, moduleName, reading, toObject, upperCamel, writing } from "./protoc-gen-js-fields.js";

// The plugin protoc-gen-js is a program that its packages download. This writes the classes that it would, without their
// comments, for proto3. Its test compares them with those that google-protobuf contains.

/** Loads the classes of the messages in a file, by their names. Messages of other files must be loaded before. */
export function loadClasses(file: DescFile): Readonly<Record<string, unknown>> {
  const exported = {};
  compileFunction(moduleOf(file), ["require", "exports"])(createRequire(import.meta.url), exported);
  return exported;
}

/** The code of the module for a file. */
export function moduleOf(file: DescFile): string {
  const messages = [...nestedTypes(file)].filter((desc) => desc.kind === "message");
  return [
    "var jspb = require('google-protobuf');",
    "var goog = jspb;",
    "var global = globalThis;",
    ...file.dependencies
      .filter(({ name }) => name.startsWith("google/"))
      .flatMap((other) => [
        `var ${moduleName(other)} = require('google-protobuf/${other.name}_pb.js');`,
        `goog.object.extend(proto, ${moduleName(other)});`,
      ]),
    ...messages.map((message) => `goog.exportSymbol('${classOf(message)}', null, global);`),
    ...messages.map(constructorOf),
    ...messages.flatMap(membersOf),
    `goog.object.extend(exports, proto.${file.proto.package});`,
  ].join("\n");
}

function constructorOf(message: DescMessage): string {
  const name = classOf(message);
  const repeated = message.fields.some(({ fieldKind }) => fieldKind === "list") ? `${name}.repeatedFields_` : "null";
  const groups = message.oneofs.length > 0 ? `${name}.oneofGroups_` : "null";
  return `${name} = function(opt_data) {
  jspb.Message.initialize(this, opt_data, 0, -1, ${repeated}, ${groups});
};
goog.inherits(${name}, jspb.Message);
if (goog.DEBUG && !COMPILED) {
  ${name}.displayName = '${name}';
}`;
}

function membersOf(message: DescMessage): string[] {
  const name = classOf(message);
  const lists = message.fields.filter(({ fieldKind }) => fieldKind === "list").map(({ number }) => number);
  return [
    ...(lists.length > 0 ? [`${name}.repeatedFields_ = [${lists.join(",")}];`] : []),
    ...(message.oneofs.length > 0 ? [oneofsOf(message)] : []),
    `if (jspb.Message.GENERATE_TO_OBJECT) {
${name}.prototype.toObject = function(opt_includeInstance) {
  return ${name}.toObject(opt_includeInstance, this);
};
${name}.toObject = function(includeInstance, msg) {
  var f, obj = {
${message.fields.map(toObject).join(",\n")}
  };
  if (includeInstance) {
    obj.$jspbMessageInstance = msg;
  }
  return obj;
};
}`,
    `${name}.deserializeBinary = function(bytes) {
  var reader = new jspb.BinaryReader(bytes);
  var msg = new ${name};
  return ${name}.deserializeBinaryFromReader(msg, reader);
};`,
    `${name}.deserializeBinaryFromReader = function(msg, reader) {
  while (reader.nextField()) {
    if (reader.isEndGroup()) {
      break;
    }
    var field = reader.getFieldNumber();
    switch (field) {
${message.fields.map((field) => `    case ${field.number}:\n${reading(field)}\n      break;`).join("\n")}
    default:
      reader.skipField();
      break;
    }
  }
  return msg;
};`,
    `${name}.prototype.serializeBinary = function() {
  var writer = new jspb.BinaryWriter();
  ${name}.serializeBinaryToWriter(this, writer);
  return writer.getResultBuffer();
};`,
    `${name}.serializeBinaryToWriter = function(message, writer) {
  var f = undefined;
${message.fields.map(writing).join("\n")}
};`,
    ...message.fields.flatMap(accessors),
  ];
}

function oneofsOf(message: DescMessage): string {
  const name = classOf(message);
  const groups = message.oneofs.map(({ fields }) => `[${fields.map(({ number }) => number).join(",")}]`);
  const cases = message.oneofs.map((oneof, index) => {
    const enumName = `${name}.${upperCamel(oneof.name)}Case`;
    const entries = [`${oneof.name.toUpperCase()}_NOT_SET: 0`].concat(
      oneof.fields.map((field) => `${field.name.toUpperCase()}: ${field.number}`),
    );
    return `${enumName} = {\n  ${entries.join(",\n  ")}\n};
${name}.prototype.get${upperCamel(oneof.name)}Case = function() {
  return (jspb.Message.computeOneofCase(this, ${name}.oneofGroups_[${index}]));
};`;
  });
  return [`${name}.oneofGroups_ = [${groups.join(",")}];`, ...cases].join("\n");
}
