// Orders that would go elsewhere, each with why on both sides.
import type { ReactElement } from 'react';
import { useFacts } from '../app/facts.ts';
import { micros } from '../numbers.ts';
import { orderUrl } from '../orders/urls.ts';
import { calendarDay } from '../time.ts';
import { Link } from '../ui/link.tsx';
import { Time } from '../ui/time.tsx';
import type { SimulatedOrder } from './api.ts';
import { t } from './words.ts';

interface Props {
  readonly rows: readonly SimulatedOrder[];
  readonly currency: string | null;
  readonly names: readonly [before: string, after: string];
}

export function MovedOrders({ rows, currency, names: [before, after] }: Props): ReactElement {
  return (
    <ol className="moved">{rows.map((row, at) => (
      <li key={row.order ?? at} className="card">
        <header>{row.order === null ? <b>{t('madeUp')}</b> : <Link className="number" href={orderUrl(row.order)}>#{row.number}</Link>}<span className="muted"><Time iso={row.captured_at} as="full" /></span><p className="moved-words" lang="en">{row.difference.sentence}</p></header>
        <div className="sides"><Side name={before} side={row.before} currency={currency} /><Side name={after} side={row.after} currency={currency} after /></div>
      </li>))}
    </ol>
  );
}

function Side({ name, side, currency, after = false }: { readonly name: string; readonly side: SimulatedOrder['before']; readonly currency: string | null; readonly after?: boolean }): ReactElement {
  const { nodeName } = useFacts();
  const nodes = [...new Set(side.placed.map(({ node }) => node))].map(nodeName);
  const facts = [side.cost_micros === null ? '' : micros(side.cost_micros, currency), side.arrival_date === null ? '' : t('there', { day: calendarDay(side.arrival_date) }), side.waiting ? t('partWaits') : ''].filter((one) => one !== '');
  return (
    <section className={after ? 'side after' : 'side'}>
      <h3>{name}</h3><p className="side-nodes">{nodes.length === 0 ? t('nowhere') : nodes.join(' + ')}</p><p lang="en">{side.reason}</p>{facts.length === 0 ? null : <p className="muted">{facts.join(' · ')}</p>}
    </section>
  );
}
