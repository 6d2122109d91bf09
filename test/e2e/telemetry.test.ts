import {
  ATTR_ERROR_TYPE,
  ATTR_RPC_METHOD,
  ATTR_RPC_STATUS_CODE,
  ATTR_RPC_SYSTEM_NAME,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  METRIC_RPC_CLIENT_CALL_DURATION,
  METRIC_RPC_SERVER_CALL_DURATION,
  RPC_SYSTEM_NAME_VALUE_GRPC,
} from "@opentelemetry/semantic-conventions";
import { Code, type CodeName } from "grpc-rich-errors";
import { beforeAll, describe, expect, it } from "vitest";
import { forkFixture } from "../support/fixture.js";
import { SHAPES, type Shape } from "../support/shapes.js";

// Every way to fail, against the tables of OpenTelemetry's conventions for RPC, which the names above are stable in:
// https://opentelemetry.io/docs/specs/semconv/rpc/grpc/

/** The codes that the conventions call errors on a server. */
const SERVER_ERRORS: readonly CodeName[] = [
  "UNKNOWN",
  "DEADLINE_EXCEEDED",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
];

const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

const UNSET = 0;
const ERROR = 2;

type Attributes = Readonly<Record<string, unknown>>;

/** What the telemetry of a way must say. */
interface Expected {
  /** The code on the client, and on the server unless `server` says otherwise. */
  readonly code: CodeName | "OK";
  /** The code that the server counts, or `null` if the call does not reach its handlers and interceptors. */
  readonly server?: CodeName | null;
  /** The attributes of the failure on both sides. */
  readonly both?: Attributes;
  readonly onServer?: Attributes;
  readonly onClient?: Attributes;
  /** The attributes that only spans have, on both sides. */
  readonly span?: Attributes;
  readonly clientSpan?: Attributes;
  /** Whether the span of the server has ended, or has not begun, when the failure is known. */
  readonly noServerSpan?: (shape: Shape) => boolean;
  /** Whether the server knew a secret, as its `onError` shows. */
  readonly secret?: boolean;
}

const FROM_SERVER = { "rich_error.origin": "SERVER" };
const CALLER = { "rich_error.fault": "CALLER" };
const SERVER = { "rich_error.fault": "SERVER" };
const NOT_SENT = { "rich_error.outcome": "NOT_APPLIED", "rich_error.recovery": "BACK_OFF_AND_RETRY" };
const MAYBE = { "rich_error.outcome": "MAYBE_APPLIED" };

const DECLARED: Expected = {
  code: "PERMISSION_DENIED",
  both: { "rich_error.reason": "ACCESS_DENIED", "rich_error.domain": "server", ...CALLER },
  onClient: FROM_SERVER,
  span: { "rich_error.recovery": "AUTHENTICATE", "rich_error.outcome": "NOT_APPLIED" },
  secret: true,
};
const TIMED_OUT: Expected = { code: "DEADLINE_EXCEEDED", both: SERVER, onClient: FROM_SERVER };
const CANCELLED: Expected = {
  code: "CANCELLED",
  both: CALLER,
  onClient: { "rich_error.origin": "CLIENT" },
  clientSpan: MAYBE,
};

const ALL: Readonly<Record<string, Expected>> = {
  succeeds: { code: "OK" },
  throws: DECLARED,
  rejects: DECLARED,
  emits: DECLARED,
  destroys: DECLARED,
  "plain status": { code: "FAILED_PRECONDITION", both: CALLER, onClient: FROM_SERVER, secret: true },
  masked: {
    code: "INTERNAL",
    both: SERVER,
    onServer: { "rich_error.masked": true },
    onClient: FROM_SERVER,
    secret: true,
  },
  forwarded: { ...DECLARED, secret: false },
  undeclared: {
    code: "ABORTED",
    both: { "rich_error.reason": "_OTHER", "rich_error.domain": "_OTHER", ...CALLER },
    onClient: FROM_SERVER,
  },
  hangs: TIMED_OUT,
  late: { ...TIMED_OUT, secret: true },
  cancelled: CANCELLED,
  "cancelled late": { ...CANCELLED, secret: true },
  "too large": {
    code: "RESOURCE_EXHAUSTED",
    both: CALLER,
    onClient: FROM_SERVER,
    // The instrumentation takes the response of the callback for a success.
    noServerSpan: (shape) => shape === "unary" || shape === "clientStream",
  },
  "too large a request": {
    code: "RESOURCE_EXHAUSTED",
    // grpc-js does not say why it ended the call.
    server: "INTERNAL",
    onServer: SERVER,
    onClient: { ...FROM_SERVER, ...CALLER },
    noServerSpan: (shape) => shape === "unary" || shape === "serverStream",
  },
  unimplemented: { code: "UNIMPLEMENTED", server: null, both: SERVER, onClient: FROM_SERVER },
  transport: {
    code: "UNAVAILABLE",
    server: null,
    both: SERVER,
    onClient: { "rich_error.origin": "TRANSPORT" },
    clientSpan: NOT_SENT,
  },
  "times out": {
    code: "DEADLINE_EXCEEDED",
    server: null,
    both: SERVER,
    onClient: { "rich_error.origin": "CLIENT" },
    clientSpan: NOT_SENT,
  },
};

