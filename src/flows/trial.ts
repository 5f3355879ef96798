import type { Journal } from "../domain/order/index.ts";
import type { PriceStore, PriceTransaction } from "./price-store.ts";

/** Ends a transaction that decided and must leave nothing behind. */
class TrialOver extends Error {}

const unsaved = async (): Promise<void> => undefined;

/** A store on which flows decide as ever, on everything as it is, and of which nothing stays: not even a number is taken. `decided` sees what would be written. */
export const trialStore = (store: PriceStore, decided: (journal: Journal) => void = () => undefined): PriceStore => ({
  async transact<T>(tenantId: number, work: (tx: PriceTransaction) => Promise<T>): Promise<T> {
    const results: T[] = [];
    try {
      return await store.transact(tenantId, async (tx) => {
        results.push(await work(onTrial(tx, decided)));
        throw new TrialOver();
      });
    } catch (error) {
      const [result] = results.slice(-1);
      if (!(error instanceof TrialOver) || result === undefined) throw error;
      return result;
    }
  },
});

const onTrial = (tx: PriceTransaction, decided: (journal: Journal) => void): PriceTransaction => ({
  ...tx, takeOrderNumbers: async (count) => Array.from({ length: count }, (_, index) => index + 1), saveAnswers: unsaved, saveTraces: unsaved, takeGateTimes: async (_gate, _count, _everyMs, now) => now, saveItems: unsaved, saveNodes: unsaved, saveChannels: unsaved, saveShippingFacts: unsaved,
  saveClaims: unsaved, saveSupplyOrders: unsaved, savePriceLists: unsaved, savePrices: unsaved, save: async (journal) => decided(journal),
});
