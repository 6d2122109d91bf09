import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { type CodeGeneratorRequest, CodeGeneratorRequestSchema } from "@bufbuild/protobuf/wkt";
import { beforeAll, describe, expect, it } from "vitest";
import { generate } from "../../src/plugin/plugin.js";
import { esWorkspace, typeErrors } from "../support/generated-modules.js";
import { compile, writeFiles } from "./compile.js";

const HEAD = `import "richerrors/v1/annotations.proto";`;

/** Names that collide, syntaxes that ts-proto does not know, and every way to refer to another file. */
const PROTOS = {
  "shop/v1/errors.proto": `syntax = "proto3"; package shop.v1; ${HEAD}
    import "shop/v1/old.proto"; import "shop/v1/new.proto"; import "google/protobuf/wrappers.proto";
    enum ShopError {
      option (richerrors.v1.error_enum) = {domain: "shop"};
      SHOP_ERROR_UNSPECIFIED = 0;
      SHOP_ERROR_ORDER_GONE = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND detail_type: "shop.v1.Order"
        message: "{order_id} {to_string} {constructor} {amount} {maybe} {kind}"}];
      SHOP_ERROR_SCHEMA_GONE = 2 [(richerrors.v1.error) = {status_code: NOT_FOUND detail_type: "shop.v1.OrderSchema"}];
      SHOP_ERROR_PART_GONE = 3 [(richerrors.v1.error) = {status_code: NOT_FOUND detail_type: "shop.v1.Order.part_of"}];
      SHOP_ERROR_OBJECT_GONE = 4 [(richerrors.v1.error) = {status_code: NOT_FOUND detail_type: "shop.v1.Object"}];
      SHOP_ERROR_OLD = 5 [(richerrors.v1.error) = {status_code: NOT_FOUND detail_type: "shop.v1.Old"
        message: "{size} of {name}"}];
      SHOP_ERROR_NEW = 6 [(richerrors.v1.error) = {status_code: NOT_FOUND detail_type: "shop.v1.New"}];
      SHOP_ERROR_TEXT = 7 [(richerrors.v1.error) = {status_code: NOT_FOUND detail_type: "google.protobuf.StringValue"}];
      SHOP_ERROR_CATALOG_GONE = 8 [(richerrors.v1.error) = {status_code: NOT_FOUND detail_type: "shop.v1.Catalog"}];
      SHOP_ERROR_BAD = 9 [(richerrors.v1.error) = {status_code: NOT_FOUND detail_type: "google.rpc.BadRequest"}];
      SHOP_ERROR_PLAIN = 10 [(richerrors.v1.error) = {status_code: NOT_FOUND}];
      SHOP_ERROR_THE_LONGEST_NAME_OF_AN_ERROR_IN_THIS_PROTO = 11 [(richerrors.v1.error) = {
        status_code: NOT_FOUND detail_type: "shop.v1.TheLongestNameOfAMessageInThisProto"}];
    }
    enum Kind { KIND_UNSPECIFIED = 0; KIND_NEW = 1; }
    message Order {
      string order_id = 1; string to_string = 2; string constructor = 3;
      int64 amount = 4 [jstype = JS_STRING]; google.protobuf.Int64Value maybe = 5; Kind kind = 6;
      message part_of { string name = 1; }
    }
    message OrderSchema { string name = 1; }
    message Object { string name = 1; }
    message Catalog { string name = 1; }
    message TheLongestNameOfAMessageInThisProto { string name = 1; }
    service Shop {
      rpc GetAPIOrder(Order) returns (Order) { option (richerrors.v1.errors) = {error: ["SHOP_ERROR_ORDER_GONE"]}; }
      rpc delete(Order) returns (Order) { option (richerrors.v1.errors) = {error: ["SHOP_ERROR_PLAIN"]}; }
    }`,
  "shop/v1/old.proto": `syntax = "proto2"; package shop.v1;
    message Old {
      optional int32 size = 1 [default = 7]; required string name = 2;
      optional group Part = 3 { optional string name = 1; }
      extensions 100 to 199;
    }
    extend Old { optional string note = 100; }`,
  "shop/v1/new.proto": `edition = "2023"; package shop.v1;
    message New { Part part = 1 [features.message_encoding = DELIMITED]; int32 size = 2 [default = 8]; }
    message Part { string name = 1 [features.field_presence = LEGACY_REQUIRED]; }`,
};

