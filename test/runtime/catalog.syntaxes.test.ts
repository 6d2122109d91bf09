import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { type Catalog, pack, RichError, unpack } from "grpc-rich-errors";
import { loadDescriptorSet, loadSync } from "grpc-rich-errors/proto-loader";
import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
import { beforeAll, describe, expect, it } from "vitest";
import { compile, generateFrom } from "../plugin/compile.js";
import { generatedModules } from "../support/generated-modules.js";
import { protoFolder } from "../support/proto-folder.js";
import { PROTO_FOLDER } from "../support/reference-protos.js";

// Errors of every syntax travel between all runtimes that have it.

const ERRORS = `
  message Outer {
    message Inner {
      enum OrderError {
        ORDER_ERROR_LOST = -5 [(richerrors.v1.error) = {status_code: DATA_LOSS}];
        ORDER_ERROR_GONE = 3 [(richerrors.v1.error) = {
          status_code: NOT_FOUND
          detail_type: "%p.Gone"
          message: "order {id} of {part.size} is {color}, not {colors}{note}"
        }];
      }
    }
  }
`;

const PROTO2 = `
  syntax = "proto2";
  package second;
  import "richerrors/v1/annotations.proto";
  ${ERRORS.replace("%p", "second")}
  message Gone {
    required string id = 1;
    optional group Part = 2 { optional int32 size = 1; }
    optional Color color = 3;
    repeated Color colors = 4;
    optional string note = 5 [default = "unused"];
    enum Color { RED = 1; BLUE = -2; }
  }
`;

const edition = (year: number) => `
  edition = "${year}";
  package edition${year};
  import "richerrors/v1/annotations.proto";
  option features.enum_type = CLOSED;
  ${ERRORS.replace("%p", `edition${year}`)
    .replaceAll("message ", year > 2023 ? "export message " : "message ")
    .replaceAll("enum ", year > 2023 ? "export enum " : "enum ")}
  message Gone {
    string id = 1 [features.field_presence = LEGACY_REQUIRED];
    Part part = 2;
    Color color = 3;
    repeated Color colors = 4 [features.repeated_field_encoding = EXPANDED];
    string note = 5 [features.field_presence = IMPLICIT];
    message Part { int32 size = 1; }
    enum Color { RED = 1; BLUE = -2; }
  }
`;

const PROTOS = { "second.proto": PROTO2, "edition2023.proto": edition(2023), "edition2024.proto": edition(2024) };
const DETAIL = { id: "o-7", part: { size: 2 }, color: -2, colors: [-2, 1], note: "" };
const MESSAGE = "order o-7 of 2 is BLUE, not BLUE, RED";

let folder: string;
beforeAll(async () => {
  folder = await generatedModules(PROTOS);
});

describe.each(["second", "edition2023", "edition2024"])("errors of %s", (name) => {
  /** The error's definition in each runtime. */
  async function definitions() {
    const file = `${name}.proto` as keyof typeof PROTOS;
    const protos = { [file]: PROTOS[file] };
    const { protoFile } = await compile(protos);
    const bytes = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: protoFile }));
    const module = (await import(/* @vite-ignore */ join(folder, `${name}.rich.ts`))) as { catalog: Catalog };
    const catalogs: Catalog[] = [module.catalog, catalogFromDescriptorSet(bytes)];
    // protobufjs does not support edition 2024: see load.test.ts.
    if (name !== "edition2024") {
      catalogs.push(loadSync(file, { includeDirs: [protoFolder(protos), PROTO_FOLDER] }).catalog);
      catalogs.push(loadDescriptorSet(bytes).catalog);
    }
    return catalogs.map((catalog) => {
      const found = catalog.byReason(name, "GONE");
      if (!found) throw new Error("GONE is missing");
      return { catalog, definition: found.definition };
    });
  }

  it("have the same message, and a detail that every runtime reads", async () => {
    const runtimes = await definitions();
    for (const { definition } of runtimes) {
      const thrown = new RichError(definition, DETAIL);
      expect(thrown.message).toBe(MESSAGE);
      for (const reader of runtimes) {
        const received = unpack(pack(thrown), { catalogs: [reader.catalog] });
        expect(received.issues).toEqual([]);
        expect(received.definition).toBe(reader.definition);
        expect(received.detail).toMatchObject({ id: "o-7", part: { size: 2 }, color: -2, colors: [-2, 1] });
      }
    }
  });

  it("may have negative numbers and be declared at any depth", async () => {
    for (const { catalog, definition } of await definitions()) {
      expect(definition.enumName).toBe(`${name}.Outer.Inner.OrderError`);
      expect(catalog.byNumber(name, -5)?.definition.reason).toBe("LOST");
    }
  });
});

describe("a detail with a field that an edition encodes like a group", () => {
  const proto = `
    edition = "2023";
    package shop;
    import "richerrors/v1/annotations.proto";
    enum OrderError {
      ORDER_ERROR_UNSPECIFIED = 0;
      ORDER_ERROR_GONE = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND has_details: true}];
    }
    message Gone { Whole whole = 1; }
    message Whole { Whole whole = 1; Part part = 2 [features.message_encoding = DELIMITED]; }
    message Part { int32 size = 1; }
  `;

  it("is refused by the generator, because ts-proto writes it in another way", async () => {
    const { error, file } = await generateFrom({ "shop.proto": proto });
    expect([error, file]).toEqual([
      "shop.proto:7:7: the detail of ORDER_ERROR_GONE has the field shop.Whole.part with the encoding DELIMITED, " +
        "which ts-proto does not know in editions; remove the feature, or generate the messages with protobuf-es and " +
        "set runtime=es",
      [],
    ]);
  });

  it("is accepted by the generator with runtime=es", async () => {
    const { error, file } = await generateFrom({ "shop.proto": proto }, "runtime=es");
    expect([error, file.map(({ name }) => name)]).toEqual(["", ["shop.rich.ts"]]);
  });

  it("travels between the other runtimes", async () => {
    const { protoFile } = await compile({ "shop.proto": proto });
    const bytes = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: protoFile }));
    const catalogs = [
      catalogFromDescriptorSet(bytes),
      loadDescriptorSet(bytes).catalog,
      loadSync("shop.proto", { includeDirs: [protoFolder({ "shop.proto": proto }), PROTO_FOLDER] }).catalog,
    ];
    const detail = { whole: { part: { size: 2 } } };
    for (const sender of catalogs) {
      const errorClass = sender.byReason("shop", "GONE");
      if (!errorClass) throw new Error("GONE is missing");
      const thrown = new RichError(errorClass.definition, detail);
      for (const reader of catalogs) expect(unpack(pack(thrown), { catalogs: [reader] }).detail).toMatchObject(detail);
    }
  });
});
