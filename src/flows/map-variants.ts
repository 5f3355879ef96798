import { countedQuantity } from "../domain/catalog/index.ts";
import { identifyLines } from "../domain/fulfillment/index.ts";
import { StockBook } from "../domain/inventory/index.ts";
import { publicId, refuse } from "../domain/kernel/index.ts";
import { Journal, partsOf, refuseFields } from "../domain/order/index.ts";
import { openOrders, sourcingFacts } from "./act-on-orders.ts";
import type { ChannelStore, KnownListing, VariantName } from "./channel-store.ts";
import { answerOnce, done } from "./idempotent.ts";
import { loadIdentifiedPrices } from "./list-prices.ts";
import { loadItemsWithComponents, withComponents } from "./load-items.ts";
import { saveSettled } from "./settle-supply.ts";
import { type Ambient, type Answer, type CommandHead, contextOf } from "./ports.ts";

/** Says that what a channel calls `variantId` is an item of ours, one of it being one of `unit` (null: of the base unit). */
export type MapVariant = CommandHead & {
  readonly channel: string;
  readonly variantId: string;
  readonly sku: string;
  readonly unit: string | null;
};

/** Maps variants to items. Orders that wait for it are found by the journey, from the event. */
export function mapVariants(store: ChannelStore, tenantId: number, commands: readonly MapVariant[], ambient: Ambient): Promise<Answer[]> {
  return store.transact(tenantId, (tx) =>
    answerOnce(tx, commands, async (fresh) => {
      const now = ambient.now();
      const journal = new Journal(contextOf(ambient, now, { actor: "system" }), new StockBook([], []));
      const channels = new Map((await tx.loadChannels(now)).map((channel) => [channel.code, channel]));
      const items = new Map((await loadItemsWithComponents(tx, fresh.map(({ sku }) => sku), now)).map((item) => [item.sku, item]));
      const mapped = new Map<string, KnownListing>();
      const answers = fresh.map((command): Answer => {
        const channel = channels.get(command.channel);
        const item = items.get(command.sku);
        const unknown = [
          ...(channel ? [] : [{ pointer: "/channel", code: "UNKNOWN_CHANNEL" as const, detail: `There is no channel "${command.channel}".` }]),
          ...(item ? [] : [{ pointer: "/sku", code: "UNKNOWN_ITEM" as const, detail: `There is no item with SKU "${command.sku}".` }]),
        ];
        if (!channel || !item) return refuseFields(unknown);
        const unit = countedQuantity(item, "1", command.unit);
        const parts = partsOf(item, (sku) => items.get(sku));
        if (!parts.ok) return refuseFields([{ pointer: "/sku", code: parts.refusal.code, detail: parts.refusal.detail }]);
        if (!unit.ok) return refuse(unit.refusal.code, unit.refusal.detail, { errors: [{ pointer: "/unit", code: unit.refusal.code, detail: unit.refusal.detail }] });
        const { variantId } = command;
        mapped.set(`${channel.id}|${variantId}`, { channelId: channel.id, variantId, itemId: item.id, unit: command.unit, sku: null, title: "", mappedBy: command.actor });
        const told = { channel: channel.code, variant: variantId, item: publicId("item", item.id), sku: item.sku, unit: command.unit };
        journal.as(command, () => journal.event("VariantMapped", null, told));
        return done(told);
      });
      const save = async (): Promise<void> => {
        await tx.saveListings([...mapped.values()]);
        await tx.save(journal);
      };
      return { answers, save };
    }),
  );
}

/** Identifies the lines of up to `limit` orders that wait for a variant, as it is mapped now; returns how many orders there were. */
export function identifyWaiting(store: ChannelStore, tenantId: number, channel: string, variantId: string, limit: number, ambient: Ambient): Promise<number> {
  return store.transact(tenantId, async (tx) => {
    const now = ambient.now();
    const found = (await tx.loadChannels(now)).find(({ code }) => code === channel);
    if (!found) return 0;
    const name: VariantName = { channelId: found.id, variantId };
    const listing = (await tx.loadListings([name])).get(`${found.id}|${variantId}`);
    const orderIds = listing === undefined || listing.itemId === null ? [] : await tx.findUnidentifiedOrders(name, limit);
    if (!listing || listing.itemId === null || orderIds.length === 0) return 0;
    const [item] = await tx.loadItems([listing.itemId], now);
    if (!item) return 0;
    const items = await withComponents(tx, [item], now);
    // A kit that the catalogue does not describe in full is not taken apart; its lines wait until it does.
    const parts = partsOf(item, (sku) => items.find((one) => one.sku === sku));
    if (!parts.ok) return 0;
    const { facts, journal } = await openOrders(tx, orderIds, ambient, now, { actor: "journey" }, null, items.map(({ id }) => id));
    const listPrice = await loadIdentifiedPrices(tx, facts.orders.values(), variantId, item, listing.unit, found);
    let changed = 0;
    for (const order of facts.orders.values()) {
      const identified = identifyLines(journal, order, variantId, { item, parts: parts.value, unit: listing.unit, listPrice }, sourcingFacts(facts, order));
      if (identified.ok && identified.value.lines.length > 0) changed += 1;
    }
    journal.close();
    await saveSettled(tx, journal, { channels: facts.channels.values(), nodes: facts.nodes });
    return changed;
  });
}
