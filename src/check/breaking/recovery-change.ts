import { Code } from "../../code.js";
import { type Definition, type Outcome, RECOVERIES, type Recovery } from "../../definition.js";

/** What a definition says about the recovery from an error. */
export type RecoveryFacts = Pick<Definition, "code" | "retryDelay"> & { readonly recovery?: Recovery | undefined };

/**
 * Checks whether a client that follows one declaration of an error harms a server that follows another: it repeats a
 * request, or takes it for a success, where the server's declaration forbids that.
 *
 * A client that gives up never harms.
 */
export function isRecoveryUnsafe(client: RecoveryFacts, server: RecoveryFacts): boolean {
  // A client that knows no recovery follows the code that the server sends.
  const acted = effectiveRecovery({ ...server, recovery: client.recovery });
  const right = effectiveRecovery(server);
  if (acted === right) return false;
  if (acted === "TREAT_AS_SUCCESS") return true;
  // Whoever may repeat the same request may also do something first.
  return RECOVERIES[acted] !== "none" && acted !== "CONTACT_OPERATOR" && RECOVERIES[right] !== "same";
}

/** Checks whether a client assumes another effect of a request than it may have had, and repeats or forgets it. */
export function isOutcomeUnsafe(client: Outcome | undefined, server: Outcome | undefined): boolean {
  return client !== server && (client === "NOT_APPLIED" || client === "ALREADY_APPLIED");
}

/** The recovery of an error. If none is declared, it follows from the code, as clients decide it. */
export function effectiveRecovery({ recovery, code, retryDelay }: RecoveryFacts): Recovery {
  if (recovery) return recovery;
  if (code === Code.UNAVAILABLE || retryDelay !== undefined) return "BACK_OFF_AND_RETRY";
  return code === Code.UNAUTHENTICATED ? "AUTHENTICATE" : "NONE";
}
