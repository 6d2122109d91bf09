import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CountedFact, HEADER, scriptFile } from "../../../src/coverage/record.js";
import { run } from "../fake-terminal.js";
import { HEAD, imageOf } from "../images.js";

const SHOP = {
  "shop.proto": `${HEAD}
    enum OrderError {
      option (richerrors.v1.error_enum) = {domain: "shop.example"};
      ORDER_ERROR_UNSPECIFIED = 0;
      ORDER_ERROR_ORDER_GONE = 1 [(richerrors.v1.error) = { status_code: NOT_FOUND }];
      ORDER_ERROR_ORDER_LATE = 2 [(richerrors.v1.error) = { status_code: ABORTED }];
      ORDER_ERROR_ORDER_LOST = 3 [(richerrors.v1.error) = { status_code: DATA_LOSS }];
    }
    message Order {}
    service Orders {
      rpc GetOrder(Order) returns (Order) {
        option (richerrors.v1.errors) = {error: ["ORDER_ERROR_ORDER_GONE", "ORDER_ERROR_ORDER_LATE"]};
      }
    }`,
};

const METHOD = "/shop.v1.Orders/GetOrder";
const CLIENT = `if (error.reason === "ORDER_GONE") stop();\n`;
const [HASH, POSITION] = ["a".repeat(64), CLIENT.indexOf("reason")];

const fact = (kind: CountedFact["fact"], reason: string, count: number, facts: Partial<CountedFact> = {}) => ({
  fact: kind,
  error: `shop.v1.OrderError ${reason}`,
  ...facts,
  count,
});
const read = (reason: string, count: number) =>
  fact("read", reason, count, {
    method: METHOD,
    file: "src/client.ts",
    value: reason,
    script: HASH,
    position: POSITION,
  });

/** What two machines recorded. */
const MACHINES: Readonly<Record<string, readonly object[]>> = {
  one: [
    fact("thrown", "ORDER_GONE", 3),
    fact("thrown", "ORDER_GONE", 2, { method: METHOD }),
    fact("received", "ORDER_GONE", 2, { method: METHOD }),
    read("ORDER_GONE", 1),
  ],
  other: [
    fact("thrown", "ORDER_GONE", 10),
    fact("thrown", "ORDER_LATE", 1),
    fact("received", "ORDER_LATE", 1, { method: METHOD }),
    read("ORDER_LATE", 1),
    // Of an enum that no proto has any more.
    { fact: "thrown", error: "shop.v1.OldError GONE", count: 1 },
  ],
};

let home: string;
const image = () => join(home, "shop.binpb");
const data = (...path: readonly string[]) => join(home, "data", ...path);
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "rich-errors-coverage-"));
  await writeFile(image(), await imageOf(SHOP));
  for (const [name, facts] of Object.entries(MACHINES)) {
    await mkdir(data(name), { recursive: true });
    const lines = [HEADER, ...facts].map((line) => `${JSON.stringify(line)}\n`);
    await writeFile(data(name, "7-0123456789ab.jsonl"), lines.join(""));
    await writeFile(data(name, scriptFile(HASH)), CLIENT);
  }
  await mkdir(join(home, "old"));
  await writeFile(join(home, "old", "7-0123456789ab.jsonl"), '{"format":"grpc-rich-errors coverage","version":0}\n');
});
afterAll(() => rm(home, { recursive: true }));

const coverage = (...args: readonly string[]) => run(["coverage", data(), "--protos", image(), ...args], { cwd: home });

