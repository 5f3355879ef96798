import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { followInShadow } from "../../flows/look-in-shadow.ts";
import { SHADOW_CONSUMER } from "../../flows/shadows.ts";
import { REPORT_CONSUMER } from "../../flows/reports.ts";
import { CUSTOMER_CONSUMER } from "../../flows/customers.ts";
import { SEARCH_CONSUMER } from "../../flows/search.ts";
import { createChannelCaller } from "./channel-caller.ts";
import { createPaces } from "./channel-client.ts";
import { createCloser } from "./closer.ts";
import { CHANNEL_CONSUMER, createFanOut, FAN_OUT_CONSUMER, REPORT_EVERY_MS, SHADOW_EVERY_MS, SUMS_AT_ONCE, WORDS_AT_ONCE } from "./fan-out.ts";
import { createImporter } from "./importer.ts";
import { createInboxConsumer } from "./inbox-consumer.ts";
import { createJourneyConsumer } from "./journey-consumer.ts";
import { createLateLane } from "./late-lane.ts";
import { createLeaseKeeper } from "./lease-keeper.ts";
import { type Found, type Loop, startLoop } from "./loop.ts";
import { createMailSender, createMailWriter, MAIL_CONSUMER } from "./mail-sender.ts";
import { measure } from "./measure.ts";
import { WORKER_SETTINGS, type WorkerDeps } from "./ports.ts";
import { createOrderActor } from "./order-actor.ts";
import { createReportSender } from "./report-sender.ts";
import { createReconciler } from "./reconciler.ts";
import { createSender } from "./sender.ts";
import { createSimulator } from "./simulator.ts";
import { createSweeper } from "./sweeper.ts";

export { type MailSettings, WORKER_SETTINGS, type WorkerDeps, type WorkerLog, type WorkerSettings } from "./ports.ts";

export interface Workers {
  /** A message came in. */
  received(): void;
  /** A file waits to be imported, a question about the past to be answered, an action over many orders to be done, or a report to be sent. */
  fileCame(): void;
  /** Something was committed in this process: look now rather than after the sleep. */
  nudge(): void;
  /** Ends the batches in hand and gives the leases back; the database must stay open until it resolves. */
  stop(): Promise<void>;
}

/** How long the list of tenants is believed. */
const TENANTS_FOR_MS = 2_000;

/**
 * Starts everything that follows a commit: the journey from fact to next work, webhooks, and what time brings. Any
 * number of processes may do so; leases give each kind of work of each tenant to one of them, and claims share out
 * the deliveries.
 */
