import type { DescField } from "@bufbuild/protobuf";
import { beforeAll, describe, expect, it } from "vitest";
import { enumsOf, Schema } from "../../src/declaration/schema.js";
import {
  defaultTemplate,
  enumNamesOf,
  parseTemplate,
  templateEnums,
  templateText,
} from "../../src/declaration/template.js";
import { propertyPath } from "../../src/plugin/message-names.js";
import { DEFAULTS } from "../../src/plugin/options.js";
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
    repeated State old_states = 13;
    repeated Leader leaders = 14;
    repeated bytes parts = 15;
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
    option allow_alias = true;
    STATE_UNSPECIFIED = 0;
    STATE_OPEN = 1;
    STATE_ACTIVE = 1;
    STATE_LOST = -1;
  }`;

const property = (path: readonly DescField[]) => propertyPath(path, { detail: undefined }, DEFAULTS);

let schema: Schema;
beforeAll(async () => {
  schema = new Schema((await compile({ "shop.proto": PROTO })).protoFile);
});

const textOf = (message: string, type = "shop.Order") => {
  const mistakes: string[] = [];
  const template = parseTemplate(message, schema.message(type), (mistake) => mistakes.push(mistake));
  return mistakes.length > 0 ? mistakes : templateText(template, property);
};

describe("a message", () => {
  it.each([
    ["no order {order_id}", "no order {orderId}"],
    ["{order_id}{HTTPPort}", "{orderId}{HTTPPort}"],
    ["at {expected_revision} on {current_leader.host_name}", "at {expectedRevision} on {currentLeader.hostName}"],
    ["{current_leader.order.order_id}", "{currentLeader.order.orderId}"],
    ["in {state} after {old_states}", "in {state} after {oldStates}"],
    ["tagged {tags}", "tagged {tags}"],
    ["{nick_name} or {nick_name.value}", "{nickName} or {nickName}"],
    ["{{order_id}} is {{{order_id}}}", "{{order_id}} is {{{orderId}}}"],
    ["nothing", "nothing"],
  ])("%s becomes %s, with the fields named by ts-proto", (message, text) => {
    expect(textOf(message)).toBe(text);
  });

  const NAMES =
    "{order_id}, {expected_revision}, {HTTPPort}, {current_leader.…}, {state}, {nick_name}, {tags} or {old_states}";
  it.each([
    ["{orderId}", `uses {orderId}, but shop.Order has no field "orderId"; write ${NAMES}`],
    ["{}", `uses {}, but shop.Order has no field ""; write ${NAMES}`],
    ["{ order_id }", `uses { order_id }, but shop.Order has no field " order_id "; write ${NAMES}`],
    [
      "{current_leader.port}",
      'uses {current_leader.port}, but shop.Leader has no field "port"; ' +
        "write {current_leader.host_name} or {current_leader.order.…}",
    ],
    [
      "{current_leader}",
      "uses {current_leader}, but current_leader is a message; " +
        "write {current_leader.host_name} or {current_leader.order.…}",
    ],
    ["{order_id.x}", "uses {order_id.x}, but order_id has no fields; write {order_id}"],
    ["{raw}", `uses {raw}, but raw is bytes; write ${NAMES}`],
    ["{token.value}", `uses {token.value}, but token is bytes; write ${NAMES}`],
    ["{parts}", `uses {parts}, but parts is bytes; write ${NAMES}`],
    ["{tags.a}", "uses {tags.a}, but tags has no fields; write {tags}"],
    ["{leaders.host_name}", `uses {leaders.host_name}, but leaders is repeated; write ${NAMES}`],
    ["{labels.a}", `uses {labels.a}, but labels is a map; write ${NAMES}`],
    ["{since}", `uses {since}, but since is a google.protobuf.Timestamp; write ${NAMES}`],
    [
      "{card_number}",
      "uses {card_number}, but card_number is in the oneof payment, " +
        `which is { $case, value } in TypeScript; write ${NAMES}`,
    ],
    ["a { b", "has a single { at character 3; write {{ for a literal brace"],
    ["a} b", "has a single } at character 2; write }} for a literal brace"],
  ])("%s is refused", (message, mistake) => {
    expect(textOf(message)).toEqual([mistake]);
  });

  it("knows the enums of its fields", () => {
    const template = parseTemplate(
      "{order_id} {state} {current_leader.order.old_states}",
      schema.message("shop.Order"),
      () => {},
    );
    expect(templateEnums(template, property).map(([text, { typeName }]) => [text, typeName])).toEqual([
      ["state", "shop.State"],
      ["currentLeader.order.oldStates", "shop.State"],
    ]);
  });

  it("can use the value of a detail that is a wrapper", () => {
    expect(textOf("{value}", "google.protobuf.StringValue")).toBe("{value}");
  });

  it("is reported with all its mistakes", () => {
    expect(textOf("{a} {b} }")).toHaveLength(3);
  });

  it("cannot use fields of a detail without usable fields, or of an error without a detail", () => {
    expect(textOf("{x}", "shop.Opaque")).toEqual([
      'uses {x}, but shop.Opaque has no field "x"; ' +
        "remove it, because shop.Opaque has no field that a message can use",
    ]);
    expect(textOf("{x}", "shop.None")).toEqual([
      "uses {x}, but the error has no detail; write has_details: true, or {{x}} for literal text",
    ]);
  });
});

describe("the names of an enum", () => {
  it("are those of its values, the first one of each number", () => {
    const [state] = schema.files.flatMap(enumsOf).filter(({ typeName }) => typeName === "shop.State");
    if (!state) throw new Error("shop.State is missing");
    expect(enumNamesOf(state)).toEqual({ 0: "STATE_UNSPECIFIED", 1: "STATE_OPEN", "-1": "STATE_LOST" });
  });
});

describe("the default message of an error", () => {
  const defaultOf = (type: string) => templateText(defaultTemplate("ORDER_GONE", schema.message(type)), property);

  it("is the reason, followed by the scalar fields of the detail that are not optional", () => {
    expect(defaultOf("shop.Order")).toBe("order gone: order id {orderId}, http port {HTTPPort}");
  });

  it("is the reason if there are no such fields", () => {
    expect(defaultOf("shop.Opaque")).toBe("order gone");
    expect(defaultOf("shop.None")).toBe("order gone");
  });

  it("uses fields of standard details whose file is not imported", () => {
    expect(defaultOf("google.rpc.ResourceInfo")).toBe(
      "order gone: resource type {resourceType}, resource name {resourceName}, owner {owner}, description {description}",
    );
    expect(textOf("{request_id} {serving_data}", "google.rpc.RequestInfo")).toBe("{requestId} {servingData}");
  });
});
