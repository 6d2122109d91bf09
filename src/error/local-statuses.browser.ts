/** grpc-js has no client in a browser, so none of its statuses arrive there. */
export function localStatusOf(): undefined {
  return undefined;
}

export function isLocalStatus(): boolean {
  return false;
}
