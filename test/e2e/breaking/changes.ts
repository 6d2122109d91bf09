import type { Affected } from "../../../src/check/finding.js";

// Changes of one proto, each in a package of its own, with the code of both versions.

/** Replacements in a text, each of a part that stands in it. */
export type Edits = readonly (readonly [from: string, to: string])[];

/** A change of the proto, and of the code that its new version needs. */
export interface ProtoChange {
  /** In words, for the documentation. */
  readonly change: string;
  /** The edits that make the old proto from the common one. By default, none. */
  readonly old?: Edits;
  /** The edits that make the new proto from the old one. */
  readonly edits: Edits;
  /** The same for what only the old, or only the new code needs. */
  readonly oldServer?: Edits;
  readonly server?: Edits;
  readonly oldClient?: Edits;
  readonly client?: Edits;
}

/** A change that breaks somebody, with the rule that finds it. */
export interface BreakingChange extends ProtoChange {
  readonly rule: string;
  readonly breaks: readonly Affected[];
}

/** The common proto. `PACKAGE` stands for the name of the change. */
export const PROTO = `syntax = "proto3";

package PACKAGE.v1;

import "richerrors/v1/annotations.proto";

enum OrderError {
  option (richerrors.v1.error_enum) = {
    domain: "PACKAGE.example"
    numeric_codes: true
    categories: {name: "orders" first: 1 last: 9}
    client_errors: "Shop"
  };

  ORDER_ERROR_UNSPECIFIED = 0;
  // The order is gone.
  ORDER_ERROR_GONE = 1 [(richerrors.v1.error) = {
    status_code: NOT_FOUND
    has_details: true
    message: "order {order_id} is gone"
    recovery: RECOVERY_RETRY
    outcome: OUTCOME_NOT_APPLIED
  }];
  ORDER_ERROR_CLOSED = 2 [(richerrors.v1.error) = {status_code: FAILED_PRECONDITION}];
}

message GoneErrorDetails {
  string order_id = 1;
  int32 count = 2;
  State state = 3;
  Place place = 4;
  repeated string tags = 5;
  string note = 6;
  optional string hint = 7;
}

message Place {
  string city = 1;
  int32 floor = 2;
}

enum State {
  STATE_UNSPECIFIED = 0;
  STATE_LOST = 1;
  STATE_SOLD = 2;
}

service Orders {
  rpc GetOrder(GetOrderRequest) returns (GetOrderResponse) {
    option (richerrors.v1.errors) = {error: ["ORDER_ERROR_GONE", "ORDER_ERROR_CLOSED"]};
  }
}

message GetOrderRequest {
  string thrown = 1;
}

message GetOrderResponse {}
`;

export const SERVER = `import { OrdersService, State } from "./errors.js";
import { ClosedError, GoneError } from "./errors.rich.js";

export { OrdersService };

const detail = {
  orderId: "o-1",
  count: 3,
  state: State.STATE_LOST,
  place: { city: "Delft", floor: 2 },
  tags: ["a", "b"],
  note: "",
  hint: "",
};

export const thrown = {
  gone: () => new GoneError(detail),
  closed: () => new ClosedError(),
};
`;

export const CLIENT = `import { OrderError as Numbers, OrdersClient, State } from "./errors.js";
import { catalog, ClosedError, GoneError, OrderError, OrdersContract, ShopApiError } from "./errors.rich.js";
import type { OrdersGetOrderError } from "./errors.rich.js";

export { catalog, OrdersClient };

export const contract = OrdersContract;

export const classes = { gone: GoneError, closed: ClosedError };

export const others = [OrderError, ShopApiError, Numbers.ORDER_ERROR_GONE, State.STATE_LOST];

export const members = ["orderId", "count", "state", "place", "city", "floor", "tags", "note", "hint"];

export function read({ detail }: GoneError) {
  const { orderId, count, tags, note, hint }: { orderId: string; count: number; tags: string[]; note: string; hint?: string | undefined } = detail;
  const lost: boolean = detail.state === State.STATE_LOST;
  const floor: number | undefined = detail.place?.floor;
  const city: string | undefined = detail.place?.city;
  return { orderId, count, tags, note, isHintMissing: hint === undefined, lost, floor, city };
}

export function handle(error: OrdersGetOrderError): string {
  switch (error.reason) {
    case "GONE":
      return error.detail.orderId;
    case "CLOSED":
      return "closed";
    default:
      return error satisfies never;
  }
}
`;

