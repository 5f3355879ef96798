import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import Fastify, { LogController } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ApiKeys, Principal, Sessions } from "../../flows/access.ts";
import type { OrderCommand } from "../../flows/act-on-orders.ts";
import type { CaptureOrder } from "../../flows/capture-orders.ts";
import type { StockCommand } from "../../flows/change-stock.ts";
import type { ClaimCommand } from "../../flows/claim-stock.ts";
import type { MapVariant } from "../../flows/map-variants.ts";
import type { Answer } from "../../flows/ports.ts";
import type { Exceptions, Queries } from "../../flows/queries.ts";
import type { FactCommand, SupplyCommand } from "../../flows/save-facts.ts";
import type { SupplyOrderCommand } from "../../flows/supply-orders.ts";
import type { PriceCommand, PriceListCommand } from "../../flows/save-prices.ts";
import type { ShippingFactCommand } from "../../flows/save-shipping-facts.ts";
import { guardRoutes } from "./access.ts";
import { acceptJson } from "./json-body.ts";
import { describeApi } from "./openapi-settings.ts";
import { answerErrors, answerUnknownRoutes, frameworkErrors, refuseBadConnections } from "./errors.ts";
import type { Site } from "./session-cookie.ts";
import { createRequestIds, observeRequests, type RequestObserver } from "./observe.ts";
import { validateWithZod } from "./validation.ts";
import { registerRoutes } from "./routes/index.ts";

export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>;

/** Hands a command to its flow and waits for its answer; rejects with TooBusy where too much waits already. */
export type Submit<C> = (tenantId: number, command: C) => Promise<Answer>;

export interface SubmitFlows {
  readonly capture: Submit<CaptureOrder>;
  readonly act: Submit<OrderCommand>;
  readonly stock: Submit<StockCommand>;
  readonly claim: Submit<ClaimCommand>;
  readonly facts: Submit<FactCommand>;
  readonly shippingFacts: Submit<ShippingFactCommand>;
  readonly supply: Submit<SupplyCommand>;
  readonly supplyOrder: Submit<SupplyOrderCommand>;
  readonly mapVariant: Submit<MapVariant>;
  readonly priceLists: Submit<PriceListCommand>;
  readonly prices: Submit<PriceCommand>;
  /** What the flows of these names would answer, of which nothing stays. */
  readonly trial: Pick<SubmitFlows, "capture" | "act" | "stock" | "facts" | "shippingFacts" | "prices" | "supplyOrder">;
}

/** What an error that is not an answer means to the caller. */
export type ErrorClass = "unavailable" | "outcome_unknown" | "defect";

/** Everything the HTTP interface needs of the outside: plain functions, so that it can be composed and tested. */
export interface AppDeps {
  readonly flows: SubmitFlows;
  readonly queries: Queries;
  readonly exceptions: Exceptions;
  /** Who presents this key, or null. Asked for every request, so it should remember for a few seconds (see ../auth). */
  readonly authenticate: (presentedKey: string) => Promise<Principal | null>;
  readonly sessions: Sessions;
  readonly site: Site;
  readonly apiKeys: ApiKeys;
  readonly ready: () => Promise<{ readonly ok: boolean; readonly checks: Readonly<Record<string, string>> }>;
  readonly metricsText: () => Promise<string>;
  readonly classifyError: (error: unknown) => ErrorClass;
  readonly now: () => number;
  /** Told of every answered request, for metrics. */
  readonly observe?: RequestObserver;
  /** Lines of JSON; none without it. */
  readonly log?: { readonly level: string; readonly write?: (line: string) => void };
  /**
   * Routes of other parts. Each is registered in a context of its own and must set `config.scope` (a Scope, or "public")
   * and, to appear in the OpenAPI document, a schema with operationId; see ./route.ts for helpers.
   */
  readonly extraRoutes?: readonly ((app: App) => void | Promise<void>)[];
}

/** Bytes of a body that is read whole; bulk bodies are streamed and have their own limit. */
export const BODY_LIMIT_BYTES = 1024 * 1024;

export async function buildApp(deps: AppDeps): Promise<App> {
  const app: App = Fastify({
    bodyLimit: BODY_LIMIT_BYTES, requestTimeout: 300_000, keepAliveTimeout: 65_000, genReqId: createRequestIds(),
    logger: loggerOf(deps), logController: new LogController({ disableRequestLogging: true }), childLoggerFactory: (logger) => logger,
    clientErrorHandler: refuseBadConnections, frameworkErrors: frameworkErrors(deps), routerOptions: { maxParamLength: 300 },
    return503OnClosing: true, forceCloseConnections: "idle",
  }).withTypeProvider<ZodTypeProvider>();
  validateWithZod(app);
  acceptJson(app);
  answerErrors(app, deps);
  answerUnknownRoutes(app);
  observeRequests(app, deps.observe);
  guardRoutes(app, deps);
  await describeApi(app);
  await app.register(async (child) => registerRoutes(child, deps));
  for (const routes of deps.extraRoutes ?? []) await app.register(async (child) => void (await routes(child.withTypeProvider<ZodTypeProvider>())));
  await app.ready();
  return app;
}

function loggerOf({ log }: AppDeps): boolean | { level: string; stream?: { write(line: string): void } } {
  if (!log || log.level === "silent") return false;
  return log.write ? { level: log.level, stream: { write: log.write } } : { level: log.level };
}
