import type { ServerHttp2Stream } from "node:http2";
import type net from "node:net";
import tls from "node:tls";
import { type ChannelCredentials, type ClientOptions, credentials, Metadata, status } from "@grpc/grpc-js";
import { promises, richErrorClientOptions } from "grpc-rich-errors";
import { onTestFinished } from "vitest";
import { type ShapeResponse, ShapesClient } from "../../../gen/shapes/v1/shapes.js";
import { UNTRUSTED } from "../../../support/certificate.js";
import { FrameReader, frame, goAway } from "../../../support/frames.js";
import { h2, http1, refusing, tcp } from "../../../support/half-servers.js";
import { framed } from "../../../support/raw.js";
import { request, startShapes } from "../../../support/shapes.js";

// Every way in which a call can end without a declared error, for the tables of `docs/outcomes.md`.

/** One way to fail: how a reader knows it, the text of its error, and a call that fails so. */
export type Failing = readonly [name: string, text: RegExp, fail: () => Promise<unknown>];

const GRPC = { ":status": 200, "content-type": "application/grpc" };
const PATH = "/shapes.v1.Shapes/Unary";

function clientOf(
  address: string,
  options: ClientOptions = {},
  creds: ChannelCredentials = credentials.createInsecure(),
): ShapesClient {
  const client = new ShapesClient(address, creds, {
    ...richErrorClientOptions(),
    // A port may have been that of an earlier server, which grpc-js would still take for broken.
    "grpc.use_local_subchannel_pool": 1,
    ...options,
  });
  onTestFinished(() => client.close());
  return client;
}

const thrownBy = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => new Error("the call succeeded"),
    (thrown: unknown) => thrown,
  );

/** Calls, with a deadline that no test reaches unless it wants to. */
async function call(address: Promise<string> | string, options: object = {}, client: ClientOptions = {}) {
  const view = promises(clientOf(await address, client));
  return thrownBy(view.unary(request(), { deadline: Date.now() + 20_000, ...options }));
}

const callWith = async (address: Promise<string> | string, creds: ChannelCredentials, options: object = {}) =>
  thrownBy(promises(clientOf(await address, {}, creds)).unary(request(), options));

const waiting = () => {
  const metadata = new Metadata();
  metadata.setOptions({ waitForReady: true });
  return metadata;
};

/** A call with a callback. */
const begun = (client: ShapesClient, act: (call: ReturnType<ShapesClient["unary"]>) => void): Promise<unknown> =>
  new Promise((resolve) => act(client.unary(request(), resolve)));

const responding = (headers: object, ...messages: readonly Buffer[]) =>
  h2((stream) => {
    stream.respond({ ...GRPC, ...headers });
    for (const message of messages) stream.write(message);
    stream.end();
  });

/** A server that ends each call with a status, and sends its headers with it. */
const ending = (headers: object) => h2((stream) => stream.respond({ ...GRPC, ...headers }, { endStream: true }));

/** A server that ends each call with a status, after a message. */
const endingLater = (trailers: object) =>
  h2((stream) => {
    stream.respond(GRPC, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ ...trailers }));
    stream.end(framed(Buffer.from([8, 1])));
  });

const proxy = (httpStatus: number) =>
  h2((stream) => {
    stream.respond({ ":status": httpStatus, "content-type": "text/html" });
    stream.end("<html>");
  });

/** A server that sends a GOAWAY as soon as it has got the whole request, and then closes the connection. */
const goingAway = (bytes: (stream: number) => Buffer) =>
  tcp((socket) => {
    const frames = new FrameReader(true);
    socket.write(frame("SETTINGS", 0));
    socket.on("data", (data: Buffer) => {
      for (const { type, endStream, stream } of frames.push(data)) {
        if (type === "DATA" && endStream) socket.end(bytes(stream));
      }
    });
  });

const withTls = (options: tls.TlsOptions): Promise<string> => {
  const server = tls.createServer(options);
  server.on("tlsClientError", () => {});
  return tcp((socket) => void server.emit("connection", socket));
};

