import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type pg from 'pg';
import { readConnectionFile, writeConnectionFile } from '../cli/connection-file.ts';
import { CONNECTORS } from '../connectors/index.ts';
import type { Places } from '../domain/order/index.ts';
import type { Rules } from '../domain/routing/index.ts';
import type { Principal } from '../flows/access.ts';
import type { ChannelCalls } from '../flows/channel-calls.ts';
import type { Connections, Inbox } from '../flows/inbox.ts';
import type { Invoices } from '../flows/invoices.ts';
import type { Integration } from '../flows/integration.ts';
import type { Strategies } from '../flows/strategies.ts';
import type { ChannelMails, Mails } from '../flows/mails.ts';
import type { Ambient } from '../flows/ports.ts';
import type { Queries } from '../flows/queries.ts';
import { saveInvoiceSeller } from '../flows/save-invoice-seller.ts';
import type { OrderSearch } from '../flows/search.ts';
import { ensureBootstrapKey, findPrincipal, postgresApiKeys, touchKey } from '../postgres/api-keys.ts';
import { codeOf } from '../postgres/connect.ts';
import { postgresCustomers } from '../postgres/customers.ts';
import { postgresDesk } from '../postgres/desk.ts';
import { postgresChannelCalls } from '../postgres/channel-calls.ts';
import { postgresChannelMails } from '../postgres/channel-mail.ts';
import { postgresChannelSweeps } from '../postgres/channel-sweeps.ts';
import { postgresConnections } from '../postgres/connections.ts';
import { isUnavailable, openPool, OutcomeUnknown } from '../postgres/database.ts';
import { makeDirectory } from '../postgres/embedded/directory.ts';
import { findRunningEmbedded, startEmbedded } from '../postgres/embedded/index.ts';
import { keepMessages, postgresInbox } from '../postgres/inbox.ts';
import { postgresJobs } from '../postgres/jobs.ts';
import { postgresIntegration } from '../postgres/integration.ts';
import { postgresListings } from '../postgres/listings.ts';
import { postgresMails } from '../postgres/mails.ts';
import { postgresPeople } from '../postgres/people.ts';
import { postgresDrafts } from '../postgres/order-drafts.ts';
import { postgresOrderSearch } from '../postgres/order-search.ts';
import { type PreparedDatabase, prepareDatabase } from '../postgres/prepare.ts';
import { openQueries, postgresExceptions } from '../postgres/queries/index.ts';
import { postgresPresences } from '../postgres/presence.ts';
import { postgresSandbox, wipeDemonstration } from '../postgres/sandbox.ts';
import { postgresSavedViews } from '../postgres/saved-views.ts';
import { postgresReports } from '../postgres/reports.ts';
import { postgresReportSchedules } from '../postgres/report-schedules.ts';
import { readSchemaVersion } from '../postgres/schema-version.ts';
import { StartProblem } from '../postgres/start-problem.ts';
import { type PostgresStore, postgresStore } from '../postgres/store.ts';
import { postgresSimulation } from '../postgres/simulations.ts';
import { newId } from '../postgres/tenants.ts';
import { ensureFirstUser } from '../postgres/users.ts';
import { type Verification, verifyTenant } from '../postgres/verify/index.ts';
import { programVersion } from '../cli/program-version.ts';
import { createPasswordHasher } from './auth/password-hash.ts';
import { openProvider } from './auth/provider.ts';
import { recoverySender } from './auth/recovery-mail.ts';
import { remember, REMEMBERED_MS } from './auth/remember.ts';
import { type BatchedFlows, openFlows } from './batched-flows.ts';
import { consoleRoutes } from './console-page.ts';
import type { Scenario } from '../flows/sandbox.ts';
import { type Clock, createClock } from './clock.ts';
import { type DemoDeps, seedDemo, startLiveDemo } from './demo/index.ts';
import { openSandbox, type Sandbox } from './sandbox.ts';
import { docsRoutes } from './docs/routes.ts';
import { type AppDeps, buildApp, type Submit } from './http/app.ts';
import { channelOrderRoutes } from './http/channel-order-routes.ts';
import { type ChannelOrders, createChannelOrders } from './http/channel-orders.ts';
import { channelCallRoutes } from './http/channel-call-routes.ts';
import { channelMailRoutes } from './http/channel-mail-routes.ts';
import { channelSweepRoutes } from './http/channel-sweep-routes.ts';
import { inboxRoutes } from './http/inbox-routes.ts';
import { environmentRoutes } from './http/environment-routes.ts';
import { exportRoutes } from './http/export-routes.ts';
import { jobRoutes } from './http/job-routes.ts';
import { mailRoutes } from './http/mail-routes.ts';
import { invoiceRoutes } from './http/invoice-routes.ts';
import { type Arrival, keepTogether, receiveRoutes, rememberConnections } from './http/receive.ts';
import { peopleRoutes } from './http/people/index.ts';
import { webhookRoutes } from './http/webhook-routes.ts';
import { createImportTarget } from './import-target.ts';
import { badDayApi } from './bad-day-api.ts';
import { goodsApi } from './goods-api.ts';
import { orderDeskApi } from './order-desk-api.ts';
import { Closing, timed } from './starting.ts';
import { customerApi } from './customer-api.ts';
import { deskApi } from './desk-api.ts';
import { strategyApi } from './strategy-api.ts';
import { addressOf, assertPortFree, listenProblem } from './listening.ts';
import { createMailer } from './mail/smtp.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createOutgoing } from './outgoing.ts';
import { openPlaces } from './places/index.ts';
import { openPacking } from './packing/index.ts';
import { renderInvoice } from './pdf/render-invoice.ts';
import { promiseApi } from './promise-api.ts';
import { createRules } from './rules/index.ts';
import { type Environment, type Settings, shownSettings, STRONG_KEY_LENGTH } from './settings.ts';
import { type VerificationRequest, verificationRoutes } from './verification-route.ts';
import { buildWorkerApp, type Listening } from './worker-app.ts';
import { type MailSettings, startWorkers } from './workers/index.ts';

