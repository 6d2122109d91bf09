import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { type Catalog, type RichError, richErrorClientOptions } from "grpc-rich-errors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generate } from "../../src/plugin/plugin.js";
import { ShapesClient } from "../gen/shapes/v1/shapes.js";
import { compile, createWorkspace, ROOT, runTool } from "../plugin/compile.js";
import { openShapes, request, type Shapes } from "../support/shapes.js";
import { consumerOf, MESSAGES, PROTOS } from "../support/ts-proto-options.js";

// ts-proto and the plugin with the same options: the code compiles, and its errors arrive whole. With different ones,
// the compiler shows which option to set.

const COMMON = ["outputServices=none", "outputJsonMethods=false", "importSuffix=.js"];

/** Every option of ts-proto that changes names, types or code. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  defaults: [],
  "snake-case": ["snakeToCamel=false", "forceLong=long", "esModuleInterop=true", "useDate=false", "oneof=unions"],
  "snake-case-keys": ["snakeToCamel=json", "forceLong=string", "useDate=string", "oneof=unions-value"],
  "camel-case-keys": ["snakeToCamel=keys", "forceLong=bigint", "useDate=string-nano", "env=node", "useMapType=true"],
  "camel-case": ["snakeToCamel=keys_json", "useDate=temporal", "useOptionals=all", "env=browser"],
  "json-names": ["useJsonName=true", "useOptionals=messages", "forceLong=bigint", "oneof=unions"],
  affixes: [
    ...["fileSuffix=.pb", "outputIndex=true", "typePrefix=T", "typeSuffix=S", "messagePrefix=M", "messageSuffix=N"],
    ...["enumPrefix=E", "enumSuffix=F", "exportCommonSymbols=false"],
  ],
  "nested-names": ["useSnakeTypeName=false", "typePrefix=P_", "useOptionals=none", "useDate=timestamp"],
  "texts-for-enums": ["stringEnums=true", "removeEnumPrefix=true", "unrecognizedEnum=false", "forceLong=bigint"],
  "types-at-run-time": ["outputTypeAnnotations=true", "outputTypeRegistry=true", "useDuration=string"],
  "optional-types": [
    "outputTypeAnnotations=optional",
    "enumsAsLiterals=true",
    "useReadonlyTypes=true",
    "useDate=date",
    "unknownFields=true",
  ],
  "null-for-absent": ["useNullAsOptional=true", "forceLong=bigint", "bigIntLiteral=false"],
  "inherited-defaults": ["usePrototypeForDefaults=true", "initializeFieldsAsUndefined=false", "useExactTypes=false"],
  "no-defaults": ["noDefaultsForOptionals=true", "outputPartialMethods=false", "useUnknownForValue=true"],
  nest: [
    ...["nestJs=true", "outputEncodeMethods=true", "outputPartialMethods=true", "useDate=date"],
    ...["forceLong=long", "esModuleInterop=true"],
  ],
};

/** Options with which ts-proto writes no code for details. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  "only-types": ["onlyTypes=true"],
  "decode-only": ["outputEncodeMethods=decode-only"],
  "nest-alone": ["nestJs=true"],
};

/** The advice of the compiler for other options of the plugin than of ts-proto's code, by the folder of that code. */
const DIFFERENT: readonly (readonly [code: string, options: string, advice: string])[] = [
  ["snake-case", "", "set snakeToCamel=false for protoc-gen-rich-errors in buf.gen.yaml"],
  ["defaults", "snakeToCamel=false", "give protoc-gen-rich-errors the same snakeToCamel as protoc-gen-ts_proto"],
  ["json-names", "", "give protoc-gen-rich-errors the same useJsonName as protoc-gen-ts_proto"],
  ["defaults", "useJsonName=true", "give protoc-gen-rich-errors the same useJsonName as protoc-gen-ts_proto"],
  ["affixes", "", "give protoc-gen-rich-errors the same fileSuffix and importSuffix as protoc-gen-ts_proto"],
  ["affixes", "fileSuffix=.pb", "set typePrefix=TM and typeSuffix=NS for protoc-gen-rich-errors in buf.gen.yaml"],
  ["nested-names", "useSnakeTypeName=false", "set typePrefix=P_ for protoc-gen-rich-errors in buf.gen.yaml"],
  ["nested-names", "typePrefix=P_", "give protoc-gen-rich-errors the same typePrefix, typeSuffix, messagePrefix"],
  ["defaults", "typeSuffix=S", "give protoc-gen-rich-errors the same typePrefix, typeSuffix, messagePrefix"],
  ["only-types", "", "set outputEncodeMethods=true for protoc-gen-ts_proto in buf.gen.yaml, and remove onlyTypes=true"],
  [
    "decode-only",
    "",
    "set outputEncodeMethods=true for protoc-gen-ts_proto in buf.gen.yaml, and remove onlyTypes=true",
  ],
];

