import { countedQuantity, type Item, PRICE_SCALE, type PriceList, readQuantity, spokenIn } from "../domain/catalog/index.ts";
import { StockBook } from "../domain/inventory/index.ts";
import { type By, type FieldError, formatScaled, publicId, scaledInteger } from "../domain/kernel/index.ts";
import { Journal, refuseFields } from "../domain/order/index.ts";
import { answerOnce, done } from "./idempotent.ts";
import { baseless } from "./list-prices.ts";
import { type Ambient, type Answer, type CommandHead, contextOf } from "./ports.ts";
import type { PriceName, PriceStore, PriceTransaction, StoredPrice } from "./price-store.ts";

export type PriceListCommand = CommandHead & { readonly list: Omit<PriceList, "id"> };

/** A price of a list, in the caller's words: what one unit of an item costs from a quantity on. */
export type PriceCommand = CommandHead & {
  readonly priceList: string;
  readonly sku: string;
  readonly unit: string | null;
  /** Decimal text, in the named unit. */
  readonly minimumQuantity: string;
  readonly unitPrice: string;
  /** Null for now: where the same price is valid already, nothing changes. */
  readonly validFrom: number | null;
  readonly validTo: number | null;
};

/** Creates price lists, or changes whom they are for; that holds at once, for orders that come from then on. */
export function savePriceLists(store: PriceStore, tenantId: number, commands: readonly PriceListCommand[], ambient: Ambient): Promise<Answer[]> {
  return store.transact(tenantId, (tx) =>
    answerOnce(tx, commands, async (fresh) => {
      const now = ambient.now();
      const journal = new Journal(contextOf(ambient, now, { actor: "system" }), new StockBook([], []));
      const channels = new Map((await tx.loadChannels(now)).map((channel) => [channel.code, channel]));
      const lists = new Map((await tx.loadPriceLists(fresh.map(({ list }) => list.code))).map((list) => [list.code, list]));
      const saved = new Map<string, PriceList>();
      const answers = fresh.map((command): Answer => {
        const { list } = command;
        const known = lists.get(list.code);
        const errors = [...(known ? meaningErrors(list, known) : []), ...channelErrors(list, channels)];
        if (errors.length > 0) return refuseFields(errors);
        const one = { ...list, id: known?.id ?? ambient.newId() };
        lists.set(list.code, one);
        saved.set(list.code, one);
        const id = publicId("priceList", one.id);
        journal.as(command, () => journal.event("PriceListSaved", null, { price_list: id, code: list.code }));
        return done({ id, code: list.code }, known === undefined);
      });
      return {
        answers,
        save: async () => {
          await tx.savePriceLists([...saved.values()]);
          await tx.save(journal);
        },
      };
    }),
  );
}

/** Prices of a list are amounts of its currency: another one would give every price another meaning. */
function meaningErrors(list: Omit<PriceList, "id">, known: PriceList): FieldError[] {
  const errors: FieldError[] = [];
  if (list.currency !== known.currency) errors.push({ pointer: "/currency", code: "INVALID_FIELD", detail: `The prices of ${list.code} are in ${known.currency}, and that stays; put prices in ${list.currency} into a list of their own.` });
  if (list.taxIncluded !== known.taxIncluded) {
    const what = known.taxIncluded ? "include tax" : "are without tax";
    errors.push({ pointer: "/tax_included", code: "INVALID_FIELD", detail: `The prices of ${list.code} ${what}, and that stays; put the others into a list of their own.` });
  }
  return errors;
}

const channelErrors = ({ channels, currency }: Omit<PriceList, "id">, known: ReadonlyMap<string, { readonly currency: string }>): FieldError[] =>
  (channels ?? []).flatMap((code, index): FieldError[] => {
    const channel = known.get(code);
    if (!channel) return [{ pointer: `/channels/${index}`, code: "UNKNOWN_CHANNEL", detail: `There is no channel "${code}".` }];
    return channel.currency === currency ? [] : [{ pointer: `/channels/${index}`, code: "CURRENCY_MISMATCH", detail: `Channel ${code} sells in ${channel.currency}, the list is in ${currency}.` }];
  });

/** Adds and changes prices of lists. A price that is there already, word for word, changes nothing. */
export function savePrices(store: PriceStore, tenantId: number, commands: readonly PriceCommand[], ambient: Ambient): Promise<Answer[]> {
  return store.transact(tenantId, (tx) =>
    answerOnce(tx, commands, async (fresh) => {
      const now = ambient.now();
      const read = await readCommands(tx, fresh, now);
      const readable = read.filter((one): one is Readable => !("ok" in one));
      const found = new Map((await tx.loadPrices(readable.map(({ name }) => name), now)).map((price, index) => [readable[index], price]));
      const saved = new Map<string, StoredPrice>();
      const changes = new Map<string, Changed>();
      const answers = read.map((one, index): Answer => {
        if ("ok" in one) return one;
        const { name, unitPrice, validTo } = one;
        const wanted: StoredPrice = { ...name, validFrom: name.validFrom ?? now, validTo, unitPrice };
        const slot = JSON.stringify([name.priceListId, name.itemId, name.unit, name.minimumQuantity, wanted.validFrom]);
        const known = saved.get(slot) ?? found.get(one) ?? null;
        const changed = known === null || known.unitPrice !== unitPrice || known.validTo !== validTo;
        if (changed) {
          saved.set(slot, wanted);
          note(changes, one, fresh[index] ?? { actor: "api" });
        }
        return done(bodyOf(one, changed ? wanted : known, changed), known === null);
      });
      const journal = new Journal(contextOf(ambient, now, { actor: "system" }), new StockBook([], []));
      for (const { by, list, count, skus } of changes.values()) {
        journal.as(by, () => journal.event("PricesSaved", null, { price_list: publicId("priceList", list.id), code: list.code, prices: count, skus: [...skus] }));
      }
      return {
        answers,
        save: async () => {
          await tx.savePrices([...saved.values()]);
          await tx.save(journal);
        },
      };
    }),
  );
}

