import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { asked } from '../app/ask.ts';
import { useSession } from '../app/session.ts';
import { Problem } from '../ui/problem.tsx';
import { addPerson, changePerson, dropPasskeysOf, erasePerson, partFromProvider, readRoles, type RoleName, type User } from './api.ts';
import { a, r } from './permission-words.ts';
import { t as ways } from './ways-words.ts';
import { t } from './words.ts';

const codesIn = (text: string): string[] | null => {
  const codes = text.split(',').map((code) => code.trim()).filter((code) => code !== '');
  return codes.length === 0 ? null : codes;
};

/** Adds somebody, or changes who is there; the address stays who it was. */
export function PersonForm({ user, done }: { readonly user: User | null; readonly done: () => void }): ReactElement {
  const known = useQuery({ queryKey: ['roles'], queryFn: () => asked(readRoles()), staleTime: Infinity });
  const [email, setEmail] = useState('');
  const [name, setName] = useState(user?.name ?? '');
  const [roles, setRoles] = useState<readonly RoleName[]>(user?.roles ?? []);
  const [nodes, setNodes] = useState(user?.nodes?.join(', ') ?? '');
  const saving = useMutation({
    mutationFn: (): Promise<unknown> => (user === null ? asked(addPerson({ email, name, roles: [...roles], nodes: codesIn(nodes) })) : asked(changePerson(user.id, { name, roles: [...roles], nodes: codesIn(nodes) }))), onSuccess: done,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!saving.isPending) saving.mutate();
  };
  return (
    <form className="ask-form" onSubmit={submit}>
      {user === null ? <div className="field"><label htmlFor="p-email">{t('email')}</label><input id="p-email" type="email" required autoComplete="off" value={email} onChange={(event) => setEmail(event.target.value)} /></div> : <p className="muted">{user.email}</p>}
      <div className="field"><label htmlFor="p-name">{t('name')}</label><input id="p-name" required maxLength={200} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} /></div>
      <fieldset><legend>{t('roles')}</legend>{(known.data ?? []).map((role) => (
        <label key={role.name} className="tick" title={r(role.name)}><input type="checkbox" checked={roles.includes(role.name)} onChange={() => setRoles(roles.includes(role.name) ? roles.filter((one) => one !== role.name) : [...roles, role.name])} />{a(role.name)}</label>))}
      </fieldset>
      {roles.length === 0 ? <p className="muted">{t('noRole')}</p> : null}
      <div className="field"><label htmlFor="p-nodes">{t('onlyAt')}</label><input id="p-nodes" autoComplete="off" aria-describedby="p-nodes-help" value={nodes} onChange={(event) => setNodes(event.target.value)} /><p id="p-nodes-help" className="muted">{t('nodesHelp')}</p></div>
      <Problem error={saving.error ?? known.error} />
      <div className="form-actions"><button type="submit" className="button primary">{t('save')}</button></div>
    </form>
  );
}

/** What cannot be undone asks for a word, and says what goes and what stays. */
export function EraseForm({ user, done }: { readonly user: User; readonly done: () => void }): ReactElement {
  const [typed, setTyped] = useState('');
  const erasing = useMutation({ mutationFn: () => asked(erasePerson(user.id)), onSuccess: done });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (typed.trim() === t('eraseWord')) erasing.mutate();
  };
  return (
    <form className="ask-form" onSubmit={submit}>
      <p id="erase-what">{t('eraseWhat', { name: user.name ?? user.id, id: user.id, word: t('eraseWord') })}</p>
      <div className="field"><input aria-labelledby="erase-what" autoComplete="off" required pattern={t('eraseWord')} value={typed} onChange={(event) => setTyped(event.target.value)} /></div>
      <Problem error={erasing.error} />
      <div className="form-actions"><button type="submit" className="button danger">{t('erase')}</button></div>
    </form>
  );
}

/** For a lost device or a replaced account: what signed the person in does not any more. */
export function ResetForm({ user }: { readonly user: User }): ReactElement {
  const { data: session } = useSession();
  const dropping = useMutation({ mutationFn: () => asked(dropPasskeysOf(user.id)) });
  const parting = useMutation({ mutationFn: () => asked(partFromProvider(user.id)) });
  const label = session?.sign_in.provider?.label;
  const done = <span role="status">{ways('done')}</span>;
  return (
    <div className="reset-ways">
      <p>{ways('resetPasskeysWhat')}</p>
      <div className="form-actions"><button type="button" className="button danger" onClick={() => dropping.mutate()}>{ways('resetPasskeys')}</button>{dropping.isSuccess ? done : null}</div>
      {label === undefined ? null : <>
        <p>{ways('resetProviderWhat')}</p>
        <div className="form-actions"><button type="button" className="button danger" onClick={() => parting.mutate()}>{ways('resetProvider', { label })}</button>{parting.isSuccess ? done : null}</div></>}
      <Problem error={dropping.error ?? parting.error} />
    </div>
  );
}
