// Signing in with an address and a password, and the ways on for who has neither.
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useEffect, useState } from 'react';
import { asked } from '../app/ask.ts';
import { forgetEverything } from '../app/session.ts';
import { Copyable } from '../ui/copy.tsx';
import { Problem } from '../ui/problem.tsx';
import { readMethods, recover, signIn } from './api.ts';
import { OtherWays, Refused } from './other-ways.tsx';
import { CodeForm } from './second-step.tsx';
import { t } from './words.ts';

export default function SignIn(): ReactElement {
  const [forgot, setForgot] = useState(false);
  // Somebody whom the provider signed in is asked for a code too. What it goes with is read once, and then taken out of the address.
  const [ticket] = useState(() => new URLSearchParams(location.hash.slice(1)).get('ticket'));
  useEffect(() => void (ticket !== null && history.replaceState(history.state, '', location.pathname)), [ticket]);
  const methods = useQuery({ queryKey: ['sign-in-methods'], queryFn: () => asked(readMethods()), staleTime: Infinity });
  if (ticket !== null) return <section className="sign-in card"><CodeForm ticket={ticket} done={enter} /></section>;
  return (
    <section className="sign-in card">
      <Refused label={methods.data?.provider?.label ?? null} />
      {forgot ? <Recovery back={() => setForgot(false)} /> : <><Password forgot={() => setForgot(true)} />{methods.data ? <OtherWays methods={methods.data} done={enter} /> : null}</>}
      <hr />
      <h3>{t('byLink')}</h3>
      <p className="muted">{t('printLink')}</p><Copyable text="npx ordo sign-in" />
    </section>
  );
}

/** A page that said only that nobody has signed in leads on; any other shows what it could not. */
function enter(): void {
  forgetEverything();
  if (location.pathname === '/signed-out') location.assign('/');
  else location.reload();
}

function Password({ forgot }: { readonly forgot: () => void }): ReactElement {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const entering = useMutation({ mutationFn: () => asked(signIn(email, password)), onSuccess: ({ signed_in: is }) => void (is && enter()) });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!entering.isPending) entering.mutate();
  };
  if (entering.data?.ticket !== undefined) return <CodeForm ticket={entering.data.ticket} done={enter} />;
  return (
    <form onSubmit={submit}>
      <h2>{t('signIn')}</h2>
      <div className="field"><label htmlFor="email">{t('email')}</label><input id="email" type="email" autoComplete="username" required value={email} onChange={(event) => setEmail(event.target.value)} /></div>
      <div className="field"><label htmlFor="password">{t('password')}</label><input id="password" type="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} /></div>
      <Problem error={entering.error} />
      <div className="form-actions"><button type="submit" className="button primary" aria-disabled={entering.isPending}>{t('signIn')}</button><button type="button" className="button quiet" onClick={forgot}>{t('forgot')}</button></div>
    </form>
  );
}

function Recovery({ back }: { readonly back: () => void }): ReactElement {
  const [email, setEmail] = useState('');
  const asking = useMutation({ mutationFn: () => asked(recover(email)) });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    asking.mutate();
  };
  return (
    <form onSubmit={submit}>
      <h2>{t('forgot')}</h2>
      <div className="field"><label htmlFor="email">{t('email')}</label><input id="email" type="email" autoComplete="username" required value={email} onChange={(event) => setEmail(event.target.value)} /></div>
      <Problem error={asking.error} />
      {asking.isSuccess ? <p role="status">{t('linkSent')}</p> : null}
      <div className="form-actions"><button type="submit" className="button primary">{t('sendLink')}</button><button type="button" className="button quiet" onClick={back}>{t('back')}</button></div>
    </form>
  );
}
