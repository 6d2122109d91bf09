import { renderMessage } from "../../error/message.js";
import { attempt } from "../../platform/values.js";
import type { RichError } from "../../rich-error.js";
import { addressOf, isLoopback, isUnspecified, parseAddress, type ServerAddress } from "./address.js";

/** The rules that decide which servers a client may be redirected to. */
export interface RedirectRules {
  /** Whether one of the seeds is the client's own machine. */
  readonly allowsLoopback: boolean;
  /** Checks whether the program allows a server. */
  readonly isAllowed: (address: ServerAddress) => boolean;
}

/** The server that an error names. Empty if it names none. `refused` says why the client must not follow it. */
export type RedirectHint = { readonly address?: ServerAddress; readonly refused?: string };

/** Reads the server that an error names, as its declaration says in `redirect_to`, and checks it. Never throws. */
export function hintOf({ definition, detail }: RichError, rules: RedirectRules): RedirectHint {
  const [, host, port] = /^(\{[^{}]+\})(?::(.+))?$/.exec(definition?.redirectTo ?? "") ?? [];
  if (!definition || host === undefined) return {};
  const text = (template: string) => renderMessage(template, detail, definition);
  const server = text(host);
  // A server that does not know the leader leaves the field empty.
  if (server === "") return {};
  const written = port === undefined ? server : `${server}:${text(port)}`;
  const address = port === undefined ? parseAddress(server) : addressOf(unbracketed(server), text(port));
  const mistake = typeof address === "string" ? address : mistakeIn(address, rules);
  if (mistake === undefined && typeof address !== "string") return { address };
  return { refused: `the redirect to ${JSON.stringify(written)} is not followed: ${mistake}` };
}

function unbracketed(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}

function mistakeIn(address: ServerAddress, { allowsLoopback, isAllowed }: RedirectRules): string | undefined {
  const { host } = address;
  if (isUnspecified(address)) {
    return `${host} stands for all addresses of the server; set the address that the server advertises`;
  }
  if (isLoopback(address) && !allowsLoopback) {
    return `${host} is the client's own machine; set the address that the server advertises`;
  }
  return attempt(() => isAllowed(address)) === true ? undefined : `allowedHosts does not allow ${host}`;
}
