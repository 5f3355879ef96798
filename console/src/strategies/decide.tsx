// Publishing and going back: what happens, from when on, and for whom, before it happens.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { useFacts } from '../app/facts.ts';
import { announce } from '../app/voice.ts';
import { viewerZone } from '../time.ts';
import { AskFirst } from '../ui/ask-first.tsx';
import { publish, type Publishing, rollBack, type Strategy } from './api.ts';
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

/** The version that held before the one that holds now; null where there is none. */
export function versionBefore({ versions, live }: Pick<Strategy, 'versions' | 'live'>): number | null {
  const held = versions.filter(({ status, version }) => status === 'retired' && version !== live);
  return held.toSorted((a, b) => (b.valid_to ?? '').localeCompare(a.valid_to ?? '') || b.version - a.version)[0]?.version ?? null;
}
