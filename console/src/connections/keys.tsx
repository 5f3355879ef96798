import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { asked, cache } from '../app/ask.ts';
import { Chip } from '../ui/chip.tsx';
import { usePermissions } from '../people/permissions.ts';
import { a, p } from '../people/permission-words.ts';
import { peopleUrl } from '../people/query.ts';
import { Entry, wrongAt } from '../ui/entry.tsx';
import { Link } from '../ui/link.tsx';
import { Notice } from '../ui/notice.tsx';
import { Pager } from '../ui/pager.tsx';
import { PlainTable } from '../ui/plain-table.tsx';
import { Problem } from '../ui/problem.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Time } from '../ui/time.tsx';
import type { Look } from '../words.ts';
import { viewerZone } from '../time.ts';
import { dayOf, endOfDay } from '../supply/days.ts';
import { type ApiKey, makeKey, readKeys, revokeKey, rotateKey } from './api.ts';
import { connectionsUrl } from './query.ts';
import { ShownOnce } from './shown-once.tsx';
import { t } from './words.ts';

type Opened = { readonly kind: 'new' } | { readonly kind: 'rotate' | 'revoke'; readonly key: ApiKey };

/** Keys, as sending, go by the machine's clock, wherever that of a demonstration stands. */
const isLive = ({ revoked_at: revoked, expires_at: expires }: ApiKey): boolean => revoked === null && (expires === null || Date.parse(expires) >= Date.now());

/** The live key that was made in place of another, while that one works, too. */
export const replacing = (one: ApiKey, all: readonly ApiKey[]): ApiKey | undefined => (isLive(one) ? all.find((other) => other.rotated_from === one.id && isLive(other)) : undefined);

function lookOf(one: ApiKey, all: readonly ApiKey[]): Look {
  if (one.revoked_at !== null) return { word: t('revoked'), tone: 'neutral', glyph: 'cross' };
  if (!isLive(one)) return { word: t('expired'), tone: 'neutral', glyph: 'slash' };
  return replacing(one, all) === undefined ? { word: t('live'), tone: 'green', glyph: 'full' } : { word: t('replaced'), tone: 'amber', glyph: 'half' };
}

/** Two keys live while one is rotated: each says so, and until when. */
function Beside({ one, all }: { readonly one: ApiKey; readonly all: readonly ApiKey[] }): ReactElement | null {
  const next = replacing(one, all);
  if (next !== undefined) return <div className="muted">{t('replacedBy', { hint: next.hint })}</div>;
  const before = all.find(({ id }) => id === one.rotated_from);
  return before !== undefined && isLive(before) && isLive(one) ? <div className="muted">{t('replaces', { hint: before.hint })}</div> : null;
}

export function Keys(): ReactElement {
  const answer = useQuery({ queryKey: ['keys'], queryFn: () => asked(readKeys()) });
  const [opened, setOpened] = useState<Opened | null>(null);
  const all = answer.data ?? [];
  const row = (one: ApiKey): ReactElement => (
    <tr key={one.id}>
      <th scope="row">{one.name}<div className="mono code">{one.hint}</div></th><td><Chip look={lookOf(one, all)} /><Beside one={one} all={all} /></td><td className="long mono code">{one.scopes.join(' ')}</td><td>{one.last_used_at === null ? t('never') : <Time iso={one.last_used_at} as="relative" />}</td><td>{one.expires_at === null ? t('never') : <Time iso={one.expires_at} as="full" />}</td>
      <td className="row-actions"><Link className="button quiet" aria-label={`${a('whatMay')}: ${one.name}`} href={peopleUrl({ tab: 'access', who: one.id })}>{a('whatMay')}</Link>{one.revoked_at !== null ? null : <><button type="button" className="button quiet" aria-label={`${t('rotate')}: ${one.name}`} onClick={() => setOpened({ kind: 'rotate', key: one })}>{t('rotate')}</button><button type="button" className="button quiet" aria-label={`${t('revoke')}: ${one.name}`} onClick={() => setOpened({ kind: 'revoke', key: one })}>{t('revoke')}</button></>}</td>
    </tr>
  );
  const close = (): void => {
    setOpened(null);
    void cache.invalidateQueries({ queryKey: ['keys'] });
  };
  return (
    <>
      <p className="below"><button type="button" className="button primary" onClick={() => setOpened({ kind: 'new' })}>{t('newKey')}</button></p>
      <PlainTable label={t('tab.keys')} answer={answer} columns={[t('name'), t('state'), t('scopes'), t('lastUsed'), t('expires'), '']} row={row} empty={<Notice shape="empty" title={t('noKeys')} />} />
      {answer.data === undefined ? null : <Pager shown={answer.data.length} cursor="" next={null} url={() => connectionsUrl('keys')} />}
      {opened === null ? null : (
        <Sheet title={opened.kind === 'new' ? t('newKey') : `${t(opened.kind)}: ${opened.key.name}`} close={close}>
          {opened.kind === 'new' ? <NewKey /> : <ChangeKey kind={opened.kind} apiKey={opened.key} close={close} />}
        </Sheet>)}
    </>
  );
}

