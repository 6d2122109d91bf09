import { isObject } from "../platform/values.js";
import { RichError } from "../rich-error.js";
import type { OwnStatus, PassedStatus } from "./own-status.js";

// As in Node, without metadata, which only a gRPC server sends.

export function errorOfStatus(): undefined {
  return undefined;
}

export function passStatus({ code, text, metadata }: OwnStatus, problems: Error[]): PassedStatus {
  const problem = droppedProblem(metadata, "a plain status");
  if (problem) problems.push(problem);
  return { sent: new RichError(code, text), packed: undefined };
}

export function droppedProblem(metadata: unknown, of: string): Error | undefined {
  return isObject(metadata)
    ? new Error(`left out the metadata of ${of}, because a browser sends no metadata of gRPC`)
    : undefined;
}

export const MASKED = "a masked error";
