import { create } from "@bufbuild/protobuf";
import { protoCamelCase } from "@bufbuild/protobuf/reflect";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  type EnumDescriptorProto,
  EnumDescriptorProtoSchema,
  type FeatureSet,
  FeatureSetSchema,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  FieldOptionsSchema,
  FeatureSet_FieldPresence as FieldPresence,
  FieldDescriptorProto_Label as Label,
  FeatureSet_MessageEncoding as MessageEncoding,
  type ServiceDescriptorProto,
  ServiceDescriptorProtoSchema,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import protobuf from "protobufjs";

/** The descriptor of an enum. Its options are not in it. */
export function enumDescriptor({ name, values }: protobuf.Enum): EnumDescriptorProto {
  const value = Object.entries(values).map(([name, number]) => ({ name, number }));
  return create(EnumDescriptorProtoSchema, { name, value });
}

/** The descriptor of a service. Its methods' options are not in it. */
export function serviceDescriptor({ name, methodsArray }: protobuf.Service): ServiceDescriptorProto {
  const method = methodsArray.map((method) => {
    const { resolvedRequestType, resolvedResponseType } = method.resolve() as protobuf.Method;
    return {
      name: method.name,
      inputType: resolvedRequestType?.fullName ?? "",
      outputType: resolvedResponseType?.fullName ?? "",
      clientStreaming: method.requestStream === true,
      serverStreaming: method.responseStream === true,
    };
  });
  return create(ServiceDescriptorProtoSchema, { name, method });
}

/** The descriptor of a message type. */
export function messageDescriptor(type: protobuf.Type, syntax: string): DescriptorProto {
  // An optional field of proto3 is a oneof of its own, which stands after the others.
  const oneofs = [...type.oneofsArray].sort((a, b) => Number(isSynthetic(a)) - Number(isSynthetic(b)));
  const message = create(DescriptorProtoSchema, { name: type.name, oneofDecl: oneofs.map(({ name }) => ({ name })) });
  for (const field of type.fieldsArray) {
    if (field.declaringField) continue;
    const descriptor = fieldDescriptor(field, syntax);
    if (field.partOf) descriptor.oneofIndex = oneofs.indexOf(field.partOf);
    if (field instanceof protobuf.MapField) {
      const entry = mapEntry(field);
      descriptor.typeName = `${type.fullName}.${entry.name}`;
      message.nestedType.push(entry);
    }
    message.field.push(descriptor);
  }
  for (const object of type.nestedArray) {
    if (object instanceof protobuf.Type) message.nestedType.push(messageDescriptor(object, syntax));
    else if (object instanceof protobuf.Enum) message.enumType.push(enumDescriptor(object));
    else if (object instanceof protobuf.Field) message.extension.push(fieldDescriptor(object, syntax));
  }
  return message;
}

/** The descriptor of a field, or of an extension. */
export function fieldDescriptor(field: protobuf.FieldBase, syntax: string): FieldDescriptorProto {
  const { name, id: number, repeated, map, options = {}, extend } = field.resolve();
  const { json_name: jsonName, proto3_optional: proto3Optional }: Readonly<Record<string, unknown>> = options;
  return create(FieldDescriptorProtoSchema, {
    name,
    number,
    jsonName: typeof jsonName === "string" ? jsonName : protoCamelCase(name),
    label:
      repeated || map ? Label.REPEATED : is(field, "required") && syntax === "proto2" ? Label.REQUIRED : Label.OPTIONAL,
    ...(map ? { type: Type.MESSAGE } : typeOf(field)),
    ...(proto3Optional === true && { proto3Optional }),
    ...(extend !== undefined && { extendee: extendeeOf(field) }),
    ...(!syntax.startsWith("proto") && { options: create(FieldOptionsSchema, { features: featuresOf(field) }) }),
  });
}

function isSynthetic({ fieldsArray: [only] }: protobuf.OneOf): boolean {
  return only?.options?.["proto3_optional"] === true;
}

function mapEntry(field: protobuf.MapField): DescriptorProto {
  const camel = protoCamelCase(field.name);
  return create(DescriptorProtoSchema, {
    // The name that every compiler gives it.
    name: `${camel.slice(0, 1).toUpperCase()}${camel.slice(1)}Entry`,
    field: [
      { name: "key", jsonName: "key", number: 1, label: Label.OPTIONAL, type: scalarType(field.keyType) },
      { name: "value", jsonName: "value", number: 2, label: Label.OPTIONAL, ...typeOf(field) },
    ],
    options: { mapEntry: true },
  });
}

function typeOf(field: protobuf.FieldBase): { type: Type; typeName?: string } {
  const { resolvedType, type } = field.resolve();
  if (!resolvedType) return { type: scalarType(type) };
  const typeName = resolvedType.fullName;
  if (resolvedType instanceof protobuf.Enum) return { type: Type.ENUM, typeName };
  return { type: is(field, "delimited") ? Type.GROUP : Type.MESSAGE, typeName };
}

function scalarType(name: string): Type {
  return Type[name.toUpperCase() as keyof typeof Type];
}

function extendeeOf(field: protobuf.FieldBase): string {
  return field.extensionField?.parent?.fullName ?? `.${field.extend}`;
}

/** What an edition says of the field, here or farther out, as far as it changes what is read. */
function featuresOf(field: protobuf.FieldBase): FeatureSet {
  const { resolvedType, repeated, map, partOf } = field;
  const isMessage = resolvedType instanceof protobuf.Type;
  const features = create(FeatureSetSchema);
  if (isMessage && is(field, "delimited")) features.messageEncoding = MessageEncoding.DELIMITED;
  if (repeated || map) return features;
  if (is(field, "required")) features.fieldPresence = FieldPresence.LEGACY_REQUIRED;
  else if (!isMessage && !partOf && !is(field, "hasPresence")) features.fieldPresence = FieldPresence.IMPLICIT;
  return features;
}

/** What protobufjs tells of a field, but not in its types. */
function is(field: protobuf.FieldBase, feature: "required" | "delimited" | "hasPresence"): boolean {
  return Reflect.get(field, feature) === true;
}