export function startWorkers(deps: WorkerDeps): Workers {
  const settings = { ...WORKER_SETTINGS, ...deps.settings };
  const keeper = createLeaseKeeper({
    leases: deps.integration.leases, holder: `${hostname()} ${process.pid} ${randomUUID()}`, ttlMs: settings.leaseTtlMs, renewMs: settings.leaseRenewMs,
    metrics: deps.metrics, log: deps.log,
  });
  const tenants = rememberedTenants(deps);
  const loop = (name: string, turn: (tenantId: number) => Promise<Found>, gatherMs = 0, sleepMs = settings.sleepMs, sleepMaxMs = settings.sleepMaxMs): Loop =>
    startLoop({ name, turn: () => eachTenant(tenants, turn), gatherMs, sleepMs, sleepMaxMs, isPassing: deps.integration.isPassing, log: deps.log });
  const lane = createLateLane();
  const late = (name: string, turn: (tenantId: number) => Promise<Found>, ...pace: [gatherMs?: number, sleepMs?: number, sleepMaxMs?: number]): Loop => loop(name, (tenantId) => lane.run(() => turn(tenantId)), ...pace);

  const sender = createSender(deps, settings, () => sending.nudge());
  const sending = loop("webhook sender", sender.turn);
  const fanOut = loop("webhook fan-out", createFanOut(deps, keeper, { consumer: FAN_OUT_CONSUMER, spread: (...asked) => deps.integration.webhooks.fanOut(...asked, settings.takeBackMs), made: () => sending.nudge() }), settings.gatherMs);
  const paces = createPaces();
  const caller = createChannelCaller(deps, settings, paces, () => calling.nudge());
  const calling = loop("channel calls", caller.turn);
  const noting = loop("channel fan-out", createFanOut(deps, keeper, { consumer: CHANNEL_CONSUMER, spread: deps.channelCalls.note, made: () => calling.nudge() }), settings.gatherMs);
  const mailer = createMailSender(deps, settings, () => mailing.nudge());
  const mailing = loop("mail sender", mailer.turn);
  const writing = late("mail writing", createMailWriter(deps, keeper, () => mailing.nudge()), settings.gatherLateMs);
  const noteMails = createFanOut(deps, keeper, { consumer: MAIL_CONSUMER, spread: deps.mails.note, made: () => writing.nudge() });
  const telling = late("mail fan-out", noteMails, settings.gatherLateMs);
  const search = createFanOut(deps, keeper, { consumer: SEARCH_CONSUMER, spread: deps.orderSearch.feed, eventsAtOnce: WORDS_AT_ONCE });
  const searching = late("search", search, settings.gatherLateMs);
  const recognising = late("customers", createFanOut(deps, keeper, { consumer: CUSTOMER_CONSUMER, spread: deps.customers.feed, eventsAtOnce: WORDS_AT_ONCE }), settings.gatherLateMs);
  const { store, ambient, simulation: { shadows } } = deps;
  const shadow = createFanOut(deps, keeper, { consumer: SHADOW_CONSUMER, spread: (...asked) => followInShadow({ store, shadows, ambient }, ...asked), eventsAtOnce: SUMS_AT_ONCE });
  const shadowing = late("shadow", shadow, 0, SHADOW_EVERY_MS, SHADOW_EVERY_MS);
  const report = createFanOut(deps, keeper, { consumer: REPORT_CONSUMER, spread: deps.reports.feed, eventsAtOnce: SUMS_AT_ONCE });
  const reporting = late("reports", report, 0, REPORT_EVERY_MS, REPORT_EVERY_MS);
  const letters = loop("report mails", createReportSender(deps, keeper, () => mailing.nudge()), 0, REPORT_EVERY_MS, REPORT_EVERY_MS);
  const journey = loop("journey", createJourneyConsumer(deps, keeper, settings), settings.gatherMs);
  const inbox = loop("inbox", createInboxConsumer(deps, keeper, settings));
  const importer = createImporter(deps, keeper, settings, () => importing.nudge());
  const importing = loop("imports", importer.turn);
  const simulator = createSimulator(deps, keeper, settings, () => simulating.nudge());
  const simulating = loop("simulations", simulator.turn);
  const reconciler = createReconciler(deps, keeper, settings, paces, () => inbox.nudge());
  const reconciling = loop("reconciler", reconciler.turn);
  const sweeping = loop("sweeper", createSweeper(deps, keeper, settings), 0, settings.sweepEveryMs / 4, settings.sweepEveryMs / 2);
  const closing = loop("closures", createCloser(deps, keeper));
  const acting = loop("order actions", createOrderActor(deps, keeper));
  const measuring = loop("measure", (tenantId) => measure(deps, tenantId).then(() => "nothing"), 0, settings.measureEveryMs, settings.measureEveryMs);
  const loops = [sending, fanOut, calling, noting, searching, recognising, shadowing, reporting, letters, mailing, writing, telling, journey, inbox, importing, simulating, reconciling, sweeping, closing, acting, measuring];
  return {
    received: () => inbox.nudge(),
    fileCame() {
      importing.nudge();
      simulating.nudge();
      acting.nudge();
      letters.nudge();
    },
    nudge() {
      for (const one of [mailing, writing, journey, fanOut, noting, telling, searching, recognising]) one.nudge();
    },
    async stop() {
      lane.stop();
      const ended = simulator.stop();
      await Promise.all(loops.map((one) => one.stop()));
      await Promise.all([importer.stop(), ended]);
      await sender.stop();
      await Promise.all([caller.stop(), reconciler.stop(), mailer.stop()]);
      await keeper.stop();
    },
  };
}

/** One turn for every tenant; one whose turn fails keeps nobody else from theirs. */
async function eachTenant(tenants: () => Promise<readonly number[]>, turn: (tenantId: number) => Promise<Found>): Promise<Found> {
  const found = new Set<Found>();
  const failed: unknown[] = [];
  for (const tenantId of await tenants()) {
    try {
      found.add(await turn(tenantId));
    } catch (error) {
      failed.push(error);
    }
  }
  if (failed.length > 0) throw failed[0];
  return found.has("more") ? "more" : found.has("some") ? "some" : "nothing";
}

function rememberedTenants({ integration }: WorkerDeps): () => Promise<readonly number[]> {
  let known: readonly number[] = [];
  let until = -Infinity;
  return async () => {
    if (performance.now() >= until) {
      known = await integration.tenants();
      until = performance.now() + TENANTS_FOR_MS;
    }
    return known;
  };
}

