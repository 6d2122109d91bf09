import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { catalog as eventlog } from "grpc-rich-errors/catalogs/eventlog";
import { NotLeaderNodeError } from "grpc-rich-errors/catalogs/kurrent";
import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
import { expect, it } from "vitest";
import { compile, type Protos } from "../plugin/compile.js";

async function redirectsOf(protos: Protos): Promise<unknown[]> {
  const { protoFile } = await compile(protos);
  const set = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: protoFile }));
  return [...catalogFromDescriptorSet(set)]
    .map(({ definition }) => definition)
    .filter(({ enumName }) => /^(nodes|kurrent\.rpc)\./.test(enumName))
    .map(({ redirectTo, recovery, outcome }) => ({ redirectTo, recovery, outcome }));
}

it("redirect_to is one field, two fields, or a field and a number, and implies the recovery REDIRECT", async () => {
  const redirects = await redirectsOf({
    "nodes.proto": `
      syntax = "proto3";
      package nodes.v1;
      import "richerrors/v1/annotations.proto";
      enum NodeError {
        NODE_ERROR_UNSPECIFIED = 0;
        NODE_ERROR_ONE = 1 [(richerrors.v1.error) = {
          status_code: UNAVAILABLE detail_type: "nodes.v1.Node" redirect_to: "{address}"
        }];
        NODE_ERROR_TWO = 2 [(richerrors.v1.error) = {
          status_code: UNAVAILABLE detail_type: "nodes.v1.Node" redirect_to: "{in_use.host_name}:{in_use.port}"
          recovery: RECOVERY_REDIRECT outcome: OUTCOME_NOT_APPLIED
        }];
        NODE_ERROR_FIXED_PORT = 3 [(richerrors.v1.error) = {
          status_code: UNAVAILABLE detail_type: "nodes.v1.Node" redirect_to: "{address}:2113"
        }];
      }
      message Node {
        string address = 1;
        Place in_use = 2;
        message Place { string host_name = 1; uint64 port = 2; }
      }`,
  });
  expect(redirects).toEqual([
    { redirectTo: "{address}", recovery: "REDIRECT", outcome: undefined },
    { redirectTo: "{inUse.hostName}:{inUse.port}", recovery: "REDIRECT", outcome: "NOT_APPLIED" },
    { redirectTo: "{address}:2113", recovery: "REDIRECT", outcome: undefined },
  ]);
});

const NODE_INFO = `
  message NotLeaderNodeErrorDetails {
    NodeInfo current_leader = 1;
    message NodeInfo { string host = 1; int32 port = 2; }
  }`;

it("Kurrent's error of a node that does not lead redirects without our annotation", async () => {
  const redirects = await redirectsOf({
    "details.proto": `
      syntax = "proto3";
      package kurrent.rpc;
      import "kurrent/rpc/rpc.proto";
      enum ClusterError {
        CLUSTER_ERROR_UNSPECIFIED = 0;
        CLUSTER_ERROR_NOT_LEADER_NODE = 1 [(kurrent.rpc.error) = {status_code: FAILED_PRECONDITION has_details: true}];
      }
      ${NODE_INFO}`,
    "nodes.proto": `
      syntax = "proto3";
      package nodes.v1;
      import "details.proto";
      import "kurrent/rpc/rpc.proto";
      import "richerrors/v1/annotations.proto";
      enum NodeError {
        UNSPECIFIED = 0;
        NOT_LEADER = 5 [
          (kurrent.rpc.error) = {status_code: FAILED_PRECONDITION has_details: true},
          (richerrors.v1.error) = {detail_type: "kurrent.rpc.NotLeaderNodeErrorDetails"}
        ];
        RETRIED = 6 [
          (kurrent.rpc.error) = {status_code: FAILED_PRECONDITION has_details: true},
          (richerrors.v1.error) = {detail_type: "kurrent.rpc.NotLeaderNodeErrorDetails" recovery: RECOVERY_RETRY}
        ];
      }`,
  });
  expect(redirects).toEqual([
    { redirectTo: "{currentLeader.host}:{currentLeader.port}", recovery: "REDIRECT", outcome: "NOT_APPLIED" },
    { redirectTo: "{currentLeader.host}:{currentLeader.port}", recovery: "REDIRECT", outcome: "NOT_APPLIED" },
    { redirectTo: undefined, recovery: "RETRY", outcome: undefined },
  ]);
});

it("the catalogs of this package name the leader of Kurrent and of the event log", () => {
  expect(NotLeaderNodeError.definition.redirectTo).toBe("{currentLeader.host}:{currentLeader.port}");
  const byNumber = [...eventlog].map(({ definition }) => [definition.number, definition.redirectTo] as const);
  expect(byNumber.filter(([, redirectTo]) => redirectTo !== undefined)).toEqual(
    [2011, 2027, 3005, 4006].map((number) => [number, "{leaderAddress}"]),
  );
});
