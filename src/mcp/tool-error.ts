import { Code, type CodeName } from "../code.js";
import { type Fault, type Outcome, RECOVERIES, type Recovery } from "../definition.js";

/** An error as an agent gets it in `structuredContent.error`. */
export interface ToolError {
  /** The name of the status code: `"NOT_FOUND"`. */
  readonly code: CodeName;
  readonly message: string;
  readonly reason?: string;
  readonly domain?: string;
  /** The action that the agent should take. Left out if it is not known. */
  readonly recovery?: Recovery;
  /** The same in words: the paragraph "Client action:" of the error's declaration, else a sentence for the recovery. */
  readonly nextAction?: string;
  /** Whether the request took effect. */
  readonly outcome: Outcome | "UNKNOWN";
  /** The party that is to blame. `"CALLER"` is the agent. */
  readonly fault: Fault;
  /** The minimum time to wait before the next attempt, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The earliest time of the next attempt, as in RFC 3339. */
  readonly retryAt?: string;
  /** The id by which the operator of the service finds the error. */
  readonly requestId?: string;
  /** The fields of the declared detail as JSON. */
  readonly detail?: Readonly<Record<string, unknown>>;
  /** Further details as proto3 JSON, such as violations of fields, each with its type as `"@type"`. */
  readonly details?: readonly object[];
}

const text = { type: "string" } as const;

/**
 * The JSON Schema of {@link ToolError}. Clients validate the results of a tool with an `outputSchema`, and those of failed
 * calls too, so the schema must allow the member `error`:
 *
 * ```ts
 * const outputSchema = z.object({ total: z.number().optional(), error: z.fromJSONSchema(toolErrorSchema).optional() });
 * ```
 */
export const toolErrorSchema = {
  type: "object" as const,
  properties: {
    code: { type: "string" as const, enum: Object.keys(Code) },
    message: text,
    reason: text,
    domain: text,
    recovery: { type: "string" as const, enum: Object.keys(RECOVERIES) },
    nextAction: text,
    outcome: { type: "string" as const, enum: ["NOT_APPLIED", "MAYBE_APPLIED", "ALREADY_APPLIED", "UNKNOWN"] },
    fault: { type: "string" as const, enum: ["CALLER", "SERVER", "DEPENDENCY"] },
    retryAfterMs: { type: "number" as const },
    retryAt: text,
    requestId: text,
    detail: { type: "object" as const },
    details: { type: "array" as const, items: { type: "object" as const } },
  },
  required: ["code", "message", "outcome", "fault"],
};
