// Items down, nodes across, and in each cell what can be promised. One cell has the focus; typing notes a change of what is on hand.
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ClipboardEvent, type KeyboardEvent, type ReactElement, useLayoutEffect, useRef, useState } from 'react';
import { ROW_PX, usePreferences } from '../app/preferences.ts';
import { announce } from '../app/voice.ts';
import { quantity, quantityText } from '../numbers.ts';
import { language } from '../i18n/words.ts';
import { Told } from '../refusals/told.tsx';
import type { Availability, Item } from './api.ts';
import { type Change, cellKey, changeOf, pastedCells, stage, type Staged, unstage } from './staged.ts';
import { t } from './words.ts';

export interface Column { readonly code: string; readonly name: string }

interface Props {
  readonly rows: readonly Item[];
  readonly columns: readonly Column[];
  readonly of: (sku: string) => Availability | undefined;
  readonly staged: Staged;
  readonly mayWrite: boolean;
  readonly open: (sku: string, node: string) => void;
  /** Told which rows are in sight, so that what they say can be asked for. */
  readonly seen: (first: number, end: number) => void;
}

interface At { readonly row: number; readonly column: number }
const HEAD_PX = 40;
/** The network's column stands before those of the nodes. */
const NETWORK = 0;
const PAGE_ROWS = 12;

/** What is missing where more is promised than there is; 0 where all is well. */
export const missing = ({ on_hand: onHand, inbound, reserved, soft }: Availability['nodes'][number]): number => Math.max(0, reserved + soft - onHand - inbound);

/** A change that was typed for an item, or why it is none. */
export function typed(item: Item, node: string, text: string): Change | string {
  if (item.components !== null && item.components.length > 0) return t('kit');
  const change = changeOf(item.sku, node, text);
  if (change === null) return t('notANumber', { text });
  return (change.quantity.split('.')[1] ?? '').length > item.quantity_scale ? t('tooPrecise', { sku: item.sku, unit: item.base_unit }) : change;
}

export function Grid({ rows, columns, of, staged, mayWrite, open, seen }: Props): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const { density } = usePreferences();
  const rowPx = ROW_PX[density];
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => frame.current, estimateSize: () => rowPx, overscan: 4, scrollPaddingStart: HEAD_PX });
  useLayoutEffect(() => virtual.measure(), [rowPx, virtual]);
  const [at, setAt] = useState<At>({ row: 0, column: 1 });
  const [editing, setEditing] = useState<string | null>(null);
  /** Why what was written or pasted was not taken, until the next step. */
  const [told, setTold] = useState('');
  const say = (text: string): void => {
    setTold(text);
    announce(text);
  };
  const wanted = useRef(false);
  const items = virtual.getVirtualItems();
  const [first, end] = [items[0]?.index ?? 0, (items.at(-1)?.index ?? -1) + 1];
  const reachable = at.row >= first && at.row < end ? at.row : first;
  useLayoutEffect(() => seen(first, end), [first, end]);
  useLayoutEffect(() => {
    const cell = wanted.current ? frame.current?.querySelector<HTMLElement>(`[data-cell="${at.row}:${at.column}"]`) : null;
    if (!cell) return;
    wanted.current = false;
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });
  const go = (row: number, column: number): void => {
    const next = { row: Math.min(Math.max(row, 0), rows.length - 1), column: Math.min(Math.max(column, NETWORK), columns.length) };
    wanted.current = true;
    setEditing(null);
    setTold('');
    setAt(next);
    virtual.scrollToIndex(next.row, { align: 'auto' });
  };
  const here: Here = { item: rows[at.row], node: columns[at.column - 1]?.code ?? null };
  const onKey = (event: KeyboardEvent): void => {
    if (editing !== null || event.nativeEvent.isComposing) return;
    const move = moves(event, at, rows.length, columns.length);
    if (move === null) return act(event, here, { staged, mayWrite, open, edit: setEditing, say });
    event.preventDefault();
    go(move.row, move.column);
  };
  const onPaste = (event: ClipboardEvent): void => {
    if (!mayWrite || editing !== null || at.column === NETWORK) return;
    event.preventDefault();
    const { changes, skipped } = pasted(event.clipboardData.getData('text/plain'), at, rows, columns);
    stage(changes);
    const noted = t('pasted', { count: changes.length });
    setTold(skipped === 0 ? '' : t('skipped', { count: skipped }));
    announce(skipped === 0 ? noted : `${noted}. ${t('skipped', { count: skipped })}`);
  };
  const blank = (count: number): ReactElement | null => (count <= 0 ? null : <tr className="blank" role="presentation"><td role="presentation" colSpan={columns.length + 2} style={{ height: count * rowPx }} /></tr>);
  return (
    <>{told === '' ? null : <p className="stock-told">{told}</p>}
    <div className="stock-frame" ref={frame} onPaste={onPaste}>
      <table className="stock-grid" role="grid" aria-label={t('grid')} aria-rowcount={rows.length + 1} aria-colcount={columns.length + 2} onKeyDown={onKey}>
        <thead role="rowgroup"><tr role="row" aria-rowindex={1}><th role="columnheader" scope="col" className="s-item">{t('item')}</th><th role="columnheader" scope="col">{t('network')}</th>{columns.map(({ code, name }) => <th key={code} role="columnheader" scope="col" title={name}><span className="s-name">{name}</span></th>)}</tr></thead>
        <tbody role="rowgroup">
          {blank(first)}
          {rows.slice(first, end).map((item, index) => {
            const row = first + index;
            return <Row key={item.sku} item={item} row={row} said={of(item.sku)} columns={columns} staged={staged} focus={row === reachable ? at.column : null} select={(column) => go(row, column)} open={open}
              editing={row === at.row ? editing : null} commit={(text, then) => commit(here, text, then, say)} cancel={() => go(at.row, at.column)} then={(down, right) => go(at.row + down, at.column + right)} />;
          })}
          {blank(rows.length - end)}
        </tbody>
      </table>
    </div></>
  );
}

