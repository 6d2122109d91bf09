/**
 * Matchers and helpers for tests. For Vitest, import `grpc-rich-errors/vitest`, which registers the matchers.
 *
 * @packageDocumentation
 */
export {
  type DetailPattern,
  type MatcherContext,
  type MatcherResult,
  type RichErrorClass,
  toBeRichError,
  unpackTrailer,
} from "./assertions.js";