export { type BackupSummary, backUp, type RestoreSummary, restoreBackup } from '../postgres/backup/index.ts';
export { type Diagnosis, bad, diagnose, diagnoseBinaries, diagnoseDatabase, good } from '../postgres/diagnosis.ts';
export { prepareDatabase } from '../postgres/prepare.ts';
export { rebuildReports, rebuildSearch } from '../postgres/rebuild.ts';
export { StartProblem } from '../postgres/start-problem.ts';
export { type TenantVerification, verifyDatabase } from '../postgres/verify/database.ts';
export type { Verification, VerifyProgress } from '../postgres/verify/index.ts';
export { createForwarder, type Forwarder } from './forward-event.ts';
export { assertPortFree, ListenProblem } from './listening.ts';

export interface StartIo {
  /** What the operator should see, a line each. */
  readonly say: (line: string) => void;
  /** Log lines, as JSON; stderr without it. */
  readonly log?: (line: string) => void;
  /** What the settings were read from, for administrators to see. */
  readonly environment?: Environment;
}

export interface RunningOrdo {
  readonly url: string;
  readonly port: number;
  /** Absolute; holds the built-in database and connection.json. */
  readonly dataDirectory: string;
  readonly tenantId: number;
  /** An administrator's key for programs on this machine; null in a worker. */
  readonly apiKey: string | null;
  readonly ownerUrl: string;
  readonly runtimeUrl: string;
  /** An address that signs one browser in, once, within a quarter of an hour. */
  signInLink(): Promise<string>;
  /** Stops accepting, finishes what is in flight, closes everything. May be called more than once. */
  stop(): Promise<void>;
}

export interface OpenDatabase {
  readonly ownerUrl: string;
  close(): Promise<void>;
}

/** The database of the settings: the external one, or the built-in one, started here or (`beside`) running already. */
export async function openDatabase(settings: Settings, say: (line: string) => void, beside = false): Promise<OpenDatabase> {
  if (settings.databaseUrl !== null) return { ownerUrl: settings.databaseUrl, close: async () => {} };
  const running = beside ? await findRunningEmbedded(settings.dataDirectory) : null;
  if (running !== null) return { ownerUrl: running.ownerUrl, close: async () => {} };
  const server = await startEmbedded({ dataDirectory: settings.dataDirectory, log: say });
  return { ownerUrl: server.ownerUrl, close: () => server.stop() };
}

