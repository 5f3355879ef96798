// The entries of one queue: kept in place while they change, chosen with X, taken with A, and worked on one by one or together.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactElement, type RefObject, useMemo, useRef, useState } from 'react';
import { asked, every, failureOf } from '../app/ask.ts';
import { useKeys } from '../app/keys.ts';
import { useMay } from '../app/session.ts';
import { Link } from '../ui/link.tsx';
import { FailurePage, Notice } from '../ui/notice.tsx';
import { stepped } from '../ui/virtual.ts';
import { fixSentence } from './fix-words.ts';
import { readItems, type WorkQueue, type WorkQueueItem } from './api.ts';
import { BulkBar } from './bulk-bar.tsx';
import { Item, nameOf } from './item.tsx';
import { deskUrl, type DeskQuery } from './query.ts';
import { type Shown, useStaying } from './stay.ts';
import { queueName, t } from './words.ts';
import { type Ask, WorkSheet } from './work-sheet.tsx';

const REFRESH_MS = 5_000;
const COLUMNS = ['order', 'reason', 'since', 'owner', 'stake', 'fix'] as const;
const NOTHING: readonly Shown<WorkQueueItem>[] = [];

/** What stands on the screen, and whether the last answer came. */
function useShown(query: DeskQuery) {
  const key = deskUrl(query);
  const answer = useQuery({ queryKey: ['desk', 'items', key], queryFn: () => asked(readItems(query)), refetchInterval: every(REFRESH_MS), placeholderData: keepPreviousData });
  const data = answer.isPlaceholderData ? undefined : answer.data;
  const last = data?.rows.at(-1)?.since ?? '';
  const staying = useStaying(key, data?.rows, { idOf: ({ id }) => id, isGone: ({ since }) => data?.next === null || since < last });
  return { answer, next: data?.next ?? null, ...staying };
}

const rowsIn = (body: RefObject<HTMLElement | null>): HTMLTableRowElement[] => [...(body.current?.querySelectorAll<HTMLTableRowElement>('tr[data-id]') ?? [])];

