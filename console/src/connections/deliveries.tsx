// What was sent to one webhook: every try with its answer and how long it took, and failed ones sent again, one or all since a time.
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { asked, cache, every } from '../app/ask.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { count } from '../numbers.ts';
import { viewerZone } from '../time.ts';
import { Chip } from '../ui/chip.tsx';
import { Entry, wrongAt } from '../ui/entry.tsx';
import { Link } from '../ui/link.tsx';
import { Notice } from '../ui/notice.tsx';
import { Pager } from '../ui/pager.tsx';
import { Act, PlainTable } from '../ui/plain-table.tsx';
import { Problem } from '../ui/problem.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Time } from '../ui/time.tsx';
import type { Look } from '../words.ts';
import { readDeliveries, redeliver, resendFailed, type WebhookDelivery } from './api.ts';
import { localTime } from './local-time.ts';
import { type ConnectionsView, connectionsUrl } from './query.ts';
import { stateOf, StateTabs } from './state-tabs.tsx';
import { t } from './webhook-words.ts';

const REFRESH_MS = 4_000;
const STATES = ['dead', 'pending', 'delivered', 'withdrawn'] as const;
type Attempt = WebhookDelivery['attempts'][number];

function lookOf({ state, attempts }: WebhookDelivery): Look {
  if (state === 'delivered') return { word: t('delivery.delivered'), tone: 'green', glyph: 'full' };
  if (state === 'dead') return { word: t('delivery.dead'), tone: 'red', glyph: 'alert' };
  if (state === 'withdrawn') return { word: t('delivery.withdrawn'), tone: 'neutral', glyph: 'slash' };
  return attempts.length > 0 ? { word: t('delivery.retrying'), tone: 'amber', glyph: 'half' } : { word: t('delivery.pending'), tone: 'blue', glyph: 'third' };
}

export function Deliveries({ webhook, view }: { readonly webhook: string; readonly view: ConnectionsView }): ReactElement {
  const [state, { cursor }] = [stateOf(view, STATES), view];
  const answer = useQuery({ queryKey: ['deliveries', webhook, state, cursor], queryFn: () => asked(readDeliveries(webhook, state === '' ? null : state, cursor)), refetchInterval: every(REFRESH_MS), placeholderData: keepPreviousData });
  const may = useMay()('webhooks:write');
  const [asking, setAsking] = useState(false);
  const row = (one: WebhookDelivery): ReactElement => (
    <tr key={one.id}>
      <th scope="row"><span className="mono">{one.type === 'test' ? t('test_') : one.type}</span><div className="muted"><Time iso={one.created_at} as="both" /></div></th><td><Chip look={lookOf(one)} /></td>
      <td className="long">{one.withdrawn_with === null ? <Tries of={one} /> : <span className="muted">{t('withdrawnWhy')} <span className="mono code">{one.withdrawn_with}</span></span>}</td><td>{one.next_attempt_at === null ? '–' : <Time iso={one.next_attempt_at} as="relative" />}</td>
      <td>{may ? <Act label={t('redeliver')} of={one.id} run={async () => {
        await asked(redeliver(one.id));
        void cache.invalidateQueries({ queryKey: ['deliveries'] });
        return t('redelivered');
      }} /> : null}</td>
    </tr>
  );
  const empty = state === '' && cursor === '' ? <Notice shape="empty" title={t('noneYet')}><p>{t('noneYetWhy')}</p></Notice> : <Notice shape="dashed" title={t('noDeliveries')}><Link className="button" href={connectionsUrl('webhooks', { of: webhook })}>{t('showAll')}</Link></Notice>;
  return (
    <section className="below">
      <div className="connection-head"><h2>{t('deliveries')}</h2>{may ? <button type="button" className="button" onClick={() => setAsking(true)}>{t('resend')}…</button> : null}</div>
      <StateTabs tab="webhooks" view={{ of: webhook, state }} states={STATES} word={(one) => t.maybe(`delivery.${one}`) ?? one} />
      <PlainTable label={t('deliveries')} answer={{ ...answer, data: answer.data?.rows }} columns={[t('event'), t('state'), t('answer'), t('next'), '']} row={row} empty={empty} />
      {answer.data === undefined ? null : <Pager shown={answer.data.rows.length} cursor={cursor} next={answer.data.next} url={(at) => connectionsUrl('webhooks', { of: webhook, state, cursor: at })} />}
      {asking ? <Sheet title={t('resendTitle')} close={() => setAsking(false)}><Resend webhook={webhook} close={() => setAsking(false)} /></Sheet> : null}
    </section>
  );
}

