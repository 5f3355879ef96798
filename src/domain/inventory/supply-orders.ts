import type { Supply, SupplyOrder } from "./types.ts";

export type SupplyOrderStatus = "open" | "in_transit" | "partly_received" | "received" | "closed";

/** Where a document stands, from its lines: received where all of every line came, closed where somebody ended the wait for the rest. */
export function supplyOrderStatus({ shippedAt }: Pick<SupplyOrder, "shippedAt">, lines: readonly Pick<Supply, "quantity" | "received" | "closedAt">[]): SupplyOrderStatus {
  if (lines.every(({ closedAt }) => closedAt !== null)) return lines.every(({ quantity, received }) => received >= quantity) ? "received" : "closed";
  if (lines.some(({ received }) => received > 0)) return "partly_received";
  return shippedAt === null ? "open" : "in_transit";
}

/** A transfer's goods are at their source until it is shipped: its lines promise nothing and cannot be received before. */
export const isUnshipped = ({ kind, orderId, confidence }: Pick<Supply, "kind" | "orderId" | "confidence">): boolean => kind === "transfer" && orderId !== null && confidence === 0;

/** How what came differs from what was announced. */
export interface Discrepancy {
  readonly kind: "over" | "short" | "damaged";
  readonly quantity: number;
}

/** What a receipt brings to light: units in another condition, and units beyond what was announced that no earlier receipt was beyond. */
export function discrepanciesOf(before: Supply, after: Supply): Discrepancy[] {
  const beyond = (supply: Supply): number => Math.max(0, supply.received - supply.quantity);
  const found: Discrepancy[] = [{ kind: "damaged", quantity: after.damaged - before.damaged }, { kind: "over", quantity: beyond(after) - beyond(before) }];
  return found.filter(({ quantity }) => quantity > 0);
}
