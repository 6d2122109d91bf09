import { catchingCode, throwingCode } from "../../usage.js";
import type { Entry } from "../entries.js";
import { grpcExample, httpExamples, trailerOf } from "../examples.js";
import type { PageCatalog } from "../page-catalog.js";
import { codeBlock } from "./code-block.js";
import { h, section } from "./dom.js";
import { fragmentOf } from "./route.js";
import { tabList } from "./tabs.js";

/** An error as it looks over gRPC and over HTTP, with an example of its detail. */
export function wireSection({ error }: Entry, catalog: PageCatalog): HTMLElement {
  const example = catalog.exampleOf(error);
  const grpc = grpcExample(example);
  const decode = h("a", { href: fragmentOf({ kind: "decoder", input: trailerOf(example) }) }, "Open in the decoder");
  return section(
    "On the wire",
    tabList("Formats", [
      {
        title: grpc.title,
        content: h(
          "div",
          {},
          codeBlock(grpc.head, "text", "the trailers"),
          h("p", { class: "note" }, "The trailer is a google.rpc.Status, here as JSON. ", decode),
          codeBlock(grpc.body, "json", "the decoded trailer"),
        ),
      },
      ...httpExamples(example).map(({ title, head, body }) => ({
        title,
        content: h("div", {}, codeBlock(head, "text", "the headers"), codeBlock(body, "json", "the body")),
      })),
    ]),
  );
}

/** TypeScript that throws and catches an error. */
export function typescriptSection({ error, methods }: Entry, catalog: PageCatalog): HTMLElement {
  const detail = catalog.detailOf(error);
  return section(
    "In TypeScript",
    tabList("TypeScript", [
      { title: "Throw", content: codeBlock(throwingCode(error, detail), "ts", "the code that throws") },
      { title: "Catch", content: codeBlock(catchingCode(error, detail, methods[0]), "ts", "the code that catches") },
    ]),
  );
}
