/**
 * Recovery of calls, according to what their errors mean.
 *
 * @packageDocumentation
 */
export type { ServerAddress } from "./address.js";
export type { Authenticate } from "./authentication.js";
export { CallRecovery, type Recoveries, recovery } from "./call-recovery.js";
export {
  type ClientClass,
  type ClusterClient,
  type ClusterConnection,
  type ContractedCluster,
  cluster,
} from "./cluster.js";
export type { ClusterOptions } from "./cluster-options.js";
export type { RecoveryNumbers } from "./numbers.js";
export type { RecoveryOptions, Verification } from "./options.js";
export { type RecoverOptions, recover } from "./recover.js";
export type { Attempt } from "./recovering-call.js";
export { type FailedAttempt, type RecoveryReport, reportOf } from "./report.js";
export type { Action, Resend, Stop, StopReason } from "./resend-decision.js";