function NewKey(): ReactElement {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<ApiKey['scopes']>(['orders:read']);
  const known = usePermissions();
  const [day, setDay] = useState('');
  const zone = viewerZone();
  const making = useMutation({ mutationFn: () => makeKey(name, scopes, day === '' ? null : endOfDay(day, zone)) });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (scopes.length > 0 && !making.isPending) making.mutate();
  };
  if (making.data) return <ShownOnce what={t('keyShown')} value={making.data.key} />;
  return (
    <form className="ask-form" onSubmit={submit}>
      <div className="field"><label htmlFor="key-name">{t('name')}</label><input id="key-name" required maxLength={100} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} /></div>
      <Entry id="key-day" label={t('endsOn')} wrong={wrongAt(making.error, '/expires_at')} help={t('endsHelp', { zone })}>{(rest) => <input {...rest} type="date" min={dayOf(new Date().toISOString(), zone)} max="2199-12-31" value={day} onChange={({ target }) => setDay(target.value)} />}</Entry>
      <fieldset className="scopes"><legend>{t('scopes')}</legend>{(known.data ?? []).map(({ scope }) => <label key={scope} className="tick"><input type="checkbox" checked={scopes.includes(scope)} onChange={() => setScopes(scopes.includes(scope) ? scopes.filter((one) => one !== scope) : [...scopes, scope])} /><span><span className="mono">{scope}</span> <span className="muted">{p(scope)}</span></span></label>)}</fieldset>
      {scopes.length === 0 ? <p className="muted">{t('noScope')}</p> : null}
      <Problem error={making.error ?? known.error} />
      <div className="form-actions"><button type="submit" className="button primary">{t('create')}</button></div>
    </form>
  );
}

function ChangeKey({ kind, apiKey, close }: { readonly kind: 'rotate' | 'revoke'; readonly apiKey: ApiKey; readonly close: () => void }): ReactElement {
  const changing = useMutation({ mutationFn: async () => (kind === 'rotate' ? (await asked(rotateKey(apiKey.id))).key : (await asked(revokeKey(apiKey.id)), null)), onSuccess: (key) => void (key === null && close()) });
  if (changing.data) return <ShownOnce what={t('keyShown')} value={changing.data} />;
  return (
    <form className="ask-form" onSubmit={(event) => {
      event.preventDefault();
      if (!changing.isPending) changing.mutate();
    }}>
      <p>{kind === 'rotate' ? t('rotateWhat') : t('revokeWhat', { name: apiKey.name })}</p>
      <Problem error={changing.error} />
      <div className="form-actions"><button type="submit" className={kind === 'rotate' ? 'button primary' : 'button danger'}>{t(kind === 'rotate' ? 'rotate' : 'confirm')}</button><button type="button" className="button quiet" onClick={close}>{t('keep')}</button></div>
    </form>
  );
}
