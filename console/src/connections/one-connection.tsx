// One connection: where its messages come to, what its channel is told, and what can be done with it.
import { useMutation } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type FormEvent, type ReactElement, useState } from 'react';
import { asked, cache } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { count } from '../numbers.ts';
import { Fact } from '../order/facts-list.tsx';
import { Chip } from '../ui/chip.tsx';
import { Copyable } from '../ui/copy.tsx';
import { Entry, wrongAt } from '../ui/entry.tsx';
import { Link } from '../ui/link.tsx';
import { Problem } from '../ui/problem.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Time } from '../ui/time.tsx';
import { alterConnection, compareNow, type Connection, type Connector, removeConnection, renewSecret } from './api.ts';
import { t } from './channel-words.ts';
import { receiveAddress, topicsOf } from './connect-form.tsx';
import { ConnectionForm } from './connection-form.tsx';
import { healthOf } from './health.ts';
import { connectionsUrl } from './query.ts';
import { ShownOnce } from './shown-once.tsx';

type Asking = 'change' | 'rotate' | 'remove';

interface Props {
  readonly one: Connection;
  /** Null until it is known what its kind of channel can do. */
  readonly kind: Connector | null;
  /** What stands where that would have to be known. */
  readonly unknown: ReactElement;
}

export function OneConnection({ one, kind, unknown }: Props): ReactElement {
  const [asking, setAsking] = useState<Asking | null>(null);
  const facts = useFacts();
  const may = useMay()('channels:write');
  const close = (): void => setAsking(null);
  const places = Object.entries(one.places);
  return (
    <>
      <p className="crumbs"><Link href={connectionsUrl('channels')}>{t('back')}</Link></p>
      <section className="card connection-card" aria-label={one.code}>
        <div className="connection-head"><h2>{one.code}</h2><Chip look={healthOf(one)} /></div>
        <p className="muted">{kind?.title ?? one.connector} · {facts.channelName(one.channel)}</p>
        <dl className="terms">
          <Fact what={t('received')}>{one.last_received_at === null ? t('never') : <Time iso={one.last_received_at} as="both" />}</Fact>
          <Fact what={t('waiting')}>{count(one.messages.waiting)}</Fact><Fact what={t('quarantined')}>{count(one.messages.quarantined)}</Fact>
          <Fact what={t('sweep')}>{one.last_sweep === null ? t('never') : <Time iso={one.last_sweep.started_at} as="both" />}</Fact>
          <Fact what={t('created')}><Time iso={one.created_at} as="both" /></Fact>
          <Fact what={t('secret')}>{one.previous_secret_until === null ? t('oneSecret') : <>{t('twoSecrets')} <Time iso={one.previous_secret_until} as="brief" /></>}</Fact>
          <Fact what={t('address')} className="connection-wide"><Copyable text={receiveAddress(one)} /></Fact>
          <Fact what={t('topics')} className="connection-wide">{topicsOf(kind).map((topic, at) => <span key={topic}>{at === 0 ? '' : ', '}<code>{topic}</code></span>)}</Fact>
        </dl>
        <h3>{t('setUp')}</h3>
        <dl className="terms">
          <Fact what={t('calledAt')}>{one.base_url ?? t('notCalled')}</Fact>
          <Fact what={t('credentials')}>{one.credentials.length === 0 ? t('noCredentials') : one.credentials.join(', ')}</Fact>
          <Fact what={t('told')}>{one.told.length === 0 ? t('toldNothing') : one.told.map((what) => t(`told.${what}`)).join(', ')}</Fact>
          {places.length === 0 ? null : <Fact what={t('places')}>{places.map(([node, place]) => `${facts.nodeName(node)} = ${place}`).join(', ')}</Fact>}
          <Fact what={t('goods')}>{t(one.match_by_sku ? 'matching' : 'mappedOnly')}</Fact><Fact what={t('testing')}>{t(one.capture_test_orders ? 'taken' : 'left')}</Fact>
        </dl>
        <Actions one={one} canCompare={kind?.swept === true} may={may} ask={setAsking} />
      </section>
      {asking === null ? null : (
        <Sheet title={`${t(asking)}: ${one.code}`} close={close}>
          {asking === 'change' ? kind === null ? unknown : <ConnectionForm one={one} kind={kind} close={close} /> : asking === 'rotate' ? <Rotate one={one} /> : <Remove one={one} close={close} />}
        </Sheet>)}
    </>
  );
}

