/**
 * All errors that KurrentDB's servers declare: those of streams, of indexes, of the schema registry and of the platform.
 *
 * @packageDocumentation
 */
import { type AnyServerError, catalog as platform } from "../gen/kurrent/rpc/errors.rich.js";
import { type AnyIndexesError, catalog as indexes } from "../gen/kurrentdb/protocol/v2/indexes/errors.rich.js";
import { type AnyRegistryError, catalog as registry } from "../gen/kurrentdb/protocol/v2/registry/errors.rich.js";
import {
  type AnyStreamsError,
  type KurrentDBApiError,
  type KurrentDBCircuitOpenError,
  type KurrentDBNetworkError,
  catalog as streams,
} from "../gen/kurrentdb/protocol/v2/streams/errors.rich.js";
import { Catalog } from "../src/codegenv1.js";

// Without the platform's own client errors: with this catalog, a client gets those of KurrentDB.
export {
  AccessDeniedError,
  type AnyServerError,
  BadRequestError,
  NotLeaderNodeError,
  OperationTimeoutError,
  ServerError,
  ServerMalfunctionError,
  ServerNotReadyError,
  ServerOverloadedError,
  ServerShuttingDownError,
} from "../gen/kurrent/rpc/errors.rich.js";
export * from "../gen/kurrentdb/protocol/v2/indexes/errors.rich.js";
export * from "../gen/kurrentdb/protocol/v2/registry/errors.rich.js";
export * from "../gen/kurrentdb/protocol/v2/streams/errors.rich.js";

/** Any error of a call that its caller did not cause: a declared error of KurrentDB or a client error class. */
export type KurrentDBFailure =
  | AnyStreamsError
  | AnyIndexesError
  | AnyRegistryError
  | AnyServerError
  | KurrentDBApiError
  | KurrentDBNetworkError
  | KurrentDBCircuitOpenError;

/** The catalog of KurrentDB: 25 errors in the domains `streams`, `indexes`, `registry` and `server`. */
export const catalog: Catalog = /* @__PURE__ */ Catalog.of(streams, indexes, registry, platform);