const NEW_ERROR = "  ORDER_ERROR_FULL = 3 [(richerrors.v1.error) = {status_code: RESOURCE_EXHAUSTED}];\n";

const READERS: readonly Affected[] = ["old clients", "old servers", "stored data"];
const EVERYBODY: readonly Affected[] = [...READERS, "generated code"];
const PLAIN_MESSAGE: Edits = [["order {order_id} is gone", "the order is gone"]];
const AMOUNT: Edits[number] = ['["orderId", "count"', '["orderId", "amount"'];
const READ = /export function read[\s\S]*?\n}\n/.exec(CLIENT)?.[0] ?? "";
const GONE = "ORDER_ERROR_GONE = 1 [(richerrors.v1.error) = {";

/** The code without the error \`gone\`. */
const NO_GONE = {
  server: [
    ["ClosedError, GoneError }", "ClosedError }"],
    ["  gone: () => new GoneError(detail),\n", ""],
    [/const detail[\s\S]*?};\n/.exec(SERVER)?.[0] ?? "", ""],
    ["OrdersService, State", "OrdersService"],
  ],
  client: [
    ["ClosedError, GoneError, OrderError", "ClosedError, OrderError"],
    ["gone: GoneError, ", ""],
    ["Numbers.ORDER_ERROR_GONE", "Numbers.ORDER_ERROR_CLOSED"],
    [READ, "export function read() {}\n"],
    ['    case "GONE":\n      return error.detail.orderId;\n', ""],
    ["return error satisfies never", "throw error"],
  ],
} as const satisfies Partial<ProtoChange>;

const NO_GONE_LISTED: Edits = [['"ORDER_ERROR_GONE", "ORDER_ERROR_CLOSED"', '"ORDER_ERROR_CLOSED"']];
const GONE_VALUE = / {2}\/\/ The order is gone\.[\s\S]*?\}\];\n/.exec(PROTO)?.[0] ?? "";

/** Edits of what the server sends and the client reads, for a changed field. */
function field(server: Edits, client: Edits): Pick<ProtoChange, "server" | "client"> {
  return { server, client };
}