interface ActionsProps {
  readonly one: Connection;
  readonly canCompare: boolean;
  readonly may: boolean;
  readonly ask: (asking: Asking) => void;
}

function Actions({ one, canCompare, may, ask }: ActionsProps): ReactElement {
  const [told, setTold] = useState('');
  const said = (text: string) => async (): Promise<void> => {
    setTold(text);
    await cache.invalidateQueries({ queryKey: ['connections'] });
  };
  const goes = one.status === 'active';
  const compare = useMutation({ mutationFn: () => asked(compareNow(one.id)), onSuccess: said(t('compared')) });
  const turn = useMutation({ mutationFn: () => alterConnection(one.id, { status: goes ? 'paused' : 'active' }), onSuccess: said(t(goes ? 'pausedNow' : 'resumed')) });
  return (
    <>
      <div className="form-actions">
        <Link className="button" href={connectionsUrl('inbox', { connection: one.code })}>{t('looks')}</Link>
        {may ? <>
          {canCompare && one.base_url !== null ? <button type="button" className="button" onClick={() => compare.mutate()}>{t('compareNow')}</button> : null}
          <button type="button" className="button" onClick={() => ask('change')}>{t('change')}</button><button type="button" className="button" onClick={() => turn.mutate()}>{t(goes ? 'pause' : 'resume')}</button>
          <button type="button" className="button" onClick={() => ask('rotate')}>{t('rotate')}</button><button type="button" className="button danger" onClick={() => ask('remove')}>{t('remove')}</button></> : null}
        <span role="status" className="muted">{told}</span>
      </div>
      {may && canCompare && one.base_url === null ? <p className="muted">{t('cannotCompare')}</p> : null}
      <Problem error={compare.error ?? turn.error} />
    </>
  );
}

function Rotate({ one }: { readonly one: Connection }): ReactElement {
  const [secret, setSecret] = useState('');
  const rotating = useMutation({ mutationFn: () => renewSecret(one.id, secret), onSuccess: () => cache.invalidateQueries({ queryKey: ['connections'] }) });
  if (rotating.data) return rotating.data.secret === null ? <p role="status">{t('secretKept')}</p> : <ShownOnce what={t('secretShown')} value={rotating.data.secret} />;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!rotating.isPending) rotating.mutate();
  };
  return (
    <form className="ask-form" onSubmit={submit} noValidate>
      <p>{t('rotateWhat')}</p>
      <Entry id="r-secret" label={t('secretGiven')} wrong={wrongAt(rotating.error, '/secret')} help={t('secretGivenHelp')}>{(rest) => <input {...rest} type="password" autoComplete="off" maxLength={200} value={secret} onChange={({ target }) => setSecret(target.value)} />}</Entry>
      <Problem error={rotating.error} />
      <div className="form-actions"><button type="submit" className="button primary" aria-busy={rotating.isPending || undefined}>{t('rotate')}</button></div>
    </form>
  );
}

function Remove({ one, close }: { readonly one: Connection; readonly close: () => void }): ReactElement {
  const { history } = useRouter();
  const removing = useMutation({
    mutationFn: () => asked(removeConnection(one.id)),
    onSuccess: () => {
      announce(t('removed'));
      history.replace(connectionsUrl('channels'));
      void cache.invalidateQueries({ queryKey: ['connections'] });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!removing.isPending) removing.mutate();
  };
  return (
    <form className="ask-form" onSubmit={submit}>
      <p>{t('removeWhat', { code: one.code })}</p>
      <Problem error={removing.error} />
      <div className="form-actions"><button type="button" className="button" onClick={close}>{t('keep')}</button><button type="submit" className="button danger" aria-busy={removing.isPending || undefined}>{t('remove')}</button></div>
    </form>
  );
}
