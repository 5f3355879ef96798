import { z } from "zod";
import { publicId } from "../../../domain/kernel/index.ts";
import { type Delivery, DELIVERY_STATES, type FailedWork, type Webhook } from "../../../flows/integration.ts";

/** What is answered about webhooks and failed work, and how it is made. No secret is in any of it but the new one. */

const text = z.string();
const whole = z.int();
const instant = z.iso.datetime();
const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

export const webhook = z.object({
  id: text, url: text, description: text, types: z.nullable(z.array(text)), status: z.enum(["active", "paused", "disabled"]), status_reason: z.nullable(text), created_at: instant,
  previous_secret_until: z.nullable(instant),
}).meta({ id: "Webhook" });

export const newWebhook = z.object({ webhook, secret: text }).meta({ id: "NewWebhook" });

export const shownWebhook = (one: Webhook): z.infer<typeof webhook> => ({
  id: publicId("webhook", one.id), url: one.url, description: one.description, types: one.types === null ? null : [...one.types], status: one.status, status_reason: one.statusReason,
  created_at: iso(one.createdAt), previous_secret_until: isoOrNull(one.previousSecretUntil),
});

export const delivery = z.object({
  id: text, webhook: text, sequence: whole, event: z.nullable(text), type: text, state: z.enum(DELIVERY_STATES).describe("withdrawn: what it tells of was taken back before it left, or it tells of that taking back; neither was sent."), next_attempt_at: z.nullable(instant), created_at: instant,
  withdrawn_with: z.nullable(text).describe("Of a withdrawn one: the event that took its own back, or that its own took back."),
  attempts: z.array(z.object({ attempt_no: whole, at: instant, duration_ms: whole, status: z.nullable(whole), excerpt: z.nullable(text), error: z.nullable(text) })),
}).meta({ id: "WebhookDelivery" });

export const shownDelivery = (one: Delivery): z.infer<typeof delivery> => ({
  id: publicId("delivery", one.id), webhook: publicId("webhook", one.webhookId), sequence: one.position, event: one.eventId === null ? null : publicId("event", one.eventId),
  type: one.type ?? "test", state: one.state, next_attempt_at: isoOrNull(one.nextAttemptAt), created_at: iso(one.createdAt),
  withdrawn_with: one.withdrawnWith === null ? null : publicId("event", one.withdrawnWith),
  attempts: one.attempts.map((attempt) => ({
    attempt_no: attempt.attemptNo, at: iso(attempt.at), duration_ms: attempt.durationMs, status: attempt.status, excerpt: attempt.excerpt, error: attempt.error,
  })),
});

export const failedWork = z.object({
  id: text, state: z.enum(["retrying", "parked"]), event: z.object({ position: whole, id: text, type: text, order: z.nullable(text) }), attempts: whole, error: text,
  next_attempt_at: z.nullable(instant), failed_at: instant,
}).meta({ id: "ParkedWork" });

export const shownFailedWork = ({ id, state, event, attempts, error, nextAttemptAt, failedAt }: FailedWork): z.infer<typeof failedWork> => ({
  id: publicId("parked", id), state, attempts, error, next_attempt_at: isoOrNull(nextAttemptAt), failed_at: iso(failedAt),
  event: { position: event.position, id: publicId("event", event.id), type: event.type, order: event.orderId === null ? null : publicId("order", event.orderId) },
});
