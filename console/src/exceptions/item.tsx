// One entry: why it is here, since when, whose it is, what it is worth, and the one button that usually helps.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type MouseEvent, type ReactElement, useState } from 'react';
import { asked, failureOf, refusalOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useMay, useSession } from '../app/session.ts';
import { offerUndo } from '../app/undo.tsx';
import { announce } from '../app/voice.ts';
import { money } from '../numbers.ts';
import { orderUrl } from '../orders/urls.ts';
import { Reason, useReasonText } from '../reasons/reason.tsx';
import { type Refusal, spokenRefusal, Told } from '../refusals/told.tsx';
import { Glyph } from '../ui/glyph.tsx';
import { Link } from '../ui/link.tsx';
import { Time } from '../ui/time.tsx';
import { fixSentence } from './fix-words.ts';
import { refusalIn, undoAll } from './run.ts';
import { SCOPE_OF, type Work, work, type WorkQueueItem } from './api.ts';
import type { Shown } from './stay.ts';
import { actionName, t } from './words.ts';

/** What a person calls it: the order's number, or else what it is about. */
export const nameOf = ({ id, order_number: number, subject }: WorkQueueItem): string => (number === null ? subject.channel ?? subject.sku ?? id : `#${number}`);

/** These change more than the entry they stand at. */
const WIDE: ReadonlySet<string> = new Set(['resume_channel']);
export const asksFirst = ({ fix }: WorkQueueItem): boolean => fix.needs.length > 0 || WIDE.has(fix.action);

interface Props {
  readonly queue: string;
  readonly shown: Shown<WorkQueueItem>;
  /** Whether the sentence of the fix stands at every entry, because entries differ in it. */
  readonly withSentence: boolean;
  readonly selected: boolean;
  readonly select: (id: string, range: boolean) => void;
  readonly ask: (item: WorkQueueItem, action: 'fix' | 'snooze') => void;
}

export function Item({ queue, shown: { item, gone }, withSentence, selected, select, ask }: Props): ReactElement {
  const [failed, setFailed] = useState<Refusal | null>(null);
  const cache = useQueryClient();
  const say = useReasonText();
  const what = nameOf(item);
  const refused = (refusal: Refusal): void => {
    setFailed(refusal);
    void spokenRefusal(refusal).then((detail) => announce(t('failedOf', { what, detail })));
  };
  const doing = useMutation({
    mutationFn: (body: Work) => asked(work(queue, { ...body, ids: [item.id] })),
    onSuccess: ({ results: [result], change }) => {
      if (result?.outcome === 'failed') return refused(refusalIn(result));
      if (result?.outcome === 'not_there') return refused({ code: null, detail: t('notThere') });
      const done = t('done', { what, action: actionName(result?.action ?? '') });
      setFailed(null);
      announce(done);
      if (change !== null) offerUndo(done, (progress) => undoAll(queue, [{ change, ids: [item.id] }], progress));
    },
    onError: (error) => refused(refusalOf(failureOf(error))),
    onSettled: () => void cache.invalidateQueries({ queryKey: ['desk'] }),
  });
  const act = (body: Work): void => void (doing.isPending || doing.mutate(body));
  return (
    <tr role="row" data-id={item.id} data-gone={gone || undefined} aria-selected={selected} aria-busy={doing.isPending || undefined} className={`${selected ? 'selected' : ''}${gone ? ' gone' : ''}`}>
      <td className="d-select" role="cell">{gone ? null : <input type="checkbox" aria-label={t('select', { what: `${what} ${say(item.reason)}` })} checked={selected} onClick={(event: MouseEvent) => select(item.id, event.shiftKey)} onChange={() => undefined} />}</td>
      <th scope="row" role="rowheader" className="d-order">{item.subject.order === undefined ? <span className="mono">{what}</span> : <Link className="number" href={orderUrl(item.subject.order)}>{what}</Link>}</th>
      <td role="cell" className="d-reason" dir="auto">
        <Reason of={item.reason} lang={queue === 'hold_manual' || queue === 'hold_customer' ? undefined : 'en'} />
        {withSentence ? <span className="d-sentence">{fixSentence(item)}</span> : null}
        {failed === null ? null : <span className="d-failed" role="alert"><Glyph name="alert" /><Told of={failed} /></span>}
      </td>
      <td role="cell" className="d-since"><Time iso={item.since} as="relative" />{item.snoozed_until === null ? null : <span className="d-sentence">{t('rests')} <Time iso={item.snoozed_until} as="brief" /></span>}</td>
      <td role="cell" className="d-owner"><Owner item={item} gone={gone} act={act} /></td>
      <td role="cell" className="d-stake">{item.at_stake === null ? null : money(item.at_stake.total_minor, item.at_stake.currency)}</td>
      <td role="cell" className="d-fix">{gone ? <span className="muted">{t('goneNow')}</span> : <Actions item={item} act={act} ask={ask} />}</td>
    </tr>
  );
}

interface ActProps {
  readonly item: WorkQueueItem;
  readonly act: (body: Work) => void;
}

function Owner({ item: { owner }, gone, act }: ActProps & { readonly gone: boolean }): ReactElement | null {
  const me = useSession().data?.user.id;
  const may = useMay();
  const facts = useFacts();
  const isMine = owner !== null && owner === me;
  if (owner !== null && !isMine) return <span className="clip" title={facts.personName(owner)}>{facts.personName(owner)}</span>;
  if (gone || !may('orders:write')) return isMine ? <>{t('you')}</> : null;
  if (isMine) return <><span>{t('you')}</span> <button type="button" className="button quiet" onClick={() => act({ action: 'assign', owner: null })}>{t('giveBack')}</button></>;
  return <button type="button" className="button quiet" data-do="assign" title={t('assignKey')} onClick={() => act({ action: 'assign' })}>{t('assign')}</button>;
}

function Actions({ item, act, ask }: ActProps & Pick<Props, 'ask'>): ReactElement | null {
  const may = useMay();
  if (!may('orders:write')) return null;
  const { fix, snoozed_until: rests } = item;
  return (
    <>
      {may(SCOPE_OF[fix.action]) ? <button type="button" className="button" title={fixSentence(item)} onClick={() => (asksFirst(item) ? ask(item, 'fix') : act({ action: 'fix' }))}>{actionName(fix.action)}{asksFirst(item) ? '…' : ''}</button> : null}
      {rests === null
        ? <button type="button" className="button quiet" onClick={() => ask(item, 'snooze')}>{t('snooze')}…</button>
        : <button type="button" className="button quiet" onClick={() => act({ action: 'unsnooze' })}>{t('wake')}</button>}
    </>
  );
}
