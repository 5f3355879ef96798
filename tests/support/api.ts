import type { AddressInfo } from "node:net";
import { type Client, createClient } from "../../client/src/index.ts";
import { actOnOrders } from "../../src/flows/act-on-orders.ts";
import type { Scope } from "../../src/flows/access.ts";
import { captureOrders } from "../../src/flows/capture-orders.ts";
import { changeStock } from "../../src/flows/change-stock.ts";
import { claimStock } from "../../src/flows/claim-stock.ts";
import type { Flow } from "../../src/flows/ports.ts";
import { changeSupplyOrders } from "../../src/flows/supply-orders.ts";
import { announceSupply, saveFacts } from "../../src/flows/save-facts.ts";
import { saveShippingFacts } from "../../src/flows/save-shipping-facts.ts";
import { savePriceLists, savePrices } from "../../src/flows/save-prices.ts";
import { trialStore } from "../../src/flows/trial.ts";
import { ensureBootstrapKey, findPrincipal, postgresApiKeys, touchKey } from "../../src/postgres/api-keys.ts";
import { postgresSessions } from "../../src/postgres/browser-sessions.ts";
import { isUnavailable, OutcomeUnknown } from "../../src/postgres/database.ts";
import { postgresIntegration } from "../../src/postgres/integration.ts";
import { postgresCustomers } from "../../src/postgres/customers.ts";
import { postgresDrafts } from "../../src/postgres/order-drafts.ts";
import { customerApi } from "../../src/server/customer-api.ts";
import { postgresDesk } from "../../src/postgres/desk.ts";
import { postgresReportSchedules } from "../../src/postgres/report-schedules.ts";
import { postgresConnections } from "../../src/postgres/connections.ts";
import { postgresChannelMails } from "../../src/postgres/channel-mail.ts";
import { postgresMails } from "../../src/postgres/mails.ts";
import { postgresChannelCalls } from "../../src/postgres/channel-calls.ts";
import { postgresChannelSweeps } from "../../src/postgres/channel-sweeps.ts";
import { keepMessages, postgresInbox } from "../../src/postgres/inbox.ts";
import { postgresJobs } from "../../src/postgres/jobs.ts";
import { postgresListings } from "../../src/postgres/listings.ts";
import { postgresSimulation } from "../../src/postgres/simulations.ts";
import { openQueries, postgresExceptions } from "../../src/postgres/queries/index.ts";
import { ensureTenant, newId } from "../../src/postgres/tenants.ts";
import { remember } from "../../src/server/auth/remember.ts";
import { mapVariants } from "../../src/flows/map-variants.ts";
import { createImportTarget } from "../../src/server/import-target.ts";
import { postgresPeople } from "../../src/postgres/people.ts";
import { ensureFirstUser } from "../../src/postgres/users.ts";
import { createBatcher } from "../../src/server/batcher.ts";
import { type App, type AppDeps, buildApp, type Submit } from "../../src/server/http/app.ts";
import { CONNECTORS } from "../../src/connectors/index.ts";
import { channelOrderRoutes } from "../../src/server/http/channel-order-routes.ts";
import { createChannelOrders } from "../../src/server/http/channel-orders.ts";
import { channelCallRoutes } from "../../src/server/http/channel-call-routes.ts";
import { exportRoutes } from "../../src/server/http/export-routes.ts";
import { jobRoutes } from "../../src/server/http/job-routes.ts";
import { channelMailRoutes } from "../../src/server/http/channel-mail-routes.ts";
import { mailRoutes } from "../../src/server/http/mail-routes.ts";
import { channelSweepRoutes } from "../../src/server/http/channel-sweep-routes.ts";
import { saveInvoiceSeller } from "../../src/flows/save-invoice-seller.ts";
import { claimPromise } from "../../src/flows/claim-promise.ts";
import { earliestDates, promiseDates } from "../../src/flows/promise-dates.ts";
import { quoteShipping } from "../../src/flows/quote-shipping.ts";
import { openPacking } from "../../src/server/packing/index.ts";
import { promiseRoutes } from "../../src/server/http/promise-routes.ts";
import { shippingQuoteRoutes } from "../../src/server/http/shipping-quote-routes.ts";
import { invoiceRoutes } from "../../src/server/http/invoice-routes.ts";
import { renderInvoice } from "../../src/server/pdf/render-invoice.ts";
import { createRules } from "../../src/server/rules/index.ts";
import { createClock } from "../../src/server/clock.ts";
import { deskApi } from "../../src/server/desk-api.ts";
import { postgresSandbox, wipeDemonstration } from "../../src/postgres/sandbox.ts";
import { openSandbox } from "../../src/server/sandbox.ts";
import { badDayApi } from "../../src/server/bad-day-api.ts";
import { goodsApi } from "../../src/server/goods-api.ts";
import { orderDeskApi } from "../../src/server/order-desk-api.ts";
import { postgresPresences } from "../../src/postgres/presence.ts";
import { postgresSavedViews } from "../../src/postgres/saved-views.ts";
import { strategyApi } from "../../src/server/strategy-api.ts";
import { inboxRoutes } from "../../src/server/http/inbox-routes.ts";
import { keepTogether, receiveRoutes, rememberConnections } from "../../src/server/http/receive.ts";
import { createPasswordHasher, type PasswordHasher } from "../../src/server/auth/password-hash.ts";
import { type PeopleDeps, peopleRoutes } from "../../src/server/http/people/index.ts";
import { webhookRoutes } from "../../src/server/http/webhook-routes.ts";
import { createOutgoing } from "../../src/server/outgoing.ts";
import { environmentRoutes } from "../../src/server/http/environment-routes.ts";
import { verificationRoutes } from "../../src/server/verification-route.ts";
import { commandLine, reach, type Said } from "./cli.ts";
import { openWorld, type World } from "./world.ts";

