// One worker process, as the tests start, kill and pause it. Its first argument is a WorkerFixture as JSON.
import type { Integration } from "../../src/flows/integration.ts";
import { CONNECTORS } from "../../src/connectors/index.ts";
import { openPool } from "../../src/postgres/database.ts";
import type { WorkerStore } from "../../src/flows/worker-store.ts";
import { postgresChannelCalls } from "../../src/postgres/channel-calls.ts";
import { postgresChannelSweeps } from "../../src/postgres/channel-sweeps.ts";
import { postgresOrderSearch } from "../../src/postgres/order-search.ts";
import { openQueries } from "../../src/postgres/queries/index.ts";
import { postgresReports } from "../../src/postgres/reports.ts";
import { postgresCustomers } from "../../src/postgres/customers.ts";
import { postgresDesk } from "../../src/postgres/desk.ts";
import { postgresDrafts } from "../../src/postgres/order-drafts.ts";
import { postgresReportSchedules } from "../../src/postgres/report-schedules.ts";
import { postgresConnections } from "../../src/postgres/connections.ts";
import { postgresJobs } from "../../src/postgres/jobs.ts";
import { postgresSimulation } from "../../src/postgres/simulations.ts";
import { postgresMails } from "../../src/postgres/mails.ts";
import { postgresInbox } from "../../src/postgres/inbox.ts";
import { postgresIntegration } from "../../src/postgres/integration.ts";
import { postgresStore } from "../../src/postgres/store.ts";
import { newId } from "../../src/postgres/tenants.ts";
import { createMetrics } from "../../src/server/metrics.ts";
import { createOutgoing } from "../../src/server/outgoing.ts";
import { startWorkers, type WorkerSettings } from "../../src/server/workers/index.ts";

export interface WorkerFixture {
  readonly url: string;
  readonly allow: readonly string[];
  readonly settings: Partial<WorkerSettings>;
  /** Where the process stops itself, once, as an overloaded machine may: just before this goes to the database. */
  readonly pauseBefore: "act" | "commit" | "advance" | "finish" | null;
}

const { url, allow, settings, pauseBefore }: WorkerFixture = JSON.parse(process.argv[2] ?? "{}");
const tell = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const pool = openPool({ url, connections: 6, plans: "generic", applicationName: `worker ${process.pid}` });
const ownStore = postgresStore(pool);
const own = postgresIntegration(pool);

let paused = false;
async function pausing<T>(where: WorkerFixture["pauseBefore"], call: () => Promise<T>): Promise<T> {
  if (pauseBefore !== where || paused) return call();
  paused = true;
  // No transaction of another loop is open at this moment; "commit" is the case where one is.
  if (where !== "commit") while (pool.idleCount < pool.totalCount) await new Promise(setImmediate);
  tell({ paused: where });
  process.kill(process.pid, "SIGSTOP");
  const result = await call();
  tell({ resumed: where, result: result ?? null });
  return result;
}

/** The journey locks orders once to look and once to change: the second time is the change. */
let looked = false;
const store: WorkerStore = {
  transact: (tenantId, work) => (looked && pauseBefore === "act" ? pausing("act", () => ownStore.transact(tenantId, work)) : ownStore.transact(tenantId, (tx) => work({
    ...tx,
    lockOrders: async (ids) => {
      const orders = await tx.lockOrders(ids);
      if (looked) await pausing("commit", async () => false);
      looked = true;
      return orders;
    },
  }))),
};
const integration: Integration = {
  ...own,
  outbox: { ...own.outbox, advance: (...given) => pausing("advance", () => own.outbox.advance(...given)) },
  webhooks: { ...own.webhooks, finish: (...given) => pausing("finish", () => own.webhooks.finish(...given)) },
};
const log = (level: string) => (fields: object, message: string): void => tell({ level, message, ...fields });
const { queries } = openQueries({ url, connections: 1 });
const workers = startWorkers({
  store, integration, inbox: postgresInbox(pool), connectors: CONNECTORS, channelCalls: postgresChannelCalls(pool), channelSweeps: postgresChannelSweeps(pool), jobs: postgresJobs(pool), simulation: postgresSimulation(pool), connections: postgresConnections(pool), importTarget: () => { throw new Error("no files here"); }, mails: postgresMails(pool), mail: { mailer: null, from: "orders@ordo.invalid", keepDays: 30, publicUrl: null }, drafts: postgresDrafts(pool), draftKeepDays: 30, desk: postgresDesk(pool), reports: postgresReports(pool), reportQueries: queries, reportSchedules: postgresReportSchedules(pool), orderSearch: postgresOrderSearch(pool), customers: postgresCustomers(pool), availability: queries.availabilityFacts, orderIds: queries.listOrderIds, ambient: { now: Date.now, newId }, outgoing: createOutgoing({ allow }), metrics: createMetrics({ process: false }),
  log: { info: log("info"), warn: log("warn"), error: log("error") }, settings,
});
process.on("SIGTERM", () => void workers.stop().then(() => pool.end()).then(() => process.exit(0)));
tell({ ready: process.pid });
