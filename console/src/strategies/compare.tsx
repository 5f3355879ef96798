// Two worlds beside each other. Every pair of bars stands in the table that says its figures, so both are one.
import type { ReactElement } from 'react';
import { useFacts } from '../app/facts.ts';
import { count, micros } from '../numbers.ts';
import type { SimulatedWorld } from './api.ts';
import { t } from './words.ts';

interface Props {
  readonly live: SimulatedWorld;
  readonly draft: SimulatedWorld;
  readonly currency: string | null;
}

interface Measure {
  readonly name: string;
  readonly live: number | null;
  readonly draft: number | null;
  readonly say: (value: number) => string;
  /** How far apart two are, where that is said otherwise. */
  readonly apart?: ((value: number) => string) | undefined;
  /** Whether more of it is worse, better, or neither. */
  readonly more: 'worse' | 'better' | 'other';
}

/** As it is shown, so that what two of them differ by is what the reader finds, too. */
const tenths = (value: number | null): number | null => (value === null ? null : Math.round(value * 10) / 10);
const percent = (value: number): string => `${count(value)} %`;
/** Between two shares: a percentage of what, one would ask otherwise. */
const points = (value: number): string => t('points', { count: count(Math.round(value * 10) / 10) });
const km = (value: number): string => `${count(Math.round(value))} km`;

function measures({ live, draft, currency }: Props): readonly Measure[] {
  const of = (name: string, value: (world: SimulatedWorld) => number | null, say: (value: number) => string, more: Measure['more'], apart?: Measure['apart']): Measure => ({ name, live: value(live), draft: value(draft), say, apart, more });
  return [
    of(t('m.cost'), (world) => world.cost_micros, (value) => micros(value, currency), 'worse'),
    of(t('m.split'), (world) => tenths(world.split_percent), percent, 'worse', points),
    of(t('m.shipments'), (world) => world.shipments, count, 'worse'),
    of(t('m.distance'), (world) => world.kilometres, km, 'worse'),
    of(t('m.each'), (world) => world.kilometres_per_shipment, km, 'worse'),
    of(t('m.late'), (world) => tenths(world.late_percent), percent, 'worse', points),
    of(t('m.fill'), (world) => tenths(world.fill_percent), percent, 'better', points),
    of(t('m.waiting'), (world) => world.waiting_orders, count, 'worse'),
  ];
}

export function Comparison(props: Props): ReactElement {
  return (
    <div className="pairs-frame">
      <Pairs title={t('measures')} rows={measures(props)} head={t('measure')} />
      <Load {...props} />
    </div>
  );
}

function Load({ live, draft }: Props): ReactElement {
  const { nodeName } = useFacts();
  const shipments = (world: SimulatedWorld, node: string): number => world.nodes.find((one) => one.node === node)?.shipments ?? 0;
  const codes = [...new Set([...live.nodes, ...draft.nodes].map(({ node }) => node))];
  const rows = codes.map((code): Measure => ({ name: nodeName(code), live: shipments(live, code), draft: shipments(draft, code), say: count, more: 'other' })).toSorted((a, b) => (b.live ?? 0) - (a.live ?? 0));
  return <Pairs title={t('nodeLoad')} rows={rows} head={t('node')} shared />;
}

/** Bars of a measure are drawn on its own scale; those that count the same thing share one. */
function Pairs({ title, rows, head, shared = false }: { readonly title: string; readonly rows: readonly Measure[]; readonly head: string; readonly shared?: boolean }): ReactElement {
  const most = (some: readonly Measure[]): number => Math.max(1e-9, ...some.flatMap(({ live, draft }) => [live ?? 0, draft ?? 0]));
  const all = most(rows);
  return (
    <section className="card"><h2>{title}</h2>
      <table className="pairs">
        <thead><tr><th scope="col">{head}</th><th scope="col">{t('liveSide')}</th><th scope="col">{t('draftSide')}</th><th scope="col">{t('delta')}</th></tr></thead>
        <tbody>{rows.map((row) => <Row key={row.name} row={row} scale={shared ? all : most([row])} />)}</tbody>
      </table>
    </section>
  );
}

function Row({ row: { name, live, draft, say, apart = say, more }, scale }: { readonly row: Measure; readonly scale: number }): ReactElement {
  const cell = (value: number | null, kind: string): ReactElement => (
    <td><span className="pair-figure">{value === null ? <span className="muted" title={t('notKnownWhy')}>{t('notKnown')}</span> : say(value)}</span>{value === null ? null : <span className={`pair-bar ${kind}`} aria-hidden="true"><i style={{ '--share': `${(value / scale) * 100}%` }} /></span>}</td>
  );
  return <tr><th scope="row">{name}</th>{cell(live, 'live')}{cell(draft, 'draft')}<td>{live === null || draft === null ? <span className="muted">–</span> : <Delta by={draft - live} say={apart} more={more} />}</td></tr>;
}

function Delta({ by, say, more }: { readonly by: number; readonly say: (value: number) => string; readonly more: Measure['more'] }): ReactElement {
  const text = say(Math.abs(by));
  if (by === 0 || text === say(0)) return <span className="muted">{t('same')}</span>;
  const verdict = more === 'other' ? null : (by > 0) === (more === 'better') ? 'better' : 'worse';
  return <span className={verdict === null ? undefined : `delta tone-${verdict === 'better' ? 'green' : 'amber'}`}><b>{by > 0 ? '+' : '−'}{text}</b>{verdict === null ? null : <span> {t(verdict)}</span>}</span>;
}