/** Starts everything that the settings ask for. Throws StartProblem or ListenProblem, and then leaves nothing running. */
export async function startOrdo(settings: Settings, io: StartIo, scenario: Scenario | null = null): Promise<RunningOrdo> {
  const closing = new Closing();
  try {
    return await start(settings, io, closing, scenario);
  } catch (error) {
    await closing.run();
    throw explained(error);
  }
}

async function start(settings: Settings, io: StartIo, closing: Closing, scenario: Scenario | null): Promise<RunningOrdo> {
  const step = timed(io.say);
  const dataDirectory = resolve(settings.dataDirectory);
  const places = await openPlaces(settings.geocodeFile);
  await assertPortFree(settings.host, settings.port);
  const database = await step(settings.databaseUrl === null ? 'Database started' : 'Database found', async () => {
    const opened = await openDatabase(settings, io.say);
    closing.add(opened.close);
    return opened;
  });
  const prepared = await step('Schema up to date', () => prepareDatabase(database.ownerUrl, io.say));
  const parts = open(settings, prepared, database.ownerUrl, places, closing);
  const log = { level: settings.logLevel, write: io.log ?? ((line: string) => void process.stderr.write(line)) };
  const deps = appDeps(parts, settings, prepared, log, settings.role === 'worker' ? [] : [environmentRoutes(shownSettings(io.environment ?? {})), consoleRoutes, docsRoutes], await programVersion());
  const app: Listening = settings.role === 'worker' ? buildWorkerApp(deps) : await buildApp(deps);
  closing.add(() => app.close());
  if (settings.bootstrapKey !== null) await useBootstrapKey(parts.pool, prepared.tenantId, settings.bootstrapKey, io.say);
  await ensureFirstUser(parts.pool, prepared.tenantId, settings.demo ? 'Demo manager' : 'Administrator', Date.now());
  const demo: DemoDeps = { store: parts.store, tenantId: prepared.tenantId, newId, now: parts.ambient.now };
  const seeded = (await parts.sandbox.wanted(prepared.tenantId)) ? await step('Demonstration ready', () => seedDemo(demo), ({ orders }) => orders > 0) : { orders: 0 };
  if (settings.role !== 'api') {
    const { queries, flows, connections, channelOrders, ambient: { now }, integration: { isPassing } } = parts;
    const workers = startWorkers({
      ...parts, drafts: postgresDrafts(parts.pool), draftKeepDays: settings.draftKeepDays, desk: postgresDesk(parts.pool), customers: postgresCustomers(parts.pool), reports: postgresReports(parts.pool), reportQueries: queries, reportSchedules: postgresReportSchedules(parts.pool), availability: queries.availabilityFacts, orderIds: queries.listOrderIds, importTarget: createImportTarget({ queries, connections, channelOrders, flows: flows.submit, now, isPassing }), log: app.log,
      settings: { reconcileEveryMs: settings.sweepSeconds === 0 ? null : settings.sweepSeconds * 1000 },
    });
    parts.nudge.call = () => workers.nudge();
    parts.nudge.received = () => workers.received();
    parts.nudge.fileCame = () => workers.fileCame();
    closing.add(() => workers.stop());
  }
  if (seeded.orders > 0) {
    const live = startLiveDemo({ ...demo, store: parts.store, queries: parts.queries, tools: parts.tools }, (error) => app.log.warn({ error: error instanceof Error ? error.message : 'unknown' }, 'demonstration'));
    closing.add(() => parts.sandbox.stop());
    await parts.sandbox.begin(prepared.tenantId, live, scenario);
  }
  const port = await listen(app, settings, closing);
  const url = addressOf(settings.host, port);
  const apiKey = settings.role === 'worker' ? null : await keepConnectionFile(parts.pool, prepared.tenantId, dataDirectory, url);
  return {
    url, port, dataDirectory, tenantId: prepared.tenantId, apiKey, ownerUrl: database.ownerUrl, runtimeUrl: prepared.runtimeUrl,
    signInLink: async () => `${settings.publicUrl ?? url}/sign-in?token=${(await deps.sessions.createLink(prepared.tenantId, null))?.token ?? ''}`,
    stop: () => closing.run(),
  };
}