const WAYS: Readonly<Record<Shape, Readonly<Record<string, Expected>>>> = {
  unary: { ...ALL, "calls back": DECLARED },
  clientStream: { ...ALL, "calls back": DECLARED },
  serverStream: { ...ALL, "throws after a message": DECLARED },
  bidi: { ...ALL, "throws after a message": DECLARED },
};

interface Span {
  readonly kind: "INTERNAL" | "SERVER" | "CLIENT";
  readonly attributes: Attributes;
  readonly status: { readonly code: number };
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[];
}

interface Point {
  readonly name: string;
  readonly unit: string;
  readonly attributes: Attributes;
  readonly count: number;
  readonly buckets?: readonly number[];
}

/** What the fixture saw of one call. */
interface Report {
  readonly shape: Shape;
  readonly way: string;
  readonly code: number;
  readonly points: readonly Point[];
  readonly spans: readonly Span[];
  /** The spans that did not end. */
  readonly open: readonly string[];
  /** The calls of the client's `onError`. */
  readonly failed: readonly { readonly method: string; readonly target: string; readonly error: number }[];
  readonly seen: boolean;
}

const METHODS: Readonly<Record<Shape, string>> = {
  unary: "Unary",
  clientStream: "ClientStream",
  serverStream: "ServerStream",
  bidi: "Bidi",
};

function methodOf(shape: Shape, way: string): string {
  return `fixture.${way === "unimplemented" ? "M" : "F"}ixture/${METHODS[shape]}`;
}

function codeOf(way: Expected, side: "server" | "client"): string | null {
  return side === "server" && way.server !== undefined ? way.server : way.code;
}

/** The attributes that the conventions ask for. */
function conventional(side: "server" | "client", { shape, way }: Report, expected: Expected): Attributes {
  const code = codeOf(expected, side);
  const isError = code !== "OK" && (side === "client" || SERVER_ERRORS.some((name) => name === code));
  return {
    [ATTR_RPC_SYSTEM_NAME]: RPC_SYSTEM_NAME_VALUE_GRPC,
    [ATTR_RPC_METHOD]: methodOf(shape, way),
    [ATTR_RPC_STATUS_CODE]: code,
    ...(isError && { [ATTR_ERROR_TYPE]: code }),
  };
}

function failureAttributes(side: "server" | "client", { both, onServer, onClient }: Expected): Attributes {
  return { ...both, ...(side === "server" ? onServer : onClient) };
}

/** The ports of the servers, by the ways that do not go to the usual one. */
type Ports = Readonly<Record<string, number>>;

function pointsOf(report: Report, expected: Expected, ports: Ports): Point[] {
  const duration = { unit: "s", count: 1, buckets: BOUNDARIES };
  const failed = { unit: "{call}", count: 1 };
  const server = conventional("server", report, expected);
  const client = {
    ...conventional("client", report, expected),
    [ATTR_SERVER_ADDRESS]: "127.0.0.1",
    [ATTR_SERVER_PORT]: ports[report.way] ?? ports["up"],
  };
  const isFailure = expected.code !== "OK";
  const points: (Point | false)[] = [
    { name: METRIC_RPC_CLIENT_CALL_DURATION, ...duration, attributes: client },
    isFailure && {
      name: "rich_error.client.failed_calls",
      ...failed,
      attributes: { ...client, ...failureAttributes("client", expected) },
    },
    expected.server !== null && { name: METRIC_RPC_SERVER_CALL_DURATION, ...duration, attributes: server },
    expected.server !== null &&
      isFailure && {
        name: "rich_error.server.failed_calls",
        ...failed,
        attributes: { ...server, ...failureAttributes("server", expected) },
      },
  ];
  return points.filter((point) => point !== false);
}

