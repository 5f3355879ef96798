// Messages that came in, by what became of them: looked at, taken in again or discarded, one or many at once.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { asked, cache, every } from '../app/ask.ts';
import { useKeys } from '../app/keys.ts';
import { useMay } from '../app/session.ts';
import { orderUrl } from '../orders/urls.ts';
import { Choice } from '../orders/filters.tsx';
import { Chip } from '../ui/chip.tsx';
import { Link } from '../ui/link.tsx';
import { Notice } from '../ui/notice.tsx';
import { Pager } from '../ui/pager.tsx';
import { Act, PlainTable } from '../ui/plain-table.tsx';
import { Time } from '../ui/time.tsx';
import { stepped } from '../ui/virtual.ts';
import { Written } from '../ui/written.tsx';
import { type InboxMessage, type MessageFilter, readConnections, readMessages, replay } from './api.ts';
import { DecideSheet, type Deciding } from './decide-sheet.tsx';
import { messageLook } from './message-look.ts';
import { MessageSheet } from './message.tsx';
import { type ConnectionsView, connectionsUrl } from './query.ts';
import { stateOf, StateTabs } from './state-tabs.tsx';
import { t } from './inbox-words.ts';

const REFRESH_MS = 5_000;
const STATES = ['quarantined', 'waiting', 'done', 'ignored', 'kept', 'dropped'] as const;
const NOTHING: readonly InboxMessage[] = [];

const filterOf = (view: ConnectionsView): MessageFilter => {
  const state = stateOf(view, STATES);
  return { ...(state === '' ? {} : { state }), ...(view.connection === '' ? {} : { connection: view.connection }), ...(view.external === '' ? {} : { external_id: view.external }) };
};

/** Which rows are chosen, from one to another with Shift; what is not on the screen any more is not chosen. */
function useChosen(rows: readonly InboxMessage[], of: string) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | null>(null);
  const ids = rows.map(({ id }) => id);
  useEffect(() => setChosen(new Set()), [of]);
  const toggle = (id: string, range: boolean): void => {
    const [from, to] = [ids.indexOf(last.current ?? ''), ids.indexOf(id)];
    last.current = id;
    const span = range && from >= 0 ? ids.slice(Math.min(from, to), Math.max(from, to) + 1) : null;
    setChosen(span ? new Set([...chosen, ...span]) : chosen.has(id) ? new Set([...chosen].filter((one) => one !== id)) : new Set([...chosen, id]));
  };
  const selected = ids.filter((id) => chosen.has(id));
  const isAll = ids.length > 0 && selected.length === ids.length;
  return { selected, has: (id: string) => chosen.has(id), toggle, isAll, shown: () => setChosen(new Set(isAll ? [] : ids)), none: () => setChosen(new Set()) };
}

export function Inbox({ view }: { readonly view: ConnectionsView }): ReactElement {
  const filter = filterOf(view);
  const { cursor } = view;
  const here: Partial<ConnectionsView> = { state: filter.state ?? '', connection: view.connection, external: view.external };
  const place = JSON.stringify([filter, cursor]);
  const answer = useQuery({ queryKey: ['inbox', filter, cursor], queryFn: () => asked(readMessages(filter, cursor)), refetchInterval: every(REFRESH_MS), placeholderData: keepPreviousData });
  const { history } = useRouter();
  const may = useMay()('channels:write');
  const rows = answer.data?.rows ?? NOTHING;
  const chosen = useChosen(rows, place);
  const [deciding, setDeciding] = useState<Deciding | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  useRowKeys(frame, chosen);
  const urlOf = (of: string): string => connectionsUrl('inbox', { ...here, cursor, of });
  const select = <td className="d-select">{may ? <input type="checkbox" aria-label={t('selectAll')} checked={chosen.isAll} onChange={chosen.shown} /> : null}</td>;
  const row = (one: InboxMessage): ReactElement => <Row key={one.id} one={one} url={urlOf(one.id)} may={may} chosen={chosen} drop={() => setDeciding({ action: 'drop', which: { ids: [one.id] }, count: 1 })} />;
  return (
    <div ref={frame}>
      <StateTabs tab="inbox" view={here} states={STATES} word={(one) => t.maybe(`message.${one}`) ?? one} />
      <Filters view={view} here={here} />
      <PlainTable label={t('inbox')} answer={{ ...answer, data: answer.data?.rows }} lead={select} columns={[t('message'), t('topic'), t('received'), t('state'), t('order'), t('reason'), t('tries'), '']} figures={[t('tries')]} row={row} empty={<Nothing isNarrowed={Object.keys(filter).length > 0 || cursor !== ''} />} />
      {answer.data === undefined ? null : <Pager shown={rows.length} cursor={cursor} next={answer.data.next} url={(at) => connectionsUrl('inbox', { ...here, cursor: at })} />}
      {may && chosen.selected.length > 0 ? <Selected chosen={chosen.selected} none={chosen.none} filter={filter} decide={setDeciding} /> : null}
      {deciding === null ? null : <DecideSheet deciding={deciding} names={new Map(rows.map((one) => [one.id, `${one.connection} ${one.delivery_id}`]))} close={() => setDeciding(null)} />}
      {view.of === '' ? null : <MessageSheet key={view.of} id={view.of} close={() => history.push(connectionsUrl('inbox', { ...here, cursor }))} decide={(asking) => {
        history.push(connectionsUrl('inbox', { ...here, cursor }));
        setDeciding(asking);
      }} />}
    </div>
  );
}

