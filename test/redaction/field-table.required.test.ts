import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { pack, RichError, unpack } from "grpc-rich-errors";
import { toHttp } from "grpc-rich-errors/http";
import { loadDescriptorSet } from "grpc-rich-errors/proto-loader";
import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
import { expect, it } from "vitest";
import { compile } from "../plugin/compile.js";
import { SECRET, secretsIn } from "../support/vault.js";

const PROTO = `
  syntax = "proto2";
  package locked;
  import "richerrors/v1/annotations.proto";
  enum LockError {
    NONE = 0;
    JAMMED = 1 [(richerrors.v1.error) = { status_code: ABORTED has_details: true reason: "JAMMED" }];
  }
  message Jammed {
    required string lock = 1;
    required string code = 2 [debug_redact = true];
    required int64 pin = 3 [debug_redact = true];
    required double score = 4 [debug_redact = true];
    required fixed32 seed = 5 [debug_redact = true];
    required bool open = 6 [debug_redact = true];
    required Key key = 7 [debug_redact = true];
    optional string owner = 8 [debug_redact = true];
    required group Part = 9 [debug_redact = true] { optional string size = 1; }
    message Key { optional string teeth = 1; }
  }
`;

const DETAIL = {
  ...{ lock: "north", code: SECRET, pin: 740_692, score: 1.5, seed: 7, open: true, owner: SECRET },
  ...{ key: { teeth: SECRET }, part: { size: SECRET } },
};

it("sends zeros in place of redacted fields that proto2 requires, so that every library reads the detail", async () => {
  const { protoFile } = await compile({ "locked.proto": PROTO });
  const bytes = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: protoFile }));
  // protobufjs refuses a message without a required field.
  for (const catalog of [loadDescriptorSet(bytes).catalog, catalogFromDescriptorSet(bytes)]) {
    const declared = catalog.byReason("locked", "JAMMED");
    if (!declared) throw new Error("JAMMED is missing");
    const thrown = new RichError(declared.definition, DETAIL);
    expect(thrown.issues).toEqual([]);
    const received = unpack(pack(thrown), { catalogs: [catalog] });
    expect(received.issues).toEqual([]);
    expect(received.detail).toMatchObject({ lock: "north", code: "" });
    expect(received.detail).not.toHaveProperty("owner", SECRET);
    for (const error of [thrown, received, unpack(pack(thrown, { sendRedacted: true }), { catalogs: [catalog] })]) {
      const marks = ["code", "pin", "score", "seed", "open", "owner"].map((name) => [name, "[redacted]"]);
      // A message that is empty and one that is redacted look the same.
      expect(error.toJSON().detail).toMatchObject({ lock: "north", ...Object.fromEntries(marks), key: {}, part: {} });
      expect(secretsIn(JSON.stringify([error, toHttp(error, { catalogs: [catalog] })]))).toEqual([]);
    }
  }
});
