import { posix } from "node:path";
import { Converter, ReflectionKind } from "typedoc";

const REPOSITORY = "https://github.com/grpc-rich-errors/grpc-rich-errors/blob/main";

/** Members that the language or the package looks up by a symbol, and that nobody calls. */
const LOOKED_UP = new Set(["[hasInstance]", "[iterator]", "[RECEIVE]"]);

/** The file that ts-proto generates from a proto: `"gen/shop/v1/errors.ts"`. */
const GENERATED_MESSAGES = /^gen\/(.+)(?<!\.rich)\.ts$/;

/**
 * Fits Typedoc to generated code.
 *
 * @param {import("typedoc").Application} app
 */
export function load({ converter }) {
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const entry of project.getReflectionsByKind(ReflectionKind.Module)) {
      // Typedoc names the entries "", "http", …
      entry.name = posix.join("grpc-rich-errors", entry.name);
      // Generated files have no comment of their own.
      entry.comment ??= entry.getChildByName("catalog")?.comment?.clone();
    }
    for (const member of project.getReflectionsByKind(ReflectionKind.ClassMember)) {
      if (LOOKED_UP.has(member.name)) project.removeReflection(member);
    }
    for (const constant of project.getReflectionsByKind(ReflectionKind.Variable)) {
      constant.comment ??= commentOfType(constant);
    }
  });
  // The message of a detail is not part of the package's entries. Its proto documents it.
  converter.addUnknownSymbolResolver((_reference, _reflection, _part, symbol) => {
    const [, path] = GENERATED_MESSAGES.exec(symbol?.packagePath ?? "") ?? [];
    return path && `${REPOSITORY}/proto/${path}.proto`;
  });
}

/**
 * The comment of the type that has the name of a constant. The class of a declared error and the codec of a standard
 * detail are such constants: their comment is written once, on the type.
 *
 * @param {import("typedoc").Reflection} constant
 */
function commentOfType({ name, parent }) {
  const types = parent?.getChildrenByKind(ReflectionKind.Interface | ReflectionKind.TypeAlias);
  return types?.find((type) => type.name === name)?.comment?.clone();
}
