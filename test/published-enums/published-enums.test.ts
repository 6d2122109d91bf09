import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import {
  createFileRegistry,
  type DescEnum,
  type DescEnumValue,
  type FileRegistry,
  fromBinary,
  getOption,
  hasOption,
} from "@bufbuild/protobuf";
import { nestedTypes, type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { credentials, Server } from "@grpc/grpc-js";
import type { Catalog, Definition } from "grpc-rich-errors";
import { type DynamicErrorClass, loadSync } from "grpc-rich-errors/proto-loader";
import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ShapesClient, ShapesService } from "../gen/shapes/v1/shapes.js";
import { createProject, type Project, ROOT } from "../package/project.js";
import { PROTO_FOLDER } from "../support/reference-protos.js";
import { listen, request, SHAPES, type Shape } from "../support/shapes.js";
import { PROJECTS } from "./projects.js";
import { type Sample, samplesOf } from "./samples.js";

// Error enums as public projects have them, annotated without a change of a name or a number. A project that has installed
// the package generates code for all of them at once and compiles it strictly.

const FOLDER = import.meta.dirname;

/** The package as the project has installed it. */
type Package = typeof import("grpc-rich-errors");

let project: Project;
let rich: Package;
let image: Uint8Array;
let registry: FileRegistry;
let fromImage: Catalog<DynamicErrorClass>;

beforeAll(async () => {
  project = await createProject("test/published-enums");
  await project.run("buf", "build", "-o", "image.binpb");
  const others = readdirSync(PROTO_FOLDER).map((name) => `node_modules/grpc-rich-errors/proto/${name}`);
  await project.run("buf", "generate", ...others.flatMap((path) => ["--exclude-path", path]));
  await project.run("tsc");
  rich = required("grpc-rich-errors") as Package;
  image = readFileSync(join(project.folder, "image.binpb"));
  registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
  fromImage = catalogFromDescriptorSet(image);
});
afterAll(() => project.remove());

it("the documentation lists the projects and what their annotations set", async () => {
  const page = join(ROOT, "docs/published-enums.md");
  const written = readFileSync(page, "utf8");
  const updated = written.replace(/(<!-- begin projects.*\n)[\s\S]*(<!-- end projects)/, (_, begin, end) => {
    return `${begin}${table()}${end}`;
  });
  if (process.env["UPDATE_DOCS"]) writeFileSync(page, updated);
  else expect(written).toBe(updated);
  expect(updated).toContain("| CockroachDB |");
});

function table(): string {
  const rows = PROJECTS.map(({ folder, name, kind }) => {
    const enums = protosIn(folder)
      .flatMap(enumsIn)
      .filter(({ values }) => values.some(isAnnotated));
    const errors = enums.flatMap(({ values }) => values.filter(isAnnotated));
    const settings = [
      ...(["reason", "class_name"] as const).map((field) => setting(field, errors, "richerrors.v1.error")),
      ...(["domain", "base_class"] as const).map((field) => setting(field, enums, "richerrors.v1.error_enum")),
    ];
    const set = settings.filter((text) => text !== undefined).join(", ");
    return `| ${name} | ${kind} | ${enums.length} | ${errors.length} | ${set || "–"} |\n`;
  });
  const head = "| project | what is special | enums | errors | names and domains to set |\n|---|---|--:|--:|---|\n";
  return head + rows.join("");
}

/** A field of the annotations of some elements, with the number of elements that set it. */
function setting(name: string, elements: readonly (DescEnum | DescEnumValue)[], option: string): string | undefined {
  const extension = registry.getExtension(option);
  if (!extension?.message) throw new Error(`there is no ${option}`);
  const field = extension.message.fields.find((field) => field.name === name);
  const { message } = extension;
  const count = elements.filter(
    (element) =>
      hasOption(element, extension) && field && reflect(message, getOption(element, extension) as never).isSet(field),
  ).length;
  return count === 0 ? undefined : `\`${name}\` (${count})`;
}

/** Loads a module of the project, which is CommonJS. */
function required(path: string): unknown {
  return createRequire(join(project.folder, "index.js"))(path);
}

