// Where an invitation or a forgotten password leads: the token stands after #, so that no server log ever sees it.
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { asked } from '../app/ask.ts';
import { forgetEverything } from '../app/session.ts';
import { Link } from '../ui/link.tsx';
import { Notice } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import { useTitle } from '../ui/title.ts';
import { reset } from './api.ts';
import { CodeForm } from './second-step.tsx';
import { t } from './words.ts';

export default function SetPassword(): ReactElement {
  // Read once: the address is cleaned at once, so that it is not left in the history.
  const [token] = useState(() => {
    const found = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
    if (found !== '') history.replaceState(history.state, '', location.pathname);
    return found;
  });
  const [password, setPassword] = useState('');
  const setting = useMutation({ mutationFn: () => asked(reset(token, password)), onSuccess: forgetEverything });
  useTitle(t('setPassword'));
  if (token === '') return <><h1 className="visually-hidden">{t('setPassword')}</h1><Notice shape="cross" title={t('noToken')} /></>;
  if (setting.data?.ticket !== undefined) return <section className="sign-in card"><CodeForm ticket={setting.data.ticket} done={() => location.assign('/')} /></section>;
  if (setting.isSuccess) return <><h1 className="visually-hidden">{t('setPassword')}</h1><Notice shape="full" title={t('passwordSet')}><a className="button" href="/orders">{t('toOrders')}</a></Notice></>;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!setting.isPending) setting.mutate();
  };
  return (
    <section className="sign-in card">
      <form onSubmit={submit}>
        <h1>{t('setPassword')}</h1>
        <div className="field"><label htmlFor="new">{t('newPassword')}</label><input id="new" type="password" autoComplete="new-password" minLength={12} required aria-describedby="new-help" value={password} onChange={(event) => setPassword(event.target.value)} /><p id="new-help" className="muted">{t('passwordHelp')}</p></div>
        <Problem error={setting.error} />
        <div className="form-actions"><button type="submit" className="button primary" aria-disabled={setting.isPending}>{t('setPassword')}</button><Link className="button quiet" href="/signed-out">{t('back')}</Link></div>
      </form>
    </section>
  );
}
