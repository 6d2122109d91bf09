import assert from "node:assert/strict";
import { pack, unpack } from "grpc-rich-errors";
import { Material, type ShelfFullErrorDetails } from "./gen/shelf/v1/shelf.js";
import { catalog, ShelfFullError } from "./gen/shelf/v1/shelf.rich.js";

/** A detail with fields of every kind is the same on both sides. */
export function detailOfEveryKind(): void {
  const detail: ShelfFullErrorDetails = {
    id: -9007199254740993n,
    title: "Atlas",
    material: Material.MATERIAL_OAK,
    widths: [1n, 18446744073709551615n],
    boards: { top: { height: -2 } },
    place: { $case: "board", value: { height: 3 } },
    label: Buffer.from([0, 255]),
    load: 0.5,
    since: new Date("2024-02-29T12:00:00.250Z"),
    closedFor: { seconds: 90n, nanos: 5 },
  };
  const error = unpack(pack(new ShelfFullError(detail)), { catalogs: [catalog] });
  assert.ok(error instanceof ShelfFullError, String(error));
  assert.equal(error.message, "Atlas does not fit into the shelf -9007199254740993");
  assert.deepEqual({ ...error.detail, label: Buffer.from(error.detail.label) }, detail);
  assert.deepEqual(error.issues, []);
}