const oneMessage = framed(Buffer.from([8, 1]));
const silent = () => h2(() => {});
const onResponse = (act: (stream: ServerHttp2Stream) => void) =>
  h2((stream) => {
    stream.respond(GRPC);
    stream.write(oneMessage, () => setImmediate(() => act(stream)));
  });
const badCredentials = (error: Error) =>
  credentials.createFromMetadataGenerator((_, callback) => setImmediate(() => callback(error)));
const bearer = credentials.createFromMetadataGenerator((_, callback) => {
  const metadata = new Metadata();
  metadata.set("authorization", "Bearer 7");
  callback(null, metadata);
});
const authorized = () => {
  const metadata = new Metadata();
  metadata.set("authorization", "Bearer 8");
  return metadata;
};
const blackHole = () => tcp((socket: net.Socket) => void socket.resume());

const NEVER_SENT: readonly Failing[] = [
  ["The host does not exist.", /^Name resolution failed/, () => call("does-not-exist.invalid:80")],
  ["The port is closed.", /^No connection established.*ECONNREFUSED/, () => call(refusing())],
  ["The server resets the connection at once.", /^No conn/, () => call(tcp((socket) => void socket.resetAndDestroy()))],
  ["The server closes the connection at once.", /^No connection/, () => call(tcp((socket) => void socket.end()))],
  ["The server speaks HTTP/1.", /^No connection/, () => call(http1((_, response) => response.end()))],
  [
    "The server does not speak TLS.",
    /^No connection/,
    async () =>
      callWith(
        tcp((socket) => void socket.end("HTTP/1.1 400 no\r\n\r\n")),
        credentials.createSsl(),
      ),
  ],
  ["The server wants TLS.", /^No connection/, () => call(withTls(UNTRUSTED))],
  [
    "The certificate of the server is not trusted.",
    /^No connection established.*self[- ]signed certificate/,
    () => callWith(withTls({ ...UNTRUSTED, ALPNProtocols: ["h2"] }), credentials.createSsl()),
  ],
  [
    "The deadline ends while the client connects.",
    /^Deadline exceeded after .*Waiting for LB pick$/,
    () => call(blackHole(), { deadline: Date.now() + 50 }),
  ],
  [
    "The deadline ends while a call with `waitForReady` waits for a server.",
    /^Deadline exceeded after .*wait_for_ready,Waiting for LB pick$/,
    () => call(refusing(), { deadline: Date.now() + 50, metadata: waiting() }),
  ],
  [
    "The deadline is over before the name of the host is resolved.",
    /^Deadline exceeded after .*waiting for name resolution$/,
    async () => {
      const client = clientOf(await silent());
      return new Promise((resolve) => {
        setImmediate(() => client.unary(request(), new Metadata(), { deadline: Date.now() - 1 }, resolve));
      });
    },
  ],
  [
    "The client is closed before the call.",
    /^the client is closed/,
    async () => {
      const client = clientOf(await silent());
      client.close();
      return thrownBy(promises(client).unary(request()));
    },
  ],
  [
    "The client is closed while the call waits for a connection.",
    /^Channel closed before call started$/,
    async () => {
      const client = clientOf(await blackHole());
      return begun(client, () => client.close());
    },
  ],
  [
    "The request is larger than `grpc.max_send_message_length`.",
    /^Attempted to send message with a size larger than 1$/,
    async () => thrownBy(promises(clientOf(await silent(), { "grpc.max_send_message_length": 1 })).unary(request(300))),
  ],
  [
    "The request cannot be serialized.",
    /^Request message serialization failure: /,
    async () => {
      const client = clientOf(await silent());
      return new Promise((resolve) => {
        client.makeUnaryRequest<object, ShapeResponse>(
          PATH,
          () => {
            throw new Error("no such message");
          },
          () => ({ index: 0 }),
          {},
          resolve,
        );
      });
    },
  ],
  [
    "The call credentials fail.",
    /^Getting metadata from plugin failed with error: /,
    () =>
      call(silent(), {
        credentials: badCredentials(Object.assign(new Error("no token"), { code: status.UNAVAILABLE })),
      }),
  ],
  [
    "The call has two values of `authorization`.",
    /^"authorization" metadata cannot have multiple values$/,
    () => call(silent(), { credentials: bearer, metadata: authorized() }),
  ],
  ["The address of the server is malformed.", /^Failed to parse ipv4 address /, () => call("ipv4:1.2")],
];

