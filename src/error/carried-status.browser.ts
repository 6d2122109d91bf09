/** Nothing in a browser sends a status, so an error carries none. */
export function carriedStatusOf(): undefined {
  return undefined;
}

/** Nothing in a browser sends a status, so there is no metadata. */
export function emptyMetadataOf(): undefined {
  return undefined;
}