describe("rich-errors coverage", () => {
  it("merges what tests recorded, and prints what they did with each error", async () => {
    const { code, out, err } = await coverage();
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatchInlineSnapshot(`
      "shop.v1.OrderError
                                  THROWN  RECEIVED   HANDLED
        ORDER_GONE                    13         2         1
        ORDER_LATE                     1         1         -
        ORDER_LOST                     -         -         -

      shop.v1.Orders/GetOrder
                                  THROWN  RECEIVED   HANDLED
        ORDER_GONE                     2         2         1
        ORDER_LATE                     -         1         -

      Total
        errors                    2 of 3    2 of 3    1 of 3
                                     66%       66%       33%
        errors of contracts       1 of 2    2 of 2    1 of 2
                                     50%      100%       50%
      "
    `);
  });

  it("says what is missing, and where, if there are fewer than the thresholds ask for", async () => {
    const { code, out } = await coverage("--threshold", "thrown=60,handled=50", "--contract-threshold", "100");
    expect(code).toBe(1);
    expect(out.slice(out.indexOf("Total"))).toMatchInlineSnapshot(`
      "Total
        errors                    2 of 3    2 of 3    1 of 3
                                     66%       66%       33%
        errors of contracts       1 of 2    2 of 2    1 of 2
                                     50%      100%       50%

      33% of the errors are handled (1 of 3), less than 50%:
        shop.proto:6: nothing handled OrderLateError: src/client.ts reads the reason,
          and has no case "ORDER_LATE"
        shop.proto:7: nothing handled OrderLostError: let a test receive it in code
          with a case "ORDER_LOST" or an instanceof OrderLostError

      50% of the errors of shop.v1.Orders/GetOrder are thrown (1 of 2), less than
        100%:
        shop.proto:11: shop.v1.Orders/GetOrder threw no OrderLateError: let a test
          make it throw one, or take the error out of the contract

      50% of the errors of shop.v1.Orders/GetOrder are handled (1 of 2), less than
        100%:
        shop.proto:11: nothing handled OrderLateError of shop.v1.Orders/GetOrder:
          src/client.ts reads the reason, and has no case "ORDER_LATE"
      "
    `);
  });

  it("does not count errors that are ignored", async () => {
    const all = ["--threshold", "100", "--contract-threshold", "100"];
    const some = await coverage(...all, "--ignore", "OrderLostError,shop.example/ORDER_LATE");
    expect(some.out).toMatch(/ORDER_LOST +ignored +ignored +ignored\n/);
    expect(some.out).toMatch(/Total\n +errors +1 of 1 +1 of 1 +1 of 1\n/);
    expect(some.code).toBe(0);
    const method = await coverage(
      "--contract-threshold",
      "100",
      "--ignore",
      "handled:*/GetOrder",
      "--ignore",
      "thrown:*_LATE",
    );
    expect(method.code).toBe(0);
  });

  it("takes several folders", async () => {
    const { out } = await run(["coverage", data("one"), data("other"), "--protos", image()]);
    expect(out).toBe((await coverage()).out);
    expect((await run(["coverage", data("one"), "--protos", image()])).out).toMatch(/ORDER_GONE +3 +2 +1\n/);
  });

  it("prints JSON for programs", async () => {
    const { code, out } = await coverage(
      "--format",
      "json",
      "--threshold",
      "received=100",
      "--ignore",
      "handled:*_LOST",
    );
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      errors: [
        {
          enum: "shop.v1.OrderError",
          reason: "ORDER_GONE",
          className: "OrderGoneError",
          thrown: 13,
          received: 2,
          handled: 1,
        },
        { reason: "ORDER_LATE", handled: 0, readIn: ["src/client.ts"], ignored: [] },
        {
          reason: "ORDER_LOST",
          handled: 0,
          readIn: [],
          ignored: ["handled"],
          file: "shop.proto",
          line: expect.any(Number),
        },
      ],
      methods: [{ name: "shop.v1.Orders/GetOrder", errors: [{ thrown: 2 }, { thrown: 0 }] }],
      total: { thrown: { covered: 2, of: 3 }, received: { covered: 2, of: 3 }, handled: { covered: 1, of: 2 } },
      missed: [{ kind: "received", covered: 2, of: 3, threshold: 100, missing: ["ORDER_LOST"] }],
    });
  });

  it("prints annotations of GitHub Actions for what is missing", async () => {
    const { code, out } = await coverage(
      "--format",
      "github",
      "--threshold",
      "thrown=100",
      "--contract-threshold",
      "handled=100",
    );
    expect(code).toBe(1);
    expect(out).toMatchInlineSnapshot(`
      "::error file=shop.proto,line=7,title=error thrown::nothing threw OrderLostError: let a test make a server throw it
      ::error file=shop.proto,line=11,title=error handled::nothing handled OrderLateError of shop.v1.Orders/GetOrder: src/client.ts reads the reason, and has no case "ORDER_LATE"
      "
    `);
    expect(await coverage("--format", "github")).toEqual({ code: 0, out: "", err: "" });
  });

  it.each([
    [["--threshold", "90%"], '--threshold is "90%", not a percentage; write handled=90'],
    [["--threshold", "thrown=101"], '--threshold is "thrown=101", not a percentage; write thrown=90'],
    [["--threshold", "handld=90"], '--threshold names "handld"; write handled'],
    [["--contract-threshold", "x=9"], '--contract-threshold names "x"; write thrown, received or handled'],
    [["--ignore", "ORDER_GON"], '--ignore "ORDER_GON" matches no error and no method'],
    [["--ignore", "handeld:ORDER_GONE"], '--ignore names "handeld"; write handled'],
  ])("refuses %j", async (args, message) => {
    expect(await coverage(...args)).toEqual({ code: 2, out: "", err: `rich-errors: ${message}\n` });
  });

  it("says how to record if there is no data", async () => {
    const { code, err } = await run(["coverage", "--protos", image()], { cwd: home });
    expect({ code, err }).toEqual({
      code: 2,
      err:
        "rich-errors: .rich-errors-coverage has no data of tests; add grpc-rich-errors/coverage/register to the " +
        "setupFiles of Vitest or Jest, or run node --import grpc-rich-errors/coverage/register --test, and then run the tests\n",
    });
  });

  it("refuses a file in place of a folder", async () => {
    const { code, err } = await run(["coverage", "shop.binpb", "--protos", image()], { cwd: home });
    expect({ code, err }).toEqual({
      code: 2,
      err: "rich-errors: shop.binpb is a file; name the folder that tests recorded into\n",
    });
  });

  it("says that scripts are missing, without which nothing counts as handled", async () => {
    await cp(data("one", "7-0123456789ab.jsonl"), join(home, "lost", "7-0123456789ab.jsonl"));
    const { code, out, err } = await run(["coverage", "lost", "--protos", image()], { cwd: home });
    expect({ code, err }).toEqual({
      code: 0,
      err:
        "rich-errors: the data lacks the script of src/client.ts, so no branch in it counts; " +
        "keep the .js files beside the .jsonl files\n",
    });
    expect(out).toContain("0 of 3");
  });

  it("refuses the data of another version", async () => {
    const { code, err } = await run(["coverage", "old", "--protos", image()], { cwd: home });
    expect(code).toBe(2);
    expect(err).toMatch(
      /old\/7-0123456789ab\.jsonl is of another version; delete the folder, and run the tests again\n$/,
    );
  });
});
