import { calls } from "./calls/index.js";
import { integrations } from "./calls/integrations.js";
import { recovering } from "./calls/recovering.js";
import { succeeding } from "./calls/succeeding.js";
import { catalogs } from "./catalog-size.js";
import { details } from "./details.js";
import type { Part } from "./figures.js";
import { longMessages } from "./growth/long-messages.js";
import { manyDetails } from "./growth/many-details.js";
import { shedding } from "./growth/shedding.js";
import { latency } from "./latency.js";
import { oneError } from "./packing.js";
import { bundles } from "./size/bundles.js";
import { entries } from "./size/entries.js";
import { imports } from "./size/imports.js";

/** All benchmarks in the order of the report. */
export const PARTS: readonly Part[] = [
  oneError,
  details,
  calls,
  succeeding,
  recovering,
  integrations,
  latency,
  imports,
  bundles,
  entries,
  manyDetails,
  longMessages,
  shedding,
  catalogs,
];
