import { Metadata } from "@grpc/grpc-js";
import { Code, fromStatus, packError, RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { TooManySidesError } from "../gen/shapes/v1/shapes.rich.js";
import { declare } from "../support/declared.js";

// Failures on real sockets are in e2e/no-response.test.ts.

const originOf = (code: number, details: string, metadata?: Metadata) => {
  const { origin, outcome, recovery } = RichError.from({ code, details, metadata });
  return { origin, outcome, recovery };
};

const fromPeer = new Metadata();
fromPeer.set("content-type", "application/grpc");

/** A status that grpc-js writes on the client, or a proxy. */
interface LocalStatus {
  readonly code: Code;
  readonly text: string;
  readonly origin: "CLIENT" | "TRANSPORT";
  readonly outcome?: "NOT_APPLIED" | "MAYBE_APPLIED";
  /** Whether any text may follow. */
  readonly isPrefix?: true;
  /** Whether the text comes with any code. */
  readonly anyCode?: true;
}

const NOT_SENT = { origin: "TRANSPORT", outcome: "NOT_APPLIED" } as const;
const NO_RESPONSE = { origin: "TRANSPORT", outcome: "MAYBE_APPLIED" } as const;
const CANCELLED_BY_CLIENT = { origin: "CLIENT", outcome: "MAYBE_APPLIED" } as const;
const REJECTED_BY_CLIENT = { origin: "CLIENT", outcome: "NOT_APPLIED" } as const;

const { CANCELLED, DEADLINE_EXCEEDED, INTERNAL, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNAVAILABLE, UNIMPLEMENTED } =
  Code;

const BY_CLIENT: readonly LocalStatus[] = [
  { code: UNAVAILABLE, text: "No connection established", ...NOT_SENT },
  { code: UNAVAILABLE, text: "No connection established. Last error: x", ...NOT_SENT, isPrefix: true },
  { code: UNAVAILABLE, text: "round_robin: No connection established. Last error: x", ...NOT_SENT, isPrefix: true },
  { code: UNAVAILABLE, text: "Name resolution failed for target dns:x", ...NOT_SENT, isPrefix: true },
  { code: UNAVAILABLE, text: "No addresses resolved. Resolution note: ", ...NOT_SENT, isPrefix: true },
  { code: UNAVAILABLE, text: "Picked subchannel 10.0.0.7:443 is unhealthy", ...NOT_SENT },
  { code: UNAVAILABLE, text: "Stream refused by server", ...NOT_SENT },
  {
    code: INTERNAL,
    text: "Failed to start HTTP/2 stream with error The session has been destroyed",
    ...NOT_SENT,
    isPrefix: true,
  },
  {
    code: INTERNAL,
    text: "Failed to start HTTP/2 stream with error New streams cannot be created after receiving a GOAWAY",
    ...NOT_SENT,
    isPrefix: true,
  },
  {
    code: INTERNAL,
    text: "Failed to start HTTP/2 stream with error Invalid header",
    ...REJECTED_BY_CLIENT,
    isPrefix: true,
  },
  { code: UNAVAILABLE, text: "Connection dropped", ...NO_RESPONSE },
  { code: UNAVAILABLE, text: "Write error: This socket has been ended", ...NO_RESPONSE, isPrefix: true },
  { code: UNAVAILABLE, text: "Write failed with error write after end", ...NO_RESPONSE, isPrefix: true },
  { code: UNAVAILABLE, text: "ECONNRESET", ...NO_RESPONSE },
  { code: UNAVAILABLE, text: "read ECONNRESET", ...NO_RESPONSE },
  { code: UNAVAILABLE, text: "read ETIMEDOUT", ...NO_RESPONSE },
  { code: UNAVAILABLE, text: "connect ETIMEDOUT 10.0.0.7:443", ...NO_RESPONSE },
  { code: INTERNAL, text: "Received RST_STREAM with code 2", ...NO_RESPONSE },
  { code: INTERNAL, text: "Received RST_STREAM with code 2 (Internal server error)", ...NO_RESPONSE, isPrefix: true },
  {
    code: INTERNAL,
    text: "Received RST_STREAM with code 2 triggered by internal client error: x",
    ...NO_RESPONSE,
    isPrefix: true,
  },
  { code: CANCELLED, text: "Call cancelled", ...NO_RESPONSE },
  { code: RESOURCE_EXHAUSTED, text: "Bandwidth exhausted or memory limit exceeded", ...NO_RESPONSE },
  { code: PERMISSION_DENIED, text: "Protocol not secure enough", ...NO_RESPONSE },
  { code: DEADLINE_EXCEEDED, text: "Deadline exceeded after 0.020s", ...CANCELLED_BY_CLIENT },
  {
    code: DEADLINE_EXCEEDED,
    text: "Deadline exceeded after 0.020s,name resolution: 1s",
    ...CANCELLED_BY_CLIENT,
    isPrefix: true,
  },
  {
    code: DEADLINE_EXCEEDED,
    text: "Deadline exceeded after 0.050s,name resolution: 0.001s,Waiting for LB pick",
    ...REJECTED_BY_CLIENT,
    isPrefix: true,
  },
  {
    code: DEADLINE_EXCEEDED,
    text: "Deadline exceeded after 0.001s,waiting for name resolution",
    ...REJECTED_BY_CLIENT,
    isPrefix: true,
  },
  {
    code: DEADLINE_EXCEEDED,
    text: "Deadline exceeded after 0.001s,waiting for metadata filters",
    ...CANCELLED_BY_CLIENT,
    isPrefix: true,
  },
  {
    code: DEADLINE_EXCEEDED,
    text: "Deadline exceeded after 0.100s,previous attempts: 1,time to current attempt start: 0.089s,Waiting for LB pick",
    ...CANCELLED_BY_CLIENT,
    isPrefix: true,
  },
  { code: CANCELLED, text: "Cancelled on client", ...CANCELLED_BY_CLIENT },
  { code: UNIMPLEMENTED, text: "Too many responses received", ...CANCELLED_BY_CLIENT },
  { code: CANCELLED, text: "Cancelled by parent call", ...CANCELLED_BY_CLIENT },
  {
    code: INTERNAL,
    text: "Response message parsing error: index out of range: 3",
    ...CANCELLED_BY_CLIENT,
    isPrefix: true,
  },
  { code: INTERNAL, text: "Failed to decompress gzip-encoded message", ...CANCELLED_BY_CLIENT },
  {
    code: RESOURCE_EXHAUSTED,
    text: "Received message larger than max (9 vs 4)",
    ...CANCELLED_BY_CLIENT,
    isPrefix: true,
  },
  {
    code: RESOURCE_EXHAUSTED,
    text: "Received message that decompresses to a size larger than 4",
    ...CANCELLED_BY_CLIENT,
    isPrefix: true,
  },
  { code: RESOURCE_EXHAUSTED, text: "Attempted to send message with a size larger than 4", ...REJECTED_BY_CLIENT },
  { code: INTERNAL, text: "Request message serialization failure: x", ...REJECTED_BY_CLIENT, isPrefix: true },
  { code: INTERNAL, text: '"authorization" metadata cannot have multiple values', ...REJECTED_BY_CLIENT },
  { code: UNAVAILABLE, text: "Channel closed before call started", ...REJECTED_BY_CLIENT },
  { code: UNAVAILABLE, text: "Failed to parse ipv4 address 1.2", ...REJECTED_BY_CLIENT, isPrefix: true },
  { code: UNAVAILABLE, text: "Unrecognized scheme x in IP resolver", ...REJECTED_BY_CLIENT },
  { code: UNAVAILABLE, text: "Failed to parse DNS address dns:x:y", ...REJECTED_BY_CLIENT, isPrefix: true },
  {
    code: UNAVAILABLE,
    text: "All load balancer options in service config are not compatible",
    ...REJECTED_BY_CLIENT,
  },
  {
    code: Code.UNKNOWN,
    text: "Failed to route call to method /shapes.v1.Shapes/Unary",
    ...REJECTED_BY_CLIENT,
    isPrefix: true,
    anyCode: true,
  },
  { code: UNAVAILABLE, text: "Parsing service config failed with error x", ...REJECTED_BY_CLIENT, isPrefix: true },
  {
    code: Code.UNAUTHENTICATED,
    text: "Getting metadata from plugin failed with error: no",
    ...REJECTED_BY_CLIENT,
    isPrefix: true,
    anyCode: true,
  },
  {
    code: INTERNAL,
    text: "Invalid status from control plane: 5 NOT_FOUND no",
    ...REJECTED_BY_CLIENT,
    isPrefix: true,
    anyCode: true,
  },
];

const BY_PROXY: readonly LocalStatus[] = [
  { code: UNAVAILABLE, text: "Received HTTP status code 502", ...NO_RESPONSE },
  { code: UNAVAILABLE, text: "Received HTTP status code 503", ...NO_RESPONSE },
  { code: UNAVAILABLE, text: "Received HTTP status code 504", ...NO_RESPONSE },
  { code: Code.UNIMPLEMENTED, text: "Received HTTP status code 404", origin: "TRANSPORT", anyCode: true },
  { code: UNAVAILABLE, text: "no healthy upstream", ...NOT_SENT },
  {
    code: UNAVAILABLE,
    text: "upstream connect error or disconnect/reset before headers. reset reason: connection failure",
    ...NO_RESPONSE,
    isPrefix: true,
  },
  { code: UNAVAILABLE, text: "upstream request timeout", ...NO_RESPONSE },
];

const faultOf = (code: number, details: string, metadata = new Metadata()) =>
  RichError.from({ code, details, metadata }).fault;

describe("the fault of an undeclared error", () => {
  it.each([
    ["CALLER", INTERNAL, "Request message serialization failure: x"],
    ["CALLER", UNAVAILABLE, "Channel closed before call started"],
    ["CALLER", UNAVAILABLE, "Getting metadata from plugin failed with error: no"],
    ["CALLER", CANCELLED, "Cancelled on client"],
    ["CALLER", UNAVAILABLE, "Received HTTP status code 429"],
    ["SERVER", CANCELLED, "Call cancelled"],
    ["SERVER", UNAVAILABLE, "Connection dropped"],
    ["SERVER", DEADLINE_EXCEEDED, "Deadline exceeded after 0.050s,Waiting for LB pick"],
    ["SERVER", RESOURCE_EXHAUSTED, `Received message larger than max (${0x68746d6c} vs 4)`],
  ])("is the %s's for code %i and the text %s", (fault, code, text) => {
    expect(faultOf(code, text)).toBe(fault);
  });

  it("follows from the code if a server wrote the text", () => {
    expect(faultOf(CANCELLED, "Call cancelled", fromPeer)).toBe("CALLER");
    expect(faultOf(UNAVAILABLE, "Channel closed before call started", fromPeer)).toBe("SERVER");
  });
});

describe("after retries of grpc-js", () => {
  const attempted = new Metadata();
  attempted.set("grpc-previous-rpc-attempts", "1");

  it("a request that the last attempt did not send may have been applied by the one before", () => {
    expect(originOf(UNAVAILABLE, "No connection established", attempted)).toEqual({
      origin: "TRANSPORT",
      outcome: "MAYBE_APPLIED",
      recovery: "BACK_OFF_AND_RETRY",
    });
  });

  it("a server's error stays a server's", () => {
    const both = fromPeer.clone();
    both.merge(attempted);
    expect(originOf(UNAVAILABLE, "No connection established", both)).toEqual(OF_SERVER);
  });
});

describe("a text that servers write too", () => {
  it("is the client's deadline without metadata, as grpc-js 1.10.0 writes it", () => {
    expect(originOf(DEADLINE_EXCEEDED, "Deadline exceeded", new Metadata())).toMatchObject({
      origin: "CLIENT",
      outcome: "MAYBE_APPLIED",
    });
    expect(originOf(DEADLINE_EXCEEDED, "Deadline exceeded", fromPeer)).toEqual(OF_SERVER);
  });

  it("is a server's if both sides write it of a message that is too large to send", () => {
    expect(originOf(RESOURCE_EXHAUSTED, "Sent message larger than max (9 vs. 2)", new Metadata())).toEqual(OF_SERVER);
  });
});

const OF_SERVER = { origin: "SERVER", outcome: undefined, recovery: undefined };

describe("the origin of an undeclared error", () => {
  it.each([
    [0x68746d6c, "TRANSPORT", undefined],
    [0x0d0a093c, "TRANSPORT", undefined],
    [0x207e7e7e, "TRANSPORT", undefined],
    [0x207e7e7f, "CLIENT", "MAYBE_APPLIED"],
    [0x1f7e7e7e, "CLIENT", "MAYBE_APPLIED"],
    [0x7e7ee97e, "CLIENT", "MAYBE_APPLIED"],
    [0x7e7e0b7e, "CLIENT", "MAYBE_APPLIED"],
  ])("follows from a page that grpc-js read as a message of %i bytes", (length, origin, outcome) => {
    const text = `Received message larger than max (${length} vs 4)`;
    expect(originOf(Code.RESOURCE_EXHAUSTED, text, new Metadata())).toMatchObject({
      origin,
      ...(outcome && { outcome }),
    });
  });

  it.each(BY_CLIENT)("follows from code $code and the text of grpc-js: $text", ({ code, text, origin, outcome }) => {
    expect(originOf(code, text, new Metadata())).toMatchObject({ origin, outcome });
    expect(originOf(code, text, fromPeer)).toEqual(OF_SERVER);
  });

  it.each(BY_PROXY)("is the transport for code $code and the text of a proxy, with any metadata: $text", (made) => {
    const { code, text, origin, outcome } = made;
    for (const metadata of [new Metadata(), fromPeer]) {
      expect(originOf(code, text, metadata)).toMatchObject({ origin, outcome });
    }
  });

  it.each([...BY_CLIENT, ...BY_PROXY])("is the server if a text only contains: $text", (made) => {
    const { code, text, isPrefix } = made;
    expect(originOf(code, `x: it said: ${text}`, new Metadata())).toEqual(OF_SERVER);
    expect(originOf(code, `\n${text}`, new Metadata())).toEqual(OF_SERVER);
    const longer = originOf(code, `${text}?`, new Metadata());
    expect(longer.origin).toBe(isPrefix ? made.origin : "SERVER");
  });

  it.each([...BY_CLIENT, ...BY_PROXY])("is the server for another code than that of: $text", ({ text, anyCode }) => {
    expect(originOf(Code.DATA_LOSS, text, new Metadata()).origin === "SERVER").toBe(
      !anyCode && !/HTTP status/.test(text),
    );
  });

  it.each([
    [UNAVAILABLE, "No connection established yet"],
    [UNAVAILABLE, "Name resolution failed"],
    [UNAVAILABLE, "No addresses resolved in the book"],
    [INTERNAL, "Received RST_STREAM with code two"],
    [INTERNAL, "Received RST_STREAM with code 2, and more"],
    [DEADLINE_EXCEEDED, "Deadline exceeded after 5 attempts"],
    [UNAVAILABLE, "Received HTTP status code 5021"],
    [UNAVAILABLE, "upstream is busy"],
    [UNAVAILABLE, "upstream connect error of the payment"],
    [RESOURCE_EXHAUSTED, "Received message larger than what the shop takes"],
    [RESOURCE_EXHAUSTED, "Attempted to send message with a size larger than allowed"],
    [INTERNAL, "Failed to decompress the upload"],
    [UNAVAILABLE, "Failed to parse the address"],
    [UNAVAILABLE, "Unrecognized scheme x"],
  ])("is the server for code %i and a similar text: %s", (code, text) => {
    expect(originOf(code, text, new Metadata())).toEqual(OF_SERVER);
  });

  it("is the server if the error has details, whatever its text", () => {
    const details = new TooManySidesError({ shape: "disc", sides: 1n, limit: undefined }).errorDetails;
    const error = fromStatus({ code: Code.UNAVAILABLE, message: "Connection dropped", details });
    expect([error.reason, error.origin, error.outcome]).toEqual(["TOO_MANY_SIDES", "SERVER", undefined]);
  });

  it("is the server for a status inside a response", () => {
    expect(fromStatus({ code: Code.UNAVAILABLE, message: "Connection dropped", details: [] }).origin).toBe("SERVER");
  });

  it("is unknown for a status without metadata and for a thrown error", () => {
    expect(originOf(Code.UNAVAILABLE, "Connection dropped").origin).toBeUndefined();
    expect(new RichError(Code.UNAVAILABLE, "Connection dropped").origin).toBeUndefined();
    expect(RichError.from(new Error("Connection dropped")).origin).toBeUndefined();
  });
});

describe("the origin of a declared error", () => {
  it.each(["CLIENT", "TRANSPORT", "SERVER"] as const)("is that of its declaration: %s", (origin) => {
    const Declared = declare({ origin });
    expect(new Declared(undefined).origin).toBe(origin);
  });
});

it("an error with details is the server's, whatever its text is", () => {
  const text = "no healthy upstream";
  const packed = packError(new RichError(14, text, { reason: "DOWN", domain: "d" }));
  expect(RichError.from({ ...packed, details: text }).origin).toBe("SERVER");
  const without = { code: 14, details: text, metadata: new Metadata() };
  expect(RichError.from(without).origin).toBe("TRANSPORT");
});
