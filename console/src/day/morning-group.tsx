// What is at one node and has to be ready for one cut-off.
import type { ReactElement } from 'react';
import { calendarDay, clockIn, everyZone, viewerZone } from '../time.ts';
import { Chip } from '../ui/chip.tsx';
import { Glyph } from '../ui/glyph.tsx';
import { Time } from '../ui/time.tsx';
import type { MorningEntry, MorningList, OrdoNode } from './api.ts';
import { type CutOff, type Group, isClosed, span } from './cut-off.ts';
import { MorningRow } from './morning-row.tsx';
import { t } from './words.ts';

const COLUMNS = ['order', 'cause', 'promised', 'before', 'value', 'fix', 'do'] as const;

interface Props {
  readonly group: Group;
  readonly node: OrdoNode | undefined;
  readonly overdue: MorningList['overdue'][number] | undefined;
  readonly now: number;
  readonly idOf: (entry: MorningEntry) => string;
}

export function MorningGroup({ group, node, overdue, now, idOf }: Props): ReactElement {
  const name = group.node === '' ? t('noNodeYet') : node?.name ?? group.node;
  const here = group.entries.filter(({ gone }) => !gone).length;
  const until = group.cutOff === null ? '' : clockIn(Date.parse(group.cutOff.at), group.cutOff.time_zone);
  return (
    <section className="morning-group" aria-label={until === '' ? name : `${name}, ${until}`}>
      <header>
        <h3>{name}</h3>
        {node && isClosed(node, now) ? <Closed node={node} /> : null}
        {group.cutOff ? <Until cutOff={group.cutOff} carriers={group.carriers} now={now} /> : null}
        <span className="muted">{t(group.node === '' ? 'waiting' : 'entries', { count: here })}</span>
        {overdue ? <span className="morning-overdue">{t('overdue', { count: overdue.shipments, day: calendarDay(overdue.oldest) })}</span> : null}
      </header>
      <div className="table-frame">
        <table className="morning-table" role="table" aria-label={t('list', { node: name })}>
          <thead role="rowgroup"><tr role="row">{COLUMNS.map((column) => <th key={column} scope="col" role="columnheader" className={`w-${column}`}>{t(`column.${column}`)}</th>)}</tr></thead>
          <tbody role="rowgroup">{group.entries.map((shown) => <MorningRow key={idOf(shown.item)} shown={shown} />)}</tbody>
        </table>
      </div>
    </section>
  );
}

function Closed({ node: { status, operations: { paused_until: until } } }: { readonly node: OrdoNode }): ReactElement {
  if (status === 'offline' || until === null) return <Chip look={{ word: t('closed'), tone: 'red', glyph: 'stop' }} />;
  return <><Chip look={{ word: t('closedUntil'), tone: 'amber', glyph: 'stop' }} /> <Time iso={until} as="brief" /></>;
}

/** Within two hours it is urgent; once it has passed nothing can be caught tonight. */
const URGENT_MS = 2 * 3_600_000;

/** The cut-off by the node's clock, by the reader's where that is another, and how long it is until then. */
function Until({ cutOff: { at: iso, kind, time_zone: zone }, carriers, now }: { readonly cutOff: CutOff; readonly carriers: readonly string[]; readonly now: number }): ReactElement {
  const at = Date.parse(iso);
  const [there, here] = [clockIn(at, zone), clockIn(at, viewerZone())];
  const { hours, minutes } = span(now, at);
  const [left, tone, glyph] = at <= now ? ['passed', 'red', 'cross'] as const : at - now < URGENT_MS ? ['soon', 'amber', 'alert'] as const : ['left', 'blue', 'third'] as const;
  return (
    <span className="cut-off">
      <time dateTime={iso} title={everyZone(at, zone)}>{t(kind === 'closing' ? 'closes' : carriers.length === 0 ? 'cutOff' : 'cutOffOf', { time: there, carriers: carriers.join(', ') })}{here === there ? null : <span className="muted"> · {t('yours', { time: here })}</span>}</time>
      <strong className={`countdown tone-${tone}`}><Glyph name={glyph} />{t(left, { hours, minutes })}</strong>
    </span>
  );
}
