import { codeName, isCode } from "grpc-rich-errors";
import { typeNameOf } from "grpc-rich-errors/details";
import { type Account, COMPARED } from "./account.js";
import { dump, labeled, type Paint, ROOM, WIDTH, wrap } from "./page.js";
import { layOut } from "./value.js";

/** The first lines of the tour through the event store. */
export function introduction({ wireOnly }: { readonly wireOnly: boolean }, paint: Paint): string {
  const server = "An event store runs in another process, and a client causes its errors. You see each error";
  const views = wireOnly
    ? "as it traveled in the trailers."
    : "as the handler threw it, as it traveled in the trailers, and as the client caught it.";
  return wrap(`${server} ${views}`, WIDTH)
    .map((line) => paint("dim", line))
    .join("\n");
}

/** The title of one error. */
export function title(number: number, error: string, text: string, paint: Paint): string {
  const left = `${String(number).padStart(2)}  ${error}`;
  return `\n${paint("bold", left)}${paint("dim", text.padStart(WIDTH - left.length))}`;
}

/** The text of one error, from the throw to the catch. */
export function errorText(
  { call, thrown, trailer, caught, afterwards, differences }: Account,
  { wireOnly }: { readonly wireOnly: boolean },
  paint: Paint,
): string {
  const lines: string[] = [];
  const section = (label: string, content: readonly string[], isWire = false) => {
    if (isWire || !wireOnly) lines.push(...labeled(label, content, paint));
  };

  section("call", layOut(call.request, ROOM, `${call.method}(`, ")"));
  section("client", [call.surface]);
  section("thrown", thrownLines(thrown));
  const wire = [
    `grpc-status: ${trailer.grpcStatus}${isCode(trailer.grpcStatus) ? ` (${codeName(trailer.grpcStatus)})` : ""}`,
    ...wrap(`grpc-message: ${trailer.grpcMessage}`, ROOM),
    `grpc-status-details-bin: ${trailer.bytes.length} bytes`,
    ...dump(trailer.bytes).map((line) => paint("dim", line)),
    ...trailer.parts.flatMap(({ typeUrl, size, fields }, index) => [
      `[${index}] ${typeNameOf(typeUrl)}, ${size} B`,
      ...layOut(fields, ROOM - 4).map((line) => `    ${line}`),
    ]),
  ];
  section("trailer", wire, true);
  section("caught", [
    paint("bold", caught.className),
    `  reason ${caught.reason}, domain ${caught.domain}, code ${caught.code} (${caught.codeName})`,
    ...(caught.detail === undefined ? [] : layOut(caught.detail, ROOM - 2, "detail ").map((line) => `  ${line}`)),
    ...(caught.retryDelay === undefined ? [] : [`  retry after ${caught.retryDelay} ms`]),
  ]);
  if (caught.whatToDo) section("to do", wrap(caught.whatToDo, ROOM));
  if (afterwards) section("then", wrap(afterwards, ROOM));
  const result =
    differences.length === 0
      ? paint("green", `✔ arrived as thrown: ${Object.values(COMPARED).join(", ")}`)
      : paint("red", `✘ arrived differently: ${differences.join(", ")}`);
  return [...lines, `  ${result}`].join("\n");
}

function thrownLines({ className, detail, message, retryDelay, typeUrls }: Account["thrown"]): string[] {
  const options = retryDelay === undefined ? "" : `{ retryDelay: ${retryDelay} }`;
  const construction =
    detail === undefined
      ? [`new ${className}(${options})`]
      : layOut(detail, ROOM, `new ${className}(`, options ? `, ${options})` : ")");
  const parts = typeUrls.map((typeUrl) => typeUrl.slice(typeUrl.lastIndexOf(".") + 1));
  return [...construction, ...wrap(`message: ${message}`, ROOM), `carries: ${parts.join(", ") || "nothing"}`];
}

/** The last line. */
export function summary(total: number, arrived: number, paint: Paint): string {
  const style = arrived === total ? "green" : "red";
  return `\n${paint(["bold", style], `${total} ${total === 1 ? "error" : "errors"}, ${arrived} arrived as thrown`)}`;
}
