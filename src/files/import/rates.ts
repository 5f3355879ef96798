import { CALLS_AT_ONCE, eachOf } from '../many.ts';
import type { Prepared, Preparing } from './prepare.ts';
import type { ImportTarget } from './target.ts';

export interface RateOptions {
  /** Card of rows that name none. */
  readonly rateCard: string | null;
  /** Nothing is changed. */
  readonly isTrial: boolean;
}

/** Rate cards, each whole. A table has no surcharges, so those that the card has stay. Ordo itself knows whether anything differs. */
export const prepareRates = (api: ImportTarget, { rateCard }: RateOptions): Preparing => async (entries) => {
  const prepared: Prepared[] = [];
  await eachOf(entries, CALLS_AT_ONCE, async (entry) => {
    const card: Record<string, unknown> = { ...(rateCard === null ? {} : { code: rateCard }), ...entry.body };
    const code: unknown = card['code'];
    const there = typeof code === 'string' && card['surcharges'] === undefined ? await api.findRateCard(code) : null;
    prepared.push({ entry, action: 'create', line: there === null ? card : { ...card, surcharges: there['surcharges'] } });
  });
  return prepared;
};
