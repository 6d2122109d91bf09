import { isBytes } from "../platform/bytes.js";

/** How a body of no known format looks. */
export interface Look {
  /** It is a page for humans. */
  readonly isHtml: boolean;
  /** It is nothing that an application answers: a page, the text of a proxy, or nothing at all. */
  readonly isOfProxy: boolean;
}

/** Looks at the beginning of a body. Never throws. */
export function lookOf(body: unknown, contentType: string): Look {
  const text = startOf(body).trimStart();
  const isJson = text.startsWith("{") || text.startsWith("[");
  const isHtml = !isJson && text !== "" && (HTML_TYPE.test(contentType) || HTML.test(text));
  return { isHtml, isOfProxy: isHtml || text === "" || PROXY.test(text) };
}

/** As much as tells what it is. */
const START = 256;

/** A body that is parsed already was JSON. */
const PARSED = "{";

function startOf(body: unknown): string {
  try {
    if (typeof body === "string") return body.slice(0, START);
    if (isBytes(body)) return new TextDecoder().decode(body.subarray(0, START));
    if (body instanceof ArrayBuffer) return new TextDecoder().decode(body.slice(0, START));
  } catch {
    // It is an object that throws when it is looked at.
  }
  return body === undefined || body === null ? "" : PARSED;
}

const HTML_TYPE = /^\s*(text\/html|application\/xhtml\+xml)\b/i;
const HTML = /^(<\?xml[^>]*>\s*)?<(!doctype\s+html|html|head|title|body|center|h1)\b/i;

/** Texts of Envoy, and of the default backend of nginx in Kubernetes. nginx itself answers pages. */
const PROXY =
  /^(no healthy upstream|upstream (connect error|request timeout)|RBAC: access denied|local_rate_limited|fault filter abort|default backend - \d)/;
