// What a sandbox can do: its clock, its scenarios, and its end.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { asked, failureOf } from '../app/ask.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { ActFailed, FailurePanel } from '../ui/notice.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Time } from '../ui/time.tsx';
import { moveClock, play, readContents, type Sandbox, SANDBOX_KEY, type ScenarioCode, wipe } from './api.ts';
import { t } from './words.ts';

const MOVES = [['+1h', 'hour'], ['+1d', 'day'], ['+3d', 'threeDays']] as const;

interface Props {
  readonly sandbox: Sandbox;
  readonly close: () => void;
}

export default function Controls({ sandbox, close }: Props): ReactElement {
  const cache = useQueryClient();
  const may = useMay();
  const [wiping, setWiping] = useState(false);
  // What time it is, is part of nearly every answer.
  const moving = useMutation({ mutationFn: (move: string) => asked(moveClock(move)), onSuccess: () => announce(t('moved')), onSettled: () => cache.invalidateQueries() });
  const playing = useMutation({ mutationFn: (code: ScenarioCode) => asked(play(code)), onSettled: () => cache.invalidateQueries({ queryKey: SANDBOX_KEY }) });
  const { clock, scenario, scenarios } = sandbox;
  if (!may('admin')) return <Sheet title={t('title')} close={close}><p>{t('admins')}</p></Sheet>;
  if (wiping) return <Wipe close={close} />;
  const busy = moving.isPending || playing.isPending;
  return (
    <Sheet title={t('title')} close={close}>
      <section className="sandbox-part">
        <h3>{t('clock')}</h3>
        <p>{t('now')} <strong><Time iso={clock.time} as="full" /></strong></p>
        <p className="form-actions">
          {MOVES.map(([move, word]) => <button key={move} type="button" className="button" aria-busy={busy || undefined} onClick={() => busy || moving.mutate(move)}>{t(word)}</button>)}
          {clock.ahead_seconds === 0 ? null : <button type="button" className="button quiet" onClick={() => busy || moving.mutate('reset')}>{t('reset')}</button>}
        </p>
        <p className="muted">{t('clockWhy')}</p>
        {moving.error ? <ActFailed failure={failureOf(moving.error)} what={t('clock')} retry={() => moving.variables === undefined || moving.mutate(moving.variables)} /> : null}
      </section>
      <section className="sandbox-part">
        <h3>{t('scenarios')}</h3>
        <ul className="scenarios">{scenarios.map((code) => (
          <li key={code}><span><strong>{t(code)}</strong><br /><span className="muted">{t(`about.${code}`)}</span></span>
            {scenario?.playing ? null : <button type="button" className="button" onClick={() => busy || playing.mutate(code)}>{t('play', { name: t(code) })}</button>}</li>))}</ul>
        {scenario?.playing ? <p role="status"><progress max={scenario.of} value={scenario.done} aria-label={t(scenario.scenario)} /> {t('plays', { done: scenario.done, of: scenario.of })}</p> : <p className="muted">{t('scenariosWhy')}</p>}
        {playing.error ? <ActFailed failure={failureOf(playing.error)} what={t('scenarios')} retry={() => playing.variables === undefined || playing.mutate(playing.variables)} /> : null}
      </section>
      <section className="sandbox-part">
        <h3>{t('own')}</h3>
        <p className="muted">{t('ownWhy')}</p>
        <p className="form-actions"><button type="button" className="button danger" onClick={() => setWiping(true)}>{t('wipe')}…</button></p>
      </section>
    </Sheet>
  );
}

/** Names what goes before anything does. */
function Wipe({ close }: { readonly close: () => void }): ReactElement {
  const contents = useQuery({ queryKey: [...SANDBOX_KEY, 'contents'], queryFn: () => asked(readContents()) });
  // Nothing that any screen remembers is true any more, counts and names included: the page begins anew.
  const wiping = useMutation({ mutationFn: () => asked(wipe()), onSuccess: () => location.assign('/orders') });
  const busy = wiping.isPending || wiping.isSuccess;
  return (
    <Sheet title={t('wipe')} close={close}>
      {contents.error ? <FailurePanel failure={failureOf(contents.error)} what={t('wipe')} retry={() => void contents.refetch()} /> : null}
      <p>{t('wipeGoes')}</p>
      <ul className="wipe-goes">{Object.entries(contents.data ?? {}).filter(([, count]) => count > 0).map(([kind, count]) => <li key={kind}>{counted(kind, count)}</li>)}</ul>
      <p className="muted">{t('wipeStays')}</p>
      {contents.data === undefined ? null : <p className="form-actions"><button type="button" className="button danger" aria-busy={busy || undefined} onClick={() => busy || wiping.mutate()}>{t('wipe')}</button></p>}
      {wiping.error ? <ActFailed failure={failureOf(wiping.error)} what={t('wipe')} retry={() => wiping.mutate()} /> : null}
    </Sheet>
  );
}

const KINDS = ['orders', 'items', 'nodes', 'channels', 'stock', 'strategies', 'connections', 'webhooks'] as const;
function counted(kind: string, count: number): string {
  const known = KINDS.find((one) => one === kind);
  return known === undefined ? `${count} ${kind}` : t(`count.${known}`, { count });
}
