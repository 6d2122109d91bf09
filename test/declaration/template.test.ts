import { beforeAll, describe, expect, it } from "vitest";
import { Schema } from "../../src/declaration/schema.js";
import { defaultTemplate, parseTemplate, templateText } from "../../src/declaration/template.js";
import { tsPropertyPath } from "../../src/plugin/names.js";
import { compile } from "../plugin/compile.js";

const PROTO = `
  syntax = "proto3";
  package shop;
  import "google/protobuf/timestamp.proto";
  import "google/protobuf/wrappers.proto";

  message Order {
    string order_id = 1;
    optional sint64 expected_revision = 2;
    bool HTTPPort = 3;
    Leader current_leader = 4;
    State state = 5;
    google.protobuf.StringValue nick_name = 6;
    bytes raw = 7;
    repeated string tags = 8;
    map<string, string> labels = 9;
    google.protobuf.Timestamp since = 10;
    google.protobuf.BytesValue token = 12;
    oneof payment {
      string card_number = 11;
    }
  }
  message Leader {
    string host_name = 1;
    Order order = 2;
  }
  message Opaque {
    bytes raw = 1;
  }
  enum State {
    STATE_UNSPECIFIED = 0;
  }`;

let schema: Schema;
beforeAll(async () => {
  schema = new Schema((await compile({ "shop.proto": PROTO })).protoFile);
});

const textOf = (message: string, type = "shop.Order") => {
  const mistakes: string[] = [];
  const template = parseTemplate(message, schema.message(type), (mistake) => mistakes.push(mistake));
  return mistakes.length > 0 ? mistakes : templateText(template, tsPropertyPath);
};

describe("a message", () => {
  it.each([
    ["no order {order_id}", "no order {orderId}"],
    ["{order_id}{HTTPPort}", "{orderId}{HTTPPort}"],
    ["at {expected_revision} on {current_leader.host_name}", "at {expectedRevision} on {currentLeader.hostName}"],
    ["{current_leader.order.order_id}", "{currentLeader.order.orderId}"],
    ["in {state}", "in {state}"],
    ["{nick_name} or {nick_name.value}", "{nickName} or {nickName}"],
    ["{{order_id}} is {{{order_id}}}", "{{order_id}} is {{{orderId}}}"],
    ["nothing", "nothing"],
  ])("%s has the fields as ts-proto names them: %s", (message, text) => {
    expect(textOf(message)).toBe(text);
  });

  const NAMES = "{order_id}, {expected_revision}, {HTTPPort}, {current_leader.…}, {state} or {nick_name}";
  it.each([
    ["{orderId}", `message names {orderId}, and shop.Order has no field "orderId"; write ${NAMES}`],
    ["{}", `message names {}, and shop.Order has no field ""; write ${NAMES}`],
    ["{ order_id }", `message names { order_id }, and shop.Order has no field " order_id "; write ${NAMES}`],
    [
      "{current_leader.port}",
      'message names {current_leader.port}, and shop.Leader has no field "port"; ' +
        "write {current_leader.host_name} or {current_leader.order.…}",
    ],
    [
      "{current_leader}",
      "message names {current_leader}, and current_leader is a message; " +
        "write {current_leader.host_name} or {current_leader.order.…}",
    ],
    ["{order_id.x}", "message names {order_id.x}, and order_id has no fields; write {order_id}"],
    ["{raw}", `message names {raw}, and raw is bytes; write ${NAMES}`],
    ["{token.value}", `message names {token.value}, and token is bytes; write ${NAMES}`],
    ["{tags}", `message names {tags}, and tags is repeated; write ${NAMES}`],
    ["{labels.a}", `message names {labels.a}, and labels is a map; write ${NAMES}`],
    ["{since}", `message names {since}, and since is a google.protobuf.Timestamp; write ${NAMES}`],
    [
      "{card_number}",
      "message names {card_number}, and card_number is one of the oneof payment, " +
        `which TypeScript has as { $case, value }; write ${NAMES}`,
    ],
    ["a { b", "message has a lone { at character 3; write {{ for a brace that is text"],
    ["a} b", "message has a lone } at character 2; write }} for a brace that is text"],
  ])("%s is refused", (message, mistake) => {
    expect(textOf(message)).toEqual([mistake]);
  });

  it("of a detail that is a wrapper names its value", () => {
    expect(textOf("{value}", "google.protobuf.StringValue")).toBe("{value}");
  });

  it("has all its mistakes reported", () => {
    expect(textOf("{a} {b} }")).toHaveLength(3);
  });

  it("cannot name fields of a detail that has none for it, nor of no detail", () => {
    expect(textOf("{x}", "shop.Opaque")).toEqual([
      'message names {x}, and shop.Opaque has no field "x"; ' +
        "write the message without it, since shop.Opaque has no field for a message",
    ]);
    expect(textOf("{x}", "shop.None")).toEqual([
      "message names {x}, and the error carries no detail; write has_details: true, or {{x}} for text",
    ]);
  });
});

describe("the message of an error that has none", () => {
  const defaultOf = (type: string) => templateText(defaultTemplate("ORDER_GONE", schema.message(type)), tsPropertyPath);

  it("is the reason with the scalar fields of the detail that are not optional", () => {
    expect(defaultOf("shop.Order")).toBe("order gone: order id {orderId}, http port {HTTPPort}");
  });

  it("is the reason alone if there are none", () => {
    expect(defaultOf("shop.Opaque")).toBe("order gone");
    expect(defaultOf("shop.None")).toBe("order gone");
  });

  it("knows the standard details without their file", () => {
    expect(defaultOf("google.rpc.ResourceInfo")).toBe(
      "order gone: resource type {resourceType}, resource name {resourceName}, owner {owner}, description {description}",
    );
    expect(textOf("{request_id} {serving_data}", "google.rpc.RequestInfo")).toBe("{requestId} {servingData}");
  });
});
