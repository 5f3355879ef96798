// One order as a row. A list shows some thirty of them at once, so a cell is one element wherever it can be.
import { type MouseEvent, memo, type ReactElement, type ReactNode } from 'react';
import type { OrderSummary, SearchMatch } from '../api.ts';
import type { Facts } from '../facts.ts';
import { money, quantity } from '../numbers.ts';
import { shaped } from '../ui/chip.tsx';
import { Link } from '../ui/link.tsx';
import { Time } from '../ui/time.tsx';
import { holdLook, orderLook, paymentLook, searchWord } from '../words.ts';
import type { ColumnName } from './columns.ts';
import { progressOf } from './progress.ts';
import { orderUrl } from './urls.ts';
import { t } from './words.ts';

interface Props {
  readonly order: OrderSummary;
  readonly index: number;
  readonly columns: readonly ColumnName[];
  readonly facts: Facts;
  readonly searching: boolean;
  readonly selected: boolean;
  readonly gone: boolean;
  /** Counts the changes of its state while it was shown; 0 before the first. */
  readonly changes: number;
  readonly onSelect: (id: string, range: boolean) => void;
}

export const Row = memo(function Row({ order, index, columns, facts, searching, selected, gone, changes, onSelect }: Props): ReactElement {
  const pulse = changes === 0 ? '' : changes % 2 === 0 ? ' changed' : ' changed again';
  const select = (event: MouseEvent): void => onSelect(order.id, event.shiftKey);
  return (
    <tr role="row" data-id={order.id} aria-rowindex={index + 2} aria-selected={selected} className={`${selected ? 'selected' : ''}${gone ? ' gone' : ''}${pulse}`} title={gone ? t('gone') : undefined}>
      <td className="c-select" role="cell"><input type="checkbox" aria-label={t('select', { number: order.number })} checked={selected} onClick={select} onChange={() => undefined} /></td>
      {columns.map((name) => CELLS[name](order, facts))}
      {searching ? <td className="c-found" role="cell"><Found matches={order.matches ?? []} /></td> : null}
    </tr>
  );
});

const cell = (name: ColumnName, children: ReactNode, title?: string, look = ''): ReactElement => <td key={name} className={`c-${name} ${look}`} role="cell" title={title}>{children}</td>;

const CELLS: Readonly<Record<ColumnName, (order: OrderSummary, facts: Facts) => ReactElement>> = {
  number: ({ id, number }) => <th key="number" scope="row" className="c-number" role="rowheader"><Link href={orderUrl(id)} className="number">#{number}</Link></th>,
  placed: ({ placed_at: at }) => cell('placed', <Time iso={at} as="both" />),
  status: ({ status }) => {
    const look = orderLook(status);
    return cell('status', <span className={`chip ${shaped(look)}`}>{look.word}</span>);
  },
  channel: ({ channel }, facts) => cell('channel', facts.channelName(channel), channel),
  external: ({ external_id: external }) => cell('external', external, external, 'mono'),
  units: ({ units, line_count: lines }) => {
    const number = quantity(units.ordered, units.quantity_scale);
    return cell('units', number, t('unitsInLines', { units: number, lines }));
  },
  shipped: ({ units }) => {
    const { share, words, sentence } = progressOf(units);
    const look = share === null ? 'muted' : `progress tone-${share === 1 ? 'green' : 'blue'}`;
    return <td key="shipped" className={`c-shipped ${look}`} role="cell" title={sentence} style={share === null ? undefined : { '--share': `${share * 100}%` }}>{words}</td>;
  },
  nodes: ({ nodes }, facts) => {
    const names = nodes.map((code) => facts.nodeName(code));
    const [first, ...others] = names;
    return cell('nodes', first === undefined ? t('noNode') : others.length === 0 ? first : `${first} +${others.length}`, names.join('\n') || undefined, first === undefined ? 'muted' : '');
  },
  holds: ({ open_holds: holds }) => {
    const words = holds.map((kind) => holdLook(kind).word);
    const [first, ...others] = words;
    return cell('holds', first === undefined ? null : others.length === 0 ? first : `${first} +${others.length}`, first === undefined ? undefined : `${t('openHold')}: ${words.join(', ')}`, first === undefined ? '' : `state ${shaped(holdLook(holds[0] ?? ''))}`);
  },
  payment: ({ payment_state: state }) => {
    const look = paymentLook(state);
    return cell('payment', look.word, undefined, `state ${shaped(look)}`);
  },
  total: ({ total_minor: total, currency }) => cell('total', money(total, currency)),
  assignee: ({ assignee }, facts) => cell('assignee', assignee === null ? null : facts.personName(assignee)),
  tags: ({ tags }) => cell('tags', tags.join(', '), tags.join('\n') || undefined),
};

/** What of the order matched a search. */
function Found({ matches }: { readonly matches: readonly SearchMatch[] }): ReactElement | null {
  const [first, ...others] = matches;
  if (first === undefined) return null;
  const all = matches.map(({ field, text }) => `${searchWord(field)}: ${text}`).join('\n');
  return <><span className="clip" title={all}><span className="muted">{searchWord(first.field)} </span>{marked(first)}</span>{others.length > 0 ? <span className="more" title={all}>+{others.length}</span> : null}</>;
}

/** Ranges are counted as JavaScript counts; should a text have changed on its way, what is out of it is left out. */
function marked({ text, ranges }: SearchMatch): ReactNode[] {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [begin, end] of ranges) {
    parts.push(text.slice(at, begin), <mark key={begin}>{text.slice(begin, end)}</mark>);
    at = end;
  }
  return [...parts, text.slice(at)];
}
