import type { Preparing } from './prepare.ts';

export interface PriceOptions {
  /** List of rows that name none. */
  readonly priceList: string | null;
  /** Nothing is changed. */
  readonly isTrial: boolean;
}

/** Prices of lists. Ordo itself knows which of them are there already, so they are simply sent. */
export const preparePrices = ({ priceList }: PriceOptions): Preparing => async (entries) =>
  entries.map((entry) => ({ entry, action: 'create', line: { ...(priceList !== null ? { price_list: priceList } : {}), ...entry.body } }));
