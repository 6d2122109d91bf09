import { printable } from "../declaration/problems.js";
import { nearestName } from "../platform/names.js";

/** The options of the plugin: `opt` in buf.gen.yaml, or `--rich-errors_opt` of protoc. */
export interface Options extends NamingOptions {
  /** The suffix of the paths by which generated code imports ts-proto's modules. */
  readonly importSuffix: string;
  /** The module from which generated code imports the runtime: a package, or a path relative to the output's root. */
  readonly runtimeImport: string;
  /** The modules with the errors of files outside of this output, by the paths of the files. */
  readonly modules: ReadonlyMap<string, string>;
  /** The option that makes ts-proto write types without code, such as `onlyTypes=true`. `undefined` if none does. */
  readonly typesOnly: string | undefined;
}

/** The options that decide which names ts-proto gives. */
export interface NamingOptions {
  /** The suffix of ts-proto's modules. */
  readonly fileSuffix: string;
  /** Whether properties and types are named in camel case. */
  readonly camelCase: boolean;
  /** Whether properties are named by the `json_name` of their fields. */
  readonly useJsonName: boolean;
  readonly useSnakeTypeName: boolean;
  /** What the names of messages begin with. */
  readonly prefix: string;
  /** What the names of messages end with. */
  readonly suffix: string;
}

interface Option {
  /** The value if the option is left out. */
  readonly initial: string;
  readonly pattern: RegExp;
  /** What every value is, after "is not". */
  readonly kind: string;
  readonly example: string;
  readonly effect: string;
}