const NO_RESPONSE: readonly Failing[] = [
  ["The server refuses the stream.", /^Stream refused by server$/, () => call(h2((stream) => stream.close(7)))],
  [
    "The server goes away (GOAWAY) without processing the call.",
    /^Stream refused by server$/,
    () => call(goingAway(() => goAway(0))),
  ],
  [
    "The server goes away while it processes the call, and the connection ends.",
    /^(Connection dropped|Received RST_STREAM with code 0)/,
    () => call(goingAway((stream) => goAway(stream))),
  ],
  [
    "The server goes away with the error `ENHANCE_YOUR_CALM`: too many pings.",
    /^(Bandwidth exhausted|Connection dropped)/,
    () => call(goingAway((stream) => goAway(stream, 11))),
  ],
  [
    "The connection ends before a response.",
    /^Connection dropped$/,
    () => call(h2(({ session }) => session?.destroy())),
  ],
  [
    "The connection is reset before a response.",
    /ECONNRESET|^Connection dropped$/,
    () => call(h2(({ session }) => session?.socket.resetAndDestroy())),
  ],
  [
    "The connection ends after a message, before the status.",
    /^Connection dropped$/,
    () => call(onResponse(({ session }) => session?.destroy())),
  ],
  [
    "The connection is silent for longer than `grpc.keepalive_timeout_ms`.",
    /^Connection dropped$/,
    () =>
      call(
        tcp((socket) => {
          socket.write(frame("SETTINGS", 0));
          socket.resume();
        }),
        {},
        { "grpc.keepalive_time_ms": 30, "grpc.keepalive_timeout_ms": 30 },
      ),
  ],
  [
    "The stream ends without a status.",
    /^Received RST_STREAM with code 0 \(Call ended without gRPC status\)$/,
    () => call(responding({}, oneMessage)),
  ],
  ["The stream is reset with `PROTOCOL_ERROR`.", /code 1$/, () => call(h2((stream) => stream.close(1)))],
  ["The stream is reset with `INTERNAL_ERROR`.", /code 2 /, () => call(h2((stream) => stream.close(2)))],
  ["The stream is reset with `CANCEL`.", /^Call cancelled$/, () => call(h2((stream) => stream.close(8)))],
  [
    "The stream is reset with `ENHANCE_YOUR_CALM`.",
    /^Bandwidth exhausted/,
    () => call(h2((stream) => stream.close(11))),
  ],
  [
    "The stream is reset with `INADEQUATE_SECURITY`.",
    /^Protocol not secure/,
    () => call(h2((stream) => stream.close(12))),
  ],
  [
    "A later message of a stream of requests is larger than `grpc.max_send_message_length`.",
    /^Attempted to send message with a size larger than 3$/,
    async () => {
      const calls = promises(clientOf(await silent(), { "grpc.max_send_message_length": 3 }));
      return thrownBy(calls.clientStream([request(1), request(70_000)]));
    },
  ],
  [
    "The deadline ends after the request was sent.",
    /^Deadline exceeded after .*remote_addr=/,
    () => call(silent(), { deadline: Date.now() + 300 }),
  ],
  [
    "The caller cancels the call, before or after the request was sent.",
    /^Cancelled on client$/,
    async () => begun(clientOf(await silent()), (unary) => unary.cancel()),
  ],
];

