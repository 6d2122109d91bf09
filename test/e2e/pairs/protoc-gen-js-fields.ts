import { type DescField, type DescFile, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { FieldOptions_JSType } from "@bufbuild/protobuf/wkt";

/** The name of a message's class in its own module. */
export function classOf({ typeName }: DescMessage): string {
  return `proto.${typeName}`;
}

/** The name of the variable for the module of a file. */
export function moduleName({ name }: DescFile): string {
  return `${name.replaceAll("/", "_")}_pb`;
}

/** The name of the class of a field's messages. */
function referenceTo(message: DescMessage, { parent }: DescField): string {
  if (message.file === parent.file) return classOf(message);
  return `${moduleName(message.file)}.${message.typeName.slice(message.file.proto.package.length + 1)}`;
}

export function upperCamel(name: string): string {
  return name.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The name in accessors: `"PartsMap"`. */
function propertyOf(field: DescField): string {
  const suffix = field.fieldKind === "list" ? "List" : field.fieldKind === "map" ? "Map" : "";
  return upperCamel(field.name) + suffix;
}

/** Whether a field is known to be set, although its value is the default. */
function hasPresence(field: DescField): boolean {
  return field.fieldKind === "message" || field.oneof !== undefined || field.proto.proto3Optional;
}

interface Scalar {
  /** The part of the names of methods that read and write the type. */
  readonly method: string;
  readonly zero: string;
  /** When a value is written. */
  readonly test: string;
  /** The part of the setter's name. */
  readonly set: string;
  /** The part of the getter's name. */
  readonly get?: "Boolean" | "FloatingPoint";
}

function scalarOf(field: { scalar?: ScalarType | undefined; proto?: DescField["proto"] }): Scalar {
  const { scalar } = field;
  if (scalar === undefined) return { method: "Enum", zero: "0", test: "f !== 0.0", set: "Enum" };
  const name = ScalarType[scalar];
  const method = `${name.slice(0, 1)}${name.slice(1).toLowerCase()}`;
  switch (scalar) {
    case ScalarType.STRING:
      return { method, zero: '""', test: "f.length > 0", set: "String" };
    case ScalarType.BYTES:
      return { method, zero: '""', test: "f.length > 0", set: "Bytes" };
    case ScalarType.BOOL:
      return { method, zero: "false", test: "f", set: "Boolean", get: "Boolean" };
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return { method, zero: "0.0", test: "f !== 0.0", set: "Float", get: "FloatingPoint" };
    default:
      return field.proto?.options?.jstype === FieldOptions_JSType.JS_STRING
        ? { method: `${method}String`, zero: '"0"', test: "parseInt(f, 10) !== 0", set: "StringInt" }
        : { method, zero: "0", test: "f !== 0", set: "Int" };
  }
}

function readMethod({ method }: Scalar): string {
  return method === "String" ? "readStringRequireUtf8" : `read${method}`;
}

export function toObject(field: DescField): string {
  const { localName: _, jsonName, number, message } = field;
  const key = `${jsonName}${field.fieldKind === "list" ? "List" : field.fieldKind === "map" ? "Map" : ""}`;
  const property = propertyOf(field);
  if (field.fieldKind === "map") {
    const convert = message ? `${referenceTo(message, field)}.toObject` : "undefined";
    return `${key}: (f = msg.get${property}()) ? f.toObject(includeInstance, ${convert}) : []`;
  }
  if (field.fieldKind === "list") {
    if (message) {
      return `${key}: jspb.Message.toObjectList(msg.get${property}(),\n    ${referenceTo(message, field)}.toObject, includeInstance)`;
    }
    const get = scalarOf(field).get === "FloatingPoint" ? "RepeatedFloatingPointField" : "RepeatedField";
    return `${key}: (f = jspb.Message.get${get}(msg, ${number})) == null ? undefined : f`;
  }
  if (message)
    return `${key}: (f = msg.get${property}()) && ${referenceTo(message, field)}.toObject(includeInstance, f)`;
  const { zero, get = "" } = scalarOf(field);
  if (field.scalar === ScalarType.BYTES) return `${key}: msg.get${property}_asB64()`;
  if (!hasPresence(field)) return `${key}: jspb.Message.get${get}FieldWithDefault(msg, ${number}, ${zero})`;
  const optional = get === "FloatingPoint" ? "OptionalFloatingPointField" : `${get}Field`;
  return `${key}: (f = jspb.Message.get${optional}(msg, ${number})) == null ? undefined : f`;
}

export function reading(field: DescField): string {
  const { message } = field;
  const property = propertyOf(field);
  const name = upperCamel(field.name);
  if (field.fieldKind === "map") {
    const key = scalarOf({ scalar: field.mapKey });
    const value = message
      ? `jspb.BinaryReader.prototype.readMessage, ${referenceTo(message, field)}.deserializeBinaryFromReader, ${key.zero}, new ${referenceTo(message, field)}()`
      : `jspb.BinaryReader.prototype.${readMethod(scalarOf(field))}, null, ${key.zero}, ${scalarOf(field).zero}`;
    return `      var value = msg.get${property}();
      reader.readMessage(value, function(message, reader) {
        jspb.Map.deserializeBinary(message, reader, jspb.BinaryReader.prototype.${readMethod(key)}, ${value});
         });`;
  }
  const put = field.fieldKind === "list" ? `add${name}` : `set${name}`;
  if (message) {
    return `      var value = new ${referenceTo(message, field)};
      reader.readMessage(value,${referenceTo(message, field)}.deserializeBinaryFromReader);
      msg.${put}(value);`;
  }
  const scalar = scalarOf(field);
  if (field.fieldKind === "list" && field.packed)
    return `      reader.readPackable${scalar.method}Into(msg.get${property}());`;
  return `      var value = (reader.${readMethod(scalar)}());\n      msg.${put}(value);`;
}

export function writing(field: DescField): string {
  const { message, number } = field;
  const property = propertyOf(field);
  if (field.fieldKind === "map") {
    const key = scalarOf({ scalar: field.mapKey }).method;
    const value = message
      ? `jspb.BinaryWriter.prototype.writeMessage,\n    ${referenceTo(message, field)}.serializeBinaryToWriter`
      : `jspb.BinaryWriter.prototype.write${scalarOf(field).method}`;
    return `  f = message.get${property}(true);
  if (f && f.getLength() > 0) {
jspb.internal.public_for_gencode.serializeMapToBinary(
    message.get${property}(true),
    ${number},
    writer,
    jspb.BinaryWriter.prototype.write${key},
    ${value});
  }`;
  }
  const bytes = field.scalar === ScalarType.BYTES ? "_asU8" : "";
  const isList = field.fieldKind === "list";
  const get =
    !isList && !message && hasPresence(field)
      ? `(jspb.Message.getField(message, ${number}))`
      : `message.get${property}${bytes}()`;
  const test = isList ? "f.length > 0" : hasPresence(field) ? "f != null" : scalarOf(field).test;
  const kind = message ? "Message" : scalarOf(field).method;
  const method = isList ? (field.packed ? `writePacked${kind}` : `writeRepeated${kind}`) : `write${kind}`;
  const serialize = message ? `,\n      ${referenceTo(message, field)}.serializeBinaryToWriter` : "";
  return `  f = ${get};
  if (${test}) {
    writer.${method}(
      ${number},
      f${serialize}
    );
  }`;
}

export function accessors(field: DescField): string[] {
  const { message, number, oneof } = field;
  const property = propertyOf(field);
  const prototype = `${classOf(field.parent)}.prototype`;
  const method = (name: string, parameters: string, body: string) =>
    `${prototype}.${name} = function(${parameters}) {\n  ${body}\n};`;
  const group = oneof && `${classOf(field.parent)}.oneofGroups_[${field.parent.oneofs.indexOf(oneof)}]`;
  if (field.fieldKind === "map") {
    const type = message ? referenceTo(message, field) : "null";
    return [
      method(
        `get${property}`,
        "opt_noLazyCreate",
        `return (\n      jspb.Message.getMapField(this, ${number}, opt_noLazyCreate,\n      ${type}));`,
      ),
      method(`clear${property}`, "", `this.get${property}().clear();\n  return this;`),
    ];
  }
  const name = upperCamel(field.name);
  if (field.fieldKind === "list" && message) {
    const type = referenceTo(message, field);
    return [
      method(`get${property}`, "", `return (\n    jspb.Message.getRepeatedWrapperField(this, ${type}, ${number}));`),
      method(`set${property}`, "value", `return jspb.Message.setRepeatedWrapperField(this, ${number}, value);`),
      method(
        `add${name}`,
        "opt_value, opt_index",
        `return jspb.Message.addToRepeatedWrapperField(this, ${number}, opt_value, ${type}, opt_index);`,
      ),
      method(`clear${property}`, "", `return this.set${property}([]);`),
    ];
  }
  if (field.fieldKind === "list") {
    const get = scalarOf(field).get === "FloatingPoint" ? "RepeatedFloatingPointField" : "RepeatedField";
    return [
      method(`get${property}`, "", `return (jspb.Message.get${get}(this, ${number}));`),
      method(`set${property}`, "value", `return jspb.Message.setField(this, ${number}, value || []);`),
      method(
        `add${name}`,
        "value, opt_index",
        `return jspb.Message.addToRepeatedField(this, ${number}, value, opt_index);`,
      ),
      method(`clear${property}`, "", `return this.set${property}([]);`),
    ];
  }
  const has = method(`has${name}`, "", `return jspb.Message.getField(this, ${number}) != null;`);
  if (message) {
    const set = group
      ? `setOneofWrapperField(this, ${number}, ${group}, value)`
      : `setWrapperField(this, ${number}, value)`;
    return [
      method(
        `get${name}`,
        "",
        `return (\n    jspb.Message.getWrapperField(this, ${referenceTo(message, field)}, ${number}));`,
      ),
      method(`set${name}`, "value", `return jspb.Message.${set};`),
      method(`clear${name}`, "", `return this.set${name}(undefined);`),
      has,
    ];
  }
  const { zero, set, get = "" } = scalarOf(field);
  const bytes = ["B64", "U8"].map((form) =>
    method(`get${name}_as${form}`, "", `return (jspb.Message.bytesAs${form}(\n      this.get${name}()));`),
  );
  const put = (value: string) => {
    if (group) return `return jspb.Message.setOneofField(this, ${number}, ${group}, ${value});`;
    return `return jspb.Message.setField(this, ${number}, ${value});`;
  };
  return [
    method(`get${name}`, "", `return (jspb.Message.get${get}FieldWithDefault(this, ${number}, ${zero}));`),
    ...(field.scalar === ScalarType.BYTES ? bytes : []),
    ...(hasPresence(field)
      ? [method(`set${name}`, "value", put("value")), method(`clear${name}`, "", put("undefined")), has]
      : [method(`set${name}`, "value", `return jspb.Message.setProto3${set}Field(this, ${number}, value);`)]),
  ];
}
