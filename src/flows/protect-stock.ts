import { type Channel, isKitItem, type Item } from "../domain/catalog/index.ts";
import { StockBook } from "../domain/inventory/index.ts";
import { type FieldError, publicId } from "../domain/kernel/index.ts";
import { Journal, refuseFields } from "../domain/order/index.ts";
import { changedFields, toldChanges } from "./changed-fields.ts";
import { answerOnce, done } from "./idempotent.ts";
import { type Ambient, type Answer, type CommandHead, contextOf, type Store } from "./ports.ts";

/** What is kept back from now on: of items at each node, and by channels of all that they could offer. Counted units; null leaves as it is. */
export type ProtectStock = CommandHead & {
  readonly reason: string;
  readonly items: readonly { readonly sku: string; readonly safetyStock: number | null; readonly safetyPercent: number | null }[];
  readonly channels: readonly { readonly code: string; readonly buffer: number }[];
};

/** Says what is kept back, all of it or, where something cannot be, nothing; what else items and channels are stays. */
export function protectStock(store: Store, tenantId: number, commands: readonly ProtectStock[], ambient: Ambient): Promise<Answer[]> {
  return store.transact(tenantId, (tx) =>
    answerOnce(tx, commands, async (fresh) => {
      // Versions are written from what is read: one after the other, or one would take back what the other said.
      await tx.lockFacts();
      const now = ambient.now();
      const journal = new Journal(contextOf(ambient, now, { actor: "system" }), new StockBook([], []));
      const items = new Map((await tx.loadItemsBySku([...new Set(fresh.flatMap((command) => command.items.map(({ sku }) => sku)))], now)).map((item) => [item.sku, item]));
      const channels = new Map((await tx.loadChannels(now)).map((channel) => [channel.code, channel]));
      const [changedItems, changedChannels] = [new Set<string>(), new Set<string>()];
      const answers = fresh.map((command) => journal.as(command, () => {
        const errors = unknown(command, items, channels);
        if (errors.length > 0) return refuseFields(errors);
        for (const { sku, safetyStock, safetyPercent } of command.items) {
          const item = items.get(sku);
          if (item && tellItem(journal, items, item, { ...item, safetyStock: safetyStock ?? item.safetyStock, safetyPercent: safetyPercent ?? item.safetyPercent }, command.reason)) changedItems.add(sku);
        }
        for (const { code, buffer } of command.channels) {
          const channel = channels.get(code);
          if (channel && tellChannel(journal, channels, channel, { ...channel, buffer }, command.reason)) changedChannels.add(code);
        }
        return done({ items: [...changedItems], channels: [...changedChannels] });
      }));
      const dated = <T>(facts: ReadonlyMap<string, T>, names: Iterable<string>): { fact: T; validFrom: number; isFirst: boolean }[] => [...names].flatMap((name) => {
        const fact = facts.get(name);
        return fact === undefined ? [] : [{ fact, validFrom: now, isFirst: false }];
      });
      const save = async (): Promise<void> => {
        if (changedItems.size > 0) await tx.saveItems(dated(items, changedItems));
        if (changedChannels.size > 0) await tx.saveChannels(dated(channels, changedChannels));
        await tx.save(journal);
      };
      return { answers, save };
    }),
  );
}

function unknown(command: ProtectStock, items: ReadonlyMap<string, Item>, channels: ReadonlyMap<string, Channel>): FieldError[] {
  const ofItems = command.items.flatMap(({ sku }, index): FieldError[] => {
    const item = items.get(sku);
    if (!item) return [{ pointer: `/items/${index}/sku`, code: "UNKNOWN_ITEM", detail: `There is no item with SKU "${sku}".` }];
    return isKitItem(item) ? [{ pointer: `/items/${index}/sku`, code: "KIT_HAS_NO_STOCK", detail: `${sku} is a kit: keep back its components.` }] : [];
  });
  return [...ofItems, ...command.channels.flatMap(({ code }, index): FieldError[] => (channels.has(code) ? [] : [{ pointer: `/channels/${index}/code`, code: "UNKNOWN_CHANNEL", detail: `There is no channel "${code}".` }]))];
}

function tellItem(journal: Journal, items: Map<string, Item>, before: Item, after: Item, reason: string): boolean {
  if (before.safetyStock === after.safetyStock && before.safetyPercent === after.safetyPercent) return false;
  items.set(after.sku, after);
  journal.event("ItemSaved", null, { item: publicId("item", after.id), sku: after.sku, ...toldChanges(changedFields(before, after)) }, { reason });
  return true;
}

function tellChannel(journal: Journal, channels: Map<string, Channel>, before: Channel, after: Channel, reason: string): boolean {
  if (before.buffer === after.buffer) return false;
  channels.set(after.code, after);
  journal.event("ChannelSaved", null, { channel: publicId("channel", after.id), code: after.code, ...toldChanges(changedFields(before, after)) }, { reason });
  return true;
}
