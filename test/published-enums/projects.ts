/** A public project with an enum of errors. Its protos are in the folder of its name, below the paths that it imports. */
export interface PublishedProject {
  readonly folder: string;
  readonly name: string;
  /** What is particular about its enums. */
  readonly kind: string;
  /** Whether the errors are thrown in all shapes of calls, and not only in unary ones. */
  readonly inAllShapes?: true;
}

export const PROJECTS: readonly PublishedProject[] = [
  {
    folder: "bazel",
    name: "Bazel",
    kind: "an enum called `Code` in every message, 0 as an error, a oneof of messages",
  },
  { folder: "bookkeeper", name: "BookKeeper", kind: "proto2 without a package, the short names of errno" },
  {
    folder: "cockroachdb",
    name: "CockroachDB",
    kind: "proto2, enums called `Reason` in messages, 0 as an error, a oneof",
  },
  { folder: "cosmos", name: "Cosmos", kind: "two enums of the same name with the same values" },
  { folder: "dapr", name: "Dapr", kind: "an enum in the message that has it as a field" },
  { folder: "envoy", name: "Envoy", kind: "HTTP statuses in CamelCase" },
  { folder: "etcd", name: "etcd", kind: "fields that are neither snake_case nor camelCase" },
  { folder: "gcommon", name: "gcommon", kind: "edition 2023, a message called `Error`, a map" },
  { folder: "google-ads", name: "Google Ads", kind: "an enum in a message of its own, the same values in each" },
  { folder: "google-api", name: "Google APIs", kind: "only the value 0 has the name of the enum" },
  { folder: "hadoop", name: "Hadoop", kind: "proto2 without a syntax line, no value 0, required fields" },
  { folder: "hedera", name: "Hedera", kind: "hundreds of values without the name of their enum, some deprecated" },
  { folder: "kratos", name: "Kratos", kind: "0 as an error, the annotation of another framework" },
  { folder: "kudu", name: "Kudu", kind: "proto2, values out of order, a required field with a default" },
  { folder: "libp2p", name: "libp2p", kind: "success is not 0, two messages with the enum as a field" },
  {
    folder: "lnd",
    name: "LND",
    kind: "a field of the message around it, reserved numbers, `jstype`",
    inAllShapes: true,
  },
  { folder: "meshtastic", name: "Meshtastic", kind: "an enum called `Error`, in a oneof" },
  { folder: "milvus", name: "Milvus", kind: "CamelCase, with abbreviations", inAllShapes: true },
  { folder: "openfga", name: "OpenFGA", kind: "lower case, five enums", inAllShapes: true },
  { folder: "pulsar", name: "Pulsar", kind: "proto2, CamelCase, 0 as an error, required fields", inAllShapes: true },
  { folder: "sui", name: "Sui", kind: "details in a oneof, two enums that share values" },
  { folder: "temporal", name: "Temporal", kind: "the detail's file imports that of the enum", inAllShapes: true },
  { folder: "tikv", name: "TiKV", kind: "proto2, a message for each error and no enum; and an enum without prefixes" },
  { folder: "trezor", name: "Trezor", kind: "no syntax line, no package, Mixed_Case with another prefix" },
  { folder: "tsurugi", name: "Tsurugi", kind: "a value of two letters (`IO`), an enum called `Code`, 0 as an error" },
  {
    folder: "wirepas",
    name: "Wirepas",
    kind: "proto2, two names for one number, a negative number",
    inAllShapes: true,
  },
  { folder: "ydb", name: "YDB", kind: "large numbers, a package in Mixed.Case, a recursive detail" },
  { folder: "zitadel", name: "Zitadel", kind: "values with the name of their enum, optional fields" },
];