/** A real server on a real database, with an administrator's key. */
export interface TestApi {
  readonly world: World;
  readonly app: App;
  readonly url: string;
  readonly adminKey: string;
  readonly client: Client;
  /** What importing a file asks of this server. */
  readonly importTarget: ReturnType<typeof createImportTarget>;
  /** Lines the server logged. */
  readonly log: string[];
  keyWith(scopes: readonly Scope[], tenantId?: number): Promise<string>;
  clientWith(key: string): Client;
  /** A further tenant with an administrator's key of its own. */
  otherTenant(code: string): Promise<{ readonly tenantId: number; readonly key: string }>;
  signInToken(): Promise<string>;
  /** The command line, led to this server by the administrator's key. */
  ordo(...words: string[]): Promise<Said>;
  close(): Promise<void>;
}

/** As the real one, and a hundred times as quick. */
export const quickHasher = (): PasswordHasher => createPasswordHasher({ algorithm: 2, memoryCost: 64, timeCost: 1, parallelism: 1 });

export const ADMIN_KEY = "an administrator's key for tests".replaceAll(" ", "-");

/** Takes every name for a public one. */
const PUBLIC = createOutgoing({ allow: [], lookup: async () => [{ address: "93.184.216.34", family: 4 }] });

export async function openApi(database: { ownerUrl: string; runtimeUrl: string }, over: Partial<AppDeps> = {}, outgoing = PUBLIC, people: Partial<PeopleDeps> = {}): Promise<TestApi> {
  const world = await openWorld(database);
  const { store, ambient, pool, tenantId } = world;
  const { queries, invoices, strategies, close: closeQueries } = openQueries({ url: database.runtimeUrl, connections: 3 });
  const submit = <C>(flow: Flow<C>): Submit<C> => createBatcher(flow, { store, ambient, batchMax: 200, flights: 2, waitingMax: 20_000 }).submit;
  const log: string[] = [];
  const integration = postgresIntegration(pool);
  const connections = postgresConnections(pool);
  const keep = submit(keepTogether((tenant, messages) => keepMessages(pool, tenant, messages), () => undefined));
  const channelOrders = createChannelOrders({ connectors: CONNECTORS, inbox: postgresInbox(pool), queries, keep, newId, received: () => undefined });
  await ensureBootstrapKey(pool, tenantId, ADMIN_KEY);
  await ensureFirstUser(pool, tenantId, "Administrator", Date.now());
  const [sessions, site] = [over.sessions ?? postgresSessions(pool, () => Date.now()), over.site ?? { publicUrl: null }];
  const apiKeys = postgresApiKeys(pool);
  const trial = trialStore(store);
  const equipped = { ...ambient, tools: { rules: createRules(), pack: openPacking() } };
  const flows: AppDeps["flows"] = {
    capture: submit(captureOrders), act: submit(actOnOrders), stock: submit(changeStock), claim: submit(claimStock), facts: submit(saveFacts), shippingFacts: submit(saveShippingFacts), supply: submit(announceSupply), supplyOrder: submit(changeSupplyOrders),
    priceLists: submit((_store, ...call) => savePriceLists(store, ...call)), prices: submit((_store, ...call) => savePrices(store, ...call)),
    mapVariant: async (tenant, command) => {
      const [answer] = await mapVariants(store, tenant, [command], ambient);
      if (!answer) throw new Error("no answer");
      return answer;
    },
    trial: {
      capture: submit((_store, ...call) => captureOrders(trial, ...call)), act: submit((_store, ...call) => actOnOrders(trial, ...call)), stock: submit((_store, ...call) => changeStock(trial, ...call)),
      facts: submit((_store, ...call) => saveFacts(trial, ...call)), shippingFacts: submit((_store, ...call) => saveShippingFacts(trial, ...call)), prices: submit((_store, ...call) => savePrices(trial, ...call)), supplyOrder: submit((_store, ...call) => changeSupplyOrders(trial, ...call)),
    },
  };
  const app = await buildApp({
    flows, queries, apiKeys, exceptions: postgresExceptions(pool), sessions, site, now: ambient.now,
    authenticate: remember((key) => findPrincipal(pool, key, Date.now()), { milliseconds: 500, now: Date.now, touch: (principal) => void touchKey(pool, principal).catch(() => undefined) }),
    ready: async () => ({ ok: true, checks: { database: "ok" } }), metricsText: async () => "# none\n",
    classifyError: (error) => (error instanceof OutcomeUnknown ? "outcome_unknown" : isUnavailable(error) ? "unavailable" : "defect"),
    extraRoutes: [
      webhookRoutes({ webhooks: integration.webhooks, failedWork: integration.failedWork, newId, outgoing }),
      inboxRoutes({
        connections, inbox: postgresInbox(pool), sweeps: postgresChannelSweeps(pool), listings: postgresListings(pool), queries, connectors: CONNECTORS, newId,
        outgoing, now: ambient.now, received: () => undefined,
      }),
      channelCallRoutes(postgresChannelCalls(pool), () => undefined),
      channelSweepRoutes({ sweeps: postgresChannelSweeps(pool), connectors: CONNECTORS, newId, now: ambient.now }),
      mailRoutes(postgresMails(pool), () => undefined),
      channelMailRoutes({ mails: postgresMails(pool), channelMails: postgresChannelMails(pool), queries, now: ambient.now, from: "orders@ordo.invalid" }),
      invoiceRoutes({ invoices, render: renderInvoice, saveSeller: (tenant, command) => saveInvoiceSeller(store, tenant, command, ambient) }),
      promiseRoutes({ promise: (...asked) => promiseDates(store, ...asked, equipped), earliest: (...asked) => earliestDates(store, ...asked, equipped), claim: (...asked) => claimPromise(store, ...asked, equipped) }),
      shippingQuoteRoutes({ quote: (tenant, question) => quoteShipping(store, tenant, question, ambient.now(), openPacking()) }),
      badDayApi(store, queries, equipped), goodsApi(store, queries, equipped),
      orderDeskApi({ store, queries, ambient: equipped, came: () => undefined, presences: postgresPresences(pool), ...postgresSavedViews(pool) }),
      customerApi({ store, queries, customers: postgresCustomers(pool), drafts: postgresDrafts(pool), flows, ambient: equipped, draftKeepDays: 30 }),
      deskApi({ queries, desk: postgresDesk(pool), schedules: postgresReportSchedules(pool), now: ambient.now, newId, asked: () => {} }),
      openSandbox({ kept: postgresSandbox(pool), queries, wipe: (tenantId) => wipeDemonstration(database.ownerUrl, tenantId) }, { demo: false, role: "all" }, createClock()).routes,
      strategyApi({ store, strategies, queries, rules: createRules(), ambient: equipped, ...postgresSimulation(pool), came: () => undefined }),
      receiveRoutes({
        receiving: rememberConnections(connections.receiving, Date.now, 0), doors: CONNECTORS, newId, refused: () => undefined,
        keep,
      }),
      exportRoutes({ queries, now: ambient.now }),
      peopleRoutes({ ...postgresPeople(pool, () => Date.now()), apiKeys: postgresApiKeys(pool), sessions, ambient: { now: () => Date.now(), newId }, site, about: { version: "test", demo: false }, tenantId, hasher: quickHasher(), sendRecovery: null, provider: null, ...people }),
      channelOrderRoutes({ connections, channelOrders, classifyError: () => "defect" }),
      jobRoutes({ jobs: postgresJobs(pool), connections, newId, limitBytes: 16 * 1024 * 1024, came: () => undefined }),
      environmentRoutes([]), verificationRoutes(async () => ({ clean: true, examined: 0, differences: 0, milliseconds: 0, checks: [] })),
    ],
    log: { level: "info", write: (line) => void log.push(line) }, ...over,
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const clientWith = (key: string): Client => createClient({ baseUrl: url, auth: () => key });
  const keyWith = async (scopes: readonly Scope[], tenant = tenantId): Promise<string> => (await apiKeys.create(tenant, { name: "test", scopes, expiresAt: null })).key;
  return {
    importTarget: createImportTarget({ queries, connections, channelOrders, flows, now: ambient.now, isPassing: integration.isPassing }), world, app, url, log, clientWith, keyWith, adminKey: ADMIN_KEY, client: clientWith(ADMIN_KEY),
    otherTenant: async (code) => {
      const other = await ensureTenant(world.owner, code, code);
      await ensureFirstUser(pool, other, "Administrator", Date.now());
      return { tenantId: other, key: await keyWith(["admin"], other) };
    },
    ordo: (...words) => commandLine(words, reach({ url, apiKey: ADMIN_KEY })),
    signInToken: async () => (await sessions.createLink(tenantId, null))?.token ?? "",
    close: async () => {
      // As the program does it: a browser, or fetch, may hold a connection on which it never asks anything.
      const cut = setTimeout(() => app.server.closeAllConnections(), 2_000);
      await app.close();
      clearTimeout(cut);
      await closeQueries();
      await world.close();
    },
  };
}
