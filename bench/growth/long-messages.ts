import { creating, reading } from "../details.js";
import type { Part } from "../figures.js";
import { TWO } from "../samples.js";
import { startCuttingServers } from "./cut-messages.js";
import { EXTENT, measureGrowth } from "./measure-growth.js";

/** Errors with messages of up to a megabyte. */
export const longMessages: Part = {
  name: "long-messages",
  title: "Long messages",
  extent: EXTENT,
  async *measure(effort) {
    const head = { of: "message bytes", sizes: [10, 100, 1_000, 10_000, 100_000, 1_000_000] };
    const withMessage = (bytes: number) => ({ ...TWO, message: "x".repeat(bytes) });
    yield await measureGrowth(
      effort,
      { ...head, id: "message-pack", title: "Creating and packing an error with a long message" },
      (bytes) => creating(withMessage(bytes)),
    );
    yield await measureGrowth(
      effort,
      { ...head, id: "message-unpack", title: "Reading the field violations of an error with a long message" },
      (bytes) => reading(withMessage(bytes), "detail"),
    );
    const servers = await startCuttingServers();
    try {
      yield await measureGrowth(
        effort,
        { ...head, id: "message-budget", title: "Failing call whose message is cut to the header budget" },
        servers.failing,
      );
    } finally {
      servers.close();
    }
  },
};