interface Readable {
  readonly list: PriceList;
  readonly item: Item;
  /** Base units in one of the price's unit. */
  readonly factor: number;
  readonly name: PriceName;
  readonly unitPrice: string;
  readonly validTo: number | null;
}

/** SKUs that the event of a batch names. */
const SKUS_MAX = 20;

/** One event tells of all that a caller changed in a list with one batch. */
interface Changed { readonly by: By; readonly list: PriceList; count: number; readonly skus: Set<string> }

function note(changes: Map<string, Changed>, { list, item }: Readable, by: By): void {
  const key = `${by.actor} ${by.origin?.request} ${by.origin?.via} ${list.id}`;
  let changed = changes.get(key);
  if (!changed) changes.set(key, (changed = { by, list, count: 0, skus: new Set() }));
  changed.count += 1;
  if (changed.skus.size < SKUS_MAX) changed.skus.add(item.sku);
}

function bodyOf({ list, item, factor, name }: Readable, { unitPrice, validFrom, validTo }: StoredPrice, changed: boolean): Readonly<Record<string, unknown>> {
  return {
    price_list: list.code, sku: item.sku, unit: name.unit, minimum_quantity: spokenIn(item, name.minimumQuantity, factor), unit_price: unitPrice,
    valid_from: new Date(validFrom).toISOString(), valid_to: validTo === null ? null : new Date(validTo).toISOString(), changed,
  };
}

async function readCommands(tx: PriceTransaction, commands: readonly PriceCommand[], now: number): Promise<(Readable | ReturnType<typeof refuseFields>)[]> {
  const [loadedLists, loadedItems] = await Promise.all([
    tx.loadPriceLists([...new Set(commands.map(({ priceList }) => priceList))]), tx.loadItemsBySku([...new Set(commands.map(({ sku }) => sku))], now),
  ]);
  const lists = new Map(loadedLists.map((list) => [list.code, list]));
  const items = new Map(loadedItems.map((item) => [item.sku, item]));
  return commands.map((command) => readCommand(command, lists.get(command.priceList), items.get(command.sku), now));
}

/** Twelve digits before the point, so that a price for a factor of a million base units is exact. */
const PRICE_LIMIT = 10n ** 18n;

function readCommand(command: PriceCommand, list: PriceList | undefined, item: Item | undefined, now: number): Readable | ReturnType<typeof refuseFields> {
  const { priceList, sku, unit, minimumQuantity, unitPrice, validFrom, validTo } = command;
  const errors: FieldError[] = [];
  if (!list) errors.push({ pointer: "/price_list", code: "UNKNOWN_PRICE_LIST", detail: `There is no price list "${priceList}".` });
  if (!item) errors.push({ pointer: "/sku", code: "UNKNOWN_ITEM", detail: `There is no item with SKU "${sku}".` });
  const price = scaledInteger(unitPrice, PRICE_SCALE);
  if (price === undefined || price < 0n || price >= PRICE_LIMIT) {
    errors.push({ pointer: "/unit_price", code: "INVALID_FIELD", detail: `"${unitPrice}" is not a price of at most 12 digits before and ${PRICE_SCALE} after the point, zero or more.` });
  }
  if (validTo !== null && validTo < (validFrom ?? now)) {
    errors.push({ pointer: "/valid_to", code: "INVALID_FIELD", detail: `valid_to ${new Date(validTo).toISOString()} is before the price begins to be valid.` });
  }
  const one = item && countedQuantity(item, "1", unit);
  if (one && !one.ok) errors.push({ pointer: "/unit", code: one.refusal.code, detail: one.refusal.detail });
  const minimum = item && one?.ok ? readQuantity(item, { text: minimumQuantity, unit }, "zero") : undefined;
  if (minimum && !minimum.ok) errors.push({ pointer: "/minimum_quantity", code: minimum.refusal.code, detail: minimum.refusal.detail });
  if (!list || !item || price === undefined || !one?.ok || !minimum?.ok || errors.length > 0) return refuseFields(errors);
  const name = { priceListId: list.id, itemId: item.id, unit: baseless(item, unit), minimumQuantity: minimum.value, validFrom };
  return { list, item, factor: one.value.factor, name, unitPrice: formatScaled(price, PRICE_SCALE), validTo };
}
