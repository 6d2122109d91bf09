import type { Options } from "@grpc/proto-loader";
import { checkOptions, type OptionNames } from "../platform/options.js";

/** What `@grpc/proto-loader` takes: protobufjs's options for parsing and conversion, and where to look for files. */
const OPTIONS: OptionNames<Options> = {
  keepCase: true,
  alternateCommentMode: true,
  preferTrailingComment: true,
  longs: true,
  enums: true,
  bytes: true,
  defaults: true,
  arrays: true,
  objects: true,
  oneofs: true,
  json: true,
  includeDirs: true,
};

/** @throws TypeError for an option that proto-loader passes over in silence */
export function checkLoadOptions(where: string, options: Options): void {
  checkOptions(where, options, OPTIONS);
}
