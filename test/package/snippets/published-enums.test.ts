import { join } from "node:path";
import { expect, test } from "vitest";
import { moduleOf } from "../../plugin/compile.js";
import { generatedModules, typeErrors } from "../../support/generated-modules.js";
import { openPage } from "../page.js";

const page = openPage("docs/published-enums.md");

test("shows how to annotate a published enum", async () => {
  const proto = page.take("enum ErrorCode");
  const protos = { "vault/v1/vault.proto": proto };
  const generated = await generatedModules(protos);
  const { ConnectFailedError, NoSuchSecretError, VaultApiError, VaultError } = await import(
    /* @vite-ignore */ join(generated, "vault/v1/vault.rich.ts")
  );
  const error = new ConnectFailedError({ host: "db-1", state: 1 });
  expect(error.message).toBe("no connection to db-1: the node is NODE_STATE_SEALED");
  expect(page.text).toContain(error.message);
  expect([error.reason, error.domain, error.name]).toEqual(["CONNECT_FAILED", "vault.v1", "ConnectFailedError"]);
  expect([error instanceof VaultError, error instanceof VaultApiError]).toEqual([true, true]);
  expect(NoSuchSecretError.definition).toMatchObject({ reason: "HTTP_404", className: "NoSuchSecretError" });
  expect(await typeErrors(generated, "")).toBe("");
});

test.each([
  ["ResultCode", ["TopicNotFoundError", "InvalidRoleError", "UnknownResultError"]],
  ["message Upload", ["TooLargeError", "DownloadTooLargeError"]],
  ["NotLeader not_leader", ["NotLeaderError"]],
])("shows how to annotate other published enums: %s", async (containing, classes) => {
  const block = page.take(containing);
  const head = 'syntax = "proto3"; package shop.v1; import "richerrors/v1/annotations.proto";';
  const generated = await moduleOf(`${head}\n${block}`);
  expect([...generated.matchAll(/^export const (\w+Error):/gm)].map(([, name]) => name)).toEqual(classes);
});

page.testOtherCode();
