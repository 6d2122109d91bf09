import { type TypeTable, typesIn } from "./type-table.js";

let types: TypeTable | undefined;

/** Returns the types that every reader has: the standard details, and those of `google.protobuf` that details use. */
export function standardTypes(): TypeTable {
  types ??= typesIn(TABLE);
  return types;
}

const TABLE = `
google.rpc.ErrorInfo reason:1 domain:2 metadata:3:%
google.rpc.RetryInfo retry_delay:1:google.protobuf.Duration
google.rpc.DebugInfo stack_entries:1:* detail:2
google.rpc.QuotaFailure violations:1:*google.rpc.QuotaFailure.Violation
google.rpc.QuotaFailure.Violation subject:1 description:2 api_service:3 quota_metric:4 quota_id:5 quota_dimensions:6:% quota_value:7:int64 future_quota_value:8:?int64
google.rpc.PreconditionFailure violations:1:*google.rpc.PreconditionFailure.Violation
google.rpc.PreconditionFailure.Violation type:1 subject:2 description:3
google.rpc.BadRequest field_violations:1:*google.rpc.BadRequest.FieldViolation
google.rpc.BadRequest.FieldViolation field:1 description:2 reason:3 localized_message:4:google.rpc.LocalizedMessage
google.rpc.RequestInfo request_id:1 serving_data:2
google.rpc.ResourceInfo resource_type:1 resource_name:2 owner:3 description:4
google.rpc.Help links:1:*google.rpc.Help.Link
google.rpc.Help.Link description:1 url:2
google.rpc.LocalizedMessage locale:1 message:2
google.protobuf.Any type_url:1 value:2:bytes
google.protobuf.Duration seconds:1:int64 nanos:2:int32
google.protobuf.Timestamp seconds:1:int64 nanos:2:int32
google.protobuf.Empty
google.protobuf.FieldMask paths:1:*
google.protobuf.Struct fields:1:%google.protobuf.Value
google.protobuf.Value kind/null_value:1:google.protobuf.NullValue kind/number_value:2:double kind/string_value:3 kind/bool_value:4:bool kind/struct_value:5:google.protobuf.Struct kind/list_value:6:google.protobuf.ListValue
google.protobuf.ListValue values:1:*google.protobuf.Value
google.protobuf.DoubleValue value:1:double
google.protobuf.FloatValue value:1:float
google.protobuf.Int64Value value:1:int64
google.protobuf.UInt64Value value:1:uint64
google.protobuf.Int32Value value:1:int32
google.protobuf.UInt32Value value:1:uint32
google.protobuf.BoolValue value:1:bool
google.protobuf.StringValue value:1
google.protobuf.BytesValue value:1:bytes
enum google.protobuf.NullValue NULL_VALUE:0
`;
