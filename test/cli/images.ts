import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { Listing } from "../../src/reference/listing.js";
import { compile, type Protos } from "../plugin/compile.js";
import { type Ended, run, type TerminalOptions } from "./fake-terminal.js";

/** A descriptor set of protos, with everything that they import. buf records more places in it than protoc. */
export async function imageOf(protos: Protos, compiler: "buf" | "protoc" = "protoc"): Promise<Uint8Array> {
  const { protoFile } = await compile(protos, compiler);
  return toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: protoFile }));
}

/** Runs `rich-errors catalog` on an image of protos. */
export async function catalogOf(
  protos: Protos,
  args: readonly string[] = [],
  options: TerminalOptions = {},
): Promise<Ended> {
  return run(["catalog", "-", ...args], { ...options, stdin: await imageOf(protos) });
}

/** The JSON that `rich-errors catalog` prints for protos. */
export async function listingFor(protos: Protos): Promise<Listing> {
  const { code, out, err } = await catalogOf(protos, ["--format", "json"]);
  if (code !== 0) throw new Error(err);
  return JSON.parse(out);
}

/** The first lines of a proto that declares errors. */
export const HEAD = 'syntax = "proto3"; package shop.v1; import "richerrors/v1/annotations.proto";';

/** A proto with one error. `annotation` stands after the status code, `above` and `rest` stand around the error. */
export function protoWith(annotation: string, { above = "", rest = "" } = {}): Protos {
  return {
    "shop.proto": `${HEAD}
      enum OrderError {
        ORDER_ERROR_UNSPECIFIED = 0;
        ${above}
        ORDER_ERROR_ORDER_GONE = 7 [(richerrors.v1.error) = {status_code: NOT_FOUND ${annotation}}];
      }
      ${rest}`,
  };
}
