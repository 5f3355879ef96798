import type { Item } from "../catalog/index.ts";
import { MINUTE } from "../kernel/index.ts";
import type { CheckedOrder } from "./capture.ts";
import type { HoldRequest } from "./holds.ts";
import { stockExpires } from "./holds.ts";
import { priceDifferences, priceHold, priceReason } from "./price-differences.ts";
import { NO_ITEM } from "./types.ts";

/** One validation rule: what it sees is the checked order, what it gives is the holds it asks for. */
export type CapturePolicy = (checked: CheckedOrder, item: (sku: string) => Item | undefined) => readonly HoldRequest[];

const orderHold = (kind: HoldRequest["kind"], reason: string): HoldRequest => ({
  kind, scope: "order", lineNo: null, shipmentNo: null, reason, owner: null, dueAt: null,
});

const blockedItems: CapturePolicy = ({ order }, item) =>
  order.lines
    .filter((line) => line.itemId !== NO_ITEM && item(line.document.sku)?.status === "blocked")
    .map((line) => ({ ...orderHold("ITEM", `Item ${line.document.sku} is blocked for sale.`), scope: "line", lineNo: line.lineNo }));

/** A line waits until somebody says which item it is. */
const unidentifiedGoods: CapturePolicy = ({ order }) =>
  order.lines
    .filter((line) => line.itemId === NO_ITEM)
    .map((line) => ({ ...orderHold("ITEM", `"${line.document.title ?? line.document.sku}" of this channel is not mapped to an item yet.`), scope: "line", lineNo: line.lineNo }));

const incompleteAddress: CapturePolicy = ({ command }) => (command.addressProblem === null ? [] : [orderHold("ADDRESS", command.addressProblem)]);

const unpaid: CapturePolicy = ({ order }) => {
  const state = order.document.payment_state;
  return state === "pending" || state === "failed" ? [orderHold("PAYMENT", `Payment is ${state}.`)] : [];
};

const risky: CapturePolicy = ({ command }) => (command.risk === "high" ? [orderHold("FRAUD", "The channel rated the fraud risk high.")] : []);

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
  command.requestedHolds.map(({ kind, reason, dueAt }) => ({ ...orderHold(kind, reason), dueAt }));

/** Every rule an order passes at capture, in the order in which their holds are numbered. */
export const CAPTURE_POLICIES: readonly CapturePolicy[] = [unidentifiedGoods, blockedItems, incompleteAddress, unpaid, risky, totalsDiffer, pricesDiffer, taxDiffers, requested];

export function captureHolds(checked: CheckedOrder, item: (sku: string) => Item | undefined): HoldRequest[] {
  const keepUntil = checked.order.capturedAt + checked.channel.routing.holdKeepsStockMinutes * MINUTE;
  return CAPTURE_POLICIES.flatMap((policy) => policy(checked, item)).map((hold) =>
    stockExpires(hold.kind) && hold.dueAt === null ? { ...hold, dueAt: keepUntil } : hold,
  );
}
