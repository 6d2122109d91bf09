import {
  type FailedClientCall,
  type RichError,
  richErrorClientOptions,
  richErrorServerInterceptor,
} from "grpc-rich-errors";
import { clientTelemetry, recordAttempt, serverTelemetry } from "grpc-rich-errors/opentelemetry";
import { recovery } from "grpc-rich-errors/recovery";

richErrorServerInterceptor({ telemetry: serverTelemetry() });
richErrorClientOptions({
  telemetry: clientTelemetry(),
  onError: ({ method, target, error }) => log(method, target, error),
});
richErrorClientOptions({ onError: async (call: FailedClientCall) => log(call.method, call.target, call.error) });
recovery.declared.with({ onAttempt: recordAttempt });

declare function log(method: string, target: string, error: RichError): void;

// Mistakes.

// @ts-expect-error: the telemetry of a client
richErrorServerInterceptor({ telemetry: clientTelemetry() });
// @ts-expect-error: the telemetry of a server
richErrorClientOptions({ telemetry: serverTelemetry() });
// @ts-expect-error: the function, not what it returns
richErrorClientOptions({ telemetry: clientTelemetry });
// @ts-expect-error: no such option
richErrorClientOptions({ onErrors: () => {} });
// @ts-expect-error: the client's hook does not know whether the server masked the error
richErrorClientOptions({ onError: ({ masked }) => log(masked) });
