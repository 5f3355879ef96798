import { StockBook } from "../domain/inventory/index.ts";
import { type By, refuse } from "../domain/kernel/index.ts";
import { Journal } from "../domain/order/index.ts";
import type { BillingStore, InvoiceSeller } from "./billing-store.ts";
import { done } from "./idempotent.ts";
import { type Ambient, type Answer, contextOf } from "./ports.ts";

/** Says who sells from now on, through one channel (by its code) or (null) through every one that has no seller of its own. */
export interface SaveInvoiceSeller extends Omit<InvoiceSeller, "channelId">, By {
  readonly channel: string | null;
}

/** Invoices that are there keep the seller they were made with. */
export function saveInvoiceSeller(store: BillingStore, tenantId: number, { channel: code, actor, origin, ...seller }: SaveInvoiceSeller, ambient: Ambient): Promise<Answer> {
  return store.transact(tenantId, async (tx) => {
    const now = ambient.now();
    const channel = code === null ? null : (await tx.loadChannels(now)).find((one) => one.code === code);
    if (channel === undefined) {
      const detail = `There is no channel "${code}".`;
      return refuse("UNKNOWN_CHANNEL", detail, { errors: [{ pointer: "/channel", code: "UNKNOWN_CHANNEL", detail }] });
    }
    const journal = new Journal(contextOf(ambient, now, { actor, origin }), new StockBook([], []));
    journal.event("InvoiceSellerSaved", null, { channel: code, series: seller.series });
    await tx.saveInvoiceSeller({ ...seller, channelId: channel?.id ?? null }, now);
    await tx.save(journal);
    return done({ channel: code, number_prefix: seller.series });
  });
}
