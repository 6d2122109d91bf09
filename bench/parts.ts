import { callContenders } from "./calls.js";
import { catalogs } from "./catalog-size.js";
import { details } from "./details.js";
import type { Comparison, Part } from "./figures.js";
import { longMessages } from "./growth/long-messages.js";
import { manyDetails } from "./growth/many-details.js";
import { latency } from "./latency.js";
import { oneError } from "./packing.js";
import { type Contender, compare } from "./pairs.js";
import { bundles } from "./size/bundles.js";
import { imports } from "./size/imports.js";

const calls: Part = {
  name: "calls",
  title: "Unary calls, client and server together",
  extent: "31 rounds of 1,000 calls, 32 at once",
  async *measure({ smoke }) {
    const { succeeding, failing, close } = await callContenders();
    const compared = async (id: string, title: string, contenders: readonly Contender[]): Promise<Comparison> => {
      const results = await compare(contenders, smoke ? 2 : 31, smoke ? 100 : 1_000);
      return {
        id,
        title,
        unit: "µs",
        rows: results.map(({ name, micros, ratio }) => ({ name, value: micros, ratio })),
      };
    };
    yield await compared("call-succeeding", "A call that succeeds", succeeding);
    yield await compared("call-failing", "A call that fails", failing);
    close();
  },
};

/** All benchmarks, in the order in which they are run and told of. */
export const PARTS: readonly Part[] = [
  oneError,
  details,
  calls,
  latency,
  imports,
  bundles,
  manyDetails,
  longMessages,
  catalogs,
];
