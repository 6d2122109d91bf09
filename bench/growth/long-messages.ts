import { makingAndPacking, reading } from "../details.js";
import type { Part } from "../figures.js";
import { TWO } from "../samples.js";
import { cutting } from "./cut-messages.js";
import { EXTENT, measureGrowth } from "./measure-growth.js";

/** Errors with very long messages. */
export const longMessages: Part = {
  name: "long-messages",
  title: "Long messages",
  extent: EXTENT,
  async *measure(effort) {
    const head = { of: "bytes of message", sizes: [10, 100, 1_000, 10_000, 100_000, 1_000_000] };
    const withMessage = (bytes: number) => ({ ...TWO, message: "x".repeat(bytes) });
    yield await measureGrowth(
      effort,
      { ...head, id: "message-pack", title: "Making and packing an error with a long message" },
      (bytes) => makingAndPacking(withMessage(bytes)),
    );
    yield await measureGrowth(
      effort,
      { ...head, id: "message-unpack", title: "Unpacking an error with a long message, its violations read" },
      (bytes) => reading(withMessage(bytes), "detail"),
    );
    const calls = await cutting();
    try {
      yield await measureGrowth(
        effort,
        { ...head, id: "message-budget", title: "A failing call whose message is cut to the header block's budget" },
        calls.failing,
      );
    } finally {
      calls.close();
    }
  },
};
