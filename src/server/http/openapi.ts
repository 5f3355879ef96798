import { verificationRoutes } from "../verification-route.ts";
import { type AppDeps, buildApp } from "./app.ts";
import { documentOf } from "./document.ts";
import { channelOrderRoutes } from "./channel-order-routes.ts";
import { gateRoutes } from "./gate-routes.ts";
import { closureRoutes } from "./closure-routes.ts";
import { orderDeskRoutes } from "./order-desk-routes.ts";
import { orderActionRoutes } from "./order-action-routes.ts";
import { presenceRoutes } from "./presence-routes.ts";
import { previewRoutes } from "./preview-routes.ts";
import { viewRoutes } from "./view-routes.ts";
import { customerRoutes } from "./customer-routes.ts";
import { orderDraftRoutes } from "./order-draft-routes.ts";
import { channelCallRoutes } from "./channel-call-routes.ts";
import { jobRoutes } from "./job-routes.ts";
import { environmentRoutes } from "./environment-routes.ts";
import { auditRoutes } from "./audit-routes.ts";
import { deskRoutes } from "./desk-routes.ts";
import { sandboxRoutes } from "./sandbox-routes.ts";
import { exportRoutes } from "./export-routes.ts";
import { goodsRoutes } from "./goods-routes.ts";
import { channelMailRoutes } from "./channel-mail-routes.ts";
import { channelSweepRoutes } from "./channel-sweep-routes.ts";
import { inboxRoutes } from "./inbox-routes.ts";
import { morningRoutes } from "./morning-routes.ts";
import { mailRoutes } from "./mail-routes.ts";
import { invoiceRoutes } from "./invoice-routes.ts";
import { promiseRoutes } from "./promise-routes.ts";
import { shippingQuoteRoutes } from "./shipping-quote-routes.ts";
import { shadowRoutes } from "./shadow-routes.ts";
import { simulationRoutes } from "./simulation-routes.ts";
import { strategyRoutes } from "./strategy-routes.ts";
import { reportRoutes } from "./report-routes.ts";
import { reportScheduleRoutes } from "./report-schedule-routes.ts";
import { reEvaluationRoutes } from "./re-evaluation-routes.ts";
import { whatIfRoutes } from "./what-if-routes.ts";
import { peopleRoutes } from "./people/index.ts";
import { webhookRoutes } from "./webhook-routes.ts";

/** Every part of the interface that is not the core's; who composes the program registers the same, with what they need. */
const EXTRA_ROUTES: NonNullable<AppDeps["extraRoutes"]> = [
  webhookRoutes({ webhooks: absent(), failedWork: absent(), outgoing: absent(), newId: never }), verificationRoutes(never), environmentRoutes([]),
  inboxRoutes({ connections: absent(), inbox: absent(), sweeps: absent(), listings: absent(), queries: absent(), outgoing: absent(), connectors: new Map(), newId: never, now: never, received: never }),
  channelCallRoutes(absent(), never), channelSweepRoutes({ sweeps: absent(), connectors: new Map(), newId: never, now: never }),
  invoiceRoutes({ invoices: absent(), render: never, saveSeller: never }), shippingQuoteRoutes({ quote: never }), promiseRoutes({ promise: never, earliest: never, claim: never }),
  strategyRoutes({ strategies: absent(), change: never, check: never, withdraw: never, now: never }), whatIfRoutes(never), simulationRoutes({ simulations: absent(), ask: never, came: never }), shadowRoutes({ shadows: absent(), put: never, end: never }), reEvaluationRoutes(never), closureRoutes(absent()), orderActionRoutes(absent()), previewRoutes(never), viewRoutes({ views: absent(), newId: never, now: never }), orderDeskRoutes({ queries: absent(), mentions: absent(), keep: never, note: never }), presenceRoutes({ presences: absent(), queries: absent(), now: never }), gateRoutes(never), morningRoutes(never), deskRoutes({ queries: absent(), desk: absent(), now: never }), reportRoutes({ queries: absent(), now: never }), auditRoutes(absent()), customerRoutes({ customers: absent(), queries: absent(), ambient: absent() }), orderDraftRoutes(absent()), reportScheduleRoutes({ schedules: absent(), now: never, newId: never, asked: never }),sandboxRoutes(absent()),
  mailRoutes(absent(), never), channelMailRoutes({ mails: absent(), channelMails: absent(), queries: absent(), now: never, from: "" }),
  peopleRoutes({ users: absent(), apiKeys: absent(), sessions: absent(), ambient: absent(), site: { publicUrl: null }, about: { version: "", demo: false }, tenantId: 0, credentials: absent(), secondFactors: absent(), passkeys: absent(), challenges: absent(), provider: null, hasher: absent(), sendRecovery: null }),
  exportRoutes({ queries: absent(), now: never }), goodsRoutes({ queries: absent(), previewSupply: never, previewStock: never, protect: never }), channelOrderRoutes({ connections: absent(), channelOrders: never, classifyError: never }),
  jobRoutes({ jobs: absent(), connections: absent(), newId: never, limitBytes: 0, came: never }),
];

/** The OpenAPI document of every route of the program, without a database: nothing behind the routes is ever called. */
export async function openApiDocument(): Promise<Record<string, unknown>> {
  const app = await buildApp({
    flows: absent(), queries: absent(), exceptions: absent(), sessions: absent(), site: { publicUrl: null }, apiKeys: absent(), authenticate: never, ready: never, metricsText: never, classifyError: () => "defect",
    now: () => 0, extraRoutes: EXTRA_ROUTES,
  });
  try {
    return documentOf(app);
  } finally {
    await app.close();
  }
}

function never(): never {
  throw new Error("only the document is wanted");
}

function absent<T extends object>(): T {
  return new Proxy({}, { get: () => never }) as T;
}
