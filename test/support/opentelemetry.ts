import { type Attributes, context, metrics, trace } from "@opentelemetry/api";
import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { onTestFinished } from "vitest";

/** One value of a metric. */
interface Point {
  readonly name: string;
  readonly attributes: Attributes;
  readonly count: number;
}

/** OpenTelemetry's own SDK, with exporters in memory. */
export interface Sdk {
  /** The spans that have ended. */
  readonly spans: () => readonly ReadableSpan[];
  /** The values of a metric since the beginning of the test. */
  readonly points: (name: string) => Promise<readonly Point[]>;
}

/** Sets up the SDK for the current test. */
export function startSdk(): Sdk {
  const exporter = new InMemorySpanExporter();
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
  const reader = new PeriodicExportingMetricReader({
    exporter: new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE),
    exportIntervalMillis: 2 ** 30,
  });
  const provider = new MeterProvider({ readers: [reader] });
  metrics.setGlobalMeterProvider(provider);
  onTestFinished(async () => {
    await provider.shutdown();
    for (const api of [trace, metrics, context]) api.disable();
  });
  return {
    spans: () => exporter.getFinishedSpans(),
    points: async (name) => {
      const { resourceMetrics } = await reader.collect();
      return resourceMetrics.scopeMetrics
        .flatMap(({ metrics }) => metrics)
        .filter(({ descriptor }) => descriptor.name === name)
        .flatMap<DataPoint<unknown>>(({ dataPoints }) => [...dataPoints])
        .map(({ attributes, value }) => ({
          name,
          attributes,
          count: typeof value === "number" ? value : (value as Histogram).count,
        }));
    },
  };
}