describe.each(PROJECTS)("the errors of $name", ({ folder, inAllShapes }) => {
  const protos = protosIn(folder);
  /** The annotated values, as protobuf-es reads the options. */
  const annotated = () => protos.flatMap(enumsIn).flatMap(({ values }) => values.filter(isAnnotated));
  const generated = () =>
    protos
      .filter((name) => enumsIn(name).some(({ values }) => values.some(isAnnotated)))
      .flatMap((name) => [
        ...(required(`./out/${name.replace(".proto", ".rich.js")}`) as { catalog: Catalog<DynamicErrorClass> }).catalog,
      ]);
  const load = () => loadSync(protos, { includeDirs: [join(FOLDER, folder), PROTO_FOLDER], longs: String });

  it("are in the generated code, under the published names and numbers", () => {
    expect(identities(generated())).toEqual(
      annotated()
        .map(({ parent, name, number }) => `${parent.typeName} ${name} ${number}`)
        .sort(),
    );
  });

  it("are the same in a catalog from a buf image", () => {
    const enums = new Set(protos.flatMap(enumsIn).map(({ typeName }) => typeName));
    const loaded = [...fromImage].filter(({ definition }) => enums.has(definition.enumName));
    expect(definitions(loaded)).toEqual(definitions(generated()));
  });

  it("are the same in a catalog from proto-loader", () => {
    expect(definitions([...load().catalog])).toEqual(definitions(generated()));
  });

  it(`arrive as they were thrown, ${inAllShapes ? "in all shapes" : "in a unary call"}`, async () => {
    const shapes = inAllShapes ? SHAPES : SHAPES.slice(0, 1);
    expect(await throwAll(generated(), (errorClass) => errorClass, shapes)).toBeGreaterThanOrEqual(annotated().length);
  });

  it("arrive in the generated classes if a server without generated code throws them", async () => {
    const { catalog } = load();
    const loaded = ({ definition: { domain, reason } }: DynamicErrorClass) => {
      const errorClass = catalog.byReason(domain, reason);
      if (!errorClass) throw new Error(`proto-loader has no ${reason}`);
      return errorClass;
    };
    expect(await throwAll(generated(), loaded, ["unary"])).toBeGreaterThanOrEqual(annotated().length);
  });
});

/**
 * Throws every error with each of its sample details on a real server, and expects its class with this detail.
 *
 * @param thrownClass the class that the server throws in place of a generated one
 * @returns the number of calls
 */
async function throwAll(
  generated: readonly DynamicErrorClass[],
  thrownClass: (errorClass: DynamicErrorClass) => DynamicErrorClass,
  shapes: readonly Shape[],
): Promise<number> {
  let thrown: () => unknown = () => undefined;
  const fail = async () => {
    throw thrown();
  };
  const server = new Server({ interceptors: [rich.richErrorServerInterceptor()] });
  const handlers = Object.fromEntries(SHAPES.map((shape) => [shape, fail]));
  server.addService(ShapesService, rich.richHandlers(ShapesService, handlers as never));
  const address = `127.0.0.1:${await listen(server)}`;
  const options = rich.richErrorClientOptions({ catalogs: [new rich.Catalog(generated)] });
  const client = new ShapesClient(address, credentials.createInsecure(), options);
  let calls = 0;
  try {
    for (const errorClass of generated) {
      const other = thrownClass(errorClass);
      const { detail: codec } = other.definition;
      for (const sent of samples(errorClass)) {
        thrown = () => (codec && sent ? new other(codec.decode(sent.bytes)) : new other());
        for (const shape of shapes) {
          expectArrived(await failed(client, shape), errorClass, sent);
          calls++;
        }
      }
    }
  } finally {
    client.close();
    server.forceShutdown();
  }
  return calls;
}

function protosIn(folder: string): string[] {
  const names = readdirSync(join(FOLDER, folder), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".proto")).sort();
}

function enumsIn(file: string): DescEnum[] {
  const desc = registry.getFile(file);
  return desc ? [...nestedTypes(desc)].filter((type) => type.kind === "enum") : [];
}

function isAnnotated(value: DescEnumValue): boolean {
  const extension = registry.getExtension("richerrors.v1.error");
  return extension !== undefined && hasOption(value, extension) && getOption(value, extension) !== undefined;
}

