/**
 * The API reference. It covers every module in `exports` of package.json, which Typedoc reads itself.
 *
 * @type {Partial<import("typedoc").TypeDocOptions>}
 */
export default {
  name: "grpc-rich-errors",
  tsconfig: "../../tsconfig.build.json",
  out: "../../build/api",
  plugin: ["./plugin.js"],
  requiredToBeDocumented: ["Class", "Interface", "TypeAlias", "Variable", "Function", "Method", "Accessor"],
  validation: { notDocumented: true, notExported: true, invalidLink: true },
  treatWarningsAsErrors: true,
  // Shapes of objects that other libraries make. Those libraries document them.
  intentionallyNotDocumented: [
    "details.GoogleProtobufClass.deserializeBinary",
    "details.GoogleProtobufMessage.serializeBinary",
    "details.ProtobufjsType.encode",
    "details.ProtobufjsType.encode.__type.finish",
    "details.ProtobufjsType.decode",
    "details.ProtobufjsType.fromObject",
    "details.ProtobufjsType.toObject",
    "details.TsProtoMessage.encode",
    "details.TsProtoMessage.encode.__type.finish",
    "details.TsProtoMessage.decode",
    "http.HeadersLike.__type.get",
    "testing.MatcherContext.equals",
    "testing.MatcherContext.utils.__type.diff",
    "testing.MatcherContext.utils.__type.stringify",
    "testing.MatcherResult.message",
  ],
  externalSymbolLinkMappings: {
    "@types/node": {
      "EventEmitter.defaultMaxListeners":
        "https://nodejs.org/docs/latest-v20.x/api/events.html#eventsdefaultmaxlisteners",
    },
  },
};
