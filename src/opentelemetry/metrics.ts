import {
  type Attributes,
  type Counter,
  type Histogram,
  type Meter,
  type MeterProvider,
  metrics,
} from "@opentelemetry/api";
import { callAttributes, errorAttributes, type Failure, type Side } from "./attributes.js";

/** The boundaries that the conventions advise for durations of calls, in seconds. */
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

const DIRECTION = { server: "incoming", client: "outgoing" } as const;

/** The metrics of the calls of one side. */
export class CallInstruments {
  readonly #duration: Histogram;
  readonly #failed: Counter;

  constructor(
    private readonly side: Side,
    meter: Meter,
  ) {
    this.#duration = meter.createHistogram(`rpc.${side}.call.duration`, {
      description: `Measures the duration of an ${DIRECTION[side]} Remote Procedure Call (RPC).`,
      unit: "s",
      advice: { explicitBucketBoundaries: BOUNDARIES },
    });
    this.#failed = meter.createCounter(`rich_error.${side}.failed_calls`, {
      description: "Counts the calls that failed, by the reason of the error.",
      unit: "{call}",
    });
  }

  /**
   * Records a call that has ended.
   *
   * @param began the time of its beginning by `performance.now()`
   * @param server the attributes of the server that was called
   */
  record(method: string, began: number, failure: Failure | undefined, server?: Attributes): void {
    const { side } = this;
    const attributes = { ...callAttributes(side, method, failure?.error), ...server };
    this.#duration.record((performance.now() - began) / 1000, attributes);
    // The duration has the attributes of the conventions only, so that it stays one series for each code.
    if (failure) this.#failed.add(1, { ...attributes, ...errorAttributes(side, failure) });
  }
}

/**
 * Returns a function that returns the metrics of one side. It makes new ones when the program has registered another
 * meter provider: unlike spans, metrics made before have no effect, and calls may come before the set-up.
 */
export function lazyInstruments(side: Side): () => CallInstruments {
  let latest: { readonly provider: MeterProvider; readonly instruments: CallInstruments } | undefined;
  return () => {
    const provider = metrics.getMeterProvider();
    if (latest?.provider !== provider) {
      const meter = provider.getMeter("grpc-rich-errors", undefined, SCHEMA);
      latest = { provider, instruments: new CallInstruments(side, meter) };
    }
    return latest.instruments;
  };
}

/** The version of the conventions. */
const SCHEMA = { schemaUrl: "https://opentelemetry.io/schemas/1.45.0" };
