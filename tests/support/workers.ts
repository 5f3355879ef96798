import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { CONNECTORS } from "../../src/connectors/index.ts";
import type { WorkerStore } from "../../src/flows/worker-store.ts";
import { postgresChannelCalls } from "../../src/postgres/channel-calls.ts";
import { postgresReports } from "../../src/postgres/reports.ts";
import { postgresDesk } from "../../src/postgres/desk.ts";
import { postgresDrafts } from "../../src/postgres/order-drafts.ts";
import { postgresReportSchedules } from "../../src/postgres/report-schedules.ts";
import { postgresConnections } from "../../src/postgres/connections.ts";
import { postgresJobs } from "../../src/postgres/jobs.ts";
import { postgresSimulation } from "../../src/postgres/simulations.ts";
import { postgresChannelSweeps } from "../../src/postgres/channel-sweeps.ts";
import { postgresInbox } from "../../src/postgres/inbox.ts";
import { type MailOptions, postgresMails } from "../../src/postgres/mails.ts";
import { postgresCustomers } from "../../src/postgres/customers.ts";
import { postgresOrderSearch } from "../../src/postgres/order-search.ts";
import { postgresIntegration } from "../../src/postgres/integration.ts";
import { createMetrics } from "../../src/server/metrics.ts";
import { createOutgoing } from "../../src/server/outgoing.ts";
import { type MailSettings, startWorkers, type WorkerDeps, type Workers, type WorkerSettings } from "../../src/server/workers/index.ts";
import type { World } from "./world.ts";

/** What a receiver was sent, and what it answers. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
}
export interface Receiver {
  readonly url: string;
  readonly host: string;
  readonly received: Received[];
  /** Status to answer, "hang" for none at all, "drop" for a reset, or the address to redirect to. */
  answer: number | "hang" | "drop" | { readonly redirect: string };
  close(): Promise<void>;
}

export async function openReceiver(answer: Receiver["answer"] = 200): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => (body += part)).on("end", () => {
      received.push({ headers: request.headers, body, at: performance.now() });
      if (receiver.answer === "hang") return;
      if (receiver.answer === "drop") request.socket.destroy();
      else if (typeof receiver.answer === "object") response.writeHead(302, { location: receiver.answer.redirect }).end();
      else response.writeHead(receiver.answer).end("seen");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const receiver: Receiver = {
    url: `http://${host}/hook`, host, received, answer,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
  return receiver;
}

/** Waits until something holds; says what it waited for when it never does. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, patienceMs = 10_000): Promise<void> {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(20)) if (await holds()) return;
  throw new Error(`waited ${patienceMs} ms in vain for: ${what}`);
}

export interface RunningWorkers extends Workers {
  readonly deps: WorkerDeps;
  readonly logged: { readonly level: string; readonly fields: object; readonly message: string }[];
}

/** Workers of the real kind in this process, on the world's database. */
export function runWorkers(world: World, {
  allow = [], settings = {}, store = world.store, connectors = CONNECTORS, importTarget = () => { throw new Error("no files here"); }, mail = {}, outgoing = createOutgoing({ allow, connectMs: 500, totalMs: 1_000 }), simulation = postgresSimulation(world.pool),
}: {
  mail?: Partial<MailSettings> & MailOptions; allow?: readonly string[]; settings?: Partial<WorkerSettings>; store?: WorkerStore; connectors?: WorkerDeps["connectors"]; importTarget?: WorkerDeps["importTarget"]; outgoing?: WorkerDeps["outgoing"]; simulation?: WorkerDeps["simulation"];
} = {}): RunningWorkers {
  const logged: RunningWorkers["logged"] = [];
  const log = (level: string) => (fields: object, message: string): void => void logged.push({ level, fields, message });
  const deps: WorkerDeps = {
    store, integration: postgresIntegration(world.pool), inbox: postgresInbox(world.pool), connectors, channelCalls: postgresChannelCalls(world.pool), channelSweeps: postgresChannelSweeps(world.pool),
    jobs: postgresJobs(world.pool), simulation, connections: postgresConnections(world.pool), importTarget,
    mails: postgresMails(world.pool, mail), mail: { mailer: null, from: "orders@ordo.invalid", keepDays: 30, publicUrl: null, ...mail }, drafts: postgresDrafts(world.pool), draftKeepDays: 30, desk: postgresDesk(world.pool), reports: postgresReports(world.pool), reportQueries: world.reportQueries, reportSchedules: postgresReportSchedules(world.pool), orderSearch: postgresOrderSearch(world.pool), customers: postgresCustomers(world.pool), availability: world.availability, orderIds: world.orderIds, ambient: world.ambient, outgoing,
    metrics: createMetrics({ process: false }), log: { info: log("info"), warn: log("warn"), error: log("error") }, settings: { sweepEveryMs: 100, gatherLateMs: 50, reconcileEveryMs: null, ...settings },
  };
  return { ...startWorkers(deps), deps, logged };
}
