// Acting on many orders: first what it would do, grouped by reason, then the doing with progress, then what failed as a file.
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { actionUrl } from '../actions/url.ts';
import { ENDED, LOOK_MS, offerWayBack } from '../actions/way-back.ts';
import { t as w } from '../actions/words.ts';
import { asked, cache } from '../app/ask.ts';
import { count } from '../numbers.ts';
import { a } from '../order/act-words.ts';
import { type BulkBody, type OrderAction, readBulk, startBulk, stopBulk } from '../order/api.ts';
import { Link } from '../ui/link.tsx';
import { Told } from '../refusals/told.tsx';
import { Problem } from '../ui/problem.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { HOLD_KINDS, holdWord } from '../words.ts';
import { filterOf, type ListQuery } from './query.ts';
import { t } from './words.ts';

const ACTIONS = ['hold', 'release_hold', 'release', 'reroute', 'tag', 'untag', 'assign', 'cancel'] as const;
type Action = (typeof ACTIONS)[number];
/** What of them can be taken back afterwards. */
const UNDOABLE: ReadonlySet<Action> = new Set(['hold', 'tag', 'untag', 'assign']);

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

/** Once one leaves, the way back from what was done last is offered as soon as that has ended. */
function useWayBack(): (begun: OrderAction) => void {
  const last = useRef<string | null>(null);
  // Who hears nothing of it finds it among the actions.
  useEffect(() => () => void (last.current !== null && offerWayBack(last.current).catch(() => undefined)), []);
  return ({ id, dry_run: dry }) => void (dry || (last.current = id));
}

export default function Bulk({ query, close }: { readonly query: ListQuery; readonly close: () => void }): ReactElement {
  const [action, setAction] = useState<Action>('hold');
  const [args, setArgs] = useState<Args>({ reason: '', tag: '', kind: 'MANUAL' });
  const [id, setId] = useState<string | null>(null);
  const begun = useWayBack();
  const starting = useMutation({ mutationFn: (dryRun: boolean) => asked(startBulk(bodyOf(action, args, query, dryRun))), onSuccess: (started) => {
    setId(started.id);
    begun(started);
  } });
  const running = useQuery({ queryKey: ['bulk', id], enabled: id !== null, queryFn: () => asked(readBulk(id ?? '')), refetchInterval: ({ state }) => (state.data !== undefined && ENDED.has(state.data.state) ? false : LOOK_MS) });
  const now = id === null ? undefined : running.data;
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
    <Sheet title={t('act')} close={leave}>
    <form className="ask-form" onSubmit={submit}>
      <div className="field"><label htmlFor="bulk-action">{a('actions')}</label><select id="bulk-action" value={action} onChange={(event) => {
        setAction(ACTIONS.find((one) => one === event.target.value) ?? 'hold');
        setId(null);
      }}>{ACTIONS.map((one) => <option key={one} value={one}>{a(one)}{one === 'assign' ? `: ${a('me')}` : ''}</option>)}</select></div>
      {reasoned ? <div className="field"><label htmlFor="bulk-reason">{a('reason')}</label><input id="bulk-reason" required maxLength={500} autoComplete="off" value={args.reason} onChange={(event) => setArgs({ ...args, reason: event.target.value })} /></div> : null}
      {action === 'tag' || action === 'untag' ? <div className="field"><label htmlFor="bulk-tag">{a('tagName')}</label><input id="bulk-tag" required maxLength={40} autoComplete="off" value={args.tag} onChange={(event) => setArgs({ ...args, tag: event.target.value })} /></div> : null}
      {action === 'release_hold' ? <div className="field"><label htmlFor="bulk-kind">{a('holdKind')}</label><select id="bulk-kind" value={args.kind} onChange={(event) => setArgs({ ...args, kind: event.target.value })}>{HOLD_KINDS.filter((kind) => kind !== 'CHANNEL_PAUSED').map((kind) => <option key={kind} value={kind}>{holdWord(kind)}</option>)}</select></div> : null}
      <p className="muted">{UNDOABLE.has(action) ? w('can') : w.maybe(`for.${action}`)}</p>
      <Problem error={starting.error ?? running.error} />
      <div aria-live="polite">{now === undefined ? null : <Progress of={now} />}</div>
      <div className="form-actions">
        {now === undefined ? <button type="submit" className="button primary">{a('whatFirst')}</button> : null}
        {now?.dry_run === true && now.state === 'done' && now.counts.changed > 0 ? <button type="button" className={action === 'cancel' ? 'button danger' : 'button primary'} onClick={() => starting.mutate(false)}>{a('run', { count: now.counts.changed })}</button> : null}
        {now !== undefined && !ENDED.has(now.state) ? <button type="button" className="button" onClick={() => void stopBulk(now.id)}>{a('stop')}</button> : null}
        {now !== undefined && !now.dry_run && ENDED.has(now.state) && now.counts.failed + now.counts.skipped > 0 ? <a className="button" href={`/v1/order-actions/${encodeURIComponent(now.id)}/failures`} download>{a('failures')}</a> : null}
        {now !== undefined && !now.dry_run ? <Link className="button quiet" href={actionUrl(now.id)}>{a('itsPage')}</Link> : null}
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
      <ul className="effects">{reasons.map(({ code, count: many, sentence, fix }) => <li key={code}><b>{count(many)}</b> <Told of={{ code, detail: sentence, fix }} as="grouped" /></li>)}</ul>
    </>
  );
}
