import { Webhook as Signer } from "standardwebhooks";
import { publicId, shipmentId } from "../../domain/kernel/index.ts";
import type { ClaimedDelivery } from "../../flows/integration.ts";
import type { OutgoingRequest } from "../outgoing.ts";

/**
 * The request that carries one delivery, by Standard Webhooks 1.0. The body is thin: ids and figures, as the event has
 * them, and never personal data; whoever needs more fetches the order. `sequence` is the event's position in the log:
 * for one order a greater one is always later, whatever order the messages arrive in. While a secret is being rotated,
 * both sign.
 */
export function webhookRequest({ id, url, secrets, event }: Pick<ClaimedDelivery, "id" | "url" | "secrets" | "event">, now: number): OutgoingRequest {
  const messageId = event === null ? publicId("delivery", id) : publicId("event", event.id);
  const body = JSON.stringify(event === null ? { type: "test", id: messageId, timestamp: new Date(now).toISOString(), sequence: 0, data: {} } : {
    type: event.type, id: messageId, timestamp: new Date(event.occurredAt).toISOString(), sequence: event.position, data: dataOf(event),
  });
  // The signer rounds down to seconds, as the header has them.
  const signatures = secrets.map((secret) => new Signer(secret).sign(messageId, new Date(now), body));
  return {
    method: "POST", url, body,
    headers: {
      "content-type": "application/json", "user-agent": "Ordo-Webhooks/1",
      "webhook-id": messageId, "webhook-timestamp": String(Math.floor(now / 1000)), "webhook-signature": signatures.join(" "),
    },
  };
}

function dataOf({ orderId, data }: NonNullable<ClaimedDelivery["event"]>): Readonly<Record<string, unknown>> {
  if (orderId === null) return data;
  const shipmentNo = data["shipment_no"];
  return { order: publicId("order", orderId), ...(typeof shipmentNo === "number" ? { shipment: shipmentId(orderId, shipmentNo) } : {}), ...data };
}
