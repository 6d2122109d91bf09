import type { CallToolResult, Tool } from "@modelcontextprotocol/sdk/types.js";
import * as Sentry from "@sentry/node";
import type { RichErrorServerOptions } from "grpc-rich-errors";
import {
  type LoggedError,
  pinoSerializers,
  serializeCall,
  serializeError,
  winstonFormat,
} from "grpc-rich-errors/logging";
import { type ToolError, toolErrorSchema, toToolResult } from "grpc-rich-errors/mcp";
import { richErrorIntegration } from "grpc-rich-errors/sentry";
import pino from "pino";
import { pinoHttp } from "pino-http";
import { createLogger, format } from "winston";
import { catalog } from "../support/errors.js";

// What loggers, Sentry and the SDK of the Model Context Protocol take.

export const logger = pino({ serializers: pinoSerializers(pino.stdSerializers, { stack: true }) });
export const child = logger.child({}, { serializers: { sent: pinoSerializers(pino.stdSerializers).err } });
export const http = pinoHttp({ serializers: pinoSerializers(pino.stdSerializers) });
export const winston = createLogger({ format: format.combine(winstonFormat({ stack: true }), format.json()) });
export const alone = createLogger({ format: winstonFormat() });
export const options: RichErrorServerOptions = { onError: (call) => logger.error(serializeCall(call), "failed") };
export const logged: LoggedError = serializeError("a text");

Sentry.init({ integrations: [richErrorIntegration()] });
Sentry.init({ integrations: (defaults) => [...defaults, richErrorIntegration({ dropCallerFaults: true })] });
Sentry.init({ beforeSend: richErrorIntegration().processEvent });
Sentry.addEventProcessor(richErrorIntegration().processEvent);

export const result: CallToolResult = toToolResult(new Error(), { catalogs: [catalog], onError: async () => {} });
export const error: ToolError = toToolResult(new Error()).structuredContent.error;
export const outputSchema: Tool["outputSchema"] = toolErrorSchema;

// Mistakes.

// @ts-expect-error pino's own serializers are missing
pinoSerializers();
// @ts-expect-error these are options of pino
pinoSerializers({ serializers: pino.stdSerializers });
// @ts-expect-error an unknown option
winstonFormat({ stacks: true });
// @ts-expect-error a wrong type
serializeError(new Error(), { stack: "yes" });
// @ts-expect-error an error is no call
serializeCall(new Error());
// @ts-expect-error an unknown option
richErrorIntegration({ drop: true });
// @ts-expect-error one catalog in place of a list
toToolResult(new Error(), { catalogs: catalog });
// @ts-expect-error a logged error is not changed
logged.message = "x";
