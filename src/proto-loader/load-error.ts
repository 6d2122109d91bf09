import { thrownText } from "../platform/values.js";
import { SourceRoot } from "./source-root.js";

/** What to do where protobufjs cannot read a file. */
export const INSTEAD =
  'compile the protos, as with "buf build -o errors.binpb", and read them with catalogFromDescriptorSet of ' +
  "grpc-rich-errors/protobuf-es";

/**
 * What proto-loader threw, with the file that it could not read, and what to do instead where that is another edition.
 *
 * @param includeDirs the folders that files were looked up in
 */
export function loadError(error: unknown, filename: string | string[], includeDirs?: readonly string[]): unknown {
  const text = thrownText(error);
  const path = unreadFile(filename, includeDirs);
  if (path === undefined) return error;
  const found = text.includes(path) ? text : `${path}: ${text}`;
  const message = /^illegal edition /.test(text)
    ? `${found}; protobufjs does not know this edition: ${INSTEAD}`
    : found;
  return message === text ? error : new Error(message, { cause: error });
}

/** The file that cannot be parsed, if it is that. */
function unreadFile(filename: string | string[], includeDirs?: readonly string[]): string | undefined {
  const root = new SourceRoot(includeDirs);
  try {
    root.loadSync(filename, { keepCase: true });
  } catch {
    return root.parsing;
  }
  return undefined;
}