const ANNOTATIONS = ["richerrors.v1.error", "richerrors.v1.error_enum", "richerrors.v1.errors"];

function different(index: number): string {
  return `shop/v1/different${index}.rich.ts`;
}

let folder: string;
let output: readonly string[];
let shapes: Shapes;
let thrown: RichError;

beforeAll(async () => {
  folder = await createWorkspace(PROTOS, join(ROOT, "build"));
  const plugin = [process.execPath, join(ROOT, "dist/esm/src/plugin/bin.js")];
  const plugins = Object.entries({ ...SAME, ...TYPES }).flatMap(([name, options]) => {
    const opt = [...COMMON, ...options];
    const out = `gen/${name}`;
    return [
      { local: "protoc-gen-ts_proto", out, opt, exclude_types: ANNOTATIONS },
      ...(name in SAME ? [{ local: plugin, out, opt }] : []),
    ];
  });
  await writeFile(
    join(folder, "buf.gen.yaml"),
    JSON.stringify({ version: "v2", inputs: [{ directory: "proto", paths: ["proto/shop"] }], plugins }),
  );
  await mkdir(join(folder, "consumers"));
  for (const [name, options] of Object.entries(SAME)) {
    await writeFile(join(folder, `consumers/${name}.ts`), consumerOf(`gen/${name}`, options));
  }
  await runTool("buf", ["generate"], folder);
  const compiled = await compile(PROTOS);
  for (const [index, [code, parameter]] of DIFFERENT.entries()) {
    const { error, file } = generate({ ...compiled, parameter });
    expect(error).toBe("");
    await writeFile(join(folder, "gen", code, different(index)), file[0]?.content ?? "");
  }
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        ...{ target: "es2022", lib: ["es2022", "esnext.temporal"], module: "esnext", moduleResolution: "bundler" },
        ...{ strict: true, noEmit: true, skipLibCheck: true, types: ["node"], esModuleInterop: true },
        paths: { "grpc-rich-errors/codegenv1": [join(ROOT, "src/codegenv1.ts")] },
      },
      include: ["consumers", "gen"],
    }),
  );
  const { stdout } = await runTool("tsc", ["-p", "."], folder).catch((error: { stdout: string }) => error);
  output = stdout.split("\n").filter((line) => line !== "");
  shapes = await openShapes({
    unary: () => {
      throw thrown;
    },
  });
});

afterAll(async () => {
  shapes.close();
  await rm(folder, { recursive: true });
});

describe.each(Object.keys(SAME))("with the same options, code of ts-proto and of the plugin: %s", (name) => {
  it("compiles", () => {
    expect(output.filter((line) => line.includes(`/${name}`) && !line.includes("/different"))).toEqual([]);
  });

  it("throws errors that arrive whole", async () => {
    const { catalog, errors, plain } = await consumer(name);
    const options = richErrorClientOptions({ catalogs: [catalog] });
    const client = new ShapesClient(shapes.address, credentials.createInsecure(), options);
    const received: RichError[] = [];
    for (const error of errors) {
      expect(error.issues).toEqual([]);
      thrown = error;
      received.push(await new Promise((resolve) => client.unary(request(), (error) => resolve(error as RichError))));
      expect(received.at(-1)).toBeInstanceOf(error.constructor);
      expect(received.at(-1)).toMatchObject({ message: error.message, issues: [] });
    }
    client.close();
    expect(received.map(({ message }) => message)).toEqual(MESSAGES);
    const [rejected, ...others] = received.map(({ detail }) => detail);
    expect(rejected).toEqual(plain(errors[0]?.detail));
    expect(others).toMatchObject(errors.slice(1).map(({ detail }) => detail));
    // However ts-proto represents the detail, it is the same message.
    const { errors: byDefault, detail, OrderRejectedError } = await consumer("defaults");
    const same = name === "nest" ? new OrderRejectedError({ ...detail, freeForm: undefined }) : byDefault[0];
    expect(errors[0]?.errorDetails.at(-1)).toEqual(same?.errorDetails.at(-1));
  });
});

describe.each(DIFFERENT.map((different, index) => [...different, index] as const))(
  "for code of ts-proto as in %s, code of the plugin with the options %j",
  (code, _, advice, index) => {
    it(`does not compile: ${advice}`, () => {
      const lines = output.filter((line) => line.startsWith(`gen/${code}/${different(index)}(`));
      expect(lines.filter((line) => line.includes("TS2344") && line.includes(advice)).length).toBeGreaterThan(0);
    });
  },
);

