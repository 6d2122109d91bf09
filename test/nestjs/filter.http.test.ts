import "grpc-rich-errors/vitest";
import {
  Controller,
  Get,
  type INestApplication,
  Logger,
  Module,
  NotFoundException,
  type Provider,
  Res,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ClientProxyFactory, MessagePattern, type MicroserviceOptions, Transport } from "@nestjs/microservices";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { Test } from "@nestjs/testing";
import { fromHttp } from "grpc-rich-errors/http";
import { RichErrorFilter, richErrorFilter, richErrorGrpcServerOptions } from "grpc-rich-errors/nestjs";
import { firstValueFrom } from "rxjs";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { CornersBusyError, catalog, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";
import { refusing } from "../support/half-servers.js";
import { callNest, type NestShapes, nestClient, SHAPES_PROTO, shapesController, startNest } from "../support/nest.js";
import { FORMATS } from "../support/over-http.js";
import { request, SHAPES } from "../support/shapes.js";
import { expectNothingUncaught } from "../support/watch.js";

expectNothingUncaught();
afterEach(() => void vi.restoreAllMocks());

/** The response of either framework. That of Fastify has two members more. */
interface BegunResponse {
  write(text: string): void;
  readonly raw?: { write(text: string): void };
  hijack?(): void;
}

/** A gateway to a microservice, which fails in several ways itself. */
function gatewayController(shapes: NestShapes) {
  @Controller()
  class Gateway {
    @Get("upstream")
    upstream(): unknown {
      return firstValueFrom(shapes.unary(request()));
    }

    @Get("observable")
    observable(): unknown {
      return shapes.unary(request());
    }

    @Get("own")
    own(): never {
      throw new CornersBusyError();
    }

    @Get("http")
    http(): never {
      throw new NotFoundException("no such order");
    }

    @Get("bug")
    bug(): never {
      throw new Error("password hunter2");
    }

    @Get("begun")
    begun(@Res() response: BegunResponse): never {
      response.hijack?.();
      (response.raw ?? response).write("begun");
      throw new CornersBusyError();
    }
  }
  return Gateway;
}

const ADAPTERS = [
  ["Express", () => new ExpressAdapter()],
  ["Fastify", () => new FastifyAdapter()],
] as const;

type Adapter = (typeof ADAPTERS)[number][1];

/** Starts a gateway to a microservice whose methods throw a declared error. */
async function startGateway(adapter: Adapter, providers: readonly Provider[]): Promise<string> {
  const { client } = await startNest(() => {
    throw tooManySides();
  });
  @Module({ controllers: [gatewayController(client)], providers: [...providers] })
  class GatewayModule {}
  return listen(await NestFactory.create(GatewayModule, adapter(), { logger: false }));
}

async function listen(app: INestApplication): Promise<string> {
  await app.listen(0, "127.0.0.1");
  onTestFinished(() => app.close());
  return app.getUrl();
}

async function get(url: string): Promise<{ response: Response; body: string }> {
  const response = await fetch(url, { headers: { "x-request-id": "r-7" } });
  return { response, body: await response.text() };
}

async function errorOf(url: string): Promise<unknown> {
  const { response, body } = await get(url);
  return fromHttp(response.status, response.headers, body, { catalogs: [catalog] });
}

describe.each(ADAPTERS)("a gateway on %s", (_, adapter) => {
  describe.each(FORMATS)("in the format %s", (format) => {
    it("sends the errors of a microservice, and its own", async () => {
      const url = await startGateway(adapter, [richErrorFilter({ catalogs: [catalog], format })]);
      for (const path of ["upstream", "observable"]) {
        const { response } = await get(`${url}/${path}`);
        expect(response.status).toBe(422);
        const type = format === "problem" ? "application/problem+json" : "application/json";
        expect(response.headers.get("content-type")?.split(";")[0]).toBe(type);
        expect(await errorOf(`${url}/${path}`)).toBeRichError(TooManySidesError, SIDES);
      }
      const { response } = await get(`${url}/own`);
      expect([response.status, response.headers.get("retry-after")]).toEqual([503, "2"]);
      expect(await errorOf(`${url}/own`)).toBeRichError(CornersBusyError);
    });
  });

  it("masks errors that no catalog has, and logs them", async () => {
    const log = vi.spyOn(Logger.prototype, "error").mockReturnValue();
    const warn = vi.spyOn(Logger.prototype, "warn").mockReturnValue();
    const url = await startGateway(adapter, [richErrorFilter()]);
    const { response, body } = await get(`${url}/upstream`);
    expect(response.status).toBe(500);
    expect(body).toContain("r-7");
    expect(body).not.toContain("chiliagon");
    expect(log).toHaveBeenCalledWith(expect.stringContaining("request id r-7: TooManySidesError: "), expect.anything());
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("catalogs"));
  });

  it("leaves every other exception to Nest", async () => {
    const withFilter = await startGateway(adapter, [richErrorFilter({ catalogs: [catalog] })]);
    const without = await startGateway(adapter, []);
    for (const path of ["http", "bug", "elsewhere"]) {
      const [given, plain] = [await get(`${withFilter}/${path}`), await get(`${without}/${path}`)];
      expect([given.response.status, given.body]).toEqual([plain.response.status, plain.body]);
      expect(given.response.headers.get("content-type")).toBe(plain.response.headers.get("content-type"));
    }
    expect((await get(`${withFilter}/http`)).body).toContain("no such order");
  });

  it("ends a response that has begun", async () => {
    const url = await startGateway(adapter, [richErrorFilter()]);
    expect((await get(`${url}/begun`)).body).toBe("begun");
  });

  it("names the request in a problem", async () => {
    const url = await startGateway(adapter, [richErrorFilter({ format: "problem" })]);
    expect(JSON.parse((await get(`${url}/own?a=1`)).body)).toMatchObject({ instance: "/own?a=1" });
  });

  it("sends errors by a filter that the user creates", async () => {
    const { client } = await startNest(() => ({ index: 0 }));
    @Module({ controllers: [gatewayController(client)] })
    class GatewayModule {}
    const app = await NestFactory.create(GatewayModule, adapter(), { logger: false });
    app.useGlobalFilters(new RichErrorFilter({}, app.getHttpAdapter()));
    const url = await listen(app);
    expect(await errorOf(`${url}/own`)).toBeRichError(CornersBusyError);
    expect((await get(`${url}/http`)).response.status).toBe(404);
  });

  it("sends errors in an application of @nestjs/testing", async () => {
    const { client } = await startNest(() => ({ index: 0 }));
    const module = await Test.createTestingModule({
      controllers: [gatewayController(client)],
      providers: [richErrorFilter()],
    }).compile();
    const url = await listen(module.createNestApplication(adapter(), { logger: false }));
    expect(await errorOf(`${url}/own`)).toBeRichError(CornersBusyError);
  });
});

