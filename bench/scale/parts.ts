import { catalogs } from "./catalogs.js";
import { connections } from "./connections.js";
import { million } from "./million.js";
import type { ScalePart } from "./part.js";
import { soak } from "./soak.js";
import { streams } from "./streams.js";

/** All parts, in the order of the page. */
export const PARTS: readonly ScalePart[] = [connections, streams, catalogs, soak, million];
