// Channels, what waits behind the gate of each, and the gate itself.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { asked, every, failureOf } from '../app/ask.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { Sheet } from '../ui/sheet.tsx';
import { count } from '../numbers.ts';
import { Chip } from '../ui/chip.tsx';
import { ActFailed, FailurePanel } from '../ui/notice.tsx';
import { Time } from '../ui/time.tsx';
import type { Look } from '../words.ts';
import { type Channel, pause, readAllChannels, resume, throttle } from './api.ts';
import { t } from './bad-day-words.ts';
import { isPast, UntilField, untilOf } from './until.tsx';

const REFRESH_MS = 5_000;
const PERS = ['second', 'minute', 'hour'] as const;
const SECONDS: Readonly<Record<number, (typeof PERS)[number]>> = { 1: 'second', 60: 'minute', 3600: 'hour' };
const CHANGES = ['pause', 'throttle', 'resume'] as const;
type Change = (typeof CHANGES)[number];
const KEY = ['gates'];

const stateOf = ({ gate }: Channel): 'open' | 'paused' | 'throttled' => (gate === null ? 'open' : gate.state === 'paused' ? 'paused' : gate.state === 'throttled' ? 'throttled' : 'open');
const LOOKS: Readonly<Record<ReturnType<typeof stateOf>, Pick<Look, 'tone' | 'glyph'>>> = { open: { tone: 'green', glyph: 'full' }, paused: { tone: 'amber', glyph: 'stop' }, throttled: { tone: 'amber', glyph: 'half' } };

export function Gates(): ReactElement {
  const answer = useQuery({ queryKey: KEY, queryFn: () => asked(readAllChannels()), refetchInterval: every(REFRESH_MS) });
  const [ask, setAsk] = useState<{ readonly channel: Channel; readonly change: Change } | null>(null);
  if (answer.error && !answer.data) return <FailurePanel failure={failureOf(answer.error)} what={t('channels')} retry={() => void answer.refetch()} />;
  return (
    <section className="card" aria-labelledby="gates-title" aria-busy={answer.isPending || undefined}>
      <div className="card-head"><h2 id="gates-title">{t('channels')}</h2><span className="muted">{t('channelsHow')}</span></div>
      {answer.data?.length === 0 ? <p className="muted">{t('noChannels')}</p> : <ul className="gates">{answer.data?.map((channel) => <Gate key={channel.code} channel={channel} ask={(change) => setAsk({ channel, change })} />)}</ul>}
      {ask === null ? null : <GateSheet channel={ask.channel} change={ask.change} close={() => setAsk(null)} />}
    </section>
  );
}

function Gate({ channel, ask }: { readonly channel: Channel; readonly ask: (change: Change) => void }): ReactElement {
  const may = useMay();
  const { name, gate } = channel;
  const state = stateOf(channel);
  const per = SECONDS[gate?.per_seconds ?? 0];
  const changes = CHANGES.filter((change) => (change === 'resume') === (state !== 'open') || (change === 'throttle' && state === 'throttled') || (change === 'pause' && state === 'throttled'));
  return (
    <li>
      <span className="gate-name">{name}</span><Chip look={{ word: t(`gate.${state}`), ...LOOKS[state] }} />
      <span className="gate-facts">
        {gate === null || state === 'open' ? null : <>
          {gate.orders === null || state !== 'throttled' ? null : <span>{t('pace', { orders: count(gate.orders), per: per ? t(per) : t('spell', { seconds: gate.per_seconds ?? 0 }) })}</span>}
          <strong>{t('behind', { count: gate.waiting })}</strong>
          {gate.through_by === null ? null : <span>{t('throughBy')} <Time iso={gate.through_by} as="relative" /></span>}
          {gate.until === null ? null : <span>{t('untilShort')} <Time iso={gate.until} as="brief" /></span>}
          <span className="muted">{gate.reason}</span></>}
      </span>
      {may('catalogue:write') ? <span className="gate-actions">{changes.map((change) => <button key={change} type="button" className="button" onClick={() => ask(change)}>{t(change)}…</button>)}</span> : null}
    </li>
  );
}

interface SheetProps {
  readonly channel: Channel;
  readonly change: Change;
  readonly close: () => void;
}

function GateSheet({ channel: { code, name, gate }, change, close }: SheetProps): ReactElement {
  const cache = useQueryClient();
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState('');
  const [orders, setOrders] = useState('60');
  const [per, setPer] = useState<(typeof PERS)[number]>('hour');
  const setting = useMutation({
    mutationFn: () => {
      const at = untilOf(until);
      const body = { reason, ...(at === null ? {} : { until: new Date(at).toISOString() }) };
      return asked(change === 'resume' ? resume(code, reason) : change === 'pause' ? pause(code, body) : throttle(code, { ...body, orders: Number(orders), per }));
    },
    onSuccess: ({ state }) => {
      announce(t('pausedTold', { channel: name, state: t(`set.${state}`) }));
      close();
    },
    onSettled: () => cache.invalidateQueries({ queryKey: KEY }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isPast(until) && !setting.isPending) setting.mutate();
  };
  return (
    <Sheet title={t(`${change}Title`, { channel: name })} close={close}>
      <p className="muted">{change === 'resume' ? t('resumeHow', { count: gate?.waiting ?? 0 }) : t(`${change}How`)}</p>
      <form className="ask-form" onSubmit={submit}>
        {change === 'throttle' ? (
          <div className="close-fields">
            <div className="field"><label htmlFor="gate-orders">{t('ordersPer')}</label><input id="gate-orders" type="number" min={1} max={100_000} required value={orders} onChange={(event) => setOrders(event.target.value)} /></div>
            <div className="field"><label htmlFor="gate-per">{t('per')}</label><select id="gate-per" value={per} onChange={(event) => setPer(PERS.find((one) => one === event.target.value) ?? 'hour')}>{PERS.map((one) => <option key={one} value={one}>{t(one)}</option>)}</select></div>
          </div>) : null}
        <div className="field"><label htmlFor="gate-reason">{t('reason')}</label><input id="gate-reason" required maxLength={500} autoComplete="off" value={reason} onChange={(event) => setReason(event.target.value)} /></div>
        {change === 'resume' ? null : <UntilField id="gate-until" value={until} changed={setUntil} />}
        <div className="form-actions"><button type="submit" className="button primary" aria-busy={setting.isPending || undefined}>{t(change)}</button></div>
      </form>
      {setting.error ? <ActFailed failure={failureOf(setting.error)} what={t(change)} retry={() => setting.mutate()} /> : null}
    </Sheet>
  );
}
