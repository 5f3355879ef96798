// What speaks for fraud, where the order's channel asks for it: the score, and what it is made of.
import type { ReactElement } from 'react';
import type { Order } from '../api.ts';
import { useReasonText } from '../reasons/reason.tsx';
import { Fact } from './facts-list.tsx';
import { t } from './words.ts';

/** Nothing where nobody asked. */
export function RiskPanel({ order: { risk } }: { readonly order: Order }): ReactElement | null {
  const say = useReasonText();
  if (risk === null) return null;
  return (
    <section className="card money" aria-labelledby="risk-title">
      <h2 id="risk-title">{t('risk', { score: risk.score })}</h2>
      {risk.reasons.length === 0 ? <p className="muted">{t('noRisk')}</p>
        : <dl className="sums">{risk.reasons.map(({ reason, points }) => <Fact key={reason} what={capital(say(reason))}>+{points}</Fact>)}</dl>}
    </section>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Where the order's coordinates come from, in words; null where it has none. */
export const placeWords = ({ geocode }: Order): string | null =>
  (geocode === null ? null : `${t.maybe(`at.${geocode.precision}`) ?? geocode.precision}, ${t.maybe(`from.${geocode.source}`) ?? geocode.source}`);
