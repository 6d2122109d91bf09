/**
 * The protos that message types stand in, for what reads messages without code
 * that was generated for them: a `google.protobuf.FileDescriptorSet`.
 *
 * - Each file comes after those that it imports.
 * - Types, fields and enum values are there; comments, services and options are not.
 * - `google/rpc/error_details.proto` and the files of `google/protobuf` are left
 *   out, because every reader has them.
 *
 * @see https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/descriptor.proto
 */
export interface FileDescriptors {
  /** The message as bytes, in base64. */
  readonly base64: string;
}
