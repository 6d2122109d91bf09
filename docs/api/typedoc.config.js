import { OptionDefaults } from "typedoc";

/**
 * The API reference. It covers every module in `exports` of package.json, which Typedoc reads itself.
 *
 * @type {Partial<import("typedoc").TypeDocOptions>}
 */
export default {
  // Not the name of the package, which is the title of the README and of the main entry.
  name: "API of grpc-rich-errors",
  tsconfig: "../../tsconfig.build.json",
  out: "../../build/api",
  plugin: ["./plugin.js"],
  // The links to the source do not depend on the remotes of this clone.
  disableGit: true,
  sourceLinkTemplate: "https://github.com/grpc-rich-errors/grpc-rich-errors/blob/main/{path}#L{line}",
  highlightLanguages: [...OptionDefaults.highlightLanguages, "proto"],
  requiredToBeDocumented: ["Module", "Class", "Interface", "TypeAlias", "Variable", "Function", "Method", "Accessor"],
  validation: { notDocumented: true, notExported: true, invalidLink: true },
  treatWarningsAsErrors: true,
  // Shapes of objects that other libraries make. Those libraries document them.
  intentionallyNotDocumented: [
    "grpc-rich-errors/details.GoogleProtobufClass.deserializeBinary",
    "grpc-rich-errors/details.GoogleProtobufMessage.serializeBinary",
    "grpc-rich-errors/details.ProtobufjsType.encode",
    "grpc-rich-errors/details.ProtobufjsType.encode.__type.finish",
    "grpc-rich-errors/details.ProtobufjsType.decode",
    "grpc-rich-errors/details.ProtobufjsType.fromObject",
    "grpc-rich-errors/details.ProtobufjsType.toObject",
    "grpc-rich-errors/details.TsProtoMessage.encode",
    "grpc-rich-errors/details.TsProtoMessage.encode.__type.finish",
    "grpc-rich-errors/details.TsProtoMessage.decode",
    "grpc-rich-errors/http.HeadersLike.__type.get",
    "grpc-rich-errors/testing.MatcherContext.equals",
    "grpc-rich-errors/testing.MatcherResult.message",
  ],
  // Type functions that the reference cannot write out in place, as it does with types that are marked `@inline`.
  intentionallyNotExported: [
    "src/client/promise-types.ts:ContractedMethod",
    "src/client/promise-types.ts:Methods",
    "src/detail/ts-proto-mismatch.ts:Affixed",
    "src/detail/ts-proto-mismatch.ts:Code",
    "src/detail/ts-proto-mismatch.ts:MissingProperty",
    "src/detail/ts-proto-mismatch.ts:Misnamed",
    "src/detail/ts-proto-mismatch.ts:NoCode",
    "src/detail/ts-proto-mismatch.ts:SetAsThere",
    "src/detail/ts-proto-mismatch.ts:TrueIfNone",
    "src/http/formats.ts:FORMATS",
    "src/platform/write-all.ts:Messages",
    "src/server/handlers/rich-handlers.ts:Callback",
    "src/server/handlers/rich-handlers.ts:Method",
    "src/server/handlers/rich-handlers.ts:StreamResult",
    "src/server/handlers/rich-handlers.ts:UnaryResult",
  ],
  externalSymbolLinkMappings: {
    "@types/node": {
      "EventEmitter.defaultMaxListeners":
        "https://nodejs.org/docs/latest-v20.x/api/events.html#eventsdefaultmaxlisteners",
    },
  },
};
