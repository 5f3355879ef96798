import type { WorkerDeps } from "./ports.ts";

/** Figures that have to be asked for; /metrics shows what the last turn found, so a scrape costs the database nothing. */
export async function measure({ integration, mails, metrics }: WorkerDeps, tenantId: number): Promise<void> {
  for (const { consumer, positions, seconds } of await integration.outbox.lags(tenantId)) {
    metrics.set("ordo_outbox_lag_positions", { tenant: tenantId, consumer }, positions);
    metrics.set("ordo_outbox_lag_seconds", { tenant: tenantId, consumer }, seconds);
  }
  const work = await integration.failedWork.counts(tenantId);
  metrics.set("ordo_journey_retries", { tenant: tenantId }, work.retrying);
  metrics.set("ordo_journey_parked", { tenant: tenantId }, work.parked);
  const deliveries = await integration.webhooks.counts(tenantId);
  metrics.set("ordo_webhook_deliveries", { tenant: tenantId, state: "pending" }, deliveries.pending);
  metrics.set("ordo_webhook_deliveries", { tenant: tenantId, state: "dead" }, deliveries.dead);
  const waiting = await mails.counts(tenantId);
  metrics.set("ordo_mails", { tenant: tenantId, state: "pending" }, waiting.ready);
  metrics.set("ordo_mails", { tenant: tenantId, state: "dead" }, waiting.dead);
}
