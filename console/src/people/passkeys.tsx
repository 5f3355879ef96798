// One's own passkeys: adding, naming and removing them.
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { asked, cache } from '../app/ask.ts';
import { announce } from '../app/voice.ts';
import { Problem } from '../ui/problem.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Time } from '../ui/time.tsx';
import { dropPasskey, namePasskey, type Passkey, readMyPasskeys } from './api.ts';
import { hasPasskeys, makePasskey } from './ceremony.ts';
import { t } from './ways-words.ts';

type Opened = { readonly kind: 'add' } | { readonly kind: 'rename' | 'remove'; readonly passkey: Passkey };

const SAID = { add: 'addedNow', rename: 'renamedNow', remove: 'removedNow' } as const;

/** @param possible whether browsers have passkeys for the address of this page */
export function Passkeys({ possible }: { readonly possible: boolean }): ReactElement {
  const answer = useQuery({ queryKey: ['my-passkeys'], queryFn: () => asked(readMyPasskeys()) });
  const [opened, setOpened] = useState<Opened | null>(null);
  const close = (): void => setOpened(null);
  const done = (what: Opened): void => {
    close();
    announce(t(SAID[what.kind]));
    for (const key of ['my-passkeys', 'my-sessions']) void cache.invalidateQueries({ queryKey: [key] });
  };
  const why = possible ? (hasPasskeys() ? null : t('noSupport')) : t('notHere');
  return (
    <section className="card" aria-labelledby="passkeys-title">
      <h2 id="passkeys-title">{t('passkeys')}</h2>
      <p>{t('passkeysWhat')}</p>
      <Problem error={answer.error} />
      {answer.data?.length === 0 ? <p className="muted">{t('none')}</p> : null}
      <ul className="passkeys">{(answer.data ?? []).map((one) => (
        <li key={one.id}>
          <strong>{one.name}</strong>
          <span className="muted">{t('added')} <Time iso={one.created_at} as="relative" />, {one.last_used_at === null ? t('unused') : <>{t('used')} <Time iso={one.last_used_at} as="relative" /></>}</span>
          <span className="row-actions">
            <button type="button" className="button quiet" aria-label={`${t('rename')}: ${one.name}`} onClick={() => setOpened({ kind: 'rename', passkey: one })}>{t('rename')}</button>
            <button type="button" className="button quiet" aria-label={`${t('remove')}: ${one.name}`} onClick={() => setOpened({ kind: 'remove', passkey: one })}>{t('remove')}</button>
          </span>
        </li>))}
      </ul>
      {why === null ? <div className="form-actions"><button type="button" className="button" onClick={() => setOpened({ kind: 'add' })}>{t('add')}</button></div> : <p className="muted">{why}</p>}
      {opened === null ? null : opened.kind === 'add' ? <AddSheet close={close} done={() => done(opened)} />
        : opened.kind === 'rename' ? <RenameSheet passkey={opened.passkey} close={close} done={() => done(opened)} /> : <RemoveSheet passkey={opened.passkey} close={close} done={() => done(opened)} />}
    </section>
  );
}

interface SheetProps {
  readonly close: () => void;
  readonly done: () => void;
}

const sending = (send: () => void) => (event: FormEvent): void => {
  event.preventDefault();
  send();
};

const NameField = ({ name, change }: { readonly name: string; readonly change: (name: string) => void }): ReactElement => (
  <div className="field"><label htmlFor="passkey-name">{t('name')}</label><input id="passkey-name" required maxLength={60} autoComplete="off" aria-describedby="passkey-name-help" value={name} onChange={(event) => change(event.target.value)} /><p id="passkey-name-help" className="muted">{t('nameHelp')}</p></div>
);
const PasswordField = ({ password, change }: { readonly password: string; readonly change: (password: string) => void }): ReactElement => (
  <div className="field"><label htmlFor="passkey-password">{t('password')}</label><input id="passkey-password" type="password" autoComplete="current-password" aria-describedby="passkey-password-help" value={password} onChange={(event) => change(event.target.value)} /><p id="passkey-password-help" className="muted">{t('passwordHelp')}</p></div>
);

function AddSheet({ close, done }: SheetProps): ReactElement {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const adding = useMutation({ mutationFn: () => makePasskey(name, password), onSuccess: done });
  return (
    <Sheet title={t('add')} close={close}>
      <form className="ask-form" onSubmit={sending(() => adding.isPending || adding.mutate())}>
        <NameField name={name} change={setName} /><PasswordField password={password} change={setPassword} />
        <Problem error={adding.error} />
        <div className="form-actions"><button type="submit" className="button primary" aria-busy={adding.isPending || undefined}>{t('addGo')}</button></div>
      </form>
    </Sheet>
  );
}

function RenameSheet({ passkey, close, done }: SheetProps & { readonly passkey: Passkey }): ReactElement {
  const [name, setName] = useState(passkey.name);
  const naming = useMutation({ mutationFn: () => asked(namePasskey(passkey.id, name)), onSuccess: done });
  return (
    <Sheet title={t('renameTitle')} close={close}>
      <form className="ask-form" onSubmit={sending(() => naming.mutate())}>
        <NameField name={name} change={setName} />
        <Problem error={naming.error} />
        <div className="form-actions"><button type="submit" className="button primary">{t('save')}</button></div>
      </form>
    </Sheet>
  );
}

function RemoveSheet({ passkey, close, done }: SheetProps & { readonly passkey: Passkey }): ReactElement {
  const [password, setPassword] = useState('');
  const removing = useMutation({ mutationFn: () => asked(dropPasskey(passkey.id, password)), onSuccess: done });
  return (
    <Sheet title={t('removeTitle', { name: passkey.name })} close={close}>
      <form className="ask-form" onSubmit={sending(() => removing.mutate())}>
        <p>{t('removeWhat')}</p><PasswordField password={password} change={setPassword} />
        <Problem error={removing.error} />
        <div className="form-actions"><button type="submit" className="button danger">{t('remove')}</button></div>
      </form>
    </Sheet>
  );
}
