import { type ErrorDetail, typeNameOf } from "../detail.js";

/** More types than the standard details and an error's own. */
const MOST_FORWARDED = 32;

/**
 * The details of another server's error that are forwarded: the first of each
 * type, 32 at most. That server may send thousands, and each costs this one time.
 *
 * @param own the type that the error declares, which is forwarded in any case
 */
export function forwardedDetails(details: readonly ErrorDetail[], own: string | undefined): readonly ErrorDetail[] {
  const taken = new Set<string>();
  return details.filter(({ typeUrl }) => {
    const typeName = typeNameOf(typeUrl);
    if (taken.has(typeName) || (taken.size >= MOST_FORWARDED && typeName !== own)) return false;
    taken.add(typeName);
    return true;
  });
}