export function Items({ query, queue }: { readonly query: DeskQuery; readonly queue: WorkQueue }): ReactElement {
  const { answer, entries, next, tidy } = useShown(query);
  const shown = entries ?? NOTHING;
  const here = shown.filter(({ gone }) => !gone).map(({ item }) => item);
  const gone = shown.length - here.length;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | null>(null);
  const [ask, setAsk] = useState<Ask | null>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const names = useMemo(() => new Map(shown.map(({ item }) => [item.id, nameOf(item)])), [shown]);
  const may = useMay()('orders:write');
  const selected = here.filter(({ id }) => chosen.has(id));
  const select = (id: string, range: boolean): void => {
    const ids = here.map((one) => one.id);
    const [from, to] = [ids.indexOf(last.current ?? ''), ids.indexOf(id)];
    last.current = id;
    const span = range && from >= 0 ? ids.slice(Math.min(from, to), Math.max(from, to) + 1) : null;
    setChosen(span ? new Set([...chosen, ...span]) : chosen.has(id) ? new Set([...chosen].filter((one) => one !== id)) : new Set([...chosen, id]));
  };
  useListKeys(body, { select, none: () => setChosen(new Set()), tidy });
  const askOne = (item: WorkQueueItem, action: 'fix' | 'snooze'): void =>
    setAsk({ action, name: action === 'fix' ? item.fix.action : 'snooze', what: nameOf(item), ids: [item.id], needs: action === 'fix' ? item.fix.needs : [], sentence: action === 'fix' ? fixSentence(item) : '', names });
  const sentences = new Set(shown.map(({ item }) => fixSentence(item)));
  if (answer.error && (!entries || failureOf(answer.error).kind !== 'away')) return <FailurePage failure={failureOf(answer.error)} retry={() => void answer.refetch()} />;
  if (entries && shown.length === 0) return <Nothing query={query} queue={queue} />;
  const isAll = here.length > 0 && selected.length === here.length;
  return (
    <>
      <div className="desk-helps">{sentences.size === 1 ? <p><strong>{t('helps')}</strong> {[...sentences][0]}</p> : null}{gone === 0 ? null : <button type="button" className="button" onClick={tidy}>{t('tidy', { count: gone })}</button>}</div>
      <div className="table-frame" aria-busy={entries === null || undefined}>
        <table className="desk" role="table" aria-label={t('entries', { queue: queueName(queue) })}>
          <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader" className="d-select">{may ? <input type="checkbox" aria-label={t('selectAll')} checked={isAll} onChange={() => setChosen(new Set(isAll ? [] : here.map(({ id }) => id)))} /> : null}</th>
            {COLUMNS.map((name) => <th key={name} scope="col" role="columnheader" className={`d-${name}`}>{t(`column.${name}`)}</th>)}</tr></thead>
          <tbody role="rowgroup" ref={body}>
            {shown.map((one) => <Item key={one.item.id} queue={queue.code} shown={one} withSentence={sentences.size > 1} selected={!one.gone && chosen.has(one.item.id)} select={select} ask={askOne} />)}
            {entries === null ? Array.from({ length: Math.min(queue.open.value, 8) || 3 }, (_, at) => <tr key={at} role="row" aria-hidden="true"><td colSpan={COLUMNS.length + 1}><span className="bone" /></td></tr>) : null}
          </tbody>
        </table>
      </div>
      <nav className="pager" aria-label={t('pages')}>
        {query.cursor === '' ? null : <Link className="button" href={deskUrl({ ...query, cursor: '' })}>{t('toOldest')}</Link>}
        {next === null ? null : <Link className="button" href={deskUrl({ ...query, cursor: next })}>{t('later')}</Link>}
      </nav>
      {may && selected.length > 0 ? <BulkBar queue={queue} query={query} selected={selected} names={names} ask={setAsk} none={() => setChosen(new Set())} /> : null}
      {ask === null ? null : <WorkSheet queue={queue.code} ask={ask} close={() => setAsk(null)} />}
    </>
  );
}

interface ListActions {
  readonly select: (id: string, range: boolean) => void;
  readonly none: () => void;
  readonly tidy: () => void;
}

function useListKeys(body: RefObject<HTMLElement | null>, { select, none, tidy }: ListActions): void {
  const step = (by: 1 | -1): void => {
    const rows = rowsIn(body);
    const row = rows[stepped(rows.findIndex((one) => one.contains(document.activeElement)), by, rows.length)];
    (row?.querySelector<HTMLElement>('a.number') ?? row?.querySelector<HTMLElement>('input, button'))?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: 'nearest' });
  };
  const chooseFocused = (range: boolean): void => {
    const row = document.activeElement?.closest<HTMLElement>('tr[data-id]:not([data-gone])');
    if (row?.dataset['id'] !== undefined && row.querySelector('.d-select input') !== null) select(row.dataset['id'], range);
  };
  const take = (): void => document.activeElement?.closest('tr')?.querySelector<HTMLElement>('[data-do=assign]')?.click();
  useKeys({ a: take, j: () => step(1), k: () => step(-1), x: () => chooseFocused(false), 'shift+x': () => chooseFocused(true), escape: none, n: tidy });
}

function Nothing({ query, queue }: { readonly query: DeskQuery; readonly queue: WorkQueue }): ReactElement {
  if (query.mine || query.snoozed || query.cursor !== '') return <Notice shape="dashed" title={t(query.mine ? 'noneMine' : 'noneSnoozed')}><Link className="button" href={deskUrl({ queue: query.queue })}>{t('showOpen')}</Link></Notice>;
  return <Notice shape="full" title={t('queueEmpty')}><p>{t('queueEmptyWhy')}</p>{queue.snoozed === 0 ? null : <Link className="button" href={deskUrl({ queue: query.queue, snoozed: true })}>{t('restHere', { count: queue.snoozed })}</Link>}</Notice>;
}