/** The item and node of the cell with the focus; no node in the network's column. */
interface Here { readonly item: Item | undefined; readonly node: string | null }

function commit({ item, node }: Here, text: string, then: () => void, say: (text: string) => void): void {
  if (!item || node === null) return;
  const change = typed(item, node, text);
  if (typeof change === 'string') return say(change);
  stage([change]);
  announce(t('staged', { count: 1 }));
  then();
}

interface Acts extends Pick<Props, 'staged' | 'mayWrite' | 'open'> {
  readonly edit: (text: string) => void;
  readonly say: (text: string) => void;
}

/** What keys that do not move do: open, take back, begin to write. */
function act(event: KeyboardEvent, { item, node }: Here, { staged, mayWrite, open, edit, say }: Acts): void {
  if (event.ctrlKey || event.metaKey || event.altKey || !item) return;
  const noted = node === null ? null : cellKey(item.sku, node);
  if (event.key === 'Enter' && node !== null) {
    event.preventDefault();
    open(item.sku, node);
  } else if (event.key === 'Escape' || event.key === 'Delete' || event.key === 'Backspace') {
    if (noted === null || !staged.has(noted)) return;
    event.preventDefault();
    unstage([noted]);
    announce(t('unstaged'));
  } else if (mayWrite && (event.key === 'F2' || /^[\d+\-\u2212]$/.test(event.key))) {
    event.preventDefault();
    if (node === null) say(t('network1'));
    else edit(event.key === 'F2' ? '' : event.key);
  }
}

function moves({ key, ctrlKey, metaKey }: KeyboardEvent, { row, column }: At, rows: number, columns: number): At | null {
  const far = ctrlKey || metaKey;
  switch (key) {
    case 'ArrowDown': return { row: far ? rows - 1 : row + 1, column };
    case 'ArrowUp': return { row: far ? 0 : row - 1, column };
    case 'ArrowRight': return { row, column: far ? columns : column + 1 };
    case 'ArrowLeft': return { row, column: far ? NETWORK : column - 1 };
    case 'Home': return { row: far ? 0 : row, column: NETWORK };
    case 'End': return { row: far ? rows - 1 : row, column: columns };
    case 'PageDown': return { row: row + PAGE_ROWS, column };
    case 'PageUp': return { row: row - PAGE_ROWS, column };
    default: return null;
  }
}

/** What a block of cells notes, from the cell with the focus on; empty cells leave what they fall on alone. */
function pasted(text: string, at: At, rows: readonly Item[], columns: readonly Column[]): { readonly changes: readonly Change[]; readonly skipped: number } {
  const all = pastedCells(text).flatMap((line, down) => line.map((cell, right) => ({ cell, item: rows[at.row + down], node: columns[at.column - 1 + right]?.code }))).filter(({ cell }) => cell !== '');
  const changes = all.flatMap(({ cell, item, node }) => {
    const change = item && node !== undefined ? typed(item, node, cell) : '';
    return typeof change === 'string' ? [] : [change];
  });
  return { changes, skipped: all.length - changes.length };
}