interface Parts {
  readonly pool: pg.Pool;
  readonly store: PostgresStore;
  readonly inbox: Inbox;
  readonly connections: Connections;
  /** Keeps messages that come at once together. */
  readonly keep: Submit<Arrival>;
  readonly channelOrders: ChannelOrders;
  readonly connectors: typeof CONNECTORS;
  readonly channelCalls: ChannelCalls;
  readonly jobs: ReturnType<typeof postgresJobs>;
  readonly simulation: ReturnType<typeof postgresSimulation>;
  readonly channelSweeps: ReturnType<typeof postgresChannelSweeps>;
  readonly mails: Mails;
  readonly channelMails: ChannelMails;
  readonly mail: MailSettings;
  readonly orderSearch: OrderSearch;
  readonly integration: Integration;
  readonly queries: Queries;
  readonly invoices: Invoices;
  readonly strategies: Strategies;
  readonly rules: Rules;
  readonly ambient: Ambient;
  readonly tools: NonNullable<Ambient['tools']>;
  readonly sandbox: Sandbox;
  readonly metrics: Metrics;
  readonly outgoing: ReturnType<typeof createOutgoing>;
  readonly flows: BatchedFlows;
  /** Set once workers run. */
  readonly nudge: { call: () => void; received: () => void; fileCame: () => void };
}

const READ_CONNECTIONS = 8;
/** Beside the flights of the flows: workers, keys, sessions. */
const OTHER_CONNECTIONS = 6;

function open(settings: Settings, { runtimeUrl }: PreparedDatabase, ownerUrl: string, places: Places, closing: Closing): Parts {
  const pool = openPool({ url: runtimeUrl, connections: settings.flights * 3 + OTHER_CONNECTIONS, plans: 'generic', applicationName: `ordo ${settings.role}` });
  closing.add(() => pool.end());
  const reading = openQueries({ url: runtimeUrl, connections: READ_CONNECTIONS });
  closing.add(() => reading.close());
  const store = postgresStore(pool);
  const rules = createRules();
  const [clock, tools]: [Clock, Parts['tools']] = [createClock(), { rules, pack: openPacking() }];
  const ambient: Ambient = { now: clock.now, newId, places, tools, pause: () => setImmediate() };
  const metrics = createMetrics();
  const nudge = { call: (): void => {}, received: (): void => {}, fileCame: (): void => {} };
  const { batchMax, flights, waitingMax } = settings;
  const flows = openFlows({ store, ambient, metrics, batchMax, flights, waitingMax, committed: () => nudge.call() });
  const received = (): void => nudge.received();
  const [inbox, { queries }] = [postgresInbox(pool), reading];
  const keep = flows.open('receive', keepTogether((tenantId, messages) => keepMessages(pool, tenantId, messages), received));
  return {
    pool, store, flows, keep, tools, sandbox: openSandbox({ kept: postgresSandbox(pool), queries, wipe: (tenantId) => wipeDemonstration(ownerUrl, tenantId) }, settings, clock), inbox, queries, invoices: reading.invoices, strategies: reading.strategies, rules, connections: postgresConnections(pool), channelOrders: createChannelOrders({ connectors: CONNECTORS, inbox, queries, keep, newId, received }),
    integration: postgresIntegration(pool), connectors: CONNECTORS, channelCalls: postgresChannelCalls(pool), channelSweeps: postgresChannelSweeps(pool), jobs: postgresJobs(pool), simulation: postgresSimulation(pool),
    mails: postgresMails(pool), channelMails: postgresChannelMails(pool), mail: mailSettings(settings), orderSearch: postgresOrderSearch(pool), ambient, metrics, outgoing: createOutgoing({ allow: settings.outgoingAllow }), nudge,
  };
}

/** Where nothing leaves, a sender that nobody has. */
const mailSettings = ({ smtpUrl, mailFrom, mailKeepDays, publicUrl, host, port }: Settings): MailSettings =>
  ({ mailer: smtpUrl === null ? null : createMailer({ url: smtpUrl }), from: mailFrom ?? 'orders@ordo.invalid', keepDays: mailKeepDays, publicUrl: publicUrl ?? (port === 0 ? null : addressOf(host, port)) });

