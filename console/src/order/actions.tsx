// What can be done to this order: each with what it would do first, and what cannot be done with the reason.
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useRef, useState } from 'react';
import type { Event, Order } from '../api.ts';
import { asked, cache, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useOffers } from '../app/offers.ts';
import { useMay } from '../app/session.ts';
import { tellDone } from '../app/undo.tsx';
import { money } from '../numbers.ts';
import { Chip } from '../ui/chip.tsx';
import { useReasonText } from '../reasons/reason.tsx';
import { Told } from '../refusals/told.tsx';
import { Problem } from '../ui/problem.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { holdWord, orderLook } from '../words.ts';
import { a } from './act-words.ts';
import { changesSince, Conflict } from './conflict.tsx';
import { useEditing } from './presence.tsx';
import { w } from './together-words.ts';
import { act, type ActionPreview, type PossibleAction, preview, type PreviewBody } from './api.ts';

type Action = PossibleAction['action'];
/** What asks for a reason of its own. */
const REASONED: ReadonlySet<Action> = new Set(['hold', 'cancel', 'override']);

interface Props {
  readonly order: Order;
  readonly events: readonly Event[];
}

export function OrderActions({ order, events }: Props): ReactElement | null {
  const may = useMay();
  const [chosen, setChosen] = useState<Action | null>(null);
  const offers = may('orders:write') ? order.actions.filter(({ action, allowed }) => !allowed || action !== 'release' || may('shipments:write')) : [];
  useOffers(`#${order.number}`, offers.map(({ action, allowed, reason }) => ({ id: action, title: a(action), refused: allowed ? undefined : reason, run: () => setChosen(action) })));
  if (!may('orders:write')) return null;
  const possible = offers.filter(({ allowed }) => allowed);
  const not = order.actions.filter(({ allowed }) => !allowed);
  return (
    <section className="order-actions" aria-label={a('actions')}>
      {possible.map(({ action }) => <button key={action} type="button" className={action === 'cancel' ? 'button danger' : 'button'} onClick={() => setChosen(action)}>{a(action)}</button>)}
      {not.length === 0 ? null : <details className="not-now"><summary className="button quiet">{a('notNow')}</summary><dl>{not.map(({ action, reason }) => <div key={action}><dt>{a(action)}</dt><dd>{reason ? <Told of={reason} /> : null}</dd></div>)}</dl></details>}
      {chosen === null ? null : <ActSheet order={order} events={events} action={chosen} close={() => setChosen(null)} />}
    </section>
  );
}

interface FormProps extends Props {
  readonly action: Action;
  /** The hold that it is about; the first open one without. */
  readonly holdNo?: number | null;
  readonly close: () => void;
}

/** What an action would do, and the way to do it. */
export const ActSheet = (props: FormProps): ReactElement => <Sheet title={`${a(props.action)} · #${props.order.number}`} close={props.close}><ActForm {...props} /></Sheet>;

function bodyOf(action: Action, holdNo: number | null, node: string): PreviewBody {
  switch (action) {
    case 'release_hold': return { action, args: holdNo === null ? {} : { hold_no: holdNo } };
    case 'override': return { action, args: { node } };
    case 'hold': return { action, args: { kind: 'MANUAL' } };
    default: return { action };
  }
}

function ActForm({ order, events, action, holdNo: about = null, close }: FormProps): ReactElement {
  const holds = order.holds.filter((hold) => hold.released_at === null);
  const facts = useFacts();
  /** What was on the screen when the form was opened. */
  const seen = useRef(events.at(-1) === undefined ? null : Math.max(...events.map(({ position }) => position)));
  const [reason, setReason] = useState('');
  const say = useReasonText();
  useEditing('action', true);
  const [holdNo, setHoldNo] = useState(about ?? holds[0]?.hold_no ?? null);
  const [node, setNode] = useState(facts.nodes.rows[0]?.code ?? '');
  const looking = useQuery({ queryKey: ['preview', order.id, action, holdNo, node, order.commercial_version], queryFn: () => asked(preview(order.id, bodyOf(action, holdNo, node))), staleTime: 0, gcTime: 0 });
  const doing = useMutation({
    onMutate: () => Date.now(),
    mutationFn: () => asked(act(order, action, { reason, holdNo, node, seen: seen.current })),
    // Whatever refused it: the order is shown as it is now, and what it would do now.
    onError: () => void cache.invalidateQueries({ queryKey: ['order', order.id] }),
    onSuccess: ({ undo }, _, askedAt) => {
      tellDone(a('done', { what: `${a(action)} · #${order.number}` }), undo, askedAt);
      void cache.invalidateQueries({ queryKey: ['order', order.id] });
      close();
    },
  });
  const failure = doing.error === null ? null : failureOf(doing.error);
  const told = failure?.kind === 'failed' ? failure.changes : null;
  const changes = changesSince(seen.current, events, told ?? []);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (looking.data?.allowed === true && !doing.isPending) doing.mutate();
  };
  return (
    <form className="ask-form" onSubmit={submit}>
      {action !== 'release_hold' || holds.length < 2 ? null : <div className="field"><label htmlFor="act-hold">{a('whichHold')}</label><select id="act-hold" value={holdNo ?? ''} onChange={(event) => setHoldNo(Number(event.target.value))}>{holds.map((hold) => <option key={hold.hold_no} value={hold.hold_no}>{holdWord(hold.kind)}: {say(hold.reason)}</option>)}</select></div>}
      {action !== 'override' ? null : <div className="field"><label htmlFor="act-node">{a('whichNode')}</label><select id="act-node" value={node} onChange={(event) => setNode(event.target.value)}>{facts.nodes.rows.map(({ code, name }) => <option key={code} value={code}>{name}</option>)}</select></div>}
      {!REASONED.has(action) ? null : <div className="field"><label htmlFor="act-reason">{a('reason')}</label><input id="act-reason" required maxLength={500} autoComplete="off" value={reason} onChange={(event) => setReason(event.target.value)} /></div>}
      <Problem error={looking.error ?? doing.error} />
      <Conflict changes={changes} facts={facts} wanted={a(action) + (reason === '' ? '' : w('because', { reason }))} />
      <div aria-live="polite">{looking.data ? <Effect preview={looking.data} order={order} /> : <p className="muted">{a('looking')}</p>}</div>
      <div className="form-actions">{looking.data?.allowed === true ? <button type="submit" className={action === 'cancel' ? 'button danger' : 'button primary'}>{changes.length === 0 ? a('doIt') : w('again')}</button> : null}<button type="button" className="button quiet" onClick={close}>{a('back')}</button></div>
    </form>
  );
}

/** What it would do, in sentences; or why it cannot be done, and what would help. */
function Effect({ preview: { allowed, reason, order: then, cancelled, told, reversible }, order }: { readonly preview: ActionPreview; readonly order: Order }): ReactElement {
  if (!allowed) return <p>{a('cannot')} {reason ? <Told of={reason} /> : null}</p>;
  return (
    <ul className="effects">
      {then === null || then.status === order.status ? null : <li>{a('becomes')} <Chip look={orderLook(then.status)} /></li>}
      {cancelled === null ? null : <li>{a('cancels', { goods: money(cancelled.goods_minor, cancelled.currency) })}</li>}
      {told?.customer === true ? <li>{a('tells')}</li> : null}{told === null || told.connection === null ? null : <li>{a('tellsShop', { connection: told.connection })}</li>}
      <li className="muted">{a(reversible ? 'undone' : 'forGood')}</li>
    </ul>
  );
}
