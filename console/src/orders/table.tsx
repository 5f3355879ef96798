// The rows on the screen.
import { useRouter } from '@tanstack/react-router';
import { type MouseEvent, type ReactElement, useEffect, useImperativeHandle, useState, type Ref } from 'react';
import type { OrderSummary } from '../api.ts';
import { ROW_PX, usePreferences } from '../app/preferences.ts';
import type { Facts } from '../facts.ts';
import { isPlain } from '../ui/link.tsx';
import { focusedRow, stepped, useVirtualRows } from '../ui/virtual.ts';
import { type ColumnName } from './columns.ts';
import { Row } from './row.tsx';
import { orderUrl } from './urls.ts';
import { t } from './words.ts';

/** A card of the narrow screen and the gap under it. */
const CARD_PX = 120;
const SKELETON_ROWS = 12;

export interface TableHandle {
  readonly step: (by: 1 | -1) => void;
  readonly focus: (index: number) => void;
  /** The index of the row that has the focus, or -1. */
  readonly at: () => number;
}

interface Props {
  readonly handle: Ref<TableHandle>;
  readonly orders: readonly OrderSummary[];
  readonly columns: readonly ColumnName[];
  readonly facts: Facts;
  readonly searching: boolean;
  readonly loading: boolean;
  readonly isSelected: (id: string) => boolean;
  readonly allSelected: boolean;
  readonly gone: ReadonlySet<string>;
  readonly changes: ReadonlyMap<string, number>;
  readonly onSelect: (id: string, range: boolean) => void;
  readonly onSelectAll: () => void;
  /** The rows that are in sight now. */
  readonly onSight: (first: number, end: number) => void;
}

function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia('(max-width: 760px)').matches);
  useEffect(() => {
    const media = matchMedia('(max-width: 760px)');
    const change = (): void => setNarrow(media.matches);
    media.addEventListener('change', change);
    return () => media.removeEventListener('change', change);
  }, []);
  return narrow;
}

export function OrderTable(props: Props): ReactElement {
  const { handle, orders, columns, facts, searching, loading, isSelected, allSelected, gone, changes, onSelect, onSelectAll, onSight } = props;
  const { history } = useRouter();
  const { density } = usePreferences();
  const rowPx = useNarrow() ? CARD_PX : ROW_PX[density];
  const virtual = useVirtualRows(orders.length, rowPx);
  const { table, first, end, above, below, focusRow } = virtual;
  useEffect(() => onSight(first, end), [first, end, orders.length]);
  useImperativeHandle(handle, () => ({ step: (by) => void (orders.length > 0 && focusRow(stepped(focusedRow(), by, orders.length))), focus: focusRow, at: focusedRow }), [orders.length, focusRow]);
  /** The link opens an order; so does a plain click anywhere else on its row, unless text is being selected. */
  const openRow = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0 || !(event.target instanceof Element) || event.target.closest('a, input, .c-select') || getSelection()?.isCollapsed === false) return;
    const id = event.target.closest('tr')?.dataset['id'];
    if (id === undefined) return;
    if (isPlain(event)) history.push(orderUrl(id));
    else open(orderUrl(id), '_blank', 'noopener');
  };
  const blank = loading && orders.length === 0;
  return (
    <div className="table-frame" hidden={orders.length === 0 && !loading}>
      <table ref={table} className="orders" role="table" aria-label={t('title')} aria-rowcount={-1}>
        <thead role="rowgroup"><tr role="row" aria-rowindex={1}>
          <th className="c-select" role="columnheader" scope="col"><input type="checkbox" aria-label={t('selectShown')} checked={allSelected} onChange={onSelectAll} /></th>
          {columns.map((name) => <th key={name} scope="col" role="columnheader" className={`c-${name}`}>{t(`column.${name}`)}</th>)}
          {searching ? <th scope="col" role="columnheader" className="c-found">{t('column.found')}</th> : null}
        </tr></thead>
        <tbody role="rowgroup" onClick={openRow}>
          {above > 0 ? <tr className="blank" aria-hidden="true" style={{ height: above }}><td /></tr> : null}
          {orders.slice(first, end).map((order, offset) => (
            <Row key={order.id} order={order} index={first + offset} columns={columns} facts={facts} searching={searching} selected={isSelected(order.id)} gone={gone.has(order.id)} changes={changes.get(order.id) ?? 0} onSelect={onSelect} />))}
          {below > 0 ? <tr className="blank" aria-hidden="true" style={{ height: below }}><td /></tr> : null}
          {blank ? Array.from({ length: SKELETON_ROWS }, (_, at) => <tr key={at} className="skeleton" role="row" aria-hidden="true"><td className="c-select" />{columns.map((name) => <td key={name} className={`c-${name}`}><span className="bone" /></td>)}</tr>) : null}
        </tbody>
      </table>
    </div>
  );
}