function appDeps(parts: Parts, settings: Settings, { runtimeUrl, tenantId }: PreparedDatabase, log: AppDeps['log'], pages: NonNullable<AppDeps['extraRoutes']>, version: string): AppDeps {
  const { pool, store, flows, queries, invoices, strategies, rules, ambient, metrics, integration, outgoing } = parts;
  const [people, site] = [postgresPeople(pool, Date.now), { publicUrl: settings.publicUrl }];
  const touch = (principal: Principal): void => void touchKey(pool, principal).catch(() => {});
  return {
    flows: flows.submit, queries, exceptions: postgresExceptions(pool), sessions: people.sessions, site, apiKeys: postgresApiKeys(pool), now: ambient.now,
    authenticate: remember((key) => findPrincipal(pool, key, Date.now()), { milliseconds: REMEMBERED_MS, now: Date.now, touch }),
    ready: () => readiness(pool),
    metricsText: () => {
      flows.measure();
      return metrics.text();
    },
    classifyError,
    observe: ({ method, route, status, seconds }) => {
      metrics.count('ordo_http_requests_total', { method, route, status });
      metrics.observe('ordo_http_request_seconds', { method, route }, seconds);
    },
    ...(log ? { log } : {}),
    extraRoutes: [
      webhookRoutes({ ...integration, outgoing, newId }), verificationRoutes((tenantId, request) => verifyAlone(runtimeUrl, tenantId, request)),
      invoiceRoutes({ invoices, render: renderInvoice, saveSeller: (tenantId, command) => saveInvoiceSeller(store, tenantId, command, ambient) }), strategyApi({ store, strategies, queries, rules, ambient, ...parts.simulation, came: () => parts.nudge.fileCame() }), badDayApi(store, queries, ambient), orderDeskApi({ store, queries, ambient, came: () => parts.nudge.fileCame(), presences: postgresPresences(pool), ...postgresSavedViews(pool) }), deskApi({ queries, desk: postgresDesk(pool), schedules: postgresReportSchedules(pool), now: ambient.now, newId, asked: () => parts.nudge.fileCame() }), customerApi({ store, queries, customers: postgresCustomers(pool), drafts: postgresDrafts(pool), flows: flows.submit, ambient, draftKeepDays: settings.draftKeepDays }), ...channelRoutes(parts),
      peopleRoutes({ ...people, apiKeys: postgresApiKeys(pool), ambient: { ...ambient, now: Date.now }, site, about: { version, demo: settings.demo }, tenantId, hasher: createPasswordHasher(), sendRecovery: recoverySender(settings), provider: settings.provider && openProvider(settings.provider, outgoing, Date.now) }),
      parts.sandbox.routes, promiseApi(store, ambient, openPacking()), goodsApi(store, queries, ambient), exportRoutes({ queries, now: ambient.now }),
      jobRoutes({ jobs: parts.jobs, connections: parts.connections, newId, limitBytes: settings.importMaxMb * 1024 * 1024, came: () => parts.nudge.fileCame() }), ...pages,
    ],
  };
}

const classifyError: AppDeps['classifyError'] = (error) => (error instanceof OutcomeUnknown ? 'outcome_unknown' : isUnavailable(error) ? 'unavailable' : 'defect');

/** What comes in from channels: the addresses that they call, and what people see and do about it. */
function channelRoutes({ pool, keep, connections, channelOrders, queries, ambient, metrics, inbox, connectors, channelCalls, channelSweeps, mails, channelMails, mail, outgoing, nudge }: Parts): NonNullable<AppDeps['extraRoutes']> {
  const received = (): void => nudge.received();
  return [
    inboxRoutes({
      connections, inbox, sweeps: channelSweeps, listings: postgresListings(pool), queries, outgoing, connectors, newId, now: ambient.now, received,
    }),
    channelCallRoutes(channelCalls, () => nudge.call()), channelOrderRoutes({ connections, channelOrders, classifyError }),
    channelSweepRoutes({ sweeps: channelSweeps, connectors, newId, now: ambient.now }),
    mailRoutes(mails, () => nudge.call()), channelMailRoutes({ mails, channelMails, queries, now: ambient.now, from: mail.from }),
    receiveRoutes({
      receiving: rememberConnections(connections.receiving, ambient.now), doors: connectors, newId,
      keep,
      refused: (connector) => metrics.count('ordo_inbox_refused_total', { connector }),
    }),
  ];
}

