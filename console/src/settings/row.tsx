// One setting: what it does, what holds, who said so, and the changing of it where it stands.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { remarksIn } from '../app/refused.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { Told } from '../refusals/told.tsx';
import { AskFirst } from '../ui/ask-first.tsx';
import { Link } from '../ui/link.tsx';
import { Problem } from '../ui/problem.tsx';
import { Time } from '../ui/time.tsx';
import { type AuditEntry, saveBody } from './api.ts';
import { REFERENCE, type Setting } from './catalogue.ts';
import { changed, type Json, same, valueAt } from './document.ts';
import { n } from './setting-words.ts';
import { asText, shown, written } from './value.tsx';
import { t } from './words.ts';

interface Props {
  readonly setting: Setting;
  readonly code: string;
  readonly channel: string;
  readonly body: Json;
  readonly last: AuditEntry | null;
  readonly history: string | null;
}

export const anchor = ({ id }: Pick<Setting, 'id'>): string => `setting-${id.replaceAll('.', '-')}`;

export function SettingRow({ setting, code, channel, body, last, history }: Props): ReactElement {
  const [open, setOpen] = useState(false);
  const may = useMay();
  const value = valueAt(body, setting.path);
  const usual = setting.usual === undefined ? t('needed') : shown(setting.usual);
  const scope = setting.source === 'mail' ? 'channels:write' : 'catalogue:write';
  return (
    <li className="setting" id={anchor(setting)}>
      <div className="setting-says"><h3>{n(setting.id)}</h3><p className="muted">{n(`${setting.id}.what`)}</p>
        <p className="setting-foot muted"><a href={REFERENCE[setting.source]} target="_blank" rel="noreferrer">{t('reference')}</a>{history === null ? null : <> · <Link href={history}>{t('history')}</Link></>} · {last === null ? t('never') : <>{t('changedBy', { who: last.actor_name ?? last.actor })} <Time iso={last.recorded_at} as="both" /></>}</p></div>
      <div className="setting-value"><p className={same(value, setting.usual) ? '' : 'own'}><span className="visually-hidden">{t('now')}: </span><span dir="auto">{shown(value)}</span></p><p className="muted">{t('usual')}: {usual}</p></div>
      {may(scope) ? <button type="button" className="button" aria-label={t('editOf', { name: n(setting.id) })} aria-expanded={open} onClick={() => setOpen(!open)}>{t('edit')}</button> : <p className="muted setting-may">{t(setting.source === 'mail' ? 'mayNotMail' : 'mayNot')}</p>}
      {open ? <Editor setting={setting} code={code} channel={channel} body={body} close={() => setOpen(false)} /> : null}
    </li>
  );
}

function Editor({ setting, code, channel, body, close }: Pick<Props, 'setting' | 'code' | 'channel' | 'body'> & { readonly close: () => void }): ReactElement {
  const { kind, source, path } = setting;
  const cache = useQueryClient();
  const value = valueAt(body, path);
  const [text, setText] = useState(asText(value, kind));
  const [asking, setAsking] = useState(false);
  const read = written(text, kind);
  const [tried, setTried] = useState(false);
  const saving = useMutation({
    mutationFn: (next: unknown) => saveBody(source, code, changed(body, setting, next)),
    onSuccess: async () => {
      announce(t('saved', { name: n(setting.id) }));
      await cache.invalidateQueries({ queryKey: ['settings'] });
      close();
    },
  });
  const pointer = `/${path.join('/')}`;
  const remark = remarksIn(saving.error).find((one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`));
  const wrong = tried && 'wrong' in read ? read.wrong : remark === undefined ? null : <>{remark.pointer.slice(pointer.length)} <Told of={remark} as="fault" /></>;
  const go = (): void => void ('value' in read && saving.mutate(read.value));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if ('wrong' in read) return;
    if (setting.section === 'danger') setAsking(true);
    else go();
  };
  const id = `${anchor(setting)}-field`;
  const rest = { id, 'aria-invalid': wrong !== null || undefined, 'aria-describedby': `${id}-says`, autoFocus: true } as const;
  const help = kind.as === 'object' ? t('objectHelp', { like: JSON.stringify(kind.like) }) : kind.as === 'list' || kind.as === 'choices' ? t('listHelp') : kind.as === 'maybeText' || kind.as === 'maybeWhole' ? t('emptyHelp') : '';
  return (
    <form className="setting-form" onSubmit={submit} onKeyDown={({ key }) => void (key === 'Escape' && close())}>
      <div className="field"><label htmlFor={id}>{n(setting.id)}</label>
        {kind.as === 'flag' ? <select {...rest} value={text} onChange={({ target }) => setText(target.value)}><option value="true">{t('on')}</option><option value="false">{t('off')}</option></select>
          : kind.as === 'choice' ? <select {...rest} value={text} onChange={({ target }) => setText(target.value)}>{kind.of.map((one) => <option key={one} value={one}>{one}</option>)}</select>
            : kind.as === 'object' ? <textarea {...rest} rows={5} spellCheck={false} className="mono" value={text} onChange={({ target }) => setText(target.value)} />
              : <input {...rest} spellCheck={false} autoComplete="off" inputMode={kind.as === 'whole' || kind.as === 'maybeWhole' ? 'numeric' : undefined} value={text} onChange={({ target }) => setText(target.value)} />}
        <p id={`${id}-says`} className={wrong === null ? 'muted' : 'field-wrong'}>{wrong ?? help}{wrong === null && kind.as === 'choices' ? ` ${kind.of.join(', ')}` : ''}</p></div>
      {remark === undefined ? <Problem error={saving.error} /> : null}
      <div className="form-actions"><button type="submit" className="button primary" aria-busy={saving.isPending || undefined}>{t('save')}</button><button type="button" className="button quiet" onClick={close}>{t('cancel')}</button></div>
      {asking && 'value' in read ? <AskFirst title={n(setting.id)} act={t('save')} pending={saving.isPending} error={null} close={() => setAsking(false)} go={() => { setAsking(false); go(); }}><p>{t('dangerAsk', { channel, before: shown(value), after: shown(read.value) })}</p></AskFirst> : null}
    </form>
  );
}
