// A webhook is made, or changed: where to, what for, and which events.
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { cache } from '../app/ask.ts';
import { announce } from '../app/voice.ts';
import { Entry, wrongAt } from '../ui/entry.tsx';
import { Problem } from '../ui/problem.tsx';
import { alterWebhook, type EventType, subscribe, type Webhook } from './api.ts';
import { EVENT_TYPES, GROUPS, knownTypes, typesIn } from './event-types.ts';
import { ShownOnce } from './shown-once.tsx';
import { t } from './webhook-words.ts';

export function WebhookForm({ webhook, close }: { readonly webhook: Webhook | null; readonly close: () => void }): ReactElement {
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [description, setDescription] = useState(webhook?.description ?? '');
  const [all, setAll] = useState(webhook?.types == null);
  const [types, setTypes] = useState<readonly EventType[]>(knownTypes(webhook?.types ?? []));
  const saving = useMutation({
    mutationFn: async (): Promise<string | null> => {
      const body = { url: url.trim(), description, types: all ? null : EVENT_TYPES.filter((type) => types.includes(type)) };
      if (webhook === null) return (await subscribe(body)).secret;
      await alterWebhook(webhook.id, body);
      return null;
    },
    onSuccess: async (secret) => {
      await cache.invalidateQueries({ queryKey: ['webhooks'] });
      if (secret !== null) return;
      announce(t('saved'));
      close();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!saving.isPending && (all || types.length > 0)) saving.mutate();
  };
  if (saving.data != null) return <><ShownOnce what={t('secretShown')} value={saving.data} /><div className="form-actions"><button type="button" className="button primary" onClick={close}>{t('close')}</button></div></>;
  return (
    <form className="ask-form" onSubmit={submit} noValidate>
      <Entry id="w-url" label={t('url')} wrong={wrongAt(saving.error, '/url')} help={t('urlHelp')}>{(rest) => <input {...rest} type="url" required maxLength={2048} autoComplete="off" spellCheck={false} value={url} onChange={({ target }) => setUrl(target.value)} />}</Entry>
      <Entry id="w-description" label={t('description')} wrong={wrongAt(saving.error, '/description')} help={t('optional')}>{(rest) => <input {...rest} maxLength={500} autoComplete="off" value={description} onChange={({ target }) => setDescription(target.value)} />}</Entry>
      <fieldset><legend>{t('which')}</legend>{[true, false].map((one) => <label key={String(one)} className="tick"><input type="radio" name="w-which" checked={all === one} onChange={() => setAll(one)} />{t(one ? 'allTypes' : 'only')}</label>)}</fieldset>
      {all ? null : <Types chosen={types} choose={setTypes} />}
      {!all && types.length === 0 ? <p className="muted">{t('noType')}</p> : wrongAt(saving.error, '/types')}
      <Problem error={saving.error} />
      <div className="form-actions"><button type="submit" className="button primary" aria-busy={saving.isPending || undefined}>{t(webhook === null ? 'create' : 'save')}</button></div>
    </form>
  );
}

const Types = ({ chosen, choose }: { readonly chosen: readonly EventType[]; readonly choose: (types: readonly EventType[]) => void }): ReactElement => (
  <div className="event-types" tabIndex={0} role="group" aria-label={t('only')}>
    {GROUPS.map((group) => (
      <fieldset key={group}><legend>{t(`group.${group}`)}</legend>{typesIn(group).map((type) => <label key={type} className="tick"><input type="checkbox" checked={chosen.includes(type)} onChange={() => choose(chosen.includes(type) ? chosen.filter((one) => one !== type) : [...chosen, type])} /><span className="mono">{type}</span></label>)}</fieldset>))}
  </div>
);