function identities(classes: readonly DynamicErrorClass[]): string[] {
  return classes.map(({ definition: { enumName, name, number } }) => `${enumName} ${name} ${number}`).sort();
}

/** What all readers have to agree on. Each gives fields the names of its library. */
function definitions(classes: readonly DynamicErrorClass[]): object[] {
  return classes
    .map(({ definition: { detail, descriptors: _, message, ...facts } }) => ({
      ...facts,
      detailType: detail?.typeName,
      message: message.replace(/\{[\w.]+\}/g, (path) => path.replaceAll("_", "").toLowerCase()),
    }))
    .sort((a, b) => (`${a.enumName} ${a.name}` < `${b.enumName} ${b.name}` ? -1 : 1));
}

/** Details to throw an error with. `undefined` is no detail. */
function samples({ definition: { detail, name } }: DynamicErrorClass): readonly (Sample | undefined)[] {
  if (!detail) return [undefined];
  const message = registry.getMessage(detail.typeName);
  if (!message) throw new Error(`there is no ${detail.typeName} for ${name}`);
  return samplesOf(message);
}

async function failed(client: ShapesClient, shape: Shape): Promise<unknown> {
  const calls = rich.promises(client);
  const messages: unknown[] = [];
  try {
    if (shape === "unary") messages.push(await calls.unary(request()));
    else if (shape === "clientStream") messages.push(await calls.clientStream([request()]));
    else
      for await (const message of shape === "serverStream" ? calls.serverStream(request()) : calls.bidi([request()]))
        messages.push(message);
  } catch (error) {
    expect(messages).toEqual([]);
    return error;
  }
  throw new Error(`the call of ${shape} succeeded`);
}

function expectArrived(error: unknown, errorClass: DynamicErrorClass, sent: Sample | undefined): void {
  const { definition } = errorClass;
  const { code, reason, domain, detail: codec } = definition;
  if (!(error instanceof errorClass)) throw error;
  expect(error.constructor).toBe(errorClass);
  expect([error.code, error.reason, error.domain]).toEqual([code, reason, domain]);
  expect(error.info?.metadata["code"]).toBe(definition.numericCode ? String(definition.number) : undefined);
  expect([error.shed, error.issues]).toEqual([[], []]);
  const desc = codec && registry.getMessage(codec.typeName);
  if (!desc || !sent) {
    expect(error.detail).toBeUndefined();
    expect(error.message).toBe(annotationOf(definition).message || inWords(reason));
    return;
  }
  // Every field that was sent.
  const message = fromBinary(desc, sent.bytes);
  expect(fromBinary(desc, codec.encode(error.detail))).toEqual(message);
  const { message: template } = annotationOf(definition);
  if (!sent.isFull) expect(error.message).not.toMatch(/undefined|\[object/);
  else if (template) expect(error.message).toBe(rendered(template, reflect(desc, message)));
  else expect(error.message).toMatch(new RegExp(`^${inWords(reason)}(:|$)`));
}

/** The annotation of an error, as protobuf-es reads it. */
function annotationOf({ enumName, name }: Definition): { readonly message: string } {
  const value = registry.getEnum(enumName)?.values.find((value) => value.name === name);
  const extension = registry.getExtension("richerrors.v1.error");
  if (!value || !extension) throw new Error(`there is no ${enumName} ${name}`);
  return getOption(value, extension) as unknown as { readonly message: string };
}

/** The message of an annotation with the values of a detail: those of enums by name. */
function rendered(template: string, detail: ReflectMessage): string {
  return template.replace(/\{([\w.]+)\}/g, (_, path: string) => {
    let message = detail;
    for (const name of path.split(".")) {
      const field = message.fields.find((field) => field.name === name);
      if (!field) throw new Error(`there is no field ${path}`);
      const value = message.get(field);
      if (field.fieldKind === "enum") return field.enum.value[Number(value)]?.name ?? String(value);
      if (field.fieldKind !== "message") return String(value);
      message = value as ReflectMessage;
    }
    throw new Error(`the field ${path} is a message`);
  });
}

function inWords(reason: string): string {
  return reason.toLowerCase().replaceAll("_", " ");
}