interface RowProps {
  readonly item: Item;
  readonly row: number;
  readonly said: Availability | undefined;
  readonly columns: readonly Column[];
  readonly staged: Staged;
  /** The column that the keyboard reaches in this row, if any. */
  readonly focus: number | null;
  readonly editing: string | null;
  readonly select: (column: number) => void;
  readonly open: (sku: string, node: string) => void;
  readonly commit: (text: string, then: () => void) => void;
  readonly cancel: () => void;
  readonly then: (down: number, right: number) => void;
}

function Row({ item, row, said, columns, staged, focus, editing, select, open, commit, cancel, then }: RowProps): ReactElement {
  const { sku } = item;
  const write = (units: number): string => quantity(units, item.quantity_scale);
  const nowhere = said !== undefined && said.nodes.length === 0;
  return (
    <tr role="row" aria-rowindex={row + 2}>
      <th role="rowheader" scope="row" className="s-item" title={`${sku} · ${item.name}`}><span className="mono">{sku}</span> <span className="s-title" dir="auto">{item.name}</span></th>
      <td role="gridcell" data-cell={`${row}:${NETWORK}`} tabIndex={focus === NETWORK ? 0 : -1} className="s-network" onClick={() => select(NETWORK)}>{said === undefined ? '' : nowhere ? <span className="s-nowhere">{t('atNoNode')}</span> : write(said.network.atp)}</td>
      {columns.map(({ code, name }, index) => {
        const column = index + 1;
        const place = said?.nodes.find(({ node }) => node === code);
        const change = staged.get(cellKey(sku, code));
        const isEdited = editing !== null && focus === column;
        const short = place ? missing(place) : 0;
        return (
          <td key={code} role="gridcell" data-cell={`${row}:${column}`} tabIndex={focus === column ? 0 : -1} onClick={({ nativeEvent }) => (nativeEvent instanceof PointerEvent && nativeEvent.pointerType === 'touch' ? open(sku, code) : select(column))} onDoubleClick={() => open(sku, code)}
            className={change ? `s-staged${change.refused === null ? '' : ' s-refused'}` : short > 0 ? 's-short' : place === undefined ? 's-none' : undefined} title={language() === 'en' ? change?.refused?.detail : undefined}>
            {isEdited ? <Edit label={t('edit', { sku, node: name })} text={editing} commit={commit} cancel={cancel} then={then} /> : change ? <Noted change={change} /> : said === undefined ? '' : place === undefined ? <><span aria-hidden="true">·</span><span className="visually-hidden">{t('notThere')}</span></> : <>{write(place.atp)}{short > 0 ? <span className="s-missing">−{write(short)}<span className="visually-hidden"> {t('short', { count: write(short) })}</span></span> : null}</>}
          </td>);
      })}
    </tr>
  );
}

const Noted = ({ change }: { readonly change: Change }): ReactElement => {
  const amount = quantityText(change.quantity);
  const text = change.kind === 'count' ? `= ${amount}` : change.quantity.startsWith('-') ? `− ${quantityText(change.quantity.slice(1))}` : `+ ${amount}`;
  return <><span aria-hidden="true">{text}</span><span className="visually-hidden">{t('stagedCell', { change: t(change.kind === 'count' ? 'counted' : 'adjusted', { quantity: amount }) })}{change.refused === null ? null : <>, {t('refusedCell')} <Told of={change.refused} /></>}</span></>;
};

function Edit({ label, text, commit, cancel, then }: Pick<RowProps, 'commit' | 'cancel' | 'then'> & { readonly label: string; readonly text: string }): ReactElement {
  const done = useRef(false);
  const [value, setValue] = useState(text);
  const [wrong, setWrong] = useState(false);
  const keep = (down: number, right: number): void => {
    setWrong(true);
    commit(value, () => {
      done.current = true;
      then(down, right);
    });
  };
  return (
    <input className="s-edit" aria-label={label} aria-invalid={wrong || undefined} autoFocus inputMode="text" value={value} onChange={({ target }) => setValue(target.value)} onBlur={() => void (done.current || cancel())}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') keep(1, 0);
        else if (event.key === 'Tab') keep(0, event.shiftKey ? -1 : 1);
        else if (event.key === 'Escape') cancel();
        else return;
        event.preventDefault();
      }} />
  );
}

