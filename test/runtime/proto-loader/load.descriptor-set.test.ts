import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import * as protoLoader from "@grpc/proto-loader";
import { loadDescriptorSet } from "grpc-rich-errors/proto-loader";
import { beforeAll, describe, expect, it } from "vitest";
import { compile } from "../../plugin/compile.js";
import { KEPT, ORDERS_PROTO, RULE, sent } from "../../support/orders.js";

describe("loadDescriptorSet", () => {
  let descriptors: Uint8Array;

  beforeAll(async () => {
    const { protoFile } = await compile({ "shop.proto": ORDERS_PROTO }, "buf");
    descriptors = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: protoFile }));
  });

  it("returns the package definition of proto-loader", () => {
    const options = { longs: String, defaults: true };
    const expected = protoLoader.loadFileDescriptorSetFromBuffer(Buffer.from(descriptors), options);
    expect(JSON.stringify(loadDescriptorSet(descriptors, options).packageDefinition)).toBe(JSON.stringify(expected));
  });

  it("keeps the field names of the proto, like proto-loader", () => {
    const loaded = loadDescriptorSet(descriptors, { longs: String, enums: String });
    const error = sent(loaded, "ORDER_REJECTED", KEPT);
    expect(error.detail).toEqual(KEPT);
    expect(error.message).toBe(`o-7 breaks ${RULE} in Bern: no, COLOR_RED`);
    expect(sent(loaded, "NESTED", { item_count: "7" }).detail).toEqual({ item_count: "7" });
    expect(sent(loaded, "STANDARD", { resource_type: "order" }).message).toBe("order is gone");
  });

  it("decodes longs as objects by default", () => {
    expect(sent(loadDescriptorSet(descriptors), "NESTED", { item_count: 7 }).message).toBe("7 too many");
  });

  it("throws if the bytes are not a descriptor set", () => {
    expect(() => loadDescriptorSet(Uint8Array.of(1, 2, 3))).toThrow(/^cannot read the descriptor set: /);
  });
});