interface RowProps {
  readonly one: InboxMessage;
  readonly url: string;
  readonly may: boolean;
  readonly chosen: ReturnType<typeof useChosen>;
  readonly drop: () => void;
}

function Row({ one, url, may, chosen, drop }: RowProps): ReactElement {
  return (
    <tr data-id={one.id} className={chosen.has(one.id) ? 'selected' : undefined}>
      <td className="d-select">{may ? <input type="checkbox" aria-label={t('select', { what: one.delivery_id })} checked={chosen.has(one.id)} onChange={({ nativeEvent }) => chosen.toggle(one.id, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)} /> : null}</td>
      <th scope="row"><Link className="number" href={url} aria-label={t('open', { what: one.delivery_id })}>{one.connection}</Link><div className="mono code">{one.delivery_id}</div></th><td>{one.topic}</td><td><Time iso={one.received_at} as="relative" /></td><td><Chip look={messageLook(one.state)} /></td>
      <td>{one.order === null ? one.external_id : <Link className="number" href={orderUrl(one.order)}>{one.external_id ?? one.order}</Link>}</td><td className="long" lang="en" dir="auto">{one.reason}</td><td className="figure">{one.attempts}</td>
      <td className="row-actions">{!may || one.state === 'done' ? null : <Act label={t('replay')} of={one.delivery_id} run={async () => {
        await asked(replay(one.id));
        void cache.invalidateQueries({ queryKey: ['inbox'] });
        return t('replayed');
      }} />}{!may || one.state !== 'quarantined' ? null : <button type="button" className="button quiet" aria-label={`${t('drop')}: ${one.delivery_id}`} onClick={drop}>{t('drop')}…</button>}</td>
    </tr>
  );
}

function Filters({ view, here }: { readonly view: ConnectionsView; readonly here: Partial<ConnectionsView> }): ReactElement {
  const { history } = useRouter();
  const known = useQuery({ queryKey: ['connections'], queryFn: () => asked(readConnections()) });
  const go = (change: Partial<ConnectionsView>): void => history.push(connectionsUrl('inbox', { ...here, ...change }));
  return (
    <div className="filter-row connections-filters" role="group" aria-label={t('filters')}>
      <Choice id="connection" label={t('connection')} any={t('anyConnection')} value={view.connection} options={(known.data ?? []).map(({ code }) => [code, code])} chosen={(connection) => go({ connection })} />
      <Written id="external" label={t('external')} hint={t('externalHint')} value={view.external} options={[]} chosen={(external) => go({ external })} />
      {view.connection === '' && view.external === '' ? null : <Link className="button quiet" href={connectionsUrl('inbox', { state: view.state })}>{t('clear')}</Link>}
    </div>
  );
}

const Nothing = ({ isNarrowed }: { readonly isNarrowed: boolean }): ReactElement => (isNarrowed
  ? <Notice shape="dashed" title={t('noMessages')}><p>{t('noMessagesWhy')}</p><Link className="button" href={connectionsUrl('inbox')}>{t('showAll')}</Link></Notice>
  : <Notice shape="empty" title={t('none')}><p>{t('noneWhy')}</p><Link className="button" href={connectionsUrl('channels')}>{t('toChannels')}</Link></Notice>);

interface SelectedProps {
  readonly chosen: readonly string[];
  readonly filter: MessageFilter;
  readonly none: () => void;
  readonly decide: (asking: Deciding) => void;
}

function Selected({ chosen, filter, none, decide }: SelectedProps): ReactElement {
  const [isWhole, setWhole] = useState(false);
  const text = isWhole ? t('whole') : t('selected', { count: chosen.length });
  const asking = isWhole ? { which: { filter }, count: null } : { which: { ids: chosen }, count: chosen.length };
  return (
    <section className="selection" aria-label={text}>
      <strong>{text}</strong>
      <button type="button" className="button" onClick={() => decide({ action: 'replay', ...asking })}>{t('replay')}…</button>
      <button type="button" className="button" onClick={() => decide({ action: 'drop', ...asking })}>{t('drop')}…</button>
      {isWhole ? null : <button type="button" className="button quiet" onClick={() => setWhole(true)}>{t('takeAll')}</button>}
      <button type="button" className="button quiet" onClick={none}>{t('selectNone')}</button>
    </section>
  );
}

function useRowKeys(frame: { readonly current: HTMLElement | null }, { toggle, none }: ReturnType<typeof useChosen>): void {
  const rows = (): HTMLTableRowElement[] => [...(frame.current?.querySelectorAll<HTMLTableRowElement>('tr[data-id]') ?? [])];
  const step = (by: 1 | -1): void => {
    const all = rows();
    const row = all[stepped(all.findIndex((one) => one.contains(document.activeElement)), by, all.length)];
    row?.querySelector<HTMLElement>('a.number')?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: 'nearest' });
  };
  const choose = (range: boolean): void => {
    const row = document.activeElement?.closest<HTMLElement>('tr[data-id]');
    if (row?.dataset['id'] !== undefined && row.querySelector('.d-select input') !== null) toggle(row.dataset['id'], range);
  };
  useKeys({ j: () => step(1), k: () => step(-1), x: () => choose(false), 'shift+x': () => choose(true), escape: none });
}
