import { setTimeout as sleep } from "node:timers/promises";
import { Metadata } from "@grpc/grpc-js";
import { Code, RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { failureOf } from "../../../src/client/recovery/failure.js";
import { clientOf, type EtcdClient, etcdVersion, type Member, startEtcd } from "./etcd/etcd.js";

// etcd sends no details. A client still knows where its errors arose, who is to blame, and what may have been applied.

const VERSION = etcdVersion();
if (!VERSION) console.log("skipped: etcd is not installed here; install Debian's package etcd-server");

const bytes = (text: string) => Buffer.from(text);
const soon = (ms = 20_000) => ({ deadline: Date.now() + ms });

async function errorOf(call: Promise<unknown>): Promise<RichError> {
  const caught = await call.then(
    () => new Error("the call succeeded"),
    (thrown: unknown) => thrown,
  );
  expect(caught).toBeRichError(RichError);
  return RichError.from(caught);
}

/** What an error says, as a client acts on it. */
function factsOf(error: RichError) {
  const { code, origin, outcome, fault, message } = error;
  return { code, origin, outcome, fault, recovery: failureOf(error).recovery, message };
}

async function started(): Promise<{ member: Member; client: EtcdClient }> {
  const [member] = await startEtcd();
  if (!member) throw new Error("no member of etcd");
  return { member, client: clientOf(member.port) };
}

async function keys(client: EtcdClient): Promise<ReadonlySet<string>> {
  const { kvs } = await client.range({ key: bytes("k"), range_end: bytes("l") }, soon());
  return new Set((kvs as { key: Buffer }[]).map(({ key }) => key.toString()));
}

describe.skipIf(!VERSION)(`etcd ${VERSION}`, () => {
  it("answers a caller's mistake with the caller's fault, and leaves the outcome open", async () => {
    const { client } = await started();
    const { header } = await client.put({ key: bytes("k") }, soon());
    await client.put({ key: bytes("k") }, soon());
    const { revision } = header as { revision: string };
    await client.compact({ revision: String(BigInt(revision) + 1n) }, soon());
    const answers: readonly (readonly [() => Promise<unknown>, Code, RegExp])[] = [
      [() => client.put({ key: bytes("k"), lease: "7" }, soon()), Code.NOT_FOUND, /requested lease not found/],
      [() => client.leaseRevoke({ ID: "7" }, soon()), Code.NOT_FOUND, /requested lease not found/],
      [
        () => client.range({ key: bytes("k"), revision }, soon()),
        Code.OUT_OF_RANGE,
        /required revision has been compacted/,
      ],
      [() => client.range({ key: bytes("k"), revision: "99" }, soon()), Code.OUT_OF_RANGE, /future revision/],
      [() => client.put({}, soon()), Code.INVALID_ARGUMENT, /key is not provided/],
      [
        () => client.put({ key: bytes("k"), value: Buffer.alloc(1_600_000) }, soon()),
        Code.INVALID_ARGUMENT,
        /too large/,
      ],
      [
        () => client.put({ key: bytes("k"), value: Buffer.alloc(3_000_000) }, soon()),
        Code.RESOURCE_EXHAUSTED,
        /^grpc: received message larger than max/,
      ],
    ];
    for (const [call, code, message] of answers) {
      expect(factsOf(await errorOf(call()))).toEqual({
        code,
        origin: "SERVER",
        outcome: undefined,
        fault: "CALLER",
        recovery: "NONE",
        message: expect.stringMatching(message),
      });
    }
    expect(factsOf(await errorOf(client.teleport({}, soon())))).toMatchObject({
      code: Code.UNIMPLEMENTED,
      origin: "SERVER",
      fault: "SERVER",
      recovery: "NONE",
    });
  });

  it("answers a call without valid credentials with the caller's fault", async () => {
    const { client } = await started();
    await client.userAdd({ name: "root", password: "secret" }, soon());
    await client.roleAdd({ name: "root" }, soon());
    await client.userGrantRole({ user: "root", role: "root" }, soon());
    await client.authEnable({}, soon());
    const metadata = new Metadata();
    metadata.set("token", "expired.1");
    expect(factsOf(await errorOf(client.put({ key: bytes("k") }, { ...soon(), metadata })))).toMatchObject({
      code: Code.UNAUTHENTICATED,
      origin: "SERVER",
      fault: "CALLER",
      recovery: "AUTHENTICATE",
      message: "etcdserver: invalid auth token",
    });
    for (const [call, message] of [
      [() => client.authenticate({ name: "root", password: "wrong" }, soon()), /authentication failed/],
      [() => client.put({ key: bytes("k") }, soon()), /user name is empty/],
    ] as const) {
      expect(factsOf(await errorOf(call()))).toMatchObject({
        code: Code.INVALID_ARGUMENT,
        origin: "SERVER",
        fault: "CALLER",
        recovery: "NONE",
        message: expect.stringMatching(message),
      });
    }
  });

  it("answers without a leader with the server's fault, and a client backs off", async () => {
    const [member, other] = await startEtcd(2);
    if (!member || !other) throw new Error("no cluster");
    const client = clientOf(member.port);
    await other.kill();
    const metadata = new Metadata();
    metadata.set("hasleader", "true");
    let error: RichError;
    do {
      await sleep(100);
      error = await errorOf(client.put({ key: bytes("k") }, { ...soon(), metadata }));
    } while (!/no leader/.test(error.message));
    expect(factsOf(error)).toEqual({
      code: Code.UNAVAILABLE,
      origin: "SERVER",
      outcome: undefined,
      fault: "SERVER",
      recovery: "BACK_OFF_AND_RETRY",
      message: "etcdserver: no leader",
    });
    // Without that wish, etcd gives up later, with a code that says little.
    expect(factsOf(await errorOf(client.put({ key: bytes("k") }, soon(30_000))))).toMatchObject({
      origin: "SERVER",
      outcome: undefined,
      fault: "SERVER",
      message: expect.stringMatching(/context deadline exceeded|request timed out/),
    });
  });

  it.each(["SIGKILL", "SIGTERM"] as const)("leaves a watch open if it ends by %s", async (signal) => {
    const { member, client } = await started();
    async function* requests() {
      yield { create_request: { key: bytes("k") } };
      await sleep(30_000, undefined, { ref: false });
    }
    const watch = client.watch(requests())[Symbol.asyncIterator]();
    expect(await watch.next()).toMatchObject({ value: { created: true } });
    await client.put({ key: bytes("k") }, soon());
    expect(await watch.next()).toMatchObject({ value: { events: [{}] } });
    const failure = errorOf(watch.next());
    await member.kill(signal);
    expect(factsOf(await failure)).toMatchObject({
      code: Code.UNAVAILABLE,
      origin: signal === "SIGKILL" ? "TRANSPORT" : expect.stringMatching(/TRANSPORT|SERVER/),
      fault: "SERVER",
      recovery: "BACK_OFF_AND_RETRY",
    });
    expect((await failure).outcome).not.toBe("NOT_APPLIED");
  });

  it("has applied what succeeded, and nothing of what was not applied, when it is killed during writes", async () => {
    const { member } = await started();
    const said = new Map<string, string>();
    const errors: RichError[] = [];
    for (let round = 0; round < 5; round++) {
      const client = clientOf(member.port);
      const writes = Array.from({ length: 32 }, async (_, writer) => {
        for (let index = 0; index < 15; index++) {
          const key = `k-${round}-${writer}-${index}`;
          try {
            await client.put({ key: bytes(key), value: Buffer.alloc(200) }, soon());
            said.set(key, "OK");
          } catch (thrown) {
            const error = RichError.from(thrown);
            errors.push(error);
            said.set(key, error.outcome ?? "not known");
          }
        }
      });
      await sleep(20 + 25 * round);
      await member.kill();
      await Promise.all(writes);
      await member.restart();
    }
    const stored = await keys(clientOf(member.port));
    const count = (outcome: string, isStored: boolean) =>
      [...said].filter(([key, told]) => told === outcome && stored.has(key) === isStored).length;
    console.log(
      `etcd killed 5 times: ${["OK", "NOT_APPLIED", "MAYBE_APPLIED", "not known"]
        .map((told) => `${told} ${count(told, true)} stored, ${count(told, false)} not stored`)
        .join("; ")}`,
    );
    expect(count("OK", false)).toBe(0);
    expect(count("NOT_APPLIED", true)).toBe(0);
    expect(count("OK", true)).toBeGreaterThan(0);
    expect(count("MAYBE_APPLIED", true) + count("MAYBE_APPLIED", false)).toBeGreaterThan(0);
    expect(count("NOT_APPLIED", false)).toBeGreaterThan(0);
    for (const error of errors) {
      expect(factsOf(error)).toMatchObject({ origin: "TRANSPORT", fault: "SERVER", recovery: "BACK_OFF_AND_RETRY" });
    }
  });

  it("may apply a write after its deadline if it hangs, unless the client had no connection", async () => {
    const { member, client } = await started();
    await client.put({ key: bytes("k") }, soon());
    member.signal("SIGSTOP");
    // The threads of a process do not stop at once.
    await sleep(200);
    const sent = await errorOf(client.put({ key: bytes("k-sent") }, soon(300)));
    const unsent = await errorOf(clientOf(member.port).put({ key: bytes("k-unsent") }, soon(300)));
    member.signal("SIGCONT");
    expect(factsOf(sent)).toMatchObject({ code: Code.DEADLINE_EXCEEDED, outcome: "MAYBE_APPLIED", fault: "SERVER" });
    expect(factsOf(unsent)).toMatchObject({ code: Code.DEADLINE_EXCEEDED, outcome: "NOT_APPLIED", fault: "SERVER" });
    await sleep(1000);
    const stored = await keys(client);
    expect(stored).not.toContain("k-unsent");
  });
});
