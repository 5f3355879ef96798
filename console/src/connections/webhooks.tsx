// Webhooks: where events are sent to. One that is opened stands alone, with its deliveries.
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { asked, cache, every, failureOf } from '../app/ask.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { Fact } from '../order/facts-list.tsx';
import { Chip } from '../ui/chip.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePage, Notice } from '../ui/notice.tsx';
import { Pager } from '../ui/pager.tsx';
import { PlainTable } from '../ui/plain-table.tsx';
import { Problem } from '../ui/problem.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Time } from '../ui/time.tsx';
import type { Look } from '../words.ts';
import { alterWebhook, readWebhooks, removeWebhook, renewSigning, sendTest, type Webhook } from './api.ts';
import { Deliveries } from './deliveries.tsx';
import { type ConnectionsView, connectionsUrl } from './query.ts';
import { ShownOnce } from './shown-once.tsx';
import { WebhookForm } from './webhook-form.tsx';
import { t } from './webhook-words.ts';

const REFRESH_MS = 4_000;
const LOOKS: Readonly<Record<Webhook['status'], Omit<Look, 'word'>>> = { active: { tone: 'green', glyph: 'full' }, paused: { tone: 'neutral', glyph: 'slash' }, disabled: { tone: 'red', glyph: 'alert' } };
const lookOf = (status: Webhook['status']): Look => ({ word: t(`webhook.${status}`), ...LOOKS[status] });

const Status = ({ of: { status, status_reason: reason } }: { readonly of: Webhook }): ReactElement => <><Chip look={lookOf(status)} />{reason === null ? null : <div className="muted" lang="en">{reason}</div>}</>;
const Secret = ({ of: { previous_secret_until: until } }: { readonly of: Webhook }): ReactElement => (until === null ? <>{t('oneSecret')}</> : <>{t('twoSecrets')} <Time iso={until} as="brief" /></>);

export function Webhooks({ view }: { readonly view: ConnectionsView }): ReactElement {
  const answer = useQuery({ queryKey: ['webhooks'], queryFn: () => asked(readWebhooks()), refetchInterval: every(REFRESH_MS) });
  const [adding, setAdding] = useState(false);
  const may = useMay()('webhooks:write');
  const add = may ? <button type="button" className="button primary" onClick={() => setAdding(true)}>{t('add')}</button> : null;
  if (view.of !== '') {
    const one = answer.data?.find(({ id }) => id === view.of);
    if (one !== undefined) return <OneWebhook one={one} view={view} />;
    if (answer.data !== undefined) return <Notice shape="cross" title={t('noSuch')}><Link className="button" href={connectionsUrl('webhooks')}>{t('back')}</Link></Notice>;
    return answer.error ? <FailurePage failure={failureOf(answer.error)} retry={() => void answer.refetch()} /> : <div aria-busy="true" />;
  }
  const row = (one: Webhook): ReactElement => (
    <tr key={one.id}>
      <th scope="row" className="long"><Link className="number" href={connectionsUrl('webhooks', { of: one.id })}>{one.url}</Link><div className="muted" dir="auto">{one.description}</div></th><td><Status of={one} /></td>
      <td className="long">{one.types === null ? t('allTypes') : <span title={one.types.join(', ')}>{one.types.length > 3 ? t('some', { count: one.types.length }) : one.types.join(', ')}</span>}</td><td><Secret of={one} /></td><td><Time iso={one.created_at} as="relative" /></td>
    </tr>
  );
  return (
    <>
      {answer.data?.length === 0 ? null : <p className="below">{add}</p>}
      <PlainTable label={t('webhooks')} answer={answer} columns={[t('url'), t('state'), t('types'), t('secret'), t('created')]} row={row} empty={<Notice shape="empty" title={t('none')}><p>{t('noneWhy')}</p>{add}</Notice>} />
      {answer.data === undefined ? null : <Pager shown={answer.data.length} cursor="" next={null} url={() => connectionsUrl('webhooks')} />}
      {adding ? <Sheet title={t('add')} close={() => setAdding(false)}><WebhookForm webhook={null} close={() => setAdding(false)} /></Sheet> : null}
    </>
  );
}

type Asking = 'change' | 'rotate' | 'remove';

