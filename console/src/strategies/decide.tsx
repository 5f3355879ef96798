// Publishing, going back, and taking back what is announced: what happens, from when on, and for whom, before it happens.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { useFacts } from '../app/facts.ts';
import { announce } from '../app/voice.ts';
import { dayAndTime, viewerZone } from '../time.ts';
import { AskFirst } from '../ui/ask-first.tsx';
import { publish, type Publishing, rollBack, type Strategy, type StrategyVersionSummary, withdraw } from './api.ts';
import { useKept } from './kept.ts';
import { t } from './words.ts';

interface Props {
  readonly strategy: Pick<Strategy, 'code' | 'channels' | 'live'>;
  readonly close: () => void;
}

/** For which channels it will decide, in words. */
function Reach({ channels }: { readonly channels: readonly string[] }): ReactElement {
  const { channelName } = useFacts();
  return <p>{channels.length === 0 ? t('noChannelYet') : t('decidesFor', { channels: channels.map(channelName).join(', ') })}</p>;
}

function How({ how, set, scheduled }: { readonly how: Publishing; readonly set: (next: Publishing) => void; readonly scheduled: boolean }): ReactElement {
  const [local, setLocal] = useState('');
  const at = (text: string): string | null => (text === '' || Number.isNaN(Date.parse(text)) ? null : new Date(text).toISOString());
  return (
    <>
      <div className="rule-field"><label htmlFor="publish-note">{t('note')}</label><input id="publish-note" value={how.note} onChange={(event) => set({ ...how, note: event.target.value })} /></div>
      {scheduled ? <div className="rule-field"><label htmlFor="publish-from">{t('from', { zone: viewerZone() })}</label><input id="publish-from" type="datetime-local" value={local} onChange={(event) => {
        setLocal(event.target.value);
        set({ ...how, from: at(event.target.value) });
      }} /></div> : null}
    </>
  );
}

const NOW: Publishing = { note: '', from: null };

export function PublishDialog({ strategy, draft, close }: Props & { readonly draft: { readonly version: number; readonly revision: number } }): ReactElement {
  const cache = useQueryClient();
  const [how, set] = useState(NOW);
  const [kept] = useKept(strategy.code);
  const act = useMutation({ mutationFn: () => publish(strategy.code, draft, how), onSuccess: async ({ version }) => {
    await cache.invalidateQueries({ queryKey: ['strategy', strategy.code] });
    announce(t('published', { version }));
    close();
  } });
  return (
    <AskFirst title={t('publishTitle', { version: draft.version })} act={t(how.from === null ? 'publishNow' : 'publishLater')} pending={act.isPending} error={act.error} close={close} go={() => act.mutate()}>
      <p>{strategy.live === null ? t('publishFirst') : t('publishWhy', { live: strategy.live })}</p>{kept === null ? null : <p className="said tone-amber">{t('unsavedPublish')}</p>}<Reach channels={strategy.channels} /><How how={how} set={set} scheduled />
    </AskFirst>
  );
}

export function RollBackDialog({ strategy, to, close }: Props & { readonly to: number }): ReactElement {
  const cache = useQueryClient();
  const [how, set] = useState(NOW);
  const act = useMutation({ mutationFn: () => rollBack(strategy.code, to, how), onSuccess: async ({ version }) => {
    await cache.invalidateQueries({ queryKey: ['strategy', strategy.code] });
    announce(t('rolledBack', { to, version }));
    close();
  } });
  return (
    <AskFirst title={t('rollBackTitle', { to })} act={t('rollBackNow')} pending={act.isPending} error={act.error} close={close} go={() => act.mutate()}>
      <p>{t('rollBackWhy', { to })}</p><Reach channels={strategy.channels} /><How how={how} set={set} scheduled={false} />
    </AskFirst>
  );
}

interface WithdrawProps {
  readonly strategy: Strategy;
  readonly version: StrategyVersionSummary;
  readonly close: () => void;
  /** It is withdrawn; closes, too. */
  readonly done: () => void;
}

export function WithdrawDialog({ strategy, version, close, done }: WithdrawProps): ReactElement {
  const cache = useQueryClient();
  const [reason, setReason] = useState('');
  const act = useMutation({ mutationFn: () => withdraw(strategy.code, version.version, reason), onSuccess: async () => {
    await cache.invalidateQueries({ queryKey: ['strategy', strategy.code] });
    announce(t('withdrawn', { version: version.version }));
    done();
  } });
  const from = dayAndTime(Date.parse(version.valid_from ?? ''));
  return (
    <AskFirst title={t('withdrawTitle', { version: version.version })} act={t('withdrawVersion', { version: version.version })} pending={act.isPending} error={act.error} close={close} go={() => act.mutate()}>
      <p><b>{whatStays(strategy, version)}</b></p><p>{t('withdrawWhy', { version: version.version, from, zone: viewerZone() })}</p>
      <div className="field"><label htmlFor="withdraw-reason">{t('reason')}</label><input id="withdraw-reason" required maxLength={500} autoComplete="off" value={reason} onChange={(event) => setReason(event.target.value)} /></div>
    </AskFirst>
  );
}

/** What decides in the place of an announced version that is withdrawn, and until when. */
export function whatStays({ versions, live }: Pick<Strategy, 'versions' | 'live'>, { valid_from: from, valid_to: to }: Pick<StrategyVersionSummary, 'valid_from' | 'valid_to'>): string {
  const before = versions.find((one) => one.valid_from !== from && one.valid_to === from);
  // One that is older than those that are listed decides now.
  const version = before?.version ?? live;
  const next = to === null ? undefined : versions.find((one) => one.status === 'scheduled' && one.valid_from === to);
  const until = to === null || next === undefined ? null : { next: next.version, until: dayAndTime(Date.parse(to)) };
  if (version === null) return until === null ? t('nothingStays') : t('nothingUntil', until);
  return until === null ? t('stays', { version }) : t('staysUntil', { version, ...until });
}

/** The version that held before the one that holds now; null where there is none. One whose place another took before its time never held. */
export function versionBefore({ versions, live }: Pick<Strategy, 'versions' | 'live'>): number | null {
  const held = versions.filter(({ status, version, valid_from: from, valid_to: to }) => status === 'retired' && version !== live && from !== to);
  return held.toSorted((a, b) => (b.valid_to ?? '').localeCompare(a.valid_to ?? '') || b.version - a.version)[0]?.version ?? null;
}
