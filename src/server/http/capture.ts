import type { CaptureOrder } from "../../flows/capture-orders.ts";
import type { Principal } from "../../flows/access.ts";
import type { CommandHead } from "../../flows/ports.ts";
import { discountLimitOf } from "../../flows/roles.ts";
import { parsePublicId } from "../../domain/kernel/index.ts";
import { refused } from "./problem.ts";
import type { CaptureBody } from "./schemas/capture.ts";

/**
 * What identifies an order's content: the parsed body as text. Its fields come in the schema's order, so the same order is
 * recognised however its sender sorts or spaces it, one by one or in bulk.
 */
export const canonicalText = (body: CaptureBody): string => JSON.stringify(body);

type CaptureHead = CommandHead & Pick<CaptureOrder, "discountLimit">;

/** A person goes no further with discounts than with a draft; a key brings what its channel has sold, at the channel's prices. */
export const discountLimitFor = ({ userId, scopes }: Principal): CaptureHead["discountLimit"] => (userId === null ? undefined : discountLimitOf(scopes));
/** What the command of such a caller begins with. */
export const limited = (head: CommandHead, discountLimit: CaptureHead["discountLimit"]): CaptureHead => (discountLimit === undefined ? head : { ...head, discountLimit });

/** The API's words for an order as the flow's command. Everything about a person goes to contact and nowhere else. */
export function captureCommand(head: CaptureHead, body: CaptureBody): CaptureOrder {
  const { totals = {}, payment = {}, ship_to: shipTo } = body;
  // The spread stands last: properties that follow one cost V8 some 2 microseconds each.
  return {
    channel: body.channel, externalId: body.external_id, currency: body.currency, placedAt: body.placed_at ?? null,
    lines: body.lines.map((line) => ({
      sku: line.sku, quantity: line.quantity, unit: line.unit ?? null, unitPrice: line.unit_price ?? null, discountMinor: line.discount_minor ?? 0, taxMinor: line.tax_minor ?? 0,
      totalMinor: line.total_minor ?? null, externalId: line.external_id ?? null, node: line.node ?? null,
    })),
    totals: {
      totalMinor: totals.total_minor ?? null, shippingMinor: totals.shipping_minor ?? 0, discountMinor: totals.discount_minor ?? 0, taxMinor: totals.tax_minor ?? 0,
      otherMinor: totals.other_minor ?? 0, taxIncluded: totals.tax_included ?? false,
    },
    payment: {
      state: payment.state ?? "paid",
      payments: (payment.payments ?? []).map((one) => ({ tender: one.tender, amountMinor: one.amount_minor, reference: one.reference ?? null })),
    },
    risk: body.risk ?? null,
    requestedHolds: (body.holds ?? []).map((hold) => ({ kind: hold.kind, reason: hold.reason, dueAt: hold.due_at ?? null })),
    contact: { customer: personOf(body.customer), ship_to: shipTo, bill_to: body.bill_to, note: body.note }, destination: shipTo?.coordinates ?? null, claimId: claimOf(body.claim),
    customerClass: body.customer?.class ?? null, serviceLevel: body.service_level ?? null, deliverBy: body.deliver_by ?? null, shipBy: body.ship_by ?? null, pickupNode: body.pickup_node ?? null, attributes: body.attributes ?? {}, ...head,
  };
}

/** The class of a customer says what goods cost, and nothing about the person. */
function personOf(customer: CaptureBody["customer"]): CaptureBody["customer"] {
  if (customer?.class === undefined) return customer;
  const { class: _class, ...person } = customer;
  return person;
}

function claimOf(claim: string | undefined): string | null {
  if (claim === undefined) return null;
  const id = parsePublicId("claim", claim);
  if (id === undefined) throw refused("CLAIM_NOT_OPEN", "There is no such claim.", [{ pointer: "/claim", code: "CLAIM_NOT_OPEN", detail: `There is no claim "${claim}".` }]);
  return id;
}