function OneWebhook({ one, view }: { readonly one: Webhook; readonly view: ConnectionsView }): ReactElement {
  const [asking, setAsking] = useState<Asking | null>(null);
  const may = useMay()('webhooks:write');
  const close = (): void => setAsking(null);
  return (
    <>
      <p className="crumbs"><Link href={connectionsUrl('webhooks')}>{t('back')}</Link></p>
      <section className="card connection-card" aria-label={one.url}>
        <h2>{one.url}</h2>
        {one.description === '' ? null : <p className="muted" dir="auto">{one.description}</p>}
        <dl className="terms">
          <Fact what={t('state')}><Status of={one} /></Fact><Fact what={t('secret')}><Secret of={one} /></Fact><Fact what={t('created')}><Time iso={one.created_at} as="both" /></Fact>
          <Fact what={t('types')} className="connection-wide">{one.types === null ? t('allTypes') : one.types.join(', ')}</Fact>
        </dl>
        {may ? <Actions one={one} ask={setAsking} /> : null}
      </section>
      <Deliveries webhook={one.id} view={view} />
      {asking === null ? null : (
        <Sheet title={`${t(asking)}: ${one.url}`} close={close}>
          {asking === 'change' ? <WebhookForm webhook={one} close={close} /> : asking === 'rotate' ? <Rotate one={one} /> : <Remove one={one} close={close} />}
        </Sheet>)}
    </>
  );
}

function Actions({ one, ask }: { readonly one: Webhook; readonly ask: (asking: Asking) => void }): ReactElement {
  const [told, setTold] = useState('');
  const said = (text: string) => async (): Promise<void> => {
    setTold(text);
    await Promise.all([cache.invalidateQueries({ queryKey: ['webhooks'] }), cache.invalidateQueries({ queryKey: ['deliveries', one.id] })]);
  };
  const test = useMutation({ mutationFn: () => asked(sendTest(one.id)), onSuccess: said(t('tested')) });
  const goes = one.status === 'active';
  const turn = useMutation({ mutationFn: () => alterWebhook(one.id, { status: goes ? 'paused' : 'active' }), onSuccess: said(t(goes ? 'paused' : 'resumed')) });
  return (
    <>
      <div className="form-actions">
        <button type="button" className="button" onClick={() => test.mutate()}>{t('test')}</button><button type="button" className="button" onClick={() => ask('change')}>{t('change')}</button>
        <button type="button" className="button" onClick={() => turn.mutate()}>{t(goes ? 'pause' : 'resume')}</button><button type="button" className="button" onClick={() => ask('rotate')}>{t('rotate')}</button>
        <button type="button" className="button danger" onClick={() => ask('remove')}>{t('remove')}</button><span role="status" className="muted">{told}</span>
      </div>
      <Problem error={test.error ?? turn.error} />
    </>
  );
}

function Rotate({ one }: { readonly one: Webhook }): ReactElement {
  const rotating = useMutation({ mutationFn: () => asked(renewSigning(one.id)), onSuccess: () => cache.invalidateQueries({ queryKey: ['webhooks'] }) });
  if (rotating.data) return <ShownOnce what={t('secretShown')} value={rotating.data.secret} />;
  return (
    <form className="ask-form" onSubmit={(event) => {
      event.preventDefault();
      if (!rotating.isPending) rotating.mutate();
    }}>
      <p>{t('rotateWhat')}</p>
      <Problem error={rotating.error} />
      <div className="form-actions"><button type="submit" className="button primary" aria-busy={rotating.isPending || undefined}>{t('rotate')}</button></div>
    </form>
  );
}

function Remove({ one, close }: { readonly one: Webhook; readonly close: () => void }): ReactElement {
  const { history } = useRouter();
  const removing = useMutation({
    mutationFn: () => asked(removeWebhook(one.id)),
    onSuccess: () => {
      announce(t('removed'));
      history.replace(connectionsUrl('webhooks'));
      void cache.invalidateQueries({ queryKey: ['webhooks'] });
    },
  });
  return (
    <form className="ask-form" onSubmit={(event) => {
      event.preventDefault();
      if (!removing.isPending) removing.mutate();
    }}>
      <p>{t('removeWhat', { url: one.url })}</p>
      <Problem error={removing.error} />
      <div className="form-actions"><button type="button" className="button" onClick={close}>{t('keep')}</button><button type="submit" className="button danger" aria-busy={removing.isPending || undefined}>{t('remove')}</button></div>
    </form>
  );
}
