import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
import { expect, it } from "vitest";
import { compile } from "../plugin/compile.js";

it("a value with the number 0 is an error if its annotation sets the reason", async () => {
  const request = await compile({
    "users.proto": `
      syntax = "proto3";
      package users.v1;
      import "richerrors/v1/annotations.proto";
      enum ErrorReason {
        option (richerrors.v1.error_enum) = {numeric_codes: true};
        USER_NOT_FOUND = 0 [(richerrors.v1.error) = {status_code: NOT_FOUND reason: "USER_NOT_FOUND"}];
        CONTENT_MISSING = 1 [(richerrors.v1.error) = {status_code: INVALID_ARGUMENT}];
      }
    `,
  });
  const set = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: request.protoFile }));
  const catalog = catalogFromDescriptorSet(set);
  expect([...catalog].map(({ definition: { reason, number } }) => [reason, number])).toEqual([
    ["USER_NOT_FOUND", 0],
    ["CONTENT_MISSING", 1],
  ]);
  const UserNotFoundError = catalog.byReason("users.v1", "USER_NOT_FOUND");
  expect(UserNotFoundError && new UserNotFoundError().info?.metadata).toEqual({ code: "0" });
});
