import { codeName, isCode } from "grpc-rich-errors";
import { StreamRevisionConflictError } from "grpc-rich-errors/catalogs/kurrentdb";
import { typeNameOf } from "grpc-rich-errors/details";
import type { Account } from "../eventstore/tour/account.js";
import { heading, labeled, type Paint, ROOM, tick, WIDTH, wrap } from "../eventstore/tour/page.js";
import type { Stage } from "../eventstore/tour/stage.js";
import { isArrived, type Outcome, playScenes, problemOf } from "../eventstore/tour/tour.js";
import { show } from "../eventstore/tour/value.js";
import { arrivedOf, playSystems, SCENES_EACH } from "../five-systems/tour/tour.js";
import { excerpt, onOneLine } from "./excerpt.js";
import type { Program } from "./options.js";

/** The error that the first screen follows from the proto to the catch. */
const FOLLOWED = StreamRevisionConflictError.definition;
const PROTO = "proto/kurrentdb/protocol/v2/streams/errors.proto";

const INTRODUCTION = `\
You declare an error once, in a .proto. A server throws it, and a client catches it with its type.
This tour starts servers and makes calls that fail. ✔ marks an error that arrived as it was thrown.`;

const MORE = `\
  npm run tour -- --wire       each error of the event store as bytes on the wire
  npm run tour -- --only NAME  one error or system in full: StreamDeletedError, aerospike, …
  npm run tour -- --all        every error from the throw to the catch, and each system as a table
  npm run failures             how calls fail without this package, and with it
  README.md, docs/             how to use the package`;

/** Prints the first screen. Resolves to whether each error arrived as it was thrown. */
export async function printOverview({ scenes, systems }: Program, stage: Stage, paint: Paint): Promise<boolean> {
  console.log(paint("dim", INTRODUCTION));
  let arrived = 0;
  const lines: string[] = [];
  for await (const outcome of playScenes(scenes, stage)) {
    if (isArrived(outcome)) arrived += 1;
    if (outcome.scene.error.definition === FOLLOWED && "account" in outcome) {
      console.log(`\n${heading("One error, from the proto to the catch", paint)}`);
      console.log(follow(outcome.account, paint).join("\n"));
    }
    lines.push(...lineOf(outcome, paint));
  }
  console.log(`\n${heading(`All ${scenes.length} errors of an event store`, paint)}`);
  console.log(lines.join("\n"));

  console.log(`\n${heading(`Five systems, each with ${SCENES_EACH} of its errors thrown and caught`, paint)}`);
  let ofSystems = 0;
  for await (const played of playSystems(systems)) {
    const { system } = played;
    const count = arrivedOf(played);
    ofSystems += count;
    const isComplete = count === SCENES_EACH;
    const [key = ""] = system.about.split(";");
    const counts = `${`${system.catalog.size} errors`.padEnd(11)}${count} of ${SCENES_EACH} arrived   `;
    console.log(`  ${tick(isComplete, paint)} ${system.name.padEnd(24)}${counts}${key}`);
    if ("failure" in played) console.log(problem(played.failure, paint));
  }

  const expected = systems.length * SCENES_EACH;
  const isRight = arrived === scenes.length && ofSystems === expected;
  const total = `${scenes.length} errors of the event store and ${expected} of the five systems: `;
  const sum = `${arrived + ofSystems} of ${scenes.length + expected} arrived as thrown`;
  console.log(paint(["bold", isRight ? "green" : "red"], total + sum));
  console.log(paint("dim", MORE));
  return isRight;
}

/** One error from its declaration to the client's code. */
function follow({ trailer, differences }: Account, paint: Paint): string[] {
  const value = `STREAMS_ERROR_${FOLLOWED.reason}`;
  const code = isCode(trailer.grpcStatus) ? ` (${codeName(trailer.grpcStatus)})` : "";
  return [
    ...labeled("proto", enumValue(excerpt(PROTO, `${value} =`, "];")), paint),
    ...labeled("", statement(excerpt(PROTO, `message ${FOLLOWED.className}Details`, "}")), paint),
    ...labeled("throw", statement(excerpt("examples/eventstore/store/head.ts", "throw new StreamRev", ";")), paint),
    ...labeled(
      "catch",
      excerpt(
        "examples/eventstore/tour/streams-scenes.ts",
        "if (!(caught instanceof StreamRevisionConflictError))",
        "expectedRevision });",
      )
        .split("\n")
        .map((line) => line.trim()),
      paint,
    ),
    ...labeled(
      "wire",
      [
        `grpc-status: ${trailer.grpcStatus}${code}`,
        ...wrap(`grpc-message: ${trailer.grpcMessage}`, ROOM),
        `grpc-status-details-bin: ${trailer.bytes.length} bytes, with these messages inside`,
        ...trailer.parts.flatMap(({ typeUrl, fields }) => {
          const [name, text] = [typeNameOf(typeUrl), show(fields)];
          return name.length + text.length + 3 <= ROOM ? [`  ${name} ${text}`] : [`  ${name}`, `    ${text}`];
        }),
      ],
      paint,
    ),
    differences.length === 0
      ? `  ${tick(true, paint)} ${paint("green", "arrived as thrown: same class, code, message, reason, domain and detail")}`
      : `  ${tick(false, paint)} ${paint("red", `arrived differently: ${differences.join(", ")}`)}`,
  ];
}

/** The lines of an enum value, with each option on its own line. */
function enumValue(text: string): string[] {
  const [first = "", ...options] = text.replace(/\{[^{}]*\}|\s*\];/g, onOneLine).split("\n");
  return [first, ...options.flatMap((option) => statement(option.trim()).map((line) => `  ${line}`))];
}

/** The lines of a statement, indented after the first. */
function statement(text: string): string[] {
  // Keeps each field on one line.
  const lines = wrap(onOneLine(text).replaceAll(": ", ":\u00a0"), ROOM - 4).map((line) =>
    line.replaceAll("\u00a0", " "),
  );
  return lines.map((line, index) => (index === 0 ? line : `  ${line}`));
}

function lineOf(outcome: Outcome, paint: Paint): string[] {
  const { className, code } = outcome.scene.error.definition;
  const line = `${className.padEnd(35)} ${codeName(code).padEnd(20)}${outcome.scene.title}`;
  const wrong = problemOf(outcome);
  return [`  ${tick(wrong === undefined, paint)} ${line}`, ...(wrong === undefined ? [] : [problem(wrong, paint)])];
}

function problem(text: string, paint: Paint): string {
  return wrap(text, WIDTH - 6)
    .map((line) => paint("red", `      ${line}`))
    .join("\n");
}
