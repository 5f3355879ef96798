// The second step: a code of an authenticator app, asked for at sign-in, set up by oneself.
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { asked, cache } from '../app/ask.ts';
import { Copyable } from '../ui/copy.tsx';
import { Problem } from '../ui/problem.tsx';
import { confirmSecret, dropSecret, proposeSecret, signInByCode } from './api.ts';
import { t } from './words.ts';

/** After the password: whoever has set one up gives a code. */
export function CodeForm({ ticket, done }: { readonly ticket: string; readonly done: () => void }): ReactElement {
  const [code, setCode] = useState('');
  const entering = useMutation({ mutationFn: () => asked(signInByCode(ticket, code.trim())), onSuccess: done });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!entering.isPending) entering.mutate();
  };
  return (
    <form onSubmit={submit}>
      <h2>{t('codeTitle')}</h2>
      <div className="field"><label htmlFor="code">{t('code')}</label><input id="code" autoComplete="one-time-code" inputMode="text" required autoFocus aria-describedby="code-help" value={code} onChange={(event) => setCode(event.target.value)} /><p id="code-help" className="muted">{t('codeHelp')}</p></div>
      <Problem error={entering.error} />
      <div className="form-actions"><button type="submit" className="button primary">{t('signIn')}</button></div>
    </form>
  );
}

/** On one's own page: setting it up, and switching it off. */
export function SecondStep({ on }: { readonly on: boolean }): ReactElement {
  // They stay until they are kept, whatever the session says meanwhile: nobody can show them again.
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const again = (): void => void cache.invalidateQueries({ queryKey: ['session'] });
  const kept = (): void => {
    setCodes(null);
    again();
  };
  return (
    <section className="card" aria-labelledby="second-title">
      <h2 id="second-title">{t('twoSteps')}</h2>
      {codes !== null ? <RecoveryCodes codes={codes} kept={kept} /> : <><p>{t(on ? 'twoStepsOn' : 'twoStepsOff')}</p>{on ? <SwitchOff done={again} /> : <SetUp confirmed={setCodes} />}</>}
    </section>
  );
}

function RecoveryCodes({ codes, kept }: { readonly codes: readonly string[]; readonly kept: () => void }): ReactElement {
  const told = useRef<HTMLParagraphElement>(null);
  useEffect(() => told.current?.focus(), []);
  return <><p ref={told} tabIndex={-1}>{t('recovery')}</p><Copyable text={codes.join(' ')} /><div className="form-actions"><button type="button" className="button" onClick={kept}>{t('codesKept')}</button></div></>;
}

function SetUp({ confirmed }: { readonly confirmed: (codes: readonly string[]) => void }): ReactElement {
  const [code, setCode] = useState('');
  const proposing = useMutation({ mutationFn: () => asked(proposeSecret()) });
  const confirming = useMutation({ mutationFn: () => asked(confirmSecret(code.trim())), onSuccess: ({ recovery_codes: codes }) => confirmed(codes) });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!confirming.isPending) confirming.mutate();
  };
  if (!proposing.data) return <><Problem error={proposing.error} /><div className="form-actions"><button type="button" className="button" onClick={() => proposing.mutate()}>{t('setUp')}</button></div></>;
  return (
    <form onSubmit={submit}>
      <p>{t('scan')}</p><Copyable text={proposing.data.secret} /><p><a href={proposing.data.uri}>{t('openApp')}</a></p>
      <div className="field"><label htmlFor="new-code">{t('code')}</label><input id="new-code" autoComplete="one-time-code" inputMode="numeric" required autoFocus value={code} onChange={(event) => setCode(event.target.value)} /></div>
      <Problem error={confirming.error} />
      <div className="form-actions"><button type="submit" className="button primary">{t('confirmCode')}</button></div>
    </form>
  );
}

function SwitchOff({ done }: { readonly done: () => void }): ReactElement {
  const [password, setPassword] = useState('');
  const dropping = useMutation({ mutationFn: () => asked(dropSecret(password)), onSuccess: done });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    dropping.mutate();
  };
  return (
    <form onSubmit={submit}>
      <div className="field"><label htmlFor="off-password">{t('password')}</label><input id="off-password" type="password" autoComplete="current-password" value={password} onChange={(event) => setPassword(event.target.value)} /></div>
      <Problem error={dropping.error} />
      <div className="form-actions"><button type="submit" className="button danger">{t('switchOff')}</button></div>
    </form>
  );
}
