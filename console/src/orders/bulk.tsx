// Acting on many orders: first what it would do, grouped by reason, then the doing with progress, then what failed as a file.
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { asked, cache } from '../app/ask.ts';
import { offerUndo } from '../app/undo.tsx';
import { count } from '../numbers.ts';
import { a } from '../order/act-words.ts';
import { type BulkBody, type OrderAction, readBulk, readChanged, startBulk, stopBulk } from '../order/api.ts';
import { Problem } from '../ui/problem.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { HOLD_KINDS, holdWord } from '../words.ts';
import { filterOf, type ListQuery } from './query.ts';

const ACTIONS = ['hold', 'release_hold', 'release', 'reroute', 'tag', 'untag', 'assign', 'cancel'] as const;
type Action = (typeof ACTIONS)[number];
const ENDED: ReadonlySet<OrderAction['state']> = new Set(['done', 'failed', 'cancelled']);
const LOOK_MS = 400;

interface Args {
  readonly reason: string;
  readonly tag: string;
  readonly kind: string;
}

function bodyOf(action: Action, { reason, tag, kind }: Args, query: ListQuery, dryRun: boolean): BulkBody {
  const { limit: _limit, cursor: _cursor, count: _count, sort: _sort, ...filter } = filterOf(query);
  const orders = query.selected === 'all' ? { filter } : { ids: [...query.selected] };
  const head = { orders, dry_run: dryRun };
  switch (action) {
    case 'hold': return { action, args: { reason }, ...head };
    case 'cancel': return { action, args: { reason }, ...head };
    case 'release_hold': return { action, args: { kind: HOLD_KINDS.find((one) => one === kind) ?? 'MANUAL' }, ...head };
    case 'tag': case 'untag': return { action, args: { tags: [tag] }, ...head };
    case 'assign': return { action, args: { assignee: 'me' }, ...head };
    case 'release': case 'reroute': return { action, args: {}, ...head };
  }
}

const IDS_MAX = 1_000;

/** Takes off what was put on, or puts on what was taken off, of the orders that were changed by it and of no other. */
async function takeBack(id: string, action: 'tag' | 'untag', tag: string): Promise<void> {
  const ids = await asked(readChanged(id));
  for (let from = 0; from < ids.length; from += IDS_MAX) await asked(startBulk({ action: action === 'tag' ? 'untag' : 'tag', args: { tags: [tag] }, orders: { ids: ids.slice(from, from + IDS_MAX) } }));
}

/** Once one leaves, what was done can be taken back where that is exact: of other actions it is not known what was there before. */
function useWayBack(action: Action, tag: string, now: OrderAction | undefined): void {
  const offer = useRef<(() => void) | null>(null);
  const [changed, id] = [now?.counts.changed ?? 0, now?.id ?? ''];
  offer.current = now === undefined || now.dry_run || !ENDED.has(now.state) || changed === 0 || (action !== 'tag' && action !== 'untag') ? null
    : () => offerUndo(`${a(action)} “${tag}”: ${a('changed', { count: changed })}.`, () => takeBack(id, action, tag));
  useEffect(() => () => offer.current?.(), []);
}

