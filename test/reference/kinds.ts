import { HEAD } from "../cli/images.js";

/** A proto with an error whose detail has fields of every kind. */
export const EVERY_KIND = {
  "shop/v1/kinds.proto": `${HEAD}
    import "google/protobuf/any.proto";
    import "google/protobuf/duration.proto";
    import "google/protobuf/field_mask.proto";
    import "google/protobuf/struct.proto";
    import "google/protobuf/timestamp.proto";
    import "google/protobuf/wrappers.proto";
    enum KindError {
      KIND_ERROR_UNSPECIFIED = 0;
      KIND_ERROR_EVERY_KIND = 1 [(richerrors.v1.error) = {
        status_code: ABORTED has_details: true recovery: RECOVERY_RETRY
        message: "{shelf_name} {long_count} {color} {wrapped} {inner.part_id}"
      }];
      KIND_ERROR_BARE = 2 [(richerrors.v1.error) = {status_code: INTERNAL}];
      KIND_ERROR_QUOTA = 3 [(richerrors.v1.error) = {status_code: RESOURCE_EXHAUSTED detail_type: "google.rpc.QuotaFailure"}];
    }
    enum Color { COLOR_UNSPECIFIED = 0; COLOR_RED = 1; }
    message EveryKindErrorDetails {
      enum Shade { DARK = 0; LIGHT = 3; }
      message Inner { string part_id = 1; Inner again = 2; repeated Color colors = 3; }
      string shelf_name = 1;
      int64 long_count = 2;
      sint32 count = 3;
      double ratio = 4;
      bool is_full = 5;
      bytes digest = 6;
      Color color = 7;
      Shade shade = 8;
      Inner inner = 9;
      repeated Inner inners = 10;
      map<string, int32> counts = 11;
      map<int32, Inner> inner_by_id = 12;
      oneof place { string room = 13; int64 floor = 14; }
      optional string note = 15;
      google.protobuf.Timestamp changed_at = 16;
      google.protobuf.Duration patience = 17;
      google.protobuf.FieldMask mask = 18;
      google.protobuf.Struct facts = 19;
      google.protobuf.StringValue wrapped = 20;
      google.protobuf.Int64Value wrapped_long = 21;
      repeated string tags = 22;
      google.protobuf.Any anything = 23;
      google.protobuf.Value value = 24;
      repeated google.protobuf.Timestamp times = 25;
      oneof other { google.protobuf.Timestamp since_time = 26; Inner part = 27; }
      google.protobuf.ListValue list = 28;
      uint32 port = 29;
    }`,
};
