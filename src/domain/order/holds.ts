import type { Channel } from "../catalog/index.ts";
import { type Instant, MINUTE } from "../kernel/index.ts";
import { type Hold, type HoldKind, NO_ITEM, type Order } from "./types.ts";
import { openHolds } from "./status.ts";

const BLOCKS_ROUTING: ReadonlySet<HoldKind> = new Set(["ITEM", "ADDRESS"]);
/** Holds that keep stock only for a while: nobody may block goods for ever by not paying. */
const KEEPS_STOCK_FOR_A_WHILE: ReadonlySet<HoldKind> = new Set(["PAYMENT", "FRAUD", "CREDIT", "APPROVAL"]);

export const stockExpires = (kind: HoldKind): boolean => KEEPS_STOCK_FOR_A_WHILE.has(kind);

/** Nothing is routed while the item or address is open, nor for an order whose hold has run out: it let its stock go and has no due time any more. */
export const blocksRouting = (hold: Pick<Hold, "kind" | "dueAt">): boolean => BLOCKS_ROUTING.has(hold.kind) || (stockExpires(hold.kind) && hold.dueAt === null);

/** An order-wide routing block; a line's own block holds back that line alone. What nobody has identified goes nowhere, held or not. */
export function lineMayRoute(order: Pick<Order, "holds" | "lines">, lineNo: number): boolean {
  if (order.lines.some((line) => line.lineNo === lineNo && line.itemId === NO_ITEM)) return false;
  const blocking = openHolds(order.holds).filter(blocksRouting);
  if (blocking.length === 0) return true;
  const kit = kitOf(order, lineNo);
  return !blocking.some((hold) => hold.lineNo === null || hold.lineNo === lineNo || hold.lineNo === kit || (kit !== null && shipsTogether(order, kit) && kitOf(order, hold.lineNo) === kit));
}

/** Half a kit is of no use: what holds a component of such a kit back holds the others back with it. */
const shipsTogether = (order: Pick<Order, "lines">, kitLineNo: number): boolean => order.lines.some(({ lineNo, document }) => lineNo === kitLineNo && document.kit?.ship_together === true);

/** A hold on a kit's line holds back its components. */
const kitOf = (order: Pick<Order, "lines">, lineNo: number): number | null => order.lines.find((line) => line.lineNo === lineNo)?.parentLineNo ?? null;

/** Every open hold blocks release, where its scope covers the shipment. */
export function releaseBlockers(order: Pick<Order, "holds" | "lines">, shipmentNo: number, lineNos: Iterable<number>): Hold[] {
  const lines = new Set<number | null>();
  for (const lineNo of lineNos) lines.add(lineNo).add(kitOf(order, lineNo));
  return openHolds(order.holds).filter(
    (hold) => hold.scope === "order" || (hold.scope === "shipment" && hold.shipmentNo === shipmentNo) || (hold.scope === "line" && hold.lineNo !== null && lines.has(hold.lineNo)),
  );
}

export interface HoldRequest {
  readonly kind: HoldKind;
  readonly scope: "order" | "line" | "shipment";
  readonly lineNo: number | null;
  readonly shipmentNo: number | null;
  readonly reason: string;
  readonly owner: string | null;
  readonly dueAt: Instant | null;
}

/** A hold on the whole order, with the owner and due time that its kind has. */
export const orderHold = (kind: HoldKind, reason: string): HoldRequest => ({ kind, scope: "order", lineNo: null, shipmentNo: null, reason, owner: null, dueAt: null });

/** Who looks at a hold where nobody else is named. */
const OWNERS: Readonly<Partial<Record<HoldKind, string>>> = { ADDRESS: "customer-service", PAYMENT: "payments", FRAUD: "fraud-review", ITEM: "catalogue", PRICING: "pricing", TAX: "tax", CREDIT: "credit", CHANNEL_PAUSED: "operations" };

/** The hold with the owner of its kind and the channel's due time for it, where it names none of its own. */
export function withTerms<T extends HoldRequest>(hold: T, { checks, routing }: Pick<Channel, "checks" | "routing">, now: Instant): T {
  const minutes = hold.kind === "ADDRESS" ? checks.address.dueMinutes
    : hold.kind === "PAYMENT" && checks.payment.dueMinutes !== null ? checks.payment.dueMinutes
      : stockExpires(hold.kind) ? routing.holdKeepsStockMinutes : null;
  return { ...hold, owner: hold.owner ?? OWNERS[hold.kind] ?? null, dueAt: hold.dueAt ?? (minutes === null ? null : now + minutes * MINUTE) };
}

export function placeHold(order: Pick<Order, "holds">, request: HoldRequest, now: Instant): Hold {
  const hold: Hold = { ...request, holdNo: order.holds.length + 1, placedAt: now, releasedAt: null, releasedBy: null, releaseReason: null };
  order.holds.push(hold);
  return hold;
}

export function releaseHold(hold: Hold, now: Instant, by: string, reason: string): void {
  hold.releasedAt = now;
  hold.releasedBy = by;
  hold.releaseReason = reason;
}
