import type { ClaimedDelivery } from "../../flows/integration.ts";
import { FAN_OUT_CONSUMER } from "./fan-out.ts";
import { describeError, type Found } from "./loop.ts";
import type { WorkerDeps, WorkerSettings } from "./ports.ts";
import { webhookRequest } from "./webhook-message.ts";
import { judge, outcomeOf } from "./webhook-result.ts";

/** After this many failures in a row a webhook gets one slot instead of many, until it answers again. */
const FAILING_AFTER = 3;

export interface Sender {
  /** Claims what is due and free slots allow, and starts sending it. */
  turn(tenantId: number): Promise<Found>;
  /** Waits a while for requests in flight; what is not recorded by then is sent again when its claim has run out. */
  stop(): Promise<void>;
}

/**
 * Sends deliveries, many at once, but only so many to each webhook: one that hangs holds up its own and no other.
 * `freed` is told when a slot is free again.
 */
export function createSender(deps: WorkerDeps, settings: WorkerSettings, freed: () => void, random: () => number = Math.random): Sender {
  const { integration: { webhooks }, log } = deps;
  const flying = new Set<Promise<void>>();
  const inFlight = new Map<string, number>();
  const failures = new Map<string, number>();

  const slots = (): Map<string, number> => {
    const free = new Map<string, number>();
    for (const id of new Set([...inFlight.keys(), ...failures.keys()])) {
      const most = (failures.get(id) ?? 0) >= FAILING_AFTER ? settings.perFailingWebhook : settings.perWebhook;
      free.set(id, Math.max(0, most - (inFlight.get(id) ?? 0)));
    }
    return free;
  };

  async function send(tenantId: number, delivery: ClaimedDelivery, claimedAt: number): Promise<void> {
    // A process that slept since it claimed must not send what another one sends by now.
    if (performance.now() - claimedAt > settings.claimMs - settings.requestMaxMs) return webhooks.giveBack(tenantId, [delivery]);
    const started = performance.now();
    const { event } = delivery;
    if (event !== null && delivery.attemptNo === 1) deps.metrics.observe("ordo_webhook_first_try_seconds", {}, Math.max(0, deps.ambient.now() - Math.max(event.recordedAt, delivery.waitedUntil ?? 0)) / 1000);
    const answer = await deps.outgoing.send(webhookRequest(delivery, deps.ambient.now()));
    const outcome = outcomeOf(answer);
    deps.metrics.count("ordo_webhook_attempts_total", { outcome });
    if (outcome === "delivered") failures.delete(delivery.webhookId);
    else failures.set(delivery.webhookId, (failures.get(delivery.webhookId) ?? 0) + 1);
    await webhooks.finish(tenantId, delivery, judge(delivery, answer, performance.now() - started, settings, random));
  }

  function start(tenantId: number, delivery: ClaimedDelivery, claimedAt: number): void {
    const { webhookId } = delivery;
    inFlight.set(webhookId, (inFlight.get(webhookId) ?? 0) + 1);
    const sent = send(tenantId, delivery, claimedAt)
      // Not recorded: the claim runs out and the message is sent again; its id lets the receiver see that.
      .catch((error: unknown) => log.warn({ delivery: delivery.id, error: describeError(error) }, "a webhook attempt was not recorded"))
      .finally(() => {
        flying.delete(sent);
        const left = (inFlight.get(webhookId) ?? 1) - 1;
        if (left > 0) inFlight.set(webhookId, left);
        else inFlight.delete(webhookId);
        freed();
      });
    flying.add(sent);
  }

  return {
    async turn(tenantId) {
      const room = settings.webhooksInFlight - flying.size;
      if (room <= 0) return "nothing";
      const claimedAt = performance.now();
      const claimed = await webhooks.claim(tenantId, {
        reader: FAN_OUT_CONSUMER, limit: room, perWebhook: settings.perWebhook, slots: slots(), claimMs: settings.claimMs, patienceMs: settings.webhookPatienceMs,
      });
      for (const delivery of claimed) start(tenantId, delivery, claimedAt);
      return claimed.length > 0 ? "more" : "nothing";
    },
    async stop() {
      if (flying.size === 0) return;
      const patience = new AbortController();
      await Promise.race([Promise.allSettled(flying), grace(settings.stopGraceMs, patience.signal)]);
      patience.abort();
    },
  };
}

const grace = (ms: number, signal: AbortSignal): Promise<void> => new Promise((resolve) => {
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
});
