import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { type Catalog, RichError } from "grpc-rich-errors";
import { loadDescriptorSet, loadSync } from "grpc-rich-errors/proto-loader";
import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
import { beforeAll, describe, expect, it } from "vitest";
import { compile } from "../plugin/compile.js";
import { generatedModules } from "../support/generated-modules.js";
import { protoFolder } from "../support/proto-folder.js";
import { PROTO_FOLDER } from "../support/reference-protos.js";

const PROTOS = {
  "paint/v1/paint.proto": `
    syntax = "proto3";
    package paint.v1;
    import "richerrors/v1/annotations.proto";

    enum PaintError {
      PAINT_ERROR_UNSPECIFIED = 0;
      PAINT_ERROR_SOLD_OUT = 1 [(richerrors.v1.error) = {
        status_code: RESOURCE_EXHAUSTED
        has_details: true
        message: "{color} is sold out; {left_colors} are left; {best.finish} is best ({best.shop_numbers})"
      }];
      PAINT_ERROR_TOO_DARK = 2 [(richerrors.v1.error) = {
        status_code: INVALID_ARGUMENT
        detail_type: "paint.v1.SoldOut"
        message: "{color} is too dark"
      }];
    }

    enum Color {
      option allow_alias = true;
      COLOR_UNSPECIFIED = 0;
      COLOR_RED = 1;
      COLOR_CRIMSON = 1;
      COLOR_INFRARED = -2;
    }

    message SoldOut {
      Color color = 1;
      repeated Color left_colors = 2;
      Best best = 3;
      message Best {
        enum Finish {
          FINISH_UNSPECIFIED = 0;
          FINISH_MATT = 1;
        }
        Finish finish = 1;
        repeated int64 shop_numbers = 2;
      }
    }
  `,
};

const NUMBERS = {
  color: 1,
  leftColors: [0, -2, 99],
  best: { finish: 1, shopNumbers: [7n, 8n] },
};
const NAMES = {
  color: "COLOR_RED",
  leftColors: ["COLOR_UNSPECIFIED", "COLOR_INFRARED", 99],
  best: { finish: "FINISH_MATT", shopNumbers: [7n, 8n] },
};
/** protobufjs has no bigint. */
const [NUMBERS_OF_LOADER, NAMES_OF_LOADER] = [NUMBERS, NAMES].map((detail) => ({
  ...detail,
  best: { ...detail.best, shopNumbers: ["7", 8] },
}));
const snakeCase = ({ leftColors, best: { shopNumbers, ...best }, ...detail }: typeof NUMBERS | typeof NAMES) => ({
  ...detail,
  left_colors: leftColors,
  best: { ...best, shop_numbers: shopNumbers.map(Number) },
});

const MESSAGE = "COLOR_RED is sold out; COLOR_UNSPECIFIED, COLOR_INFRARED, 99 are left; FINISH_MATT is best (7, 8)";

type Load = (includeDirs: string[]) => Catalog;

let generated: Record<string, Catalog>;
let bytes: Uint8Array;

beforeAll(async () => {
  const optionsOf = { default: [], strings: ["stringEnums=true"], literals: ["enumsAsLiterals=true"] };
  const catalogs = Object.entries(optionsOf).map(async ([name, options]) => {
    const folder = await generatedModules(PROTOS, options);
    const module = (await import(/* @vite-ignore */ join(folder, "paint/v1/paint.rich.ts"))) as { catalog: Catalog };
    return [name, module.catalog] as const;
  });
  generated = Object.fromEntries(await Promise.all(catalogs));
  const { protoFile } = await compile(PROTOS);
  bytes = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: protoFile }));
});

const FILE = "paint/v1/paint.proto";

/** Every way to declare, and a detail as code writes it there. */
const WAYS: readonly (readonly [way: string, load: Load, detail: object | undefined])[] = [
  ["generated code", () => known(generated["default"]), NUMBERS],
  ["generated code with string enums", () => known(generated["strings"]), NAMES],
  ["generated code with enums as literals", () => known(generated["literals"]), NUMBERS],
  ["protobuf-es", () => catalogFromDescriptorSet(bytes), NUMBERS],
  ["loadSync", (includeDirs) => loadSync(FILE, { includeDirs }).catalog, NUMBERS_OF_LOADER],
  ["loadSync and names", (includeDirs) => loadSync(FILE, { includeDirs }).catalog, NAMES_OF_LOADER],
  [
    "loadSync with enums: String",
    (includeDirs) => loadSync(FILE, { includeDirs, enums: String }).catalog,
    NAMES_OF_LOADER,
  ],
  [
    "loadSync with enums: String and numbers",
    (includeDirs) => loadSync(FILE, { includeDirs, enums: String }).catalog,
    NUMBERS_OF_LOADER,
  ],
  [
    "loadSync with keepCase",
    (includeDirs) => loadSync(FILE, { includeDirs, keepCase: true }).catalog,
    snakeCase(NUMBERS),
  ],
  ["loadDescriptorSet", () => loadDescriptorSet(bytes).catalog, snakeCase(NUMBERS)],
  ["loadDescriptorSet with enums: String", () => loadDescriptorSet(bytes, { enums: String }).catalog, snakeCase(NAMES)],
];

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("it is missing");
  return value;
}

describe("the values of enums in a message", () => {
  it.each(WAYS)("are written by name in an error of %s", (_, load, detail) => {
    const catalog = load([protoFolder(PROTOS), PROTO_FOLDER]);
    const { definition } = known(catalog.byReason("paint.v1", "SOLD_OUT"));
    expect(new RichError(definition, detail).message).toBe(MESSAGE);
    const other = known(catalog.byReason("paint.v1", "TOO_DARK")).definition;
    expect(new RichError(other, { color: -2 }).message).toBe("COLOR_INFRARED is too dark");
  });
});