describe("a template", () => {
  // With noDefaultsForOptionals, a field that is left out has no value.
  it.each(Object.keys(SAME).filter((name) => name !== "no-defaults"))(
    "shows the default value of a field that is left out: %s",
    async (name) => {
      const { OrderRejectedError, sparse } = await consumer(name);
      expect(new OrderRejectedError(sparse).message).toBe(
        "order o-7 breaks rule 0 for : 0, false, ORDER_KIND_UNSPECIFIED, , ",
      );
    },
  );
});

describe("an integer that a number cannot hold", () => {
  const LARGE = 2n ** 53n + 1n;

  /** The error of a server with bigints, as a client with other code receives it. */
  async function received(receiver: string, changes: Readonly<Record<string, unknown>>): Promise<RichError> {
    const { OrderRejectedError, detail } = await consumer("camel-case-keys");
    thrown = new OrderRejectedError({ ...detail, ...changes });
    const { catalog } = await consumer(receiver);
    const options = richErrorClientOptions({ catalogs: [catalog] });
    const client = new ShapesClient(shapes.address, credentials.createInsecure(), options);
    const error = await new Promise((resolve) => client.unary(request(), resolve));
    client.close();
    return error as RichError;
  }

  it.each([
    ["maxRule", LARGE, Number.NaN, LARGE],
    ["maxRule", -LARGE, Number.NaN, -LARGE],
    ["unsignedValue", 2n ** 64n - 1n, Number.NaN, 2n ** 64n - 1n],
    ["signedValue", -LARGE, Number.NaN, -LARGE],
    ["fixedValue", LARGE, Number.NaN, LARGE],
    ["signedFixed", -(2n ** 63n), Number.NaN, -(2n ** 63n)],
    ["limitValue", LARGE, Number.NaN, LARGE],
    ["lineNumbers", [1n, LARGE, LARGE + 2n], [1, Number.NaN, Number.NaN], LARGE],
    [
      "stockByItem",
      new Map([
        ["a", LARGE],
        ["b", 2n],
      ]),
      { a: Number.NaN, b: 2 },
      LARGE,
    ],
    [
      "itemByNumber",
      new Map([
        [1n, "one"],
        [LARGE, "large"],
      ]),
      { 1: "one", [Number.NaN]: "large" },
      LARGE,
    ],
  ])("is NaN and an issue with forceLong=number, and nothing else is lost: %s", async (field, sent, read, exact) => {
    const error = await received("defaults", { [field]: sent });
    const { errors } = await consumer("defaults");
    expect(error.detail).toEqual({ ...(await consumer("defaults")).plain(errors[0]?.detail), [field]: read });
    const place = ["stockByItem"].includes(field) ? `${field}.a` : field;
    expect(error.issues).toEqual([
      {
        kind: "unsafe-integer",
        message:
          `the field ${place} of the detail "shop.v1.OrderRejectedErrorDetails" is ${exact}, which a number cannot hold; ` +
          "it is NaN here; generate ts-proto's code with forceLong=bigint",
        typeUrl: "type.googleapis.com/shop.v1.OrderRejectedErrorDetails",
      },
    ]);
  });

  it("is an issue for each field, also of nested messages", async () => {
    const address = { zipCode: "8050", houseNumber: LARGE };
    const error = await received("defaults", { billTo: address, otherAddresses: [address, address], maxRule: LARGE });
    expect(error).toMatchObject({ detail: { orderId: "o-7", billTo: { zipCode: "8050", houseNumber: Number.NaN } } });
    const fields = error.issues.map(({ message }) => /(?<=the field )\S+/.exec(message)?.[0]);
    expect(fields).toEqual(["maxRule", "billTo.houseNumber", "otherAddresses.houseNumber"]);
  });

  it.each([
    ["snake-case", "max_rule", (value: unknown) => String(value)],
    ["snake-case-keys", "max_rule", (value: unknown) => value],
    ["json-names", "maxRule", (value: unknown) => String(value)],
  ])("stays exact with any other forceLong: %s", async (receiver, field, text) => {
    const { detail, issues } = await received(receiver, { maxRule: LARGE });
    expect([text(Object(detail)[field]), issues]).toEqual([String(LARGE), []]);
  });
});

interface Consumer {
  readonly OrderRejectedError: new (detail: unknown) => RichError;
  readonly detail: object;
  readonly sparse: unknown;
  readonly catalog: Catalog;
  readonly errors: readonly RichError[];
  readonly plain: (detail: unknown) => object;
}

function consumer(name: string): Promise<Consumer> {
  return import(/* @vite-ignore */ join(folder, `consumers/${name}.ts`));
}
