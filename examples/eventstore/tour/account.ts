import { isDeepStrictEqual } from "node:util";
import { codeName, RichError } from "grpc-rich-errors";
import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
import {
  BadRequest,
  DebugInfo,
  type DetailCodec,
  ErrorInfo,
  Help,
  RequestInfo,
  RetryInfo,
} from "grpc-rich-errors/details";
import { unpackTrailer } from "grpc-rich-errors/testing";
import type { FailureReport } from "../report.js";
import type { Call, DeclaredError, Played, Scene } from "./scene.js";

/** Everything that the tour shows of one error, as plain data. */
export interface Account {
  readonly error: string;
  readonly title: string;
  readonly call: Call;
  readonly thrown: FailureReport;
  readonly trailer: Trailer;
  readonly caught: Caught;
  readonly afterwards?: string;
  /** The differences between the thrown and the caught error. */
  readonly differences: readonly string[];
}

/** The error on the wire. */
export interface Trailer {
  readonly grpcStatus: number;
  readonly grpcMessage: string;
  /** The bytes of `grpc-status-details-bin`. */
  readonly bytes: Buffer;
  readonly parts: readonly Part[];
}

/** One message of `Status.details`. */
export interface Part {
  readonly typeUrl: string;
  readonly size: number;
  readonly fields: unknown;
}

/** The error that the client got. */
export interface Caught {
  readonly className: string;
  readonly code: number;
  readonly codeName: string;
  readonly message: string;
  readonly reason: string | undefined;
  readonly domain: string | undefined;
  readonly detail: unknown;
  readonly retryDelay: number | undefined;
  readonly typeUrls: readonly string[];
  readonly whatToDo: string | undefined;
}

/** The fields in which the thrown and the caught error are compared. */
export const COMPARED = {
  className: "class",
  code: "code",
  message: "message",
  reason: "reason",
  domain: "domain",
  detail: "detail",
  retryDelay: "retry delay",
  typeUrls: "order of parts",
} as const;

type Compared = Pick<FailureReport, keyof typeof COMPARED>;

/** Combines the server's report, the trailer on the wire and the error that the client caught. */
export async function accountOf(scene: Scene, played: Played): Promise<Account> {
  const { caught, call, server, afterwards } = played;
  const thrown = await server.failure();
  const [status] = server.statuses;
  if (!thrown || !status) throw new Error("the server reported no failure, or the client received none");
  if (!(caught instanceof RichError))
    throw new Error("the client caught something other than a RichError", { cause: caught });
  const [bytes] = status.metadata.get("grpc-status-details-bin");
  if (!Buffer.isBuffer(bytes)) throw new Error("the trailer is missing");

  const seen = viewOf(caught);
  const trailer = { grpcStatus: status.code, grpcMessage: status.details, bytes, parts: partsOf(bytes, scene.error) };
  return {
    error: scene.error.definition.className,
    title: scene.title,
    call,
    thrown,
    trailer,
    caught: seen,
    ...(afterwards !== undefined && { afterwards }),
    differences: [...compare(thrown, seen), ...check(scene, played, thrown, trailer)],
  };
}

function viewOf(error: RichError): Caught {
  return {
    className: error.name,
    code: error.code,
    codeName: codeName(error.code),
    message: error.message,
    reason: error.reason,
    domain: error.domain,
    detail: error.detail,
    retryDelay: error.retryDelay,
    typeUrls: error.errorDetails.map(({ typeUrl }) => typeUrl),
    whatToDo: error.definition?.documentation.clientAction,
  };
}

/** Lists the fields in which a thrown and a caught error differ. */
export function compare(thrown: Compared, caught: Compared): string[] {
  return Object.entries(COMPARED).flatMap(([field, name]) => {
    const [sent, got] = [thrown, caught].map((side) => withoutUndefined(Reflect.get(side, field)));
    return isDeepStrictEqual(sent, got) ? [] : [name];
  });
}

/** Checks what must hold for every error that arrived. */
function check({ error }: Scene, { call, caught }: Played, thrown: FailureReport, trailer: Trailer): string[] {
  const inside = unpackTrailer(trailer.bytes, { catalogs: [catalog] });
  const issues = caught instanceof RichError ? caught.issues : [];
  const holds = {
    "the method": thrown.method.endsWith(`/${call.method}`),
    "a masked error": !thrown.masked,
    instanceof: caught instanceof (error as typeof RichError),
    "the code in the trailer": inside.code === trailer.grpcStatus,
    "the message in the trailer": inside.message === trailer.grpcMessage,
    issues: issues.length === 0,
  };
  return Object.entries(holds).flatMap(([what, does]) => (does ? [] : [what]));
}

function partsOf(bytes: Buffer, { definition }: DeclaredError): Part[] {
  const error = unpackTrailer(bytes, { catalogs: [catalog] });
  const codecs: DetailCodec<unknown>[] = [ErrorInfo, RetryInfo, BadRequest, DebugInfo, RequestInfo, Help];
  if (definition.detail) codecs.push(definition.detail);
  return error.errorDetails.map(({ typeUrl, value }) => {
    const codec = codecs.find(({ typeName }) => typeUrl.endsWith(`/${typeName}`));
    return { typeUrl, size: value.length, fields: codec ? codec.decode(value) : undefined };
  });
}

/** To a message, an absent field and an undefined one are the same. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(entries.map(([key, entry]) => [key, withoutUndefined(entry)]));
}
