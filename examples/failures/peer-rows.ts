import { Code, ConnectError } from "@connectrpc/connect";
import { RpcError } from "@protobuf-ts/runtime-rpc";
import { ClientError, Status } from "nice-grpc";
import { DROPPED, dies, leaks, lives, MASKED, type Row, SECRET } from "./row.js";

const PATH = "/db.Database/Read";
const TEXT = `the password ${SECRET} is wrong`;

/** Errors of calls that the handler makes with other client libraries. */
export const PEER_ROWS: readonly Row[] = [
  {
    what: "calls back with an error of nice-grpc",
    shape: "unary",
    handler: (_, callback) => callback(new ClientError(PATH, Status.PERMISSION_DENIED, TEXT)),
    before: leaks(`7 PERMISSION_DENIED: ${TEXT}`),
    after: MASKED,
  },
  {
    what: "calls back with an error of Connect",
    shape: "unary",
    handler: (_, callback) => callback(new ConnectError(TEXT, Code.PermissionDenied)),
    before: lives("2 UNKNOWN: Unknown error"),
    after: MASKED,
  },
  {
    what: "calls back with an error of protobuf-ts",
    shape: "unary",
    handler: (_, callback) => callback(new RpcError(TEXT, "PERMISSION_DENIED")),
    before: leaks(`2 UNKNOWN: ${TEXT}`),
    after: MASKED,
  },
  {
    what: "is async and rejects with an error of nice-grpc",
    shape: "unary",
    handler: async () => {
      throw new ClientError(PATH, Status.PERMISSION_DENIED, TEXT);
    },
    before: dies(DROPPED),
    after: MASKED,
  },
];
