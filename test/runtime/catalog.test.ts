import { Catalog, type Definition } from "grpc-rich-errors";
import { catalog as aerospike } from "grpc-rich-errors/catalogs/aerospike";
import { catalog as eventlog } from "grpc-rich-errors/catalogs/eventlog";
import { catalog as hapnd } from "grpc-rich-errors/catalogs/hapnd";
import { catalog as kurrent } from "grpc-rich-errors/catalogs/kurrent";
import { catalog as kurrentdb } from "grpc-rich-errors/catalogs/kurrentdb";
import { type DynamicErrorClass, loadDescriptorSet, loadSync } from "grpc-rich-errors/proto-loader";
import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
import { beforeAll, describe, expect, it } from "vitest";
import { bufImage, PROTO_FOLDER, protocDescriptors, REFERENCE_PROTOS } from "../support/reference-protos.js";

const GENERATED: readonly [string, Catalog][] = Object.entries({ aerospike, eventlog, hapnd, kurrent, kurrentdb });

const IN_CAMEL_CASE = {
  "a buf image": () => catalogFromDescriptorSet(bufImage()),
  "a descriptor set of protoc": () => catalogFromDescriptorSet(protocDescriptors()),
  "proto-loader": () => loadSync(REFERENCE_PROTOS, { includeDirs: [PROTO_FOLDER] }).catalog,
};

const AS_IN_THE_PROTO = {
  "proto-loader that keeps case": () =>
    loadSync(REFERENCE_PROTOS, { includeDirs: [PROTO_FOLDER], keepCase: true }).catalog,
  "proto-loader and a buf image": () => loadDescriptorSet(bufImage()).catalog,
};

/** The definition, with the type's name in place of the codec. */
function factsOf({ detail, ...definition }: Definition): object {
  return { ...definition, detail: detail?.typeName };
}

/** Writes field names in camel case, as in generated code. */
function inCamelCase(message: string): string {
  return message.replace(/\{[\w.]+\}/g, (name) =>
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  );
}

function namesOf(errorClass: object): string[] {
  const names: string[] = [];
  for (let cls = errorClass; cls !== Function.prototype; cls = Object.getPrototypeOf(cls)) {
    names.push(String(Reflect.get(cls, "name")));
  }
  return names;
}

describe.each(Object.entries({ ...IN_CAMEL_CASE, ...AS_IN_THE_PROTO }))("a catalog from %s", (source, load) => {
  let dynamic: Catalog<DynamicErrorClass>;
  const renames = source in AS_IN_THE_PROTO;

  beforeAll(() => {
    dynamic = load();
  });

  /** Pairs of generated and dynamic classes. */
  function pairs(generated: Catalog) {
    return [...generated].map((errorClass) => {
      const { domain, reason } = errorClass.definition;
      const found = dynamic.byReason(domain, reason);
      if (!found) throw new Error(`${reason} is missing`);
      return [errorClass, found] as const;
    });
  }

  it.each(GENERATED)("has the same definitions as %s", (_, generated) => {
    for (const [{ definition }, { definition: other }] of pairs(generated)) {
      const facts = factsOf(other);
      for (const name of ["message", "redirectTo"] as const) {
        const template = other[name];
        if (renames && template !== undefined) Object.assign(facts, { [name]: inCamelCase(template) });
      }
      expect(facts).toEqual(factsOf(definition));
    }
  });

  it.each(GENERATED)("has classes with the names and the base classes of %s", (_, generated) => {
    for (const [errorClass, found] of pairs(generated)) expect(namesOf(found)).toEqual(namesOf(errorClass));
  });

  it("has the categories of every domain", () => {
    const { categories } = Catalog.of(...GENERATED.map(([, catalog]) => catalog));
    expect(dynamic.categories).toMatchObject(categories);
    expect(dynamic.categoryOf("aerospike", 150)).toBe("Batch");
  });

  it.each(GENERATED)("makes instances of its own classes and of those of %s", (_, generated) => {
    for (const [errorClass, found] of pairs(generated)) {
      const { definition } = errorClass;
      const thrown = definition.detail ? new found({}) : new found();
      expect(thrown).toBeInstanceOf(errorClass as never);
      expect(thrown).toBeInstanceOf(found);
      expect(thrown).toMatchObject({ name: definition.className, code: definition.code, issues: [] });
    }
  });

  it("distinguishes its classes", () => {
    const [first, second] = [...dynamic];
    expect(first && new first()).toBeInstanceOf(Object.getPrototypeOf(first));
    expect(first && new first()).not.toBeInstanceOf(second);
  });
});
