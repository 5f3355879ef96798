// Oneself: name, language, zone, password, and where one has signed in.
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { asked, cache, failureOf } from '../app/ask.ts';
import { prefer } from '../app/preferences.ts';
import { useSession } from '../app/session.ts';
import { isLanguage, LANGUAGES } from '../i18n/words.ts';
import { t as shell } from '../app/words.ts';
import { FailurePage } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import { Time } from '../ui/time.tsx';
import { useTitle } from '../ui/title.ts';
import type { SessionState } from '../api.ts';
import { changeMyself, endSession, readMySessions, setPassword } from './api.ts';
import { browserName } from './browser-name.ts';
import { Passkeys } from './passkeys.tsx';
import { SecondStep } from './second-step.tsx';
import { t as ways } from './ways-words.ts';
import { t } from './words.ts';

export default function MePage(): ReactElement {
  const session = useSession();
  useTitle(t('me'));
  if (session.error && !session.data) return <><h1 className="visually-hidden">{t('me')}</h1><FailurePage failure={failureOf(session.error)} retry={() => void session.refetch()} /></>;
  return (
    <div className="people-page">
      <h1>{t('me')}</h1>
      {session.data ? <><p className="muted">{session.data.user.email} · {session.data.user.roles.join(', ')}</p><div className="people-columns"><Myself key={session.data.user.id} user={session.data.user} /><Password /><SecondStep on={session.data.user.totp} /><Passkeys possible={session.data.sign_in.passkey} /><Sessions /></div></> : null}
    </div>
  );
}

function Myself({ user }: { readonly user: SessionState['user'] }): ReactElement {
  const [name, setName] = useState(user.name ?? '');
  const [language, setLanguage] = useState(user.language);
  const [zone, setZone] = useState(user.time_zone ?? '');
  const saving = useMutation({
    mutationFn: () => asked(changeMyself({ name, language, time_zone: zone.trim() === '' ? null : zone.trim() })),
    onSuccess: () => {
      prefer({ language });
      void cache.invalidateQueries({ queryKey: ['session'] });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <form className="card" onSubmit={submit}>
      <div className="field"><label htmlFor="my-name">{t('name')}</label><input id="my-name" required maxLength={200} autoComplete="name" value={name} onChange={(event) => setName(event.target.value)} /></div>
      <div className="field"><label htmlFor="my-language">{t('language')}</label><select id="my-language" value={language} onChange={(event) => void (isLanguage(event.target.value) && setLanguage(event.target.value))}>{LANGUAGES.map((one) => <option key={one} value={one}>{shell(`language.${one}`)}</option>)}</select></div>
      <div className="field"><label htmlFor="my-zone">{t('timeZone')}</label><input id="my-zone" aria-describedby="my-zone-help" value={zone} onChange={(event) => setZone(event.target.value)} /><p id="my-zone-help" className="muted">{t('timeZoneHelp')}</p></div>
      <Problem error={saving.error} />
      <div className="form-actions"><button type="submit" className="button primary">{t('save')}</button><span role="status">{saving.isSuccess ? t('saved') : ''}</span></div>
    </form>
  );
}

function Password(): ReactElement {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const saving = useMutation({
    mutationFn: () => asked(setPassword(current, next)),
    onSuccess: () => {
      setCurrent('');
      setNext('');
      void cache.invalidateQueries({ queryKey: ['my-sessions'] });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <form className="card" onSubmit={submit}>
      <h2>{t('setPassword')}</h2>
      <div className="field"><label htmlFor="current">{t('currentPassword')}</label><input id="current" type="password" autoComplete="current-password" aria-describedby="current-help" value={current} onChange={(event) => setCurrent(event.target.value)} /><p id="current-help" className="muted">{ways('passwordHelp')}</p></div>
      <div className="field"><label htmlFor="next">{t('newPassword')}</label><input id="next" type="password" autoComplete="new-password" minLength={12} required aria-describedby="next-help" value={next} onChange={(event) => setNext(event.target.value)} /><p id="next-help" className="muted">{t('passwordHelp')}</p></div>
      <Problem error={saving.error} />
      <div className="form-actions"><button type="submit" className="button primary">{t('save')}</button><span role="status">{saving.isSuccess ? t('saved') : ''}</span></div>
    </form>
  );
}

function Sessions(): ReactElement {
  const answer = useQuery({ queryKey: ['my-sessions'], queryFn: () => asked(readMySessions()) });
  const ending = useMutation({ mutationFn: (id: string) => asked(endSession(id)), onSuccess: () => void answer.refetch() });
  return (
    <section className="card" aria-labelledby="sessions-title">
      <h2 id="sessions-title">{t('sessions')}</h2>
      <Problem error={answer.error ?? ending.error} />
      <ul className="sessions">{(answer.data ?? []).map((one) => (
        <li key={one.id}>
          <span><span title={one.user_agent ?? undefined}>{browserName(one.user_agent)}</span>{one.current ? <strong> · {t('thisOne')}</strong> : null}</span>
          <span className="muted">{t('started')} <Time iso={one.started_at} as="relative" />, {t('lastSeen')} <Time iso={one.last_seen_at} as="relative" /></span>
          {one.current ? null : <button type="button" className="button quiet" onClick={() => ending.mutate(one.id)}>{t('endSession')}</button>}
        </li>))}
      </ul>
    </section>
  );
}
