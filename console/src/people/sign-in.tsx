// Signing in with an address and a password, and the ways on for who has neither.
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { asked } from '../app/ask.ts';
import { forgetEverything } from '../app/session.ts';
import { Copyable } from '../ui/copy.tsx';
import { Problem } from '../ui/problem.tsx';
import { recover, signIn } from './api.ts';
import { t } from './words.ts';

export default function SignIn(): ReactElement {
  const [forgot, setForgot] = useState(false);
  return (
    <section className="sign-in card">
      {forgot ? <Recovery back={() => setForgot(false)} /> : <Password forgot={() => setForgot(true)} />}
      <hr />
      <h3>{t('byLink')}</h3>
      <p className="muted">{t('printLink')}</p><Copyable text="npx ordo sign-in" />
    </section>
  );
}

function Password({ forgot }: { readonly forgot: () => void }): ReactElement {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const entering = useMutation({
    mutationFn: () => asked(signIn(email, password)),
    onSuccess: () => {
      forgetEverything();
      // A page that said only that nobody has signed in leads on; any other shows what it could not.
      if (location.pathname === '/signed-out') location.assign('/');
      else location.reload();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    entering.mutate();
  };
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
