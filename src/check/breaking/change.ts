import type { DescEnum, DescEnumValue, DescMethod } from "@bufbuild/protobuf";
import type { DeclaredEnum, DeclaredError, DeclaredFile, DeclaredMethod } from "../../declaration/model.js";
import type { Place } from "../../declaration/problems.js";
import { enumsOf, type Schema } from "../../declaration/schema.js";
import { type MessageChange, messageChangesOf } from "./message-change.js";

/** The errors that one version of some protos declares. */
export interface Declarations {
  readonly schema: Schema;
  readonly files: readonly DeclaredFile[];
}

/** A change of protos: what both versions declare, and what only the old one does. */
export interface Change {
  /** The new protos. Findings have places in them. */
  readonly schema: Schema;
  readonly errors: readonly ErrorChange[];
  readonly deletedErrors: readonly DeletedError[];
  /** The enums that hold the errors. An enum whose errors moved to several enums is in several changes. */
  readonly enums: readonly EnumChange[];
  /** The types of details and of the messages in them, unless their name changed. */
  readonly messages: readonly MessageChange[];
  readonly methods: readonly MethodChange[];
}

/** An error that both versions declare. */
export interface ErrorChange {
  readonly before: ErrorInEnum;
  readonly after: ErrorInEnum;
}

/** A declared error with its enum. */
export interface ErrorInEnum extends DeclaredError {
  readonly enum: DeclaredEnum;
}

/** An error that only the old version declares. */
export interface DeletedError {
  readonly error: ErrorInEnum;
  /** The value of the same name in the new version, which is no longer annotated. */
  readonly value: DescEnumValue | undefined;
  /** The enum in the new version. */
  readonly enum: DescEnum | undefined;
  readonly place: Place;
}

/** An enum of errors that both versions declare. */
export interface EnumChange {
  readonly before: DeclaredEnum;
  readonly after: DeclaredEnum;
}

/** A method that lists errors in the old version, and exists in both. */
export interface MethodChange {
  readonly desc: DescMethod;
  /** Whether the method lists errors in the new version. */
  readonly hasContract: boolean;
  /** The errors that only the new version lists. */
  readonly added: readonly DescEnumValue[];
  /** The errors that only the old version lists, without those that the new version does not declare. */
  readonly removed: readonly DescEnumValue[];
}

/** Compares two versions of some protos. */
export function changeOf(before: Declarations, after: Declarations): Change {
  const [old, current] = [errorsOf(before), errorsOf(after)];
  const pairs = pairErrors(old, current);
  const errors = [...pairs].map(([before, after]) => ({ before, after }));
  const descs = new Map(after.schema.files.flatMap(enumsOf).map((desc) => [desc.typeName, desc]));
  return {
    schema: after.schema,
    errors,
    deletedErrors: old.filter((error) => !pairs.has(error)).map((error) => deletedError(error, descs, after.schema)),
    enums: enumChangesOf(errors),
    messages: messageChangesOf(
      errors.flatMap(({ before: { detail: before }, after: { detail: after } }) =>
        before && after && before.typeName === after.typeName ? [[before, after] as const] : [],
      ),
    ),
    methods: methodChangesOf(before, after, pairs),
  };
}

function errorsOf({ files }: Declarations): ErrorInEnum[] {
  return files.flatMap(({ enums }) =>
    enums.flatMap((declared) => declared.errors.map((error) => ({ ...error, enum: declared }))),
  );
}

type ErrorPairs = ReadonlyMap<ErrorInEnum, ErrorInEnum>;

/**
 * Finds the new version of each error: the one with its domain and reason, by which readers recognize it, else the value of
 * its name, also if the package of its file changed, else the value of its number.
 */
function pairErrors(before: readonly ErrorInEnum[], after: readonly ErrorInEnum[]): ErrorPairs {
  const pairs = new Map<ErrorInEnum, ErrorInEnum>();
  const taken = new Set<ErrorInEnum>();
  const keys: readonly ((error: ErrorInEnum) => string)[] = [
    ({ facts: { domain, reason } }) => `${domain}\n${reason}`,
    ({ facts: { enumName, name } }) => `${enumName}\n${name}`,
    ({ facts: { enumName, name }, value: { parent } }) => {
      const { name: file, package: packageName } = parent.file.proto;
      return `${file}\n${enumName.slice(packageName.length)}\n${name}`;
    },
    ({ facts: { enumName, number } }) => `${enumName}\n${number}`,
  ];
  for (const keyOf of keys) {
    const byKey = new Map(after.filter((error) => !taken.has(error)).map((error) => [keyOf(error), error]));
    for (const error of before) {
      const found = pairs.has(error) ? undefined : byKey.get(keyOf(error));
      if (!found || taken.has(found)) continue;
      pairs.set(error, found);
      taken.add(found);
    }
  }
  return new Map(before.flatMap((error) => entryOf(error, pairs.get(error))));
}

function entryOf<Key, Value>(key: Key, value: Value | undefined): (readonly [Key, Value])[] {
  return value === undefined ? [] : [[key, value]];
}

function deletedError(error: ErrorInEnum, enums: ReadonlyMap<string, DescEnum>, schema: Schema): DeletedError {
  const desc = enums.get(error.facts.enumName);
  const value = desc?.values.find(({ name }) => name === error.value.name);
  const place = value ?? desc;
  return { error, value, enum: desc, place: place ? schema.place(place) : { file: error.enum.desc.file.proto.name } };
}

function enumChangesOf(errors: readonly ErrorChange[]): EnumChange[] {
  const changes = new Map<string, EnumChange>();
  for (const { before, after } of errors) {
    changes.set(`${before.facts.enumName}\n${after.facts.enumName}`, { before: before.enum, after: after.enum });
  }
  return [...changes.values()];
}

function methodChangesOf(before: Declarations, after: Declarations, pairs: ErrorPairs): MethodChange[] {
  const values = new Map([...pairs].map(([{ value: before }, { value: after }]) => [before, after]));
  const own = new Set(errorsOf(before).map(({ value }) => value));
  const contracts = new Map(methodsOf(after).map((method) => [nameOf(method.desc), method]));
  const descs = new Map(
    after.schema.files
      .flatMap(({ services }) => services.flatMap(({ methods }) => methods))
      .map((desc) => [nameOf(desc), desc]),
  );
  return methodsOf(before).flatMap((method) => {
    const desc = descs.get(nameOf(method.desc));
    if (!desc) return [];
    const contract = contracts.get(nameOf(desc));
    const listed = contract?.errors.map(({ value }) => value) ?? [];
    // An error of a file that is no target has no pair, but a name.
    const names = new Map(listed.map((value) => [value.toString(), value]));
    const kept = new Map(
      method.errors.map(({ value }) => [
        value,
        values.get(value) ?? (own.has(value) ? undefined : names.get(value.toString())),
      ]),
    );
    const current = new Set(kept.values());
    return {
      desc,
      hasContract: contract !== undefined,
      added: listed.filter((value) => !current.has(value)),
      removed: [...kept].flatMap(([value, now]) => {
        const isDeleted = own.has(value) && !values.has(value);
        return isDeleted || (now && listed.includes(now)) ? [] : [value];
      }),
    };
  });
}

function methodsOf({ files }: Declarations): DeclaredMethod[] {
  return files.flatMap(({ services }) => services.flatMap(({ methods }) => methods));
}

function nameOf({ parent, name }: DescMethod): string {
  return `${parent.typeName}.${name}`;
}
