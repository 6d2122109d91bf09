import { decodeReport } from "../../../decode/report.js";
import { sampleInputs } from "../examples.js";
import { copyButton } from "./code-block.js";
import { decodedErrors, headline } from "./decoded-error.js";
import { fill, h } from "./dom.js";
import type { Reference } from "./entry-page.js";
import { fragmentOf } from "./route.js";

/** Links with longer inputs break in chats and mails. */
const MAX_LINK = 8_000;

/** The page that explains what a user pastes. The core of the package does that, and the text stays in the page. */
export function decoderPage(input: string, reference: Reference): HTMLElement {
  const area = h("textarea", {
    id: "input",
    rows: 7,
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    placeholder: "CAkSDnN0cmVhbSBkZWxldGVk…",
    "aria-describedby": "input-help",
  });
  const said = h("p", { class: "said", role: "status" });
  const output = h("div", {});
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const decode = () => {
    const report = decodeReport(area.value, { catalogs: [reference.catalog.catalog] });
    const isEmpty = area.value.trim() === "";
    fill(said, isEmpty ? "" : headline(report));
    fill(output, isEmpty ? undefined : report.errors.length === 0 ? nothingFound() : decodedErrors(report, reference));
    said.toggleAttribute("data-found", report.errors.length > 0);
    clear.hidden = isEmpty;
  };
  const show = (text: string) => {
    area.value = text;
    decode();
  };
  area.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(decode, 120);
  });
  const clear = h("button", { type: "button", class: "quiet" }, "Clear");
  clear.addEventListener("click", () => {
    show("");
    area.focus();
  });
  const page = h(
    "article",
    { class: "decoder" },
    h("a", { class: "back", href: "#" }, "All errors"),
    h("div", { class: "title" }, h("h1", { tabindex: -1 }, "Decode an error"), linkButton(area)),
    h(
      "p",
      { class: "lead", id: "input-help" },
      "Paste a trailer in base64 or hex, the output of grpcurl or Postman, an HTTP response or a log. ",
      "It stays in this page.",
    ),
    h("label", { class: "hidden", for: "input" }, "What to decode"),
    area,
    samplesOf(reference, show, clear),
    said,
    output,
  );
  show(input);
  return page;
}

function linkButton(area: HTMLTextAreaElement): HTMLElement {
  return copyButton("Copy link to this input", () => {
    const input = area.value.length > MAX_LINK ? "" : area.value.trim();
    return location.href.replace(/#.*$/s, "") + fragmentOf({ kind: "decoder", input });
  });
}

function samplesOf({ entries, catalog }: Reference, show: (text: string) => void, clear: HTMLElement): HTMLElement {
  const entry = entries.find(({ error }) => error.detail && error.recovery && error.outcome) ?? entries[0];
  const samples = entry ? sampleInputs(catalog.exampleOf(entry.error)) : {};
  const buttons = Object.entries(samples).map(([title, text]) =>
    h("button", { type: "button", class: "sample", onclick: () => show(text) }, title),
  );
  return h("div", { class: "samples" }, h("span", {}, "Try"), ...buttons, clear);
}

function nothingFound(): HTMLElement {
  return h(
    "div",
    { class: "calm" },
    h("p", {}, "This text holds no gRPC error that can be recognized. It may be cut off, or be something else."),
    h("p", {}, "Look for one of these:"),
    h(
      "ul",
      {},
      h("li", {}, "the value of ", h("code", {}, "grpc-status-details-bin"), ", in base64 or hex, also within a log"),
      h("li", {}, "the output of grpcurl from ", h("code", {}, "ERROR:"), " on, or what Postman shows under Trailers"),
      h("li", {}, "the body of an HTTP response in JSON, with or without its headers"),
    ),
  );
}