const byName = (points: readonly Point[]) => [...points].sort((one, other) => (one.name < other.name ? -1 : 1));

function spansOf({ spans }: Report, kind: Span["kind"]): readonly Span[] {
  return spans.filter((span) => span.kind === kind);
}

/** The attributes of a failed call's span, without the method, whose name older conventions use for something else. */
function spanAttributes(side: "server" | "client", report: Report, expected: Expected): Attributes {
  const { [ATTR_RPC_METHOD]: _, ...others } = conventional(side, report, expected);
  const ofSide = side === "client" ? expected.clientSpan : {};
  return { ...others, ...failureAttributes(side, expected), ...expected.span, ...ofSide };
}

/** The attributes of the instrumentation itself, by the conventions before 1.0. */
const OLDER = /^(rpc\.(system|service|method|grpc\.status_code)|grpc\.error_(name|message)|server\.(address|port))$/;

function newer(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !OLDER.test(name)));
}

describe.each(["with", "without"])("%s the instrumentation of gRPC", (mode) => {
  let reports: readonly Report[];
  let ports: Ports;

  beforeAll(async () => {
    const fixture = await forkFixture("telemetry.cjs", [mode]);
    ({ reports, ports } = fixture.started as { ports: Ports; reports: readonly Report[] });
  });

  it("sees every way to fail in every shape", () => {
    const ways = SHAPES.flatMap((shape) => Object.keys(WAYS[shape]).map((way) => `${shape} ${way}`));
    expect(reports.map(({ shape, way }) => `${shape} ${way}`).sort()).toEqual(ways.sort());
  });

  describe.each(SHAPES)("a %s call", (shape) => {
    const ways = Object.entries(WAYS[shape]);
    const reportOf = (way: string) => reports.find((report) => report.shape === shape && report.way === way) as Report;

    it.each(ways)("that %s is counted once on each side", (way, expected) => {
      const report = reportOf(way);
      expect(report.code).toBe(expected.code === "OK" ? 0 : Code[expected.code]);
      expect(byName(report.points)).toEqual(byName(pointsOf(report, expected, ports)));
    });

    it.each(ways)("that %s calls onError of the client once if it fails", (way, { code }) => {
      const target = `dns:127.0.0.1:${ports[way] ?? ports["up"]}`;
      const call = { method: `/${methodOf(shape, way)}`, target, error: code === "OK" ? 0 : Code[code] };
      expect(reportOf(way).failed).toEqual(code === "OK" ? [] : [call]);
    });

    it.each(ways)("that %s has its failure in the spans", (way, expected) => {
      const report = reportOf(way);
      const [server, ...moreServers] = spansOf(report, "SERVER");
      const [client, ...moreClients] = spansOf(report, "CLIENT");
      const [caller, ...moreCallers] = spansOf(report, "INTERNAL");
      const isFailure = expected.code !== "OK";
      expect([report.open, moreServers, moreClients, moreCallers]).toEqual([[], [], [], []]);
      // The caller may yet succeed.
      expect(caller?.status.code).toBe(UNSET);
      if (mode === "with") {
        expect(newer(client?.attributes ?? {})).toEqual(isFailure ? spanAttributes("client", report, expected) : {});
        expect(client?.status.code).toBe(isFailure ? ERROR : UNSET);
        expect(client?.attributes[ATTR_RPC_METHOD]).toBe(METHODS[shape]);
        const isOnServer = isFailure && expected.server !== null && !expected.noServerSpan?.(shape);
        expect(newer(server?.attributes ?? {})).toEqual(isOnServer ? spanAttributes("server", report, expected) : {});
        expect(caller?.events).toEqual([]);
      } else {
        expect([server, client]).toEqual([undefined, undefined]);
        const attributes = {
          ...spanAttributes("client", report, expected),
          [ATTR_RPC_METHOD]: methodOf(shape, way),
        };
        expect(caller?.events).toEqual(isFailure ? [{ name: "rich_error.call_failed", attributes }] : []);
      }
    });

    it.each(ways)("that %s shows no secret", (way, { secret = false }) => {
      const { points, spans, seen } = reportOf(way);
      expect(JSON.stringify([points, spans])).not.toContain("hunter2");
      expect(seen).toBe(secret);
    });
  });
});
