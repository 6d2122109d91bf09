import type { DescEnum, DescEnumValue, DescFile, DescMessage, DescMethod, DescService } from "@bufbuild/protobuf";
import type { Category, Definition, FileDescriptors } from "../definition.js";
import type { Comment } from "./comment.js";
import type { ClientErrorNames } from "./names.js";
import type { Template } from "./template.js";

/** A file that declares at least one error, or a method that lists its errors. */
export interface DeclaredFile {
  readonly desc: DescFile;
  readonly enums: readonly DeclaredEnum[];
  readonly services: readonly DeclaredService[];
  /** The descriptors of the details. Undefined if every reader has them anyway. */
  readonly descriptors: FileDescriptors | undefined;
  /** The redacted fields of messages, as `readTypes` describes them. Undefined if there are none. */
  readonly redacted: readonly string[] | undefined;
}

/** An enum with at least one declared error. */
export interface DeclaredEnum {
  readonly desc: DescEnum;
  readonly baseClass: string;
  /** The name of the union of its errors. */
  readonly union: string;
  /** The names of its client error classes. Undefined if the proto does not set `client_errors`. */
  readonly clientErrors: ClientErrorNames | undefined;
  readonly comment: Comment;
  readonly domain: string;
  readonly numericCodes: boolean;
  readonly categories: readonly Category[];
  readonly errors: readonly DeclaredError[];
}

/** A declared error: an annotated enum value. */
export interface DeclaredError {
  readonly value: DescEnumValue;
  readonly facts: Facts;
  readonly detail: DescMessage | undefined;
  readonly template: Template;
  /** The address that a client is redirected to. */
  readonly redirectTo: Template | undefined;
  readonly comment: Comment;
}

/** The part of a definition that is the same for every protobuf library. */
export type Facts = Omit<Definition, "detail" | "descriptors" | "message" | "redirectTo">;

/** A service with at least one method that lists its errors. */
export interface DeclaredService {
  readonly desc: DescService;
  /** The methods that list their errors, or declare an `idempotency_level`. */
  readonly methods: readonly DeclaredMethod[];
}

/** A method that lists its errors, or declares an `idempotency_level`. */
export interface DeclaredMethod {
  readonly desc: DescMethod;
  /** The errors in the listed order, or none. Other files may declare them. */
  readonly errors: readonly MethodError[];
  readonly comment: Comment;
}

/** An error that a method lists. */
export interface MethodError extends Pick<Facts, "reason" | "className"> {
  readonly value: DescEnumValue;
}
