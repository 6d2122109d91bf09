import type { DescEnum, DescEnumValue, DescFile, DescMessage, DescMethod, DescService } from "@bufbuild/protobuf";
import type { Category, Definition, FileDescriptors } from "../definition.js";
import type { Comment } from "./comment.js";
import type { ClientErrorNames } from "./names.js";
import type { Template } from "./template.js";

/** What a definition says apart from what depends on the library that reads and writes the detail. */
export type Facts = Omit<Definition, "detail" | "descriptors" | "message">;

/** One declared error: an annotated enum value. */
export interface DeclaredError {
  readonly value: DescEnumValue;
  readonly facts: Facts;
  readonly detail: DescMessage | undefined;
  readonly template: Template;
  readonly comment: Comment;
}

/** An enum with at least one declared error. */
export interface DeclaredEnum {
  readonly desc: DescEnum;
  readonly baseClass: string;
  /** The name of the union of all its errors. */
  readonly union: string;
  /** The names of the classes of a client's errors; none if the proto asks for none. */
  readonly clientErrors: ClientErrorNames | undefined;
  readonly comment: Comment;
  readonly domain: string;
  readonly numericCodes: boolean;
  readonly categories: readonly Category[];
  readonly errors: readonly DeclaredError[];
}

/** A method that says which errors it may answer. */
export interface DeclaredMethod {
  readonly desc: DescMethod;
  /** Its errors, in the order in which it names them. They may stand in other files. */
  readonly errors: readonly DescEnumValue[];
}

/** A service with at least one such method. */
export interface DeclaredService {
  readonly desc: DescService;
  readonly methods: readonly DeclaredMethod[];
}

/** A file with at least one declared error, or with a method that says which errors it may answer. */
export interface DeclaredFile {
  readonly desc: DescFile;
  readonly enums: readonly DeclaredEnum[];
  readonly services: readonly DeclaredService[];
  /** What is needed to read the details of its errors; none if every reader has it. */
  readonly descriptors: FileDescriptors | undefined;
}
