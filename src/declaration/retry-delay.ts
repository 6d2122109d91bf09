import type { Recovery } from "../definition.js";
import { durationToMs } from "../detail/standard-types.js";
import type { OptionValue } from "./option-value.js";
import type { Problems } from "./problems.js";

/** Ways to recover that send no request like the failed one. */
const WITHOUT_RETRY: ReadonlySet<Recovery | undefined> = new Set<Recovery>(["NONE", "FIX_REQUEST", "TREAT_AS_SUCCESS"]);

/** The most that `google.protobuf.Duration` allows: 10,000 years. */
const MOST_SECONDS = 315_576_000_000;

/** The default retry delay that an annotation gives, in milliseconds. */
export function readRetryDelay(
  option: OptionValue,
  recovery: Recovery | undefined,
  problems: Problems,
): number | undefined {
  const duration = option.message("retry_delay");
  if (!duration) return undefined;
  const seconds = duration.number("seconds");
  const nanos = duration.number("nanos");
  const report = (text: string) => problems.report(option.place("retry_delay"), text);
  if (seconds < 0 || nanos < 0) {
    report("retry_delay is negative; write how long a client waits, such as {seconds: 5}");
    return undefined;
  }
  if (seconds > MOST_SECONDS || nanos > 999_999_999) {
    report(`retry_delay is no duration; write at most ${MOST_SECONDS} seconds and less than a second of nanos`);
    return undefined;
  }
  if (WITHOUT_RETRY.has(recovery)) {
    report(`retry_delay contradicts RECOVERY_${recovery}, which is not to be retried; leave one of the two out`);
    return undefined;
  }
  if (option.text("detail_type") === "google.rpc.RetryInfo") {
    report("retry_delay would be sent as google.rpc.RetryInfo, which the error has as its detail; leave it out");
    return undefined;
  }
  return durationToMs({ seconds: BigInt(seconds), nanos });
}