/** What came back, in one line: the status, or why there was none. */
const answerOf = ({ status, error }: Attempt): string => (status === null ? error ?? t('noAnswer') : String(status));

function Tries({ of: { attempts, type } }: { readonly of: WebhookDelivery }): ReactElement {
  const last = attempts.at(-1);
  if (last === undefined) return <span className="muted">{t('attempts', { count: 0 })}</span>;
  return (
    <details className="tries">
      <summary><b dir="auto">{answerOf(last)}</b> <span className="muted">{t('ms', { count: count(last.duration_ms) })} · </span><span className="tries-count">{t('attempts', { count: attempts.length })}</span></summary>
      <table aria-label={t('attemptsOf', { what: type })}>
        <thead><tr><th scope="col">{t('at')}</th><th scope="col">{t('status')}</th><th scope="col" className="figure">{t('took')}</th><th scope="col">{t('said')}</th></tr></thead>
        <tbody>{attempts.toReversed().map((one) => <tr key={one.attempt_no}><td><Time iso={one.at} as="both" /></td><td lang={one.status === null ? 'en' : undefined}>{answerOf(one)}</td><td className="figure">{t('ms', { count: count(one.duration_ms) })}</td><td className="mono" dir="auto">{one.excerpt === null || one.excerpt === '' ? '–' : one.excerpt}</td></tr>)}</tbody>
      </table>
    </details>
  );
}

const DAY_MS = 86_400_000;

function Resend({ webhook, close }: { readonly webhook: string; readonly close: () => void }): ReactElement {
  const [local, setLocal] = useState(() => localTime(Date.now() - DAY_MS));
  const at = Date.parse(local);
  const since = Number.isNaN(at) ? null : new Date(at).toISOString();
  const counted = useQuery({ queryKey: ['failed-since', webhook, since], queryFn: () => resendFailed(webhook, since ?? '', true), enabled: since !== null, gcTime: 0 });
  const sending = useMutation({
    mutationFn: async () => {
      let sent = 0;
      for (let isDone = false; !isDone;) {
        const { deliveries, complete } = await resendFailed(webhook, since ?? '', false);
        sent += deliveries;
        isDone = complete;
      }
      return sent;
    },
    onSuccess: async (sent) => {
      announce(t('resent', { count: sent }));
      await cache.invalidateQueries({ queryKey: ['deliveries', webhook] });
      close();
    },
  });
  const found = counted.data;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (found !== undefined && found.deliveries > 0 && !sending.isPending) sending.mutate();
  };
  const error = sending.error ?? counted.error;
  return (
    <form className="ask-form" onSubmit={submit}>
      <p className="muted">{t('resendWhat')}</p>
      <Entry id="resend-since" label={t('since')} wrong={since === null ? t('sinceWrong') : wrongAt(error, '/since')} help={t('sinceZone', { zone: viewerZone() })}>{(rest) => <input {...rest} type="datetime-local" required value={local} onChange={({ target }) => setLocal(target.value)} />}</Entry>
      <p role="status">{found === undefined ? counted.isFetching ? t('counting') : '' : found.complete ? t('resendCount', { count: found.deliveries }) : t('resendMany', { count: count(found.deliveries) })}</p>
      <Problem error={error} />
      {found === undefined || found.deliveries === 0 ? null : <div className="form-actions"><button type="submit" className="button primary" aria-busy={sending.isPending || undefined}>{found.complete ? t('resendDo', { count: found.deliveries }) : t('resend')}</button></div>}
    </form>
  );
}
