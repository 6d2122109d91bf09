import type { Interceptor, Server, ServerInterceptor } from "@grpc/grpc-js";
import type { ClientTelemetry, ServerTelemetry } from "grpc-rich-errors";

/** What a program adds to its server and its client. */
export interface Attachment {
  readonly telemetry?: { readonly server: ServerTelemetry; readonly client: ClientTelemetry };
  readonly interceptors?: { readonly server: ServerInterceptor; readonly client: Interceptor };
  /** Whether the calls of the client recover as their protos declare. */
  readonly recovers?: boolean;
  /** Called when the server runs. */
  readonly attach?: (server: Server) => void;
}

export type AttachmentName = "nothing" | "recovery" | "hooks" | "opentelemetry" | "recordErrors" | "failing";

/** Functions that make the attachments. Each process loads the code of its own attachment only. */
export const ATTACHMENTS: Readonly<Record<AttachmentName, () => Promise<Attachment>>> = {
  nothing: async () => ({}),
  recovery: async () => ({ recovers: true }),
  hooks: async () => ({ telemetry: { server: () => SERVER_HOOKS, client: () => nothing } }),
  opentelemetry: async () => {
    const { clientTelemetry, serverTelemetry } = await import("grpc-rich-errors/opentelemetry");
    await startSdk();
    return { telemetry: { server: serverTelemetry(), client: clientTelemetry() } };
  },
  recordErrors: async () => {
    const { recordErrors } = await import("grpc-rich-errors/testing");
    return { attach: recordErrors };
  },
  failing: async () => {
    const { failing } = await import("grpc-rich-errors/testing");
    const { BadRequestError } = await import("grpc-rich-errors/catalogs/kurrent");
    return { interceptors: failing({ method: "NoSuchMethod", error: new BadRequestError({ fieldViolations: [] }) }) };
  },
};

const nothing = (): void => {};

const SERVER_HOOKS = { handled: nothing, failing: nothing, ended: nothing };

/** The metrics of OpenTelemetry's SDK, kept in memory. */
async function startSdk(): Promise<void> {
  const { metrics } = await import("@opentelemetry/api");
  const { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } = await import(
    "@opentelemetry/sdk-metrics"
  );
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
}
