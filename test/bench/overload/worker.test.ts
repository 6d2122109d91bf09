import { expect, test } from "vitest";
import { Worker } from "../../../bench/overload/worker.js";

const CAPACITY = { service: 10, rejection: 1, longestQueue: 20 };

test("a worker serves one request after the other", () => {
  const worker = new Worker(CAPACITY);
  expect([worker.take(0), worker.take(0), worker.take(5)]).toEqual([10, 20, 30]);
  expect(worker.queueAt(5)).toBe(25);
  expect(worker.queueAt(100)).toBe(0);
  expect(worker.take(100)).toBe(110);
});

test("a worker with a full queue turns requests away, which takes some of its time", () => {
  const worker = new Worker(CAPACITY);
  expect(Array.from({ length: 4 }, () => worker.take(0))).toEqual([10, 20, 30, undefined]);
  expect(worker.queueAt(0)).toBe(31);
  expect(worker.take(11)).toBe(41);
});