/** On connections of its own, so that it takes none from requests. */
async function verifyAlone(url: string, tenantId: number, request: VerificationRequest): Promise<Verification> {
  const own = openPool({ url, connections: 2, plans: 'custom', applicationName: 'ordo verify' });
  return verifyTenant(own, tenantId, request).finally(() => own.end());
}

const READY_WITHIN_MS = 2_000;

/** Ready to serve: the database answers, and its schema is the one this program was written for. */
async function readiness(pool: pg.Pool): Promise<{ ok: boolean; checks: Record<string, string> }> {
  let late: NodeJS.Timeout | undefined;
  const patience = new Promise<null>((done) => (late = setTimeout(() => done(null), READY_WITHIN_MS)));
  try {
    const found = await Promise.race([readSchemaVersion(pool), patience]);
    if (found === null) return { ok: false, checks: { database: `no answer within ${READY_WITHIN_MS} ms`, migrations: 'unknown' } };
    const current = found.database === found.program;
    return { ok: current, checks: { database: 'reachable', migrations: current ? 'current' : `at ${found.database ?? 'none'}, this program needs ${found.program}` } };
  } catch (error) {
    return { ok: false, checks: { database: `unreachable (${codeOf(error) || 'no code'})`, migrations: 'unknown' } };
  } finally {
    clearTimeout(late);
  }
}

async function useBootstrapKey(pool: pg.Pool, tenantId: number, key: string, say: (line: string) => void): Promise<void> {
  if (key.length < STRONG_KEY_LENGTH) say(`  Warning: ORDO_BOOTSTRAP_KEY has ${key.length} characters; an administrator's key should have at least ${STRONG_KEY_LENGTH}.`);
  await ensureBootstrapKey(pool, tenantId, key);
}

/** A stop waits this long for requests in flight; the connections of slower ones are cut. */
const FINISH_WITHIN_MS = 5_000;

async function listen(app: Listening, { host, port }: Settings, closing: Closing): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw listenProblem(error, host, port);
  }
  closing.add(async () => {
    const cut = setTimeout(() => app.server.closeAllConnections(), FINISH_WITHIN_MS);
    await app.close();
    clearTimeout(cut);
  });
  const [bound] = app.addresses();
  return typeof bound === 'object' ? bound.port : port;
}

/** Programs on this machine find the address and a key here; the key outlives restarts as long as it is valid. */
async function keepConnectionFile(pool: pg.Pool, tenantId: number, dataDirectory: string, url: string): Promise<string> {
  await makeDirectory(dataDirectory);
  const kept = await readConnectionFile(dataDirectory);
  const principal = kept === null ? null : await findPrincipal(pool, kept.apiKey, Date.now());
  const valid = principal?.tenantId === tenantId && principal.scopes.includes('admin');
  const apiKey = valid && kept !== null ? kept.apiKey : (await postgresApiKeys(pool).create(tenantId, { name: 'command line on this machine', scopes: ['admin'], expiresAt: null })).key;
  await writeConnectionFile(dataDirectory, { url, apiKey });
  return apiKey;
}

/** A database that fills up, or a directory that cannot be written, may show at any step. */
function explained(error: unknown): unknown {
  if (error instanceof StartProblem) return error;
  if (codeOf(error) === '53100' || codeOf(error) === 'ENOSPC') {
    return new StartProblem('DISK_FULL', 'The disk is full.', 'Free some space (at least 500 MB) and start again; nothing that was confirmed is lost.', { cause: error });
  }
  if (['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error))) {
    return new StartProblem('DATA_DIR_NOT_WRITABLE', `The data directory cannot be written: ${(error as Error).message}.`, 'Make it a directory that this user owns, or choose another one with ORDO_DATA_DIR.', { cause: error });
  }
  if (isUnavailable(error)) {
    const why = codeOf(error) || (error instanceof Error ? error.message : 'no reason given');
    return new StartProblem('DATABASE_UNREACHABLE', `The database went away during the start (${why}).`, 'Start again; if it happens again, look at the log of the database.', { cause: error });
  }
  return error;
}
