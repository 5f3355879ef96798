import { CALLS_AT_ONCE, eachOf } from '../many.ts';
import type { Body, Entry } from './entries.ts';
import { type Prepared, type Preparing, Remembered } from './prepare.ts';
import type { ImportTarget, ListedPrice } from './target.ts';

export interface PriceOptions {
  /** List of rows that name none. */
  readonly priceList: string | null;
  /** Nothing is changed. */
  readonly isTrial: boolean;
}

/**
 * Prices of lists. Ordo itself knows which of them are there already, so they are simply sent; a trial asks for the list, the
 * item and its prices beforehand.
 */
export function preparePrices(api: ImportTarget, { priceList, isTrial }: PriceOptions): Preparing {
  const lists = new Remembered((code) => api.hasPriceList(code));
  return async (entries) => {
    const prepared: Prepared[] = [];
    await eachOf(entries, CALLS_AT_ONCE, async (entry) => { prepared.push(isTrial ? await tried(entry) : { entry, action: 'create', line: lineOf(entry) }); });
    return prepared;
  };

  function lineOf({ body }: Entry): Body {
    return { ...(priceList !== null ? { price_list: priceList } : {}), ...body };
  }

  async function tried(entry: Entry): Promise<Prepared> {
    const line = lineOf(entry);
    const [list, sku] = [String(line['price_list'] ?? ''), String(line['sku'] ?? '')];
    const fail = (code: string, detail: string): Prepared => ({ entry, action: 'fail', problem: { code, detail } });
    if (list === '' || !(await lists.has(list))) return fail('UNKNOWN_PRICE_LIST', `There is no price list "${list}".`);
    const item = sku === '' ? null : await api.findItem(sku);
    if (item === null) return fail('UNKNOWN_ITEM', `There is no item with SKU "${sku}".`);
    const there = samePrice(line, item['base_unit'], await api.pricesOf(list, sku), Date.now());
    if (there === undefined) return { entry, action: 'create', line };
    return isSame(line, there) ? { entry, action: 'skip' } : { entry, action: 'update', line };
  }
}

/** The price that a row means: the one that begins when it says, or, where it says nothing, the one that is valid now. */
function samePrice(line: Body, baseUnit: unknown, prices: readonly ListedPrice[], now: number): ListedPrice | undefined {
  const unit = line['unit'] === undefined || line['unit'] === baseUnit ? null : line['unit'];
  const from = line['valid_from'] === undefined ? null : Date.parse(String(line['valid_from']));
  return prices.findLast((price) => price.unit === unit && price.minimum_quantity === plain(line['minimum_quantity'] ?? 0)
    && (from === null ? Date.parse(price.valid_from) <= now && now < endOf(price.valid_to) : Date.parse(price.valid_from) === from));
}

const isSame = (line: Body, price: ListedPrice): boolean => price.unit_price === plain(line['unit_price']) && endOf(price.valid_to) === endOf(line['valid_to']);

const endOf = (at: unknown): number => (at === undefined || at === null ? Number.POSITIVE_INFINITY : Date.parse(String(at)));

/** "007.50" as Ordo writes it. */
const plain = (value: unknown): string => String(value).replace(/^0+(?=\d)/, '').replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
