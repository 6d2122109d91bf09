/**
 * Returns the anchor of an error in every reference: `"orders.shop.example/ORDER_NOT_FOUND"`.
 *
 * It follows from the identity of the error alone, so that a link to it stays right as long as the error exists. It is
 * unique, because a reason has no slash, and needs no escaping in an `id` or in a URL.
 */
export function anchorOf({ domain, reason }: { readonly domain: string; readonly reason: string }): string {
  return `${domain}/${reason}`;
}
