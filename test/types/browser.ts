/**
 * The files for browsers have the types of those whose place they take. Checked by `tsc -p .`, never run.
 */
import type * as messagesInBrowser from "../../src/detail/standard-messages.browser.js";
import type * as messages from "../../src/detail/standard-messages.js";
import type * as codecInBrowser from "../../src/detail/ts-proto-codec.browser.js";
import type * as codec from "../../src/detail/ts-proto-codec.js";
import type * as watchedInBrowser from "../../src/detail/watched-encode.browser.js";
import type * as watched from "../../src/detail/watched-encode.js";
import type * as originInBrowser from "../../src/error/call-origin.browser.js";
import type * as origin from "../../src/error/call-origin.js";
import type * as statusInBrowser from "../../src/error/carried-status.browser.js";
import type * as status from "../../src/error/carried-status.js";
import type * as inspectionInBrowser from "../../src/error/inspection.browser.js";
import type * as inspection from "../../src/error/inspection.js";
import type * as localStatusInBrowser from "../../src/error/local-statuses.browser.js";
import type * as localStatus from "../../src/error/local-statuses.js";
import type * as networkFailureInBrowser from "../../src/error/network-failure.browser.js";
import type * as networkFailure from "../../src/error/network-failure.js";
import type * as mainInBrowser from "../../src/index.browser.js";
import type * as main from "../../src/index.js";
import type * as ownStatusInBrowser from "../../src/masking/own-status.browser.js";
import type * as ownStatus from "../../src/masking/own-status.js";
import type * as namesInBrowser from "../../src/platform/names.browser.js";
import type * as names from "../../src/platform/names.js";
import type * as recognitionInBrowser from "../../src/status/recognition.browser.js";
import type * as recognition from "../../src/status/recognition.js";
import type * as trailerInBrowser from "../../src/status/trailer.browser.js";
import type * as trailer from "../../src/status/trailer.js";
import type * as generatedInBrowser from "../../src/wire/generated-code.browser.js";
import type * as generated from "../../src/wire/generated-code.js";
import type * as writerInBrowser from "../../src/wire/writer.browser.js";
import type * as writer from "../../src/wire/writer.js";

/** The exports of the file that is replaced, without a class that is only named as a type. */
type Replaced<Module, Unused extends keyof Module = never> = Omit<Module, Unused>;

/** The public members of a class, which its private ones keep from being those of another. */
type PublicOf<Class> = Class extends new (
  ...args: infer Args
) => infer Instance
  ? new (
      ...args: Args
    ) => Pick<Instance, keyof Instance>
  : never;

export const files = <T>(_inBrowser: T): void => undefined;
declare const inBrowser: {
  readonly codec: typeof codecInBrowser;
  readonly generated: typeof generatedInBrowser;
  readonly inspection: typeof inspectionInBrowser;
  readonly localStatus: typeof localStatusInBrowser;
  readonly messages: typeof messagesInBrowser;
  readonly names: typeof namesInBrowser;
  readonly networkFailure: typeof networkFailureInBrowser;
  readonly origin: typeof originInBrowser;
  readonly ownStatus: typeof ownStatusInBrowser;
  readonly recognition: typeof recognitionInBrowser;
  readonly status: typeof statusInBrowser;
  readonly trailer: typeof trailerInBrowser;
  readonly watched: typeof watchedInBrowser;
  readonly writer: typeof writerInBrowser;
};
// The others are of the client.
files<Pick<typeof localStatus, "isLocalStatus" | "localStatusOf">>(inBrowser.localStatus);
files<Replaced<typeof codec>>(inBrowser.codec);
files<Replaced<typeof generated, "BinaryWriter">>(inBrowser.generated);
files<Replaced<typeof inspection>>(inBrowser.inspection);
files<Replaced<typeof names, "nearestName">>(inBrowser.names);
files<Replaced<typeof networkFailure, "isWithoutStatus">>(inBrowser.networkFailure);
files<Replaced<typeof messages>>(inBrowser.messages);
files<Replaced<typeof origin>>(inBrowser.origin);
files<Replaced<typeof ownStatus>>(inBrowser.ownStatus);
files<Replaced<typeof recognition>>(inBrowser.recognition);
files<Replaced<typeof status, "CarriedStatus">>(inBrowser.status);
files<Replaced<typeof trailer, "PackedStatus">>(inBrowser.trailer);
files<Replaced<typeof watched>>(inBrowser.watched);

declare const PackedStatus: PublicOf<typeof trailerInBrowser.PackedStatus>;
files<PublicOf<typeof trailer.PackedStatus>>(PackedStatus);

// The methods of a writer return the writer itself, and its functions take it, so only the names can be compared.
declare const writing: {
  readonly exports: keyof typeof writer;
  readonly methods: keyof writer.WireWriter;
};
files<keyof typeof writerInBrowser>(writing.exports);
files<keyof writerInBrowser.WireWriter>(writing.methods);

/** The main entry has no export of another type. */
declare const whole: typeof main;
files<typeof mainInBrowser>(whole);