/** One change of each class, by the name of its package. */
export const BREAKING_CHANGES: Readonly<Record<string, BreakingChange>> = {
  error_deleted: {
    change: "an error is deleted",
    rule: "ERROR_NO_DELETE_UNLESS_RETIRED",
    breaks: ["old servers", "stored data", "generated code"],
    edits: [[GONE_VALUE, ""], ...NO_GONE_LISTED],
    ...NO_GONE,
  },
  annotation_removed: {
    change: "a value is no longer an error",
    rule: "ERROR_NO_DELETE_UNLESS_RETIRED",
    breaks: ["old servers", "stored data", "generated code"],
    edits: [[GONE_VALUE, "  ORDER_ERROR_GONE = 1;\n"], ...NO_GONE_LISTED],
    ...NO_GONE,
  },
  reason_changed: {
    change: "the reason changes, here because the value is renamed",
    rule: "SAME_REASON",
    breaks: EVERYBODY,
    edits: [
      [GONE, "ORDER_ERROR_LOST = 1 [(richerrors.v1.error) = {"],
      ["has_details: true", 'detail_type: "reason_changed.v1.GoneErrorDetails"'],
      ['["ORDER_ERROR_GONE"', '["ORDER_ERROR_LOST"'],
    ],
    server: [
      ["ClosedError, GoneError", "ClosedError, LostError"],
      ["new GoneError", "new LostError"],
    ],
    client: [
      ["ClosedError, GoneError", "ClosedError, LostError"],
      ["gone: GoneError", "gone: LostError"],
      ["}: GoneError", "}: LostError"],
      ['"GONE"', '"LOST"'],
      ["Numbers.ORDER_ERROR_GONE", "Numbers.ORDER_ERROR_LOST"],
    ],
  },
  domain_changed: {
    change: "the domain changes",
    rule: "SAME_DOMAIN",
    breaks: READERS,
    edits: [['domain: "domain_changed.example"', 'domain: "orders.example"']],
  },
  number_changed: {
    change: "the number changes, and `numeric_codes` is set",
    rule: "SAME_NUMBER",
    breaks: READERS,
    edits: [["ORDER_ERROR_GONE = 1", "ORDER_ERROR_GONE = 3"]],
  },
  unsent_number_changed: {
    change: "the number changes, and `numeric_codes` is not set",
    rule: "SAME_NUMBER",
    breaks: ["humans"],
    old: [["    numeric_codes: true\n", ""]],
    edits: [["ORDER_ERROR_GONE = 1", "ORDER_ERROR_GONE = 3"]],
  },
  numbers_no_longer_sent: {
    change: "`numeric_codes` is removed",
    rule: "SAME_NUMERIC_CODES",
    breaks: ["old clients"],
    edits: [["    numeric_codes: true\n", ""]],
  },
  numbers_sent: {
    change: "`numeric_codes` is added",
    rule: "SAME_NUMERIC_CODES",
    breaks: ["old servers", "stored data"],
    old: [["    numeric_codes: true\n", ""]],
    edits: [["    categories", "    numeric_codes: true\n    categories"]],
  },
  value_renamed: {
    change: "the value is renamed, and keeps its number and reason",
    rule: "SAME_VALUE_NAME",
    breaks: ["generated code"],
    edits: [
      [GONE, 'ORDER_ERROR_LOST = 1 [(richerrors.v1.error) = {reason: "GONE"'],
      ['["ORDER_ERROR_GONE"', '["ORDER_ERROR_LOST"'],
    ],
    client: [["Numbers.ORDER_ERROR_GONE", "Numbers.ORDER_ERROR_LOST"]],
  },
  enum_renamed: {
    change: "the enum is renamed",
    rule: "SAME_ENUM_NAME",
    breaks: ["generated code"],
    edits: [
      ["enum OrderError {", "enum PurchaseError {"],
      [GONE, `${GONE}reason: "GONE"`],
      ["{status_code: FAILED_PRECONDITION}", '{reason: "CLOSED" status_code: FAILED_PRECONDITION}'],
    ],
    client: [
      ["OrderError as Numbers", "PurchaseError as Numbers"],
      ["GoneError, OrderError", "GoneError, PurchaseError"],
      ["[OrderError", "[PurchaseError"],
    ],
  },
  class_renamed: {
    change: "the class is renamed",
    rule: "SAME_CLASS_NAME",
    breaks: ["generated code"],
    edits: [[GONE, `${GONE}class_name: "VanishedError"`]],
    server: [
      ["ClosedError, GoneError", "ClosedError, VanishedError"],
      ["new GoneError", "new VanishedError"],
    ],
    client: [
      ["ClosedError, GoneError", "ClosedError, VanishedError"],
      ["gone: GoneError", "gone: VanishedError"],
      ["}: GoneError", "}: VanishedError"],
    ],
  },
  base_class_renamed: {
    change: "the base class is renamed",
    rule: "SAME_BASE_CLASS",
    breaks: ["generated code"],
    edits: [["    numeric_codes", '    base_class: "ShopError"\n    numeric_codes']],
    client: [
      ["GoneError, OrderError", "GoneError, ShopError"],
      ["[OrderError", "[ShopError"],
    ],
  },
  client_errors_removed: {
    change: "`client_errors` is removed",
    rule: "SAME_BASE_CLASS",
    breaks: ["generated code"],
    edits: [['    client_errors: "Shop"\n', ""]],
    client: [
      [", ShopApiError }", " }"],
      ["OrderError, ShopApiError", "OrderError"],
    ],
  },
  code_changed: {
    change: "the code changes",
    rule: "SAME_CODE",
    breaks: READERS,
    edits: [["status_code: NOT_FOUND", "status_code: ABORTED"]],
  },
  http_status_changed: {
    change: "the HTTP status changes",
    rule: "SAME_HTTP_STATUS",
    breaks: READERS,
    edits: [["has_details", "http_status: 410 has_details"]],
  },
  retry_forbidden: {
    change: "the recovery changes from a retry to none",
    rule: "SAFE_RECOVERY",
    breaks: ["old clients"],
    edits: [["RECOVERY_RETRY", "RECOVERY_NONE"]],
  },
  retry_allowed: {
    change: "the recovery changes from none to a retry",
    rule: "SAFE_RECOVERY",
    breaks: ["old servers"],
    old: [["RECOVERY_RETRY", "RECOVERY_NONE"]],
    edits: [["RECOVERY_NONE", "RECOVERY_RETRY"]],
  },
  refresh_needed: {
    change: "the recovery changes from a retry to a refresh",
    rule: "SAFE_RECOVERY",
    breaks: ["old clients"],
    edits: [["RECOVERY_RETRY", "RECOVERY_REFRESH_AND_RETRY"]],
  },
  refresh_not_needed: {
    change: "the recovery changes from a refresh to a retry",
    rule: "SAFE_RECOVERY",
    breaks: ["old servers"],
    old: [["RECOVERY_RETRY", "RECOVERY_REFRESH_AND_RETRY"]],
    edits: [["RECOVERY_REFRESH_AND_RETRY", "RECOVERY_RETRY"]],
  },
  success_declared: {
    change: "the recovery changes from none to a success",
    rule: "SAFE_RECOVERY",
    breaks: ["old servers"],
    old: [["RECOVERY_RETRY", "RECOVERY_NONE"]],
    edits: [["RECOVERY_NONE", "RECOVERY_TREAT_AS_SUCCESS"]],
  },
  recovery_removed: {
    change: "the recovery is removed",
    rule: "SAFE_RECOVERY",
    breaks: ["old clients"],
    edits: [["    recovery: RECOVERY_RETRY\n", ""]],
  },
  outcome_unsure: {
    change: "the outcome changes from not applied to maybe applied",
    rule: "SAFE_OUTCOME",
    breaks: ["old clients"],
    edits: [["OUTCOME_NOT_APPLIED", "OUTCOME_MAYBE_APPLIED"]],
  },
  outcome_sure: {
    change: "the outcome changes from maybe applied to not applied",
    rule: "SAFE_OUTCOME",
    breaks: ["old servers"],
    old: [["OUTCOME_NOT_APPLIED", "OUTCOME_MAYBE_APPLIED"]],
    edits: [["OUTCOME_MAYBE_APPLIED", "OUTCOME_NOT_APPLIED"]],
  },
  outcome_removed: {
    change: "the outcome is removed",
    rule: "SAFE_OUTCOME",
    breaks: ["old clients"],
    edits: [["    outcome: OUTCOME_NOT_APPLIED\n", ""]],
  },
  fault_changed: {
    change: "the fault changes",
    rule: "SAME_FAULT",
    breaks: ["humans"],
    edits: [["has_details", "fault: FAULT_DEPENDENCY has_details"]],
  },
  category_renamed: {
    change: "the category changes",
    rule: "SAME_CATEGORY",
    breaks: ["humans"],
    edits: [['name: "orders"', 'name: "purchases"']],
  },
  display_name_changed: {
    change: "the display name changes",
    rule: "SAME_DISPLAY_NAME",
    breaks: ["humans"],
    edits: [["has_details", 'display_name: "Order gone" has_details']],
  },
  message_changed: {
    change: "the message changes",
    rule: "SAME_MESSAGE",
    breaks: ["humans"],
    edits: [['is gone"', 'does not exist"']],
  },
  detail_type_changed: {
    change: "the type of the detail changes",
    rule: "SAME_DETAIL_TYPE",
    breaks: EVERYBODY,
    old: PLAIN_MESSAGE,
    edits: [["has_details: true", 'detail_type: "detail_type_changed.v1.Place"']],
    ...field(
      [["new GoneError(detail)", "new GoneError(detail.place)"]],
      [
        [READ, "export function read({ detail: { city } }: GoneError) {\n  return { city };\n}\n"],
        ["error.detail.orderId", "error.detail.city"],
      ],
    ),
  },
  detail_removed: {
    change: "the detail is removed",
    rule: "SAME_DETAIL_TYPE",
    breaks: ["old clients", "generated code"],
    old: PLAIN_MESSAGE,
    edits: [["    has_details: true\n", ""]],
    ...field(
      [["new GoneError(detail)", "new GoneError()"]],
      [
        [READ, "export function read({ detail }: GoneError) {\n  return detail;\n}\n"],
        ["error.detail.orderId", '"gone"'],
      ],
    ),
  },
  detail_added: {
    change: "a detail is added",
    rule: "SAME_DETAIL_TYPE",
    breaks: ["old servers", "stored data"],
    old: [...PLAIN_MESSAGE, ["    has_details: true\n", ""]],
    edits: [["status_code: NOT_FOUND", "status_code: NOT_FOUND has_details: true"]],
    oldServer: [["new GoneError(detail)", "new GoneError()"]],
    server: [["new GoneError()", "new GoneError(detail)"]],
    oldClient: [
      [READ, "export function read(_: GoneError) {}\n"],
      ["error.detail.orderId", '"gone"'],
    ],
    client: [["export function read(_: GoneError) {}\n", READ]],
  },
  field_deleted: {
    change: "a field is deleted",
    rule: "DETAIL_FIELD_NO_DELETE_UNLESS_RETIRED",
    breaks: ["old clients", "generated code"],
    edits: [["  int32 count = 2;\n", ""]],
    ...field(
      [["  count: 3,\n", ""]],
      [
        ["orderId, count, tags", "orderId, tags"],
        ["count: number; ", ""],
        ["orderId, count, tags, note, is", "orderId, tags, note, is"],
      ],
    ),
  },
  field_number_changed: {
    change: "the number of a field changes",
    rule: "DETAIL_FIELD_SAME_NUMBER",
    breaks: READERS,
    edits: [["int32 count = 2;", "int32 count = 9;"]],
  },
  field_renamed: {
    change: "a field is renamed",
    rule: "DETAIL_FIELD_SAME_NAME",
    breaks: EVERYBODY,
    edits: [["int32 count = 2;", "int32 amount = 2;"]],
    ...field(
      [["count: 3", "amount: 3"]],
      [AMOUNT, ["orderId, count, tags", "orderId, amount: count, tags"], ["count: number; ", "amount: number; "]],
    ),
  },
  field_renamed_in_code: {
    change: "a field is renamed, and keeps its name in JSON",
    rule: "DETAIL_FIELD_SAME_NAME",
    breaks: ["generated code"],
    edits: [["int32 count = 2;", 'int32 amount = 2 [json_name = "count"];']],
    ...field(
      [["count: 3", "amount: 3"]],
      [
        ["orderId, count, tags", "orderId, amount: count, tags"],
        ["count: number; ", "amount: number; "],
      ],
    ),
  },
  json_name_changed: {
    change: "a field gets another name in JSON",
    rule: "DETAIL_FIELD_SAME_NAME",
    breaks: READERS,
    edits: [["int32 count = 2;", 'int32 count = 2 [json_name = "amount"];']],
    client: [AMOUNT],
  },
  field_type_changed: {
    change: "a field changes its type, such as from `int32` to `string`",
    rule: "DETAIL_FIELD_SAME_TYPE",
    breaks: EVERYBODY,
    edits: [["int32 count = 2;", "string count = 2;"]],
    ...field([["count: 3", 'count: "3"']], [["count: number", "count: string"]]),
  },
  field_encoding_changed: {
    change: "a field changes its encoding, such as from `int32` to `sint32`",
    rule: "DETAIL_FIELD_SAME_TYPE",
    breaks: READERS,
    edits: [["int32 count = 2;", "sint32 count = 2;"]],
  },
  field_widened: {
    change: "a field changes its type, but not its bytes, such as from `int32` to `int64`",
    rule: "DETAIL_FIELD_SAME_JSON_TYPE",
    breaks: EVERYBODY,
    edits: [["int32 count = 2;", "int64 count = 2;"]],
    ...field([["count: 3", "count: 3n"]], [["count: number", "count: bigint"]]),
  },
  field_repeated: {
    change: "a field becomes repeated",
    rule: "DETAIL_FIELD_SAME_CARDINALITY",
    breaks: EVERYBODY,
    edits: [["string note = 6;", "repeated string note = 6;"]],
    ...field([['note: ""', 'note: ["x", "y"]']], [["note: string;", "note: string[];"]]),
  },
  field_single: {
    change: "a field is no longer repeated",
    rule: "DETAIL_FIELD_SAME_CARDINALITY",
    breaks: EVERYBODY,
    edits: [["repeated string tags = 5;", "string tags = 5;"]],
    ...field([['tags: ["a", "b"]', 'tags: "a"']], [["tags: string[];", "tags: string;"]]),
  },
  field_optional: {
    change: "a field becomes `optional`",
    rule: "DETAIL_FIELD_SAME_PRESENCE",
    breaks: ["old servers", "stored data", "generated code"],
    edits: [["string note = 6;", "optional string note = 6;"]],
    client: [["note: string;", "note?: string | undefined;"]],
  },
  field_not_optional: {
    change: "a field is no longer `optional`",
    rule: "DETAIL_FIELD_SAME_PRESENCE",
    breaks: ["old clients"],
    edits: [["optional string hint = 7;", "string hint = 7;"]],
  },
  fields_in_oneof: {
    change: "fields become the cases of one oneof",
    rule: "DETAIL_FIELD_SAME_ONEOF",
    breaks: EVERYBODY,
    old: PLAIN_MESSAGE,
    edits: [
      [
        "  string order_id = 1;\n  int32 count = 2;\n",
        "  oneof which {\n    string order_id = 1;\n    int32 count = 2;\n  }\n",
      ],
    ],
    ...field(
      [['  orderId: "o-1",\n  count: 3,\n', '  which: { $case: "count" as const, value: 3 },\n']],
      [
        [
          "orderId, count, tags, note, hint }: { orderId: string; count: number;",
          "which, tags, note, hint }: { which?: unknown;",
        ],
        ["return { orderId, count,", "return { which,"],
        ["error.detail.orderId", '"gone"'],
      ],
    ),
  },
  field_in_oneof: {
    change: "a field moves into a new oneof",
    rule: "DETAIL_FIELD_SAME_ONEOF",
    breaks: ["generated code"],
    edits: [["  int32 count = 2;\n", "  oneof which {\n    int32 count = 2;\n  }\n"]],
    ...field(
      [["  count: 3,\n", '  which: { $case: "count" as const, value: 3 },\n']],
      [
        [
          "orderId, count, tags, note, hint }: { orderId: string; count: number;",
          "orderId, which, tags, note, hint }: { orderId: string; which?: { value: number } | undefined;",
        ],
        ["return { orderId, count,", "return { orderId, count: which?.value,"],
      ],
    ),
  },
  nested_field_deleted: {
    change: "a field of a message in the detail is deleted",
    rule: "DETAIL_FIELD_NO_DELETE_UNLESS_RETIRED",
    breaks: ["old clients", "generated code"],
    edits: [["  int32 floor = 2;\n", ""]],
    ...field(
      [[", floor: 2", ""]],
      [
        ["  const floor: number | undefined = detail.place?.floor;\n", ""],
        ["lost, floor, city", "lost, city"],
      ],
    ),
  },
  nested_type_changed: {
    change: "a field of a message in the detail changes its type",
    rule: "DETAIL_FIELD_SAME_TYPE",
    breaks: READERS,
    edits: [["int32 floor = 2;", "float floor = 2;"]],
  },
  enum_value_deleted: {
    change: "a value of an enum in the detail is deleted",
    rule: "DETAIL_ENUM_VALUE_NO_DELETE_UNLESS_RETIRED",
    breaks: ["old servers", "stored data", "generated code"],
    edits: [["  STATE_LOST = 1;\n", ""]],
    server: [["State.STATE_LOST", "State.STATE_SOLD"]],
    // The program looks whether it knows the value, because both servers send another one.
    oldClient: [
      ["detail.state === State.STATE_LOST", "State[detail.state] !== undefined"],
      ['"state", ', ""],
    ],
    client: [["State.STATE_LOST", "State.STATE_SOLD"]],
  },
  enum_value_renumbered: {
    change: "the number of a value of an enum in the detail changes",
    rule: "DETAIL_ENUM_VALUE_SAME_NUMBER",
    breaks: READERS,
    edits: [["STATE_LOST = 1;", "STATE_LOST = 3;"]],
  },
  enum_value_renamed: {
    change: "a value of an enum in the detail is renamed",
    rule: "DETAIL_ENUM_VALUE_SAME_NAME",
    breaks: EVERYBODY,
    edits: [["STATE_LOST = 1;", "STATE_MISSING = 1;"]],
    server: [["State.STATE_LOST", "State.STATE_MISSING"]],
    client: [
      ["State.STATE_LOST]", "State.STATE_MISSING]"],
      ["detail.state === State.STATE_LOST", "detail.state === State.STATE_MISSING"],
    ],
  },
  origin_changed: {
    change: "the origin changes, and `client_errors` is set",
    rule: "SAME_ORIGIN",
    breaks: ["generated code"],
    old: [
      ["  ORDER_ERROR_CLOSED", `${NEW_ERROR}  ORDER_ERROR_CLOSED`],
      ["RESOURCE_EXHAUSTED", "RESOURCE_EXHAUSTED origin: ORIGIN_CLIENT"],
    ],
    edits: [["has_details", "origin: ORIGIN_TRANSPORT has_details"]],
    oldClient: [
      ["import type { Orders", "import type { AnyOrderErrorOfServer, Orders"],
      ["error: OrdersGetOrderError", "error: AnyOrderErrorOfServer"],
    ],
    client: [
      ["AnyOrderErrorOfServer, Orders", "Orders"],
      ["error: AnyOrderErrorOfServer", "error: OrdersGetOrderError"],
    ],
  },
  method_error_added: {
    change: "a method lists one more error",
    rule: "METHOD_ERROR_NO_ADD",
    breaks: ["old clients", "generated code"],
    edits: [
      [
        "  ORDER_ERROR_CLOSED",
        "  ORDER_ERROR_FULL = 3 [(richerrors.v1.error) = {status_code: RESOURCE_EXHAUSTED}];\n  ORDER_ERROR_CLOSED",
      ],
      ['["ORDER_ERROR_GONE"', '["ORDER_ERROR_FULL", "ORDER_ERROR_GONE"'],
    ],
    server: [
      ["ClosedError, GoneError", "ClosedError, FullError, GoneError"],
      ["  closed:", "  full: () => new FullError(),\n  closed:"],
    ],
    client: [
      ["ClosedError, GoneError", "ClosedError, FullError, GoneError"],
      ["gone: GoneError", "full: FullError, gone: GoneError"],
      ['    case "CLOSED"', '    case "FULL":\n      return "full";\n    case "CLOSED"'],
    ],
  },
  method_error_removed: {
    change: "a method lists one error less",
    rule: "METHOD_ERROR_NO_DELETE",
    breaks: ["old servers", "generated code"],
    edits: [['"ORDER_ERROR_GONE", "ORDER_ERROR_CLOSED"', '"ORDER_ERROR_GONE"']],
    server: [
      ["  closed: () => new ClosedError(),\n", ""],
      ["ClosedError, GoneError", "GoneError"],
    ],
    client: [
      ['    case "CLOSED":\n      return "closed";\n', ""],
      // A type that is no union does not narrow to never.
      ["return error satisfies never", "throw error"],
    ],
  },
  contract_removed: {
    change: "a method no longer lists errors",
    rule: "METHOD_ERROR_NO_DELETE",
    breaks: ["generated code"],
    edits: [[/ \{\n {4}option \(richerrors.v1.errors\).*\n {2}\}\n/.exec(PROTO)?.[0] ?? "", ";\n"]],
    client: [
      ["OrderError, OrdersContract, ShopApiError", "OrderError, ShopApiError"],
      ["OrdersGetOrderError }", "AnyOrderError }"],
      ["error: OrdersGetOrderError", "error: AnyOrderError"],
      ["export const contract = OrdersContract;\n", ""],
    ],
  },
};