const CONSUMER = `
  import { create, setExtension } from "@bufbuild/protobuf";
  import * as errors from "./shop/v1/errors.rich.js";
  import { Kind, OrderSchema$ } from "./shop/v1/errors_pb.js";
  import { note, OldSchema } from "./shop/v1/old_pb.js";
  import type { Old } from "./shop/v1/old_pb.js";
  const order = new errors.OrderGoneError(
    { orderId: "o", toString$: "t", constructor$: "c", amount: "7", maybe: 8n, kind: Kind.NEW });
  create(OrderSchema$, order.detail);
  const old = create(OldSchema, { name: "n", part: { name: "p" } });
  setExtension(old, note, "extended");
  const caught: Old = new errors.OldError(old).detail;
  export const made = [
    order, new errors.OldError(caught), new errors.SchemaGoneError({ name: "s" }), new errors.PartGoneError({ name: "p" }),
    new errors.ObjectGoneError({ name: "o" }), new errors.NewError({ part: { name: "p" } }),
    new errors.TextError({ value: "v" }), new errors.CatalogGoneError({ name: "c" }), new errors.PlainError(),
  ];
  export const paths = [errors.ShopContract.getAPIOrder.path, errors.ShopContract.delete.path];
  // @ts-expect-error An int64 with JS_STRING is a text.
  new errors.OrderGoneError({ amount: 7n });
  // @ts-expect-error There is no such field.
  new errors.OldError({ nam: "n" });
`;

describe("with runtime=es, generated code", () => {
  let folder: string;
  beforeAll(async () => {
    const options = ["target=ts", "import_extension=js", "json_types=true"];
    folder = await esWorkspace(PROTOS, options);
    const { protoFile, fileToGenerate } = await compile(PROTOS, "buf");
    const parameter = [...options, "runtime=es"].join(",");
    const { error, file } = generate(create(CodeGeneratorRequestSchema, { protoFile, fileToGenerate, parameter }));
    if (error) throw new Error(error);
    await writeFiles(folder, Object.fromEntries(file.map(({ name, content }) => [name, content])));
  });

  it("compiles with the code of protoc-gen-es, for every syntax and for names that collide", async () => {
    expect(await typeErrors(folder, CONSUMER)).toBe("");
  });

  it("makes errors with the messages of protobuf-es", async () => {
    await writeFile(join(folder, "run.ts"), CONSUMER);
    const { made, paths }: { made: readonly Error[]; paths: readonly string[] } = await import(join(folder, "run.ts"));
    expect(made.map(({ name, message }) => `${name}: ${message}`)).toEqual([
      "OrderGoneError: o t c 7 8 KIND_NEW",
      "OldError: 7 of n",
      "SchemaGoneError: schema gone: name s",
      "PartGoneError: part gone: name p",
      "ObjectGoneError: object gone: name o",
      "NewError: new: size 8",
      "TextError: text: value v",
      "CatalogGoneError: catalog gone: name c",
      "PlainError: plain",
    ]);
    expect(made.map((error) => Reflect.get(error, "issues"))).toEqual(made.map(() => []));
    expect(paths).toEqual(["/shop.v1.Shop/GetAPIOrder", "/shop.v1.Shop/delete"]);
  });
});

describe("the imports with runtime=es", () => {
  const PROTO = `syntax = "proto3"; package shop; ${HEAD}
    enum ShopError {
      SHOP_ERROR_UNSPECIFIED = 0;
      SHOP_ERROR_GONE = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND has_details: true}];
    }
    message GoneErrorDetails { string id = 1; }`;

  let request: CodeGeneratorRequest;
  beforeAll(async () => {
    request = await compile({ "shop.proto": PROTO });
  });

  it.each([
    ["", './shop_pb.js"'],
    [",import_extension=none", './shop_pb"'],
    [",import_extension=ts", './shop_pb.ts"'],
    [",import_extension=.js", './shop_pb.js"'],
  ])("end as the options say: %s", (options, end) => {
    const { protoFile, fileToGenerate } = request;
    const parameter = `runtime=es${options}`;
    const { file } = generate(create(CodeGeneratorRequestSchema, { protoFile, fileToGenerate, parameter }));
    const imports = (file[0]?.content ?? "").split("\n").filter((line) => / from "/.test(line));
    expect(imports.at(-1)).toBe(`import { type GoneErrorDetails, GoneErrorDetailsSchema } from "${end};`);
    expect(imports[0]).toBe('} from "grpc-rich-errors/codegenv1/es";');
  });
});
