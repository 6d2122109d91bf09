import { describe, expect, it } from "vitest";
import { isOutcomeUnsafe, isRecoveryUnsafe } from "../../../src/check/breaking/recovery-change.js";
import { Code } from "../../../src/code.js";
import type { Outcome, Recovery } from "../../../src/definition.js";
import { changesOf } from "./changes.js";

const GIVE_UP: readonly Recovery[] = ["NONE", "FIX_REQUEST", "CONTACT_OPERATOR"];
const REPEAT: readonly Recovery[] = ["RETRY", "BACK_OFF_AND_RETRY"];
const CHANGE: readonly Recovery[] = ["AUTHENTICATE", "REFRESH_AND_RETRY", "REDIRECT", "HOLD_AND_RETRY"];
const ALL: readonly Recovery[] = [...GIVE_UP, ...REPEAT, ...CHANGE, "TREAT_AS_SUCCESS"];

const isUnsafe = (client: Recovery | undefined, server: Recovery | undefined, code: Code = Code.ABORTED) =>
  isRecoveryUnsafe({ recovery: client, code }, { recovery: server, code });

/** The recoveries of a server that a client of a recovery harms. */
const harmedBy = (client: Recovery) => ALL.filter((server) => isUnsafe(client, server));

describe("a client that follows another recovery than its server expects", () => {
  it.each(GIVE_UP)("harms nobody by %s", (recovery) => {
    expect(harmedBy(recovery)).toEqual([]);
  });

  it.each(REPEAT)("harms by %s, unless the same request may be repeated", (recovery) => {
    expect(harmedBy(recovery)).toEqual(ALL.filter((server) => !REPEAT.includes(server)));
  });

  it.each(CHANGE)("harms by %s, unless that is expected or the same request may be repeated", (recovery) => {
    expect(harmedBy(recovery)).toEqual(ALL.filter((server) => server !== recovery && !REPEAT.includes(server)));
  });

  it("harms by taking a failure for a success", () => {
    expect(harmedBy("TREAT_AS_SUCCESS")).toEqual(ALL.filter((server) => server !== "TREAT_AS_SUCCESS"));
  });

  it("follows the code that the server sends if it knows no recovery", () => {
    expect(isUnsafe(undefined, "NONE", Code.UNAVAILABLE)).toBe(true);
    expect(isUnsafe(undefined, "NONE", Code.NOT_FOUND)).toBe(false);
    expect(isUnsafe(undefined, undefined, Code.UNAVAILABLE)).toBe(false);
    expect(isUnsafe("RETRY", undefined, Code.UNAVAILABLE)).toBe(false);
    expect(isUnsafe("RETRY", undefined, Code.UNAUTHENTICATED)).toBe(true);
    const server = { recovery: "NONE", code: Code.UNAVAILABLE } as const;
    expect(isRecoveryUnsafe({ recovery: undefined, code: Code.NOT_FOUND }, server)).toBe(true);
  });
});

describe("a client that knows another outcome than its server", () => {
  it("is unsafe if it takes the request for one of a certain effect", () => {
    const outcomes: readonly (Outcome | undefined)[] = ["NOT_APPLIED", "MAYBE_APPLIED", "ALREADY_APPLIED", undefined];
    const unsafe = outcomes.flatMap((client) =>
      outcomes.map((server) => [client, server, isOutcomeUnsafe(client, server)]),
    );
    expect(unsafe.filter(([, , isUnsafe]) => isUnsafe).map(([client, server]) => `${client} for ${server}`)).toEqual([
      "NOT_APPLIED for MAYBE_APPLIED",
      "NOT_APPLIED for ALREADY_APPLIED",
      "NOT_APPLIED for undefined",
      "ALREADY_APPLIED for NOT_APPLIED",
      "ALREADY_APPLIED for MAYBE_APPLIED",
      "ALREADY_APPLIED for undefined",
    ]);
  });
});

describe("a finding about a recovery", () => {
  const proto = (annotation: string) => `syntax = "proto3"; package shop.v1; import "richerrors/v1/annotations.proto";
    enum OrderError { ORDER_ERROR_UNSPECIFIED = 0; ORDER_ERROR_GONE = 1 [(richerrors.v1.error) = {${annotation}}]; }`;

  it("names what old clients do by the new code", async () => {
    const found = await changesOf(
      proto("status_code: NOT_FOUND"),
      proto("status_code: UNAVAILABLE recovery: RECOVERY_NONE"),
    );
    expect(found).toEqual([
      expect.stringContaining("changes from NOT_FOUND to UNAVAILABLE"),
      expect.stringContaining(
        "the recovery of ORDER_ERROR_GONE changes from BACK_OFF_AND_RETRY to NONE, but old clients still do as for " +
          "BACK_OFF_AND_RETRY; write recovery: RECOVERY_BACK_OFF_AND_RETRY, or add another error that says so [breaks old clients]",
      ),
    ]);
  });
});