/** Every option that changes the generated code. All but `runtimeImport` are ts-proto's, with its values. */
const OPTIONS = {
  importSuffix: {
    initial: ".js",
    pattern: /^(\.\w+)?$/,
    kind: "a suffix",
    example: "importSuffix=.js",
    effect: "The suffix of import paths. By default, .js; ts-proto's default is none, which importSuffix= gives.",
  },
  fileSuffix: {
    initial: "",
    pattern: /^[\w.-]*$/,
    kind: "a suffix",
    example: "fileSuffix=.pb",
    effect: "The suffix of ts-proto's modules. By default, none.",
  },
  snakeToCamel: {
    initial: "keys_json",
    pattern: /^(true|false|((keys|json)(_(keys|json))*)?)$/,
    kind: "true, false, keys, json or keys_json",
    example: "snakeToCamel=false",
    effect: "Without keys, properties and types keep the names of the proto. By default, keys_json.",
  },
  useJsonName: yesOrNo("useJsonName", "false", "Names properties by the json_name of their fields."),
  typePrefix: affix("typePrefix", "Proto", "What the names of types begin with."),
  typeSuffix: affix("typeSuffix", "Proto", "What the names of types end with."),
  messagePrefix: affix("messagePrefix", "Msg", "What the names of messages begin with, after typePrefix."),
  messageSuffix: affix("messageSuffix", "Msg", "What the names of messages end with, before typeSuffix."),
  useSnakeTypeName: yesOrNo("useSnakeTypeName", "true", "Joins the names of nested messages by an underscore."),
  onlyTypes: yesOrNo("onlyTypes", "false", "Refuses errors with details that ts-proto then writes no code for."),
  outputEncodeMethods: {
    initial: "",
    pattern: /^(true|false|encode-only|decode-only|encode-no-creation)$/,
    kind: "true, false, encode-only, decode-only or encode-no-creation",
    example: "outputEncodeMethods=true",
    effect: "Whether ts-proto writes code for details. By default, true; with nestJs, false.",
  },
  outputServices: {
    initial: "",
    pattern: /^[\w-]+$/,
    kind: "a kind of service",
    example: "outputServices=grpc-js",
    effect: "With it, ts-proto writes code for details, also with nestJs.",
  },
  nestJs: yesOrNo("nestJs", "false", "Changes the default of outputEncodeMethods to false."),
  runtimeImport: {
    initial: "grpc-rich-errors/codegenv1",
    pattern: /^[^"'\s\\]+$/,
    kind: 'a package or a path that begins with "."',
    example: "runtimeImport=grpc-rich-errors/codegenv1",
    effect: "The module that generated code imports: a package, or a path from the root of the output.",
  },
} satisfies Readonly<Record<string, Option>>;

type OptionName = keyof typeof OPTIONS;

function yesOrNo(name: string, initial: "true" | "false", effect: string): Option {
  const other = initial === "true" ? "false" : "true";
  const text = `${effect} By default, ${initial}.`;
  return { initial, pattern: /^(true|false)$/, kind: "true or false", example: `${name}=${other}`, effect: text };
}

function affix(name: string, value: string, effect: string): Option {
  const pattern = name.endsWith("Prefix") ? /^([A-Za-z_$][\w$]*)?$/ : /^[\w$]*$/;
  const text = `${effect} By default, nothing.`;
  return { initial: "", pattern, kind: "a part of a name", example: `${name}=${value}`, effect: text };
}

/** The option for the code of files outside of this output. */
const MODULE: Pick<Option, "example" | "effect"> = {
  example: "Mshop/v1/errors.proto=@shop/errors",
  effect: "The module with the errors of a file, which may be a package; of a file without errors, its messages.",
};

/** ts-proto's options that change nothing in the code that this plugin writes. */
const IGNORED: ReadonlySet<string> = new Set(
  (
    "addGrpcMetadata addNestjsRestParameter annotateFilesWithVersion anyType bigIntLiteral comments constEnums " +
    "context disableProto2DefaultValues disableProto2Optionals emitDefaultValues emitImportedFiles enumPrefix " +
    "enumSuffix enumsAsLiterals env esModuleInterop exportCommonSymbols forceLong globalThisPolyfill " +
    "initializeFieldsAsUndefined lowerCaseServiceMethods metadataType noDefaultsForOptionals oneof outputClientImpl " +
    "outputDecodeIncludeTypes outputEncodeIncludeTypes outputExtensions outputIndex outputJsonMethods " +
    "outputPartialMethods outputSchema outputTypeAnnotations outputTypeRegistry protoJsonFormat removeEnumPrefix " +
    "returnObservable rpcAfterResponse rpcBeforeRequest rpcErrorHandler stringEnums unknownFields unrecognizedEnum " +
    "unrecognizedEnumName unrecognizedEnumValue useAbortSignal useAsyncIterable useContextDataloaders useDate useDuration " +
    "useExactTypes useJsTypeOverride useJsonTimestamp useJsonWireFormat useMapType useMongoObjectId " +
    "useNestjsFqnServiceName useNullAsOptional useNumericEnumForJson useOptionals usePrototypeForDefaults " +
    "useReadonlyTypes useUnknownForValue"
  ).split(" "),
);

/** An example of each option, and its effect. */
export const OPTION_HELP: readonly Pick<Option, "example" | "effect">[] = [...Object.values(OPTIONS), MODULE];

/**
 * Parses the parameter of a request: `"importSuffix=.js,runtimeImport=../src/codegenv1.js"`. Options of ts-proto that
 * change nothing here are accepted, so that both generators can have the same list.
 *
 * @returns the options, or the mistakes, one line each
 */
export function parseOptions(parameter: string): Options | string[] {
  const mistakes: string[] = [];
  const values = new Map<OptionName, string>();
  const modules = new Map<string, string>();
  for (const part of parameter.split(",").map((part) => part.trim())) {
    const [name = "", ...rest] = part.split("=");
    const value = rest.join("=");
    if (part === "" || IGNORED.has(name)) continue;
    if (isOption(name)) {
      values.set(name, value);
      const { pattern, kind, example } = OPTIONS[name];
      if (!pattern.test(value)) {
        mistakes.push(`the option ${name}=${value} is not ${kind}; write for example ${example}`);
      }
    } else if (name.startsWith("M")) {
      modules.set(name.slice(1), value);
      if (!name.endsWith(".proto") || !OPTIONS.runtimeImport.pattern.test(value)) {
        mistakes.push(`the option ${part} does not map a file to a module; write for example ${MODULE.example}`);
      }
    } else {
      mistakes.push(`the option ${part} is unknown; ${insteadOf(name)}`);
    }
  }
  return mistakes.length > 0 ? mistakes.map(printable) : optionsOf(values, modules);
}

function isOption(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}

function insteadOf(name: string): string {
  const near = nearestName(name, [...Object.keys(OPTIONS), ...IGNORED]);
  return near === undefined ? "protoc-gen-rich-errors --help lists all options" : `write ${near}`;
}

function optionsOf(given: ReadonlyMap<OptionName, string>, modules: ReadonlyMap<string, string>): Options {
  const value = (name: OptionName) => given.get(name) ?? OPTIONS[name].initial;
  return {
    importSuffix: value("importSuffix"),
    fileSuffix: value("fileSuffix"),
    camelCase: /true|keys/.test(value("snakeToCamel")),
    useJsonName: value("useJsonName") === "true",
    useSnakeTypeName: value("useSnakeTypeName") === "true",
    prefix: value("typePrefix") + value("messagePrefix"),
    suffix: value("messageSuffix") + value("typeSuffix"),
    typesOnly: typesOnly(given),
    runtimeImport: value("runtimeImport"),
    modules,
  };
}

/** Returns the option that makes ts-proto write types without code, or `undefined` if none does. */
function typesOnly(given: ReadonlyMap<OptionName, string>): string | undefined {
  if (given.get("onlyTypes") === "true") return "onlyTypes=true";
  const isNest = given.get("nestJs") === "true";
  if (isNest && given.has("outputServices")) return undefined;
  const methods = given.get("outputEncodeMethods") ?? (isNest ? "nestJs" : "true");
  if (methods === "true") return undefined;
  return methods === "nestJs" ? "nestJs=true" : `outputEncodeMethods=${methods}`;
}

/** The options that an empty parameter gives. */
export const DEFAULTS: Options = optionsOf(new Map(), new Map());
