import type { ImportTarget } from "../../files/import/target.ts";
import type { By } from "../../domain/kernel/index.ts";
import { MESSAGES_WAIT_MS } from "../../domain/order/index.ts";
import type { Integration } from "../../flows/integration.ts";
import type { WorkerStore } from "../../flows/worker-store.ts";
import type { ChannelCalls } from "../../flows/channel-calls.ts";
import type { ChannelSweeps } from "../../flows/channel-sweeps.ts";
import type { Connector } from "../../flows/connector.ts";
import type { Desk } from "../../flows/desk.ts";
import type { DraftStore } from "../../flows/draft-types.ts";
import type { Connections, Inbox } from "../../flows/inbox.ts";
import type { Jobs } from "../../flows/jobs.ts";
import type { Past } from "../../flows/past.ts";
import type { Mails } from "../../flows/mails.ts";
import type { Ambient } from "../../flows/ports.ts";
import type { CustomerStore } from "../../flows/customers.ts";
import type { OrderSearch } from "../../flows/search.ts";
import type { ReportSchedules } from "../../flows/report-schedules.ts";
import type { ReportQueries, Reports } from "../../flows/reports.ts";
import type { Queries } from "../../flows/queries.ts";
import type { Shadows } from "../../flows/shadows.ts";
import type { Simulations } from "../../flows/simulations.ts";
import type { Mailer } from "../mail/smtp.ts";
import type { Metrics } from "../metrics.ts";
import type { Outgoing } from "../outgoing.ts";

/** The part of a logger that workers use; fastify's own fits. */
export interface WorkerLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** All of the outside that workers see: plain ports, so that they can be composed and tested. */
export interface WorkerDeps {
  readonly store: WorkerStore;
  readonly integration: Integration;
  readonly inbox: Inbox;
  readonly channelCalls: ChannelCalls;
  readonly jobs: Jobs;
  readonly simulation: { readonly simulations: Simulations; readonly past: Past; readonly shadows: Shadows };
  readonly connections: Pick<Connections, "find">;
  /** What importing a file asks of this program, on behalf of who sent the file. */
  readonly importTarget: (sender: By & { readonly tenantId: number }) => ImportTarget;
  readonly channelSweeps: ChannelSweeps;
  readonly mails: Mails;
  readonly mail: MailSettings;
  readonly drafts: Pick<DraftStore, "discard">;
  /** Days after which a draft that nobody changed is discarded; 0 for never. */
  readonly draftKeepDays: number;
  readonly orderSearch: Pick<OrderSearch, "feed">;
  readonly customers: Pick<CustomerStore, "feed">;
  /** Which orders a filter finds, page by page. */
  readonly orderIds: Queries["listOrderIds"];
  readonly desk: Pick<Desk, "sweep">;
  readonly reports: Pick<Reports, "feed">;
  readonly reportQueries: ReportQueries;
  readonly reportSchedules: Pick<ReportSchedules, "due" | "finish">;
  /** What can be sold now, for stock that channels are told of. */
  readonly availability: Queries["availabilityFacts"];
  /** By name. */
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly ambient: Ambient;
  readonly outgoing: Outgoing;
  readonly metrics: Metrics;
  readonly log: WorkerLog;
  readonly settings?: Partial<WorkerSettings>;
}

export interface MailSettings {
  /** Null where no mail server is set: mails are written and kept, and none leaves. */
  readonly mailer: Mailer | null;
  /** Sender of channels that name none. */
  readonly from: string;
  readonly keepDays: number;
  /** What links into the console begin with; null where nobody knows. */
  readonly publicUrl: string | null;
}

export interface WorkerSettings {
  /** How long a lease lives unless it is renewed, and how often it is: a killed worker's work goes on elsewhere within the sum. */
  readonly leaseTtlMs: number;
  readonly leaseRenewMs: number;
  /** A loop that finds nothing sleeps from the first to the second of these, doubling. */
  readonly sleepMs: number;
  readonly sleepMaxMs: number;
  /** Turns of the journey and of fan-out begin this far apart while a batch is not full: what they follow up may wait as long. */
  readonly gatherMs: number;
  /** The same for mails and for the words by which orders are found: what nobody acts upon at once is done in larger pieces. */
  readonly gatherLateMs: number;
  readonly sweepEveryMs: number;
  readonly measureEveryMs: number;
  /** Events that one turn of the journey takes. */
  readonly journeyBatch: number;
  /** Messages that one turn of the inbox takes in. */
  readonly inboxBatch: number;
  /** Runs of an import that may end without any progress before it is given up. */
  readonly importAttempts: number;
  /** Pauses before an event whose work failed is tried again; after the last it is parked. */
  readonly failedWorkPausesMs: readonly number[];
  /** Requests in flight: to one webhook, to one that keeps failing, and in all. */
  readonly perWebhook: number;
  readonly perFailingWebhook: number;
  readonly webhooksInFlight: number;
  /** Longest time one request can take, with room to spare, and how long a claimed delivery is this process's own. */
  readonly requestMaxMs: number;
  readonly claimMs: number;
  /** Longest pauses before the tries of a delivery, the last one repeating, and for how long it is tried. */
  readonly webhookPausesMs: readonly number[];
  readonly webhookPatienceMs: number;
  /** How long messages wait about what a person may take back. */
  readonly takeBackMs: number;
  /** Pauses before work at a channel is tried again, the last one repeating; half of each at least. */
  readonly channelPausesMs: readonly number[];
  /** How far apart sweeps of a channel begin; null where one begins only when somebody asks for it. */
  readonly reconcileEveryMs: number | null;
  /** How long claimed work at a channel is this process's own; half of it may pass before the last piece is begun. */
  readonly channelClaimMs: number;
  /** The same for mails, how long each is tried, and how long a mail server that keeps failing is left alone. */
  readonly mailPausesMs: readonly number[];
  readonly mailPatienceMs: number;
  readonly mailRestMs: number;
  /** How long a stop waits for requests in flight. */
  readonly stopGraceMs: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export const WORKER_SETTINGS: WorkerSettings = {
  leaseTtlMs: 15 * SECOND, leaseRenewMs: 5 * SECOND, sleepMs: 20, sleepMaxMs: 500, gatherMs: 100, gatherLateMs: 500, sweepEveryMs: SECOND, measureEveryMs: 10 * SECOND,
  journeyBatch: 500, inboxBatch: 100, importAttempts: 5, failedWorkPausesMs: [SECOND, 10 * SECOND, MINUTE, 5 * MINUTE],
  perWebhook: 8, perFailingWebhook: 1, webhooksInFlight: 256, requestMaxMs: 11 * SECOND, claimMs: 15 * SECOND,
  webhookPausesMs: [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR], webhookPatienceMs: 72 * HOUR, takeBackMs: MESSAGES_WAIT_MS,
  channelPausesMs: [SECOND, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR],
  reconcileEveryMs: 10 * MINUTE,
  channelClaimMs: 2 * MINUTE,
  mailPausesMs: [30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR], mailPatienceMs: 24 * HOUR, mailRestMs: 30 * SECOND,
  stopGraceMs: 5 * SECOND,
};