export default function Bulk({ query, close }: { readonly query: ListQuery; readonly close: () => void }): ReactElement {
  const [action, setAction] = useState<Action>('hold');
  const [args, setArgs] = useState<Args>({ reason: '', tag: '', kind: 'MANUAL' });
  const [id, setId] = useState<string | null>(null);
  const starting = useMutation({ mutationFn: (dryRun: boolean) => asked(startBulk(bodyOf(action, args, query, dryRun))), onSuccess: (started) => setId(started.id) });
  const running = useQuery({ queryKey: ['bulk', id], enabled: id !== null, queryFn: () => asked(readBulk(id ?? '')), refetchInterval: ({ state }) => (state.data !== undefined && ENDED.has(state.data.state) ? false : LOOK_MS) });
  const now = id === null ? undefined : running.data;
  useWayBack(action, args.tag, now);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    starting.mutate(true);
  };
  const leave = (): void => {
    void cache.invalidateQueries({ queryKey: ['orders', 'fresh'] });
    close();
  };
  const reasoned = action === 'hold' || action === 'cancel';
  return (
    <Sheet title={a('act')} close={leave}>
    <form className="ask-form" onSubmit={submit}>
      <div className="field"><label htmlFor="bulk-action">{a('actions')}</label><select id="bulk-action" value={action} onChange={(event) => {
        setAction(ACTIONS.find((one) => one === event.target.value) ?? 'hold');
        setId(null);
      }}>{ACTIONS.map((one) => <option key={one} value={one}>{a(one)}{one === 'assign' ? `: ${a('me')}` : ''}</option>)}</select></div>
      {reasoned ? <div className="field"><label htmlFor="bulk-reason">{a('reason')}</label><input id="bulk-reason" required maxLength={500} autoComplete="off" value={args.reason} onChange={(event) => setArgs({ ...args, reason: event.target.value })} /></div> : null}
      {action === 'tag' || action === 'untag' ? <div className="field"><label htmlFor="bulk-tag">{a('tagName')}</label><input id="bulk-tag" required maxLength={40} autoComplete="off" value={args.tag} onChange={(event) => setArgs({ ...args, tag: event.target.value })} /></div> : null}
      {action === 'release_hold' ? <div className="field"><label htmlFor="bulk-kind">{a('holdKind')}</label><select id="bulk-kind" value={args.kind} onChange={(event) => setArgs({ ...args, kind: event.target.value })}>{HOLD_KINDS.filter((kind) => kind !== 'CHANNEL_PAUSED').map((kind) => <option key={kind} value={kind}>{holdWord(kind)}</option>)}</select></div> : null}
      <Problem error={starting.error ?? running.error} />
      <div aria-live="polite">{now === undefined ? null : <Progress of={now} />}</div>
      <div className="form-actions">
        {now === undefined ? <button type="submit" className="button primary">{a('whatFirst')}</button> : null}
        {now?.dry_run === true && now.state === 'done' && now.counts.changed > 0 ? <button type="button" className={action === 'cancel' ? 'button danger' : 'button primary'} onClick={() => starting.mutate(false)}>{a('run', { count: now.counts.changed })}</button> : null}
        {now !== undefined && !ENDED.has(now.state) ? <button type="button" className="button" onClick={() => void stopBulk(now.id)}>{a('stop')}</button> : null}
        {now !== undefined && !now.dry_run && ENDED.has(now.state) && now.counts.failed + now.counts.skipped > 0 ? <a className="button" href={`/v1/order-actions/${encodeURIComponent(now.id)}/failures`} download>{a('failures')}</a> : null}
      </div>
    </form>
    </Sheet>
  );
}

function Progress({ of: { state, dry_run: dry, orders, counts, reasons, seconds_left: left } }: { readonly of: OrderAction }): ReactElement {
  if (state === 'finding') return <p className="muted">{a('finding')}</p>;
  return (
    <>
      {ENDED.has(state) ? null : <p><progress max={Math.max(1, orders.total)} value={orders.done} aria-label={a('progress', { done: orders.done, total: orders.total })} /> {a('progress', { done: count(orders.done), total: count(orders.total) })}{left === null ? '' : `, ${a('left', { seconds: left })}`}</p>}
      <p><strong>{a(dry ? 'eligible' : 'changed', { count: counts.changed })}</strong>{counts.skipped === 0 ? '' : `, ${a('skipped', { count: counts.skipped })}`}{counts.failed === 0 ? '' : `, ${a('failed', { count: counts.failed })}`}{ENDED.has(state) && !dry ? ` · ${a('finished')}` : ''}</p>
      <ul className="effects">{reasons.map(({ code, count: many, sentence, fix }) => <li key={code}><b>{count(many)}</b> {sentence} <span className="muted">{fix}</span></li>)}</ul>
    </>
  );
}
