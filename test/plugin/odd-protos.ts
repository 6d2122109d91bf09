import type { Protos } from "./compile.js";

/** Valid protos with odd names, numbers, comments and options. */
export const ODD_PROTOS: Protos = {
  "names/v1/names.proto": `
    edition = "2023";
    package names.v1;
    import "names/v1/details.proto";
    import "richerrors/v1/annotations.proto";

    // Its base class has the name of a global, as do some of its errors.
    enum Error {
      option (richerrors.v1.error_enum) = {domain: "globals"};
      ERROR_UNSPECIFIED = 0;
      // The detail has the same name as the error class.
      ERROR_TYPE = 1 [(richerrors.v1.error) = {status_code: INVALID_ARGUMENT has_details: true}];
      ERROR_RANGE = 2 [(richerrors.v1.error) = {status_code: OUT_OF_RANGE detail_type: "names.v1.Symbol"}];
      ERROR_AGGREGATE = 3 [(richerrors.v1.error) = {status_code: INTERNAL detail_type: "names.v1.Date"}];
      // The class has the name of a class of the package.
      ERROR_RICH = 4 [(richerrors.v1.error) = {status_code: INTERNAL detail_type: "names.v1.Catalog"}];
      ERROR_CATALOG = 5 [(richerrors.v1.error) = {status_code: INTERNAL detail_type: "names.v1.catalog"}];
      ERROR_DEFINITION = 6 [(richerrors.v1.error) = {status_code: INTERNAL detail_type: "names.v1.ErrorTable"}];
      ERROR_OTHER_TYPE = 7 [(richerrors.v1.error) = {status_code: INTERNAL detail_type: "names.v1.details.TypeError"}];
      ERROR_BAD_REQUEST = 8 [(richerrors.v1.error) = {status_code: INTERNAL has_details: true}];
      ERROR_OWN_BAD_REQUEST = 9 [(richerrors.v1.error) = {status_code: INTERNAL detail_type: "names.v1.details.BadRequest"}];
    }

    enum RuntimeError {
      option (richerrors.v1.error_enum) = {domain: "runtime" base_class: "ErrorClassOf"};
      RUNTIME_ERROR_UNSPECIFIED = 0;
      RUNTIME_ERROR_BASE = 1 [(richerrors.v1.error) = {status_code: INTERNAL detail_type: "names.v1.Reason"}];
    }

    enum Detail {
      option (richerrors.v1.error_enum) = {domain: "generics" base_class: "Detail"};
      DETAIL_UNSPECIFIED = 0;
      DETAIL_GENERIC = 1 [(richerrors.v1.error) = {status_code: INTERNAL}];
    }

    message TypeError { string type = 1; }
    message Symbol { string name = 1; }
    message Date { int32 day = 1; }
    message Catalog {}
    message catalog {}
    message ErrorTable {}
    message Reason {}
  `,
  "names/v1/details.proto": `
    edition = "2023";
    package names.v1.details;

    message TypeError { string text = 1 [features.field_presence = IMPLICIT]; }
    message BadRequest { string text = 1; }
    message Outer {
      message Inner_Thing {
        string inner_name = 1;
        message deep { int64 size = 1 [jstype = JS_STRING]; }
      }
    }
  `,
  "nested/v2/nested.v2.proto": `
    edition = "2023";
    package nested.v2;
    import "names/v1/details.proto";
    import "richerrors/v1/annotations.proto";

    message Service {
      message Operation {
        enum Failure {
          option (richerrors.v1.error_enum) = {numeric_codes: true};
          FAILURE_UNSPECIFIED = 0;
          FAILURE_INNER_THING = 1 [(richerrors.v1.error) = {
            status_code: ABORTED
            detail_type: "names.v1.details.Outer.Inner_Thing"
            message: "inner {inner_name}"
          }];
          FAILURE_DEEP_THING = 2 [(richerrors.v1.error) = {
            status_code: ABORTED
            detail_type: "names.v1.details.Outer.Inner_Thing.deep"
          }];
          FAILURE_STATUS = 3 [(richerrors.v1.error) = {
            status_code: ABORTED
            detail_type: "google.protobuf.Duration"
            message: "{seconds} s and {nanos} ns"
          }];
        }
      }
    }
  `,
  "second/second.proto": `
    syntax = "proto2";
    package second;
    import "richerrors/v1/annotations.proto";

    enum Proto2Error {
      PROTO2_ERROR_FIRST_OF_ALL = 1 [(richerrors.v1.error) = {
        status_code: NOT_FOUND
        has_details: true
        message: "{required_name} {with_default} {part.size}"
      }];
      PROTO2_ERROR_NEGATIVE_NUMBER = -5 [deprecated = true, (richerrors.v1.error) = {status_code: NOT_FOUND}];
    }

    message FirstOfAllError {
      required string required_name = 1;
      optional int32 with_default = 2 [default = 7];
      optional group Part = 3 { optional int32 size = 1; }
    }
  `,
  "root.proto": `
    // A file without a package and a folder.
    edition = "2024";
    import "richerrors/v1/annotations.proto";

    enum RootError {
      // The prefix gives the names of the package's own classes. Two of these are also errors here.
      option (richerrors.v1.error_enum) = {domain: "root" client_errors: "_"};
      ROOT_ERROR_UNSPECIFIED = 0;
      ROOT_ERROR_API = 2 [(richerrors.v1.error) = {status_code: INTERNAL}];
      ROOT_ERROR_NETWORK = 3 [(richerrors.v1.error) = {status_code: UNAVAILABLE}];
      ROOT_ERROR_AT_ROOT = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND has_details: true}];
    }
    message AtRoot { string at_root = 1; }
  `,
  "odd/services.proto": `
    syntax = "proto3";
    package odd;
    import "root.proto";
    import "odd/fields.proto";
    import "second/second.proto";
    import "richerrors/v1/annotations.proto";

    message Nothing {}
    service Odd {
      rpc GetHTTPPort(Nothing) returns (Nothing) { option (richerrors.v1.errors) = {error: ["ODD_ERROR_FIELD_NAMES"]}; }
      rpc get_v2_value(Nothing) returns (Nothing) { option (richerrors.v1.errors) = {error: ["ROOT_ERROR_API", "ODD_ERROR_FIELD_NAMES"]}; }
      rpc Watch(stream Nothing) returns (stream Nothing) { option (richerrors.v1.errors) = {error: ["ODD_ERROR_ALL_FIELDS"]}; }
      rpc X(Nothing) returns (Nothing);
    }
    // The union of the method's errors has the name of its only error.
    service Field {
      rpc Names(Nothing) returns (Nothing) { option (richerrors.v1.errors) = {error: ["ODD_ERROR_FIELD_NAMES", "second.PROTO2_ERROR_FIRST_OF_ALL"]}; }
    }
    service Third { rpc Get(Nothing) returns (Nothing); }
  `,
  "odd/fields.proto": `
    syntax = "proto3";
    package odd;
    import "google/protobuf/wrappers.proto";
    import "richerrors/v1/annotations.proto";

    enum OddError {
      ODD_ERROR_UNSPECIFIED = 0;
      ODD_ERROR_FIELD_NAMES = 1 [(richerrors.v1.error) = {
        status_code: NOT_FOUND
        has_details: true
        message: "{field_1} {x_y_z} {HTTPPort} {_lead} {HTTP_PORT} {trail_} {a__b} {a_1b} {Http_Port_X} {PORT} {my_Field} {json} {opt} {wrapped_it} {one_deep.field_1} {count}"
      }];
      ODD_ERROR_ALL_FIELDS = 2 [(richerrors.v1.error) = {
        status_code: NOT_FOUND
        detail_type: "odd.FieldNamesErrorDetails"
      }];
      ODD_ERROR_A_REASON_OF_SIXTY_THREE_CHARACTERS_WHICH_IS_THE_MOST_IT_MAY_B = 3 [(richerrors.v1.error) = {
        status_code: NOT_FOUND
        has_details: true
        labels: {key: "__proto__" value: "own"}
        labels: {key: "constructor" value: "own"}
        labels: {key: "with space" value: "quote \\" backslash \\\\ \\342\\200\\250"}
      }];
    }

    message FieldNamesErrorDetails {
      string field_1 = 1;
      string x_y_z = 2;
      string HTTPPort = 3;
      string _lead = 4;
      string HTTP_PORT = 5;
      string trail_ = 6;
      string a__b = 7;
      string a_1b = 8;
      string Http_Port_X = 9;
      string PORT = 10;
      string my_Field = 11;
      string json = 12 [json_name = "somethingElse"];
      optional string opt = 13;
      google.protobuf.StringValue wrapped_it = 14;
      OneDeep one_deep = 15;
      uint64 count = 16;
      oneof payment_method {
        string card_number = 17;
        bytes token = 18;
      }
      map<string, string> labels = 19;
      repeated string tags = 20;
      message OneDeep { string field_1 = 1; }
    }
    message AReasonOfSixtyThreeCharactersWhichIsTheMostItMayB {}
  `,
  "odd/comments.proto": `
    syntax = "proto3";
    package odd.comments;
    import "richerrors/v1/annotations.proto";

    /**
     * A block comment with a star */
    enum BlockError {
      BLOCK_ERROR_UNSPECIFIED = 0;
      // It ends here */ export const broken = 1; /* and begins.
      // @deprecated @param {string} x
      //
      // Common causes:
      // - {@link Nothing} and @all
      BLOCK_ERROR_ENDS_EARLY = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND}];
      /* Backslash \\ and \${template} and \`ticks\`
         over lines. */
      BLOCK_ERROR_BLOCK_COMMENT = 2 [(richerrors.v1.error) = {status_code: NOT_FOUND}];
      // ☃ snowman, \u2028 separator.
      BLOCK_ERROR_UNICODE = 3 [(richerrors.v1.error) = {status_code: NOT_FOUND}];
      BLOCK_ERROR_TRAILING = 4 [(richerrors.v1.error) = {status_code: NOT_FOUND}]; // Not a leading comment.
    }
  `,
};
