/**
 * Compares ts-proto's code for a message with what the generator of errors expects. It is `true`, or else a text that says
 * which option to set. The compiler shows the text, because it is not `true`.
 *
 * @typeParam Module ts-proto's module in a tuple, without which TypeScript hides the text if the module is missing
 * @typeParam Name the name of the message
 * @typeParam Properties the paths of the properties that the error's message shows
 */
export type MessageCheck<
  Module extends readonly [unknown],
  Name extends string,
  Properties extends readonly string[] = [],
> = Module extends readonly [string]
  ? // A missing module counts as `any`, which extends every type.
    `cannot find ts-proto's module with ${Name}; ${SetAsThere<"fileSuffix and importSuffix">}`
  : Name extends keyof Module[0]
    ? Module[0][Name] extends Code<infer Message>
      ? TrueIfNone<MissingProperty<Message, Properties[number], Name>>
      : NoCode<Name>
    : [Extract<Module[0][keyof Module[0]], Code<unknown>>] extends [never]
      ? NoCode<Name>
      : Misnamed<Name, Affixed<keyof Module[0], Name>>;

/** The constant that ts-proto writes for a message. */
interface Code<Message> {
  readonly encode: (message: never) => unknown;
  readonly decode: (bytes: never) => Message;
}

type TrueIfNone<Mistake> = [Mistake] extends [never] ? true : Mistake;

type Set<Option extends string> = `set ${Option} for protoc-gen-rich-errors in buf.gen.yaml`;

type SetAsThere<Options extends string> =
  `give protoc-gen-rich-errors the same ${Options} as protoc-gen-ts_proto in buf.gen.yaml`;

type NoCode<Name extends string> =
  `ts-proto wrote no encode and decode for ${Name}; set outputEncodeMethods=true for protoc-gen-ts_proto in buf.gen.yaml, and remove onlyTypes=true`;

/** The option that gives a message another name, if exactly one exported name contains that of the message. */
type Misnamed<Name extends string, Option extends string> = [Option] extends [never]
  ? `ts-proto wrote no ${Name}; ${SetAsThere<"typePrefix, typeSuffix, messagePrefix, messageSuffix, useSnakeTypeName and snakeToCamel">}`
  : `ts-proto gave ${Name} another name; ${Set<Option>}`;

type Affixed<Exported, Name extends string> = Exported extends `${infer Prefix}${Name}${infer Suffix}`
  ? Prefix extends ""
    ? `typeSuffix=${Suffix}`
    : Suffix extends ""
      ? `typePrefix=${Prefix}`
      : `typePrefix=${Prefix} and typeSuffix=${Suffix}`
  : never;

/** The mistakes in paths of properties. `never` if there are none. */
type MissingProperty<Message, Path extends string, Name extends string> = Path extends `${infer First}.${infer Rest}`
  ? First extends keyof Message
    ? MissingProperty<NonNullable<Message[First]>, Rest, Name>
    : NoProperty<Message, First, Name>
  : Path extends keyof Message
    ? never
    : NoProperty<Message, Path, Name>;

type NoProperty<
  Message,
  Property extends string,
  Name extends string,
> = `ts-proto wrote no property ${Property} for ${Name}; ${NamingAdvice<keyof Message, Property>}`;

type NamingAdvice<Written, Property extends string> = Property extends `${string}_${string}`
  ? SetAsThere<"snakeToCamel">
  : [SnakeCase<Written>] extends [never]
    ? SetAsThere<"useJsonName">
    : Set<"snakeToCamel=false">;

type SnakeCase<Written> = Exclude<Extract<Written, `${string}_${string}`>, `_${string}`>;
