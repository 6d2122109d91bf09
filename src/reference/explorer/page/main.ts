import { base64Decode } from "@bufbuild/protobuf/wire";
import { entriesOf } from "../entries.js";
import { PageCatalog, type PageData } from "../page-catalog.js";
import { byId } from "./dom.js";
import { Explorer } from "./explorer.js";
import { setUpTheme } from "./theme.js";

setUpTheme();
void start();

async function start(): Promise<void> {
  const data = await readData();
  const { listing } = data;
  new Explorer({ listing, entries: entriesOf(listing), catalog: new PageCatalog(data) }).start();
}

async function readData(): Promise<PageData> {
  const bytes = base64Decode(byId("data").textContent ?? "");
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return await new Response(stream).json();
}
