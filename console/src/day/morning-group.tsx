// What one node's cut-off will miss.
import type { ReactElement } from 'react';
import { calendarDay } from '../time.ts';
import { Chip } from '../ui/chip.tsx';
import { Time } from '../ui/time.tsx';
import type { MorningEntry, MorningList, OrdoNode } from './api.ts';
import { type Group, isClosed, span } from './cut-off.ts';
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
  return (
    <section className="morning-group" aria-label={name}>
      <header>
        <h2>{name}</h2>
        {node && isClosed(node, now) ? <Closed node={node} /> : null}
        {node ? <CutOff group={group} node={node} now={now} /> : null}
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

function CutOff({ group: { cutOff }, node, now }: { readonly group: Group; readonly node: OrdoNode; readonly now: number }): ReactElement {
  if (cutOff === null) return <span className="muted">{t('noCutOff')}</span>;
  const { hours, minutes } = span(now, cutOff);
  const isPast = cutOff <= now;
  const look = isPast ? 'red' : cutOff - now < URGENT_MS ? 'amber' : 'blue';
  return (
    <span className="cut-off" title={t('zone', { zone: node.time_zone })}>
      {t('cutOff', { time: node.cut_off?.slice(0, 5) ?? '' })} <span className="muted">{node.time_zone}</span>
      <strong className={`countdown tone-${look}`}>{t(isPast ? 'passed' : 'left', { hours, minutes })}</strong>
    </span>
  );
}
