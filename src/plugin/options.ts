import { printable } from "../declaration/problems.js";
import { nearestName } from "../platform/names.js";

/** The options of the plugin: `opt` in buf.gen.yaml, or `--rich-errors_opt` of protoc. */
export interface Options extends NamingOptions {
  /** The suffix of the paths by which generated code imports other generated modules. */
  readonly importSuffix: string;
  /** The module from which generated code imports the runtime: a package, or a path relative to the output's root. */
  readonly runtimeImport: string;
  /** The modules with the errors of files outside of this output, by the paths of the files. */
  readonly modules: ReadonlyMap<string, string>;
  /** The option that makes ts-proto write types without code, such as `onlyTypes=true`. `undefined` if none does. */
  readonly typesOnly: string | undefined;
}

/** The protobuf library whose code generated modules import: ts-proto, or protobuf-es by its plugin `protoc-gen-es`. */
export type Runtime = "ts-proto" | "es";

/** The options that decide which names the code of messages has. */
export interface NamingOptions {
  readonly runtime: Runtime;
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
  /** The library whose plugin has the option, and which it is for. By default, the option is for both. */
  readonly runtime?: Runtime;
}

/** Every option that changes the generated code. Those of a library are the ones of its plugin, with their values. */
const OPTIONS = {
  runtime: {
    initial: "ts-proto",
    pattern: /^(ts-proto|es)$/,
    kind: "ts-proto or es",
    example: "runtime=es",
    effect: "The library of the messages. By default, ts-proto; es is protobuf-es, whose plugin is protoc-gen-es.",
  },
  importSuffix: {
    initial: ".js",
    pattern: /^(\.\w+)?$/,
    kind: "a suffix",
    example: "importSuffix=.js",
    effect: "The suffix of import paths. By default, .js; ts-proto's default is none, which importSuffix= gives.",
    runtime: "ts-proto",
  },
  fileSuffix: {
    initial: "",
    pattern: /^[\w.-]*$/,
    kind: "a suffix",
    example: "fileSuffix=.pb",
    effect: "The suffix of ts-proto's modules. By default, none.",
    runtime: "ts-proto",
  },
  snakeToCamel: {
    initial: "keys_json",
    pattern: /^(true|false|((keys|json)(_(keys|json))*)?)$/,
    kind: "true, false, keys, json or keys_json",
    example: "snakeToCamel=false",
    effect: "Without keys, properties and types keep the names of the proto. By default, keys_json.",
    runtime: "ts-proto",
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
    runtime: "ts-proto",
  },
  outputServices: {
    initial: "",
    pattern: /^[\w-]+$/,
    kind: "a kind of service",
    example: "outputServices=grpc-js",
    effect: "With it, ts-proto writes code for details, also with nestJs.",
    runtime: "ts-proto",
  },
  nestJs: yesOrNo("nestJs", "false", "Changes the default of outputEncodeMethods to false."),
  import_extension: {
    initial: "js",
    pattern: /^(none|\.?(js|ts))?$/,
    kind: "none, js or ts",
    example: "import_extension=js",
    effect: "With runtime=es, the extension of import paths. By default, js; protoc-gen-es's default is none.",
    runtime: "es",
  },
  runtimeImport: {
    initial: "",
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
  const example = `${name}=${other}`;
  return { initial, pattern: /^(true|false)$/, kind: "true or false", example, effect: text, runtime: "ts-proto" };
}

function affix(name: string, value: string, effect: string): Option {
  const pattern = name.endsWith("Prefix") ? /^([A-Za-z_$][\w$]*)?$/ : /^[\w$]*$/;
  const text = `${effect} By default, nothing.`;
  const example = `${name}=${value}`;
  return { initial: "", pattern, kind: "a part of a name", example, effect: text, runtime: "ts-proto" };
}

/** The option for the code of files outside of this output. */
const MODULE: Pick<Option, "example" | "effect"> = {
  example: "Mshop/v1/errors.proto=@shop/errors",
  effect: "The module with the errors of a file, which may be a package; of a file without errors, its messages.",
};

/** The options of each library's plugin that change nothing in the code that this plugin writes. */
const IGNORED: Readonly<Record<Runtime, ReadonlySet<string>>> = {
  "ts-proto": new Set(
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
  ),
  es: new Set(
    "target json_types valid_types erasable_syntax ts_nocheck elide_plugin_version js_import_style keep_empty_files".split(
      " ",
    ),
  ),
};

/** An example of each option, and its effect. */
export const OPTION_HELP: readonly Pick<Option, "example" | "effect" | "runtime">[] = [
  ...Object.values(OPTIONS),
  MODULE,
];

/**
 * Parses the parameter of a request: `"importSuffix=.js,runtimeImport=../src/codegenv1.js"`. Options of the library's
 * plugin that change nothing here are accepted, so that both generators can have the same list.
 *
 * @returns the options, or the mistakes, one line each
 */
export function parseOptions(parameter: string): Options | string[] {
  const mistakes: string[] = [];
  const values = new Map<OptionName, string>();
  const modules = new Map<string, string>();
  const parts = parameter.split(",").map((part) => part.trim());
  const runtime = parts.includes("runtime=es") ? "es" : "ts-proto";
  for (const part of parts.filter((part) => part !== "")) {
    const [name = "", ...rest] = part.split("=");
    const value = rest.join("=");
    const owner = ownerOf(name);
    if (owner !== undefined && owner !== runtime) {
      mistakes.push(`the option ${part} is one of ${PLUGINS[owner]}; ${otherwise(owner)}`);
    } else if (isOption(name)) {
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
    } else if (name === "rewrite_imports") {
      mistakes.push(`the option ${part} is not supported; map each file to its module, as in ${MODULE.example}`);
    } else if (owner === undefined) {
      mistakes.push(`the option ${part} is unknown; ${insteadOf(name)}`);
    }
  }
  return mistakes.length > 0 ? mistakes.map(printable) : optionsOf(values, modules);
}

const PLUGINS: Readonly<Record<Runtime, string>> = { "ts-proto": "ts-proto", es: "protoc-gen-es" };

function otherwise(owner: Runtime): string {
  return owner === "es" ? "write runtime=es beside it, or remove it" : "remove it, because runtime=es is set";
}

/** The library whose plugin has an option. `undefined` for an option of this plugin, or an unknown one. */
function ownerOf(name: string): Runtime | undefined {
  if (isOption(name)) return (OPTIONS[name] as Option).runtime;
  return RUNTIMES.find((runtime) => IGNORED[runtime].has(name));
}

const RUNTIMES: readonly Runtime[] = ["ts-proto", "es"];

function isOption(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}

function insteadOf(name: string): string {
  const near = nearestName(name, [...Object.keys(OPTIONS), ...RUNTIMES.flatMap((runtime) => [...IGNORED[runtime]])]);
  return near === undefined ? "protoc-gen-rich-errors --help lists all options" : `write ${near}`;
}

function optionsOf(given: ReadonlyMap<OptionName, string>, modules: ReadonlyMap<string, string>): Options {
  const value = (name: OptionName) => given.get(name) ?? OPTIONS[name].initial;
  const runtime: Runtime = value("runtime") === "es" ? "es" : "ts-proto";
  return {
    runtime,
    importSuffix: runtime === "es" ? extensionSuffix(value("import_extension")) : value("importSuffix"),
    fileSuffix: value("fileSuffix"),
    camelCase: /true|keys/.test(value("snakeToCamel")),
    useJsonName: value("useJsonName") === "true",
    useSnakeTypeName: value("useSnakeTypeName") === "true",
    prefix: value("typePrefix") + value("messagePrefix"),
    suffix: value("messageSuffix") + value("typeSuffix"),
    typesOnly: typesOnly(given),
    runtimeImport: given.get("runtimeImport") ?? RUNTIME_IMPORTS[runtime],
    modules,
  };
}

const RUNTIME_IMPORTS: Readonly<Record<Runtime, string>> = {
  "ts-proto": "grpc-rich-errors/codegenv1",
  es: "grpc-rich-errors/codegenv1/es",
};

/** The suffix for a value of protoc-gen-es, which takes an extension with and without a dot. */
function extensionSuffix(extension: string): string {
  return extension === "none" || extension === "" ? "" : `.${extension.replace(".", "")}`;
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