describe("a hybrid application", () => {
  it.each(SHAPES)("sends errors over HTTP and in a %s call", async (shape) => {
    const url = await refusing();
    const client = nestClient(url);
    const fail = () => {
      throw tooManySides();
    };
    @Module({
      controllers: [gatewayController(client), shapesController(fail)],
      providers: [richErrorFilter({ catalogs: [catalog] })],
    })
    class AppModule {}
    const app = await NestFactory.create(AppModule, { logger: false });
    const options = richErrorGrpcServerOptions({ ...SHAPES_PROTO, url });
    app.connectMicroservice<MicroserviceOptions>(options, { inheritAppConfig: true });
    await app.startAllMicroservices();
    const http = await listen(app);
    expect((await callNest(client, shape)).error).toBeRichError(TooManySidesError, SIDES);
    expect(await errorOf(`${http}/upstream`)).toBeRichError(TooManySidesError, SIDES);
    expect((await get(`${http}/http`)).body).toContain("no such order");
  });
});

describe("a filter without an HTTP adapter", () => {
  it("says how to create it", async () => {
    const { client } = await startNest(() => ({ index: 0 }));
    @Module({ controllers: [gatewayController(client)] })
    class GatewayModule {}
    const app = await NestFactory.create(GatewayModule, new FastifyAdapter(), { logger: false });
    app.useGlobalFilters(new RichErrorFilter());
    const url = await listen(app);
    for (const path of ["own", "http"]) {
      expect((await get(`${url}/${path}`)).body).toContain(
        "RichErrorFilter has no HTTP adapter; write providers: [richErrorFilter()], or new RichErrorFilter(options, app.getHttpAdapter())",
      );
    }
  });
});

describe("a microservice with another transport", () => {
  it("gets a RichError as its JSON, and Nest's answer to everything else", async () => {
    @Controller()
    class Tcp {
      @MessagePattern("declared")
      declared(): never {
        throw tooManySides();
      }

      @MessagePattern("bug")
      bug(): never {
        throw new Error("password hunter2");
      }
    }
    @Module({ controllers: [Tcp], providers: [richErrorFilter()] })
    class TcpModule {}
    const [host = "", port] = (await refusing()).split(":");
    const options = { transport: Transport.TCP, options: { host, port: Number(port) } } as const;
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(TcpModule, { ...options, logger: false });
    await app.listen();
    onTestFinished(() => app.close());
    const client = ClientProxyFactory.create(options);
    onTestFinished(() => void client.close());
    await expect(firstValueFrom(client.send("declared", {}))).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      reason: "TOO_MANY_SIDES",
    });
    await expect(firstValueFrom(client.send("bug", {}))).rejects.toMatchObject({ message: "Internal server error" });
  });
});