const OF_PROXY: readonly Failing[] = [
  ...[502, 503, 504].map(
    (code): Failing => [
      `HTTP status ${code}.`,
      new RegExp(`^Received HTTP status code ${code}$`),
      () => call(proxy(code)),
    ],
  ),
  ["HTTP status 429.", /^Received HTTP status code 429$/, () => call(proxy(429))],
  ["HTTP status 400.", /^Received HTTP status code 400$/, () => call(proxy(400))],
  ["HTTP status 401.", /^Received HTTP status code 401$/, () => call(proxy(401))],
  ["HTTP status 403.", /^Received HTTP status code 403$/, () => call(proxy(403))],
  ["HTTP status 404.", /^Received HTTP status code 404$/, () => call(proxy(404))],
  ["Any other HTTP status.", /^Received HTTP status code 500$/, () => call(proxy(500))],
  ["A web page with status 200.", /^Received message larger than max/, () => call(proxy(200))],
  [
    "Envoy knows no healthy server.",
    /^no healthy upstream$/,
    () => call(ending({ "grpc-status": 14, "grpc-message": "no healthy upstream" })),
  ],
  [
    "Envoy's connection to the server breaks.",
    /^upstream connect error/,
    () =>
      call(
        ending({
          "grpc-status": 14,
          "grpc-message":
            "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
        }),
      ),
  ],
  [
    "The server is too slow for Envoy.",
    /^upstream request timeout$/,
    () => call(ending({ "grpc-status": 14, "grpc-message": "upstream request timeout" })),
  ],
];

const ANSWERED: readonly Failing[] = [
  [
    "The response is larger than `grpc.max_receive_message_length`.",
    /^Received message larger than max \(2 vs 1\)$/,
    () => call(responding({}, oneMessage), {}, { "grpc.max_receive_message_length": 1 }),
  ],
  [
    "The response cannot be deserialized.",
    /^Response message parsing error: /,
    () => call(responding({}, framed(Buffer.from([0x0a])))),
  ],
  [
    "The response cannot be decompressed.",
    /^Failed to decompress gzip-encoded message$/,
    () => call(responding({ "grpc-encoding": "gzip" }, Buffer.from([1, 0, 0, 0, 2, 8, 1]))),
  ],
  [
    "The response is compressed in an encoding that its headers do not name.",
    /^the response is compressed, but its headers name no encoding /,
    () => call(responding({}, Buffer.from([1, 0, 0, 0, 0]))),
  ],
  [
    "The server sends two responses to a stream of requests.",
    /^Too many responses received$/,
    async () => thrownBy(promises(clientOf(await responding({}, oneMessage, oneMessage))).clientStream([request()])),
  ],
  ["The server sends `OK` without a response.", /^No message received$/, () => call(ending({ "grpc-status": 0 }))],
  [
    "The server does not have the method.",
    /^The server does not implement the method/,
    async () => call((await startShapes({}, { unguarded: {} })).address),
  ],
  [
    "The request is too large for the server.",
    /^Received message larger than max \(3 vs 1\)$/,
    async () => {
      const { address } = await startShapes({}, { server: { "grpc.max_receive_message_length": 1 } });
      return thrownBy(promises(clientOf(address)).unary(request(300)));
    },
  ],
  ...(
    [
      ["UNAVAILABLE", 14],
      ["UNAUTHENTICATED", 16],
      ["RESOURCE_EXHAUSTED", 8],
      ["DEADLINE_EXCEEDED", 4],
      ["INVALID_ARGUMENT", 3],
    ] as const
  ).map(
    ([name, code]): Failing => [
      `The server sends \`${name}\` without details.`,
      /^no$/,
      () => call(ending({ "grpc-status": code, "grpc-message": "no" })),
    ],
  ),
  [
    "The server passes on the text of its own client, “No connection established”, after a message.",
    /^No connection established$/,
    () => call(endingLater({ "grpc-status": 14, "grpc-message": "No connection established" })),
  ],
];

/** The tables of the page, in order. */
export const FAILURES = {
  "Never sent": NEVER_SENT,
  "Sent, and no response came": NO_RESPONSE,
  "A proxy responded": OF_PROXY,
  "A server responded": ANSWERED,
} as const;