/** Changes that break nobody. */
export const HARMLESS_CHANGES: Readonly<Record<string, ProtoChange>> = {
  nothing: { change: "nothing changes", edits: [] },
  comment_changed: { change: "a comment changes", edits: [["The order is gone.", "Nobody has the order any more."]] },
  formatted: {
    change: "the proto is formatted anew",
    edits: [["{status_code: FAILED_PRECONDITION}", "{\n    status_code: FAILED_PRECONDITION,\n  }"]],
  },
  error_added: { change: "an error is added", edits: [["  ORDER_ERROR_CLOSED", `${NEW_ERROR}  ORDER_ERROR_CLOSED`]] },
  value_added: {
    change: "a value that is no error is added",
    edits: [["  ORDER_ERROR_CLOSED", "  ORDER_ERROR_NOTHING = 3;\n  ORDER_ERROR_CLOSED"]],
  },
  values_reordered: {
    change: "errors change their order",
    edits: [
      [GONE_VALUE, ""],
      ["{status_code: FAILED_PRECONDITION}];\n", `{status_code: FAILED_PRECONDITION}];\n${GONE_VALUE}`],
    ],
  },
  error_deprecated: {
    change: "an error is deprecated",
    edits: [["ORDER_ERROR_GONE = 1 [", "ORDER_ERROR_GONE = 1 [deprecated = true, "]],
  },
  error_retired: {
    change: "a deprecated error is deleted, and its number and name are reserved",
    old: [
      [
        "= {status_code: FAILED_PRECONDITION}];\n",
        `= {status_code: FAILED_PRECONDITION}];\n${NEW_ERROR.replace("[", "[deprecated = true, ")}`,
      ],
    ],
    edits: [[NEW_ERROR.replace("[", "[deprecated = true, "), '  reserved 3;\n  reserved "ORDER_ERROR_FULL";\n']],
  },
  defaults_written: {
    change: "defaults are written out",
    edits: [
      [
        "has_details: true",
        'has_details: true reason: "GONE" http_status: 404 class_name: "GoneError" display_name: "Gone" fault: FAULT_CALLER origin: ORIGIN_SERVER',
      ],
    ],
  },
  detail_type_written: {
    change: "`detail_type` says what `has_details` means",
    edits: [["has_details: true", 'detail_type: "detail_type_written.v1.GoneErrorDetails"']],
  },
  facts_added: {
    change: "`since`, `labels` and `help_url` are added",
    edits: [
      [
        "has_details: true",
        'has_details: true since: "2.0" labels: {key: "edition" value: "EE"} help_url: "https://shop.example/gone"',
      ],
    ],
  },
  recovery_declared: {
    change: "a recovery and an outcome are declared",
    old: [
      ["    recovery: RECOVERY_RETRY\n", ""],
      ["    outcome: OUTCOME_NOT_APPLIED\n", ""],
    ],
    edits: [["has_details: true", "has_details: true recovery: RECOVERY_FIX_REQUEST outcome: OUTCOME_NOT_APPLIED"]],
  },
  back_off: {
    change: "a retry becomes one with a growing delay",
    edits: [["RECOVERY_RETRY", "RECOVERY_BACK_OFF_AND_RETRY"]],
  },
  retry_delay_added: {
    change: "a retry delay is added",
    edits: [["recovery: RECOVERY_RETRY", "recovery: RECOVERY_RETRY retry_delay: {nanos: 1000000}"]],
  },
  advice_changed: {
    change: "the recovery changes between advice to give up",
    old: [["RECOVERY_RETRY", "RECOVERY_NONE"]],
    edits: [["RECOVERY_NONE", "RECOVERY_CONTACT_OPERATOR"]],
  },
  field_added: {
    change: "a field is added",
    edits: [["  string note = 6;\n", "  string note = 6;\n  string extra = 8;\n"]],
    server: [["  note:", '  extra: "x",\n  note:']],
  },
  fields_reordered: {
    change: "fields change their order",
    edits: [["  string order_id = 1;\n  int32 count = 2;\n", "  int32 count = 2;\n  string order_id = 1;\n"]],
  },
  field_deprecated: {
    change: "a field is deprecated",
    edits: [["int32 count = 2;", "int32 count = 2 [deprecated = true];"]],
  },
  field_retired: {
    change: "a deprecated field is deleted, and its number and name are reserved",
    old: [["  string note = 6;\n", "  string note = 6;\n  string extra = 8 [deprecated = true];\n"]],
    edits: [["  string extra = 8 [deprecated = true];\n", '  reserved 8;\n  reserved "extra";\n']],
    oldServer: [["  note:", '  extra: "x",\n  note:']],
    server: [['  extra: "x",\n', ""]],
  },
  field_unsigned: {
    change: "a field changes from `int32` to `uint32`",
    edits: [["int32 count = 2;", "uint32 count = 2;"]],
  },
  enum_value_added: {
    change: "a value is added to an enum in the detail",
    edits: [["  STATE_SOLD = 2;\n", "  STATE_SOLD = 2;\n  STATE_STOLEN = 3;\n"]],
  },
  message_renamed: {
    change: "a message in the detail is renamed",
    edits: [
      ["  Place place = 4;", "  Location place = 4;"],
      ["message Place", "message Location"],
    ],
  },
  method_added: {
    change: "a method is added",
    edits: [
      [
        "service Orders {\n",
        'service Orders {\n  rpc ListOrders(GetOrderRequest) returns (GetOrderResponse) {\n    option (richerrors.v1.errors) = {error: "ORDER_ERROR_CLOSED"};\n  }\n',
      ],
    ],
    server: [],
  },
  contract_added: {
    change: "a method begins to list its errors",
    old: [[/ \{\n {4}option \(richerrors.v1.errors\).*\n {2}\}\n/.exec(PROTO)?.[0] ?? "", ";\n"]],
    edits: [
      [
        "returns (GetOrderResponse);\n",
        'returns (GetOrderResponse) {\n    option (richerrors.v1.errors) = {error: "ORDER_ERROR_GONE"};\n  }\n',
      ],
    ],
    oldClient: [
      ["OrderError, OrdersContract, ShopApiError", "OrderError, ShopApiError"],
      ["OrdersGetOrderError }", "AnyOrderError }"],
      ["error: OrdersGetOrderError", "error: AnyOrderError"],
      ["export const contract = OrdersContract;\n", ""],
    ],
  },
  listed_reordered: {
    change: "a method lists its errors in another order",
    edits: [['"ORDER_ERROR_GONE", "ORDER_ERROR_CLOSED"', '"ORDER_ERROR_CLOSED", "ORDER_ERROR_GONE"']],
  },
};
