import type { Item, PaymentRules } from "../catalog/index.ts";
import type { CheckedOrder } from "./capture.ts";
import { type HoldRequest, orderHold, withTerms } from "./holds.ts";
import { priceDifferences, priceHold, priceReason } from "./price-differences.ts";
import { NO_ITEM, type OrderDocument } from "./types.ts";

/** One validation rule: what it sees is the checked order, what it gives is the holds it asks for. */
export type CapturePolicy = (checked: CheckedOrder, item: (sku: string) => Item | undefined) => readonly HoldRequest[];

const blockedItems: CapturePolicy = ({ order }, item) =>
  order.lines
    .filter((line) => line.itemId !== NO_ITEM && item(line.document.sku)?.status === "blocked")
    .map((line) => ({ ...orderHold("ITEM", `Item ${line.document.sku} is blocked for sale.`), scope: "line", lineNo: line.lineNo }));

/** A line waits until somebody says which item it is. */
const unidentifiedGoods: CapturePolicy = ({ order }) =>
  order.lines
    .filter((line) => line.itemId === NO_ITEM)
    .map((line) => ({ ...orderHold("ITEM", `"${line.document.title ?? line.document.sku}" of this channel is not mapped to an item yet.`), scope: "line", lineNo: line.lineNo }));

const badAddress: CapturePolicy = ({ settled }) => (settled.problem === null ? [] : [orderHold("ADDRESS", settled.problem)]);

/** Whether an order has to wait for its payment: its channel holds that state, and it is not paid later by agreement. */
export function awaitsPayment({ payment_state: state, payments }: Pick<OrderDocument, "payment_state" | "payments">, { hold, acceptTenders }: PaymentRules): boolean {
  if (!hold.includes(state)) return false;
  return state !== "pending" || payments.length === 0 || !payments.every(({ tender }) => acceptTenders.includes(tender));
}

const unpaid: CapturePolicy = ({ order: { document }, channel }) =>
  (awaitsPayment(document, channel.checks.payment) ? [orderHold("PAYMENT", `Payment is ${document.payment_state.replace("_", " ")}.`)] : []);

/** Where the channel scores risk, this counts there. */
const risky: CapturePolicy = ({ command, channel }) => (command.risk === "high" && channel.checks.risk === null ? [orderHold("FRAUD", "The channel rated the fraud risk high.")] : []);

/** Totals that do not add up are shown to a person, never corrected. */
const totalsDiffer: CapturePolicy = ({ order, command, expectedTotalMinor }) => {
  const reasons: string[] = [];
  const stated = command.totals.totalMinor;
  if (stated !== null && stated !== expectedTotalMinor) {
    reasons.push(`The order says ${stated} ${order.currency} minor units in all, its lines and charges add up to ${expectedTotalMinor}.`);
  }
  order.lines.forEach((line, index) => {
    const given = command.lines[index]?.totalMinor ?? null;
    if (given !== null && given !== line.document.total_minor) {
      reasons.push(`Line ${line.lineNo} says ${given}, ${line.document.quantity} at ${line.document.unit_price} less discount is ${line.document.total_minor}.`);
    }
  });
  return reasons.length === 0 ? [] : [orderHold("PRICING", reasons.join(" "))];
};

/** Prices that are not those of the lists are shown to a person, never corrected. */
const pricesDiffer: CapturePolicy = ({ order, channel }) => {
  const differences = priceDifferences(order.lines, order.currency, channel.priceCheck);
  return differences.length === 0 ? [] : [priceHold(priceReason(differences, order.currency))];
};

const taxDiffers: CapturePolicy = ({ order, command }) => {
  const lineTax = order.lines.reduce((sum, line) => sum + line.document.tax_minor, 0);
  return lineTax === 0 || lineTax === command.totals.taxMinor
    ? []
    : [orderHold("TAX", `The order says ${command.totals.taxMinor} tax, its lines say ${lineTax}.`)];
};

const requested: CapturePolicy = ({ command }) =>
  command.requestedHolds.map(({ kind, reason, dueAt, owner = null }) => ({ ...orderHold(kind, reason), dueAt, owner }));

/** Every rule an order passes at capture on its own, in the order in which their holds are numbered; screening against other orders comes after. */
export const CAPTURE_POLICIES: readonly CapturePolicy[] = [unidentifiedGoods, blockedItems, badAddress, unpaid, risky, totalsDiffer, pricesDiffer, taxDiffers, requested];

export function captureHolds(checked: CheckedOrder, item: (sku: string) => Item | undefined, screened: readonly HoldRequest[] = []): HoldRequest[] {
  const asked = CAPTURE_POLICIES.flatMap((policy) => policy(checked, item));
  return [...asked, ...screened].map((hold) => withTerms(hold, checked.channel, checked.order.capturedAt));
}
