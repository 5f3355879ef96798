// The people of this Ordo: added, changed, invited, ended.
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { asked, cache, failureOf } from '../app/ask.ts';
import { announce } from '../app/voice.ts';
import { auditUrl } from '../audit/query.ts';
import { Chip } from '../ui/chip.tsx';
import { Copyable } from '../ui/copy.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePage } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Time } from '../ui/time.tsx';
import { t as ui } from '../ui/words.ts';
import type { Look } from '../words.ts';
import { changePerson, endPersonSessions, invitePerson, readUsers, type User } from './api.ts';
import { EraseForm, PersonForm, ResetForm } from './forms.tsx';
import { a } from './permission-words.ts';
import { peopleUrl } from './query.ts';
import { t as ways } from './ways-words.ts';
import { t } from './words.ts';

type Opened = { readonly kind: 'add' } | { readonly kind: 'change' | 'erase' | 'reset'; readonly user: User } | { readonly kind: 'invited'; readonly user: User; readonly link: string };

const COLUMNS = ['name', 'roles', 'nodes', 'lastSignIn', 'state'] as const;

function lookOf({ disabled_at: disabled, erased_at: erased }: User): Look {
  if (erased !== null) return { word: t('erased'), tone: 'neutral', glyph: 'slash' };
  return disabled === null ? { word: t('active'), tone: 'green', glyph: 'full' } : { word: t('disabled'), tone: 'amber', glyph: 'stop' };
}

export function People(): ReactElement {
  const users = useQuery({ queryKey: ['users'], queryFn: () => asked(readUsers()) });
  const [opened, setOpened] = useState<Opened | null>(null);
  if (users.error && users.data === undefined) return <FailurePage failure={failureOf(users.error)} retry={() => void users.refetch()} />;
  const close = (): void => setOpened(null);
  const done = (): void => {
    close();
    announce(t('saved'));
    void cache.invalidateQueries({ queryKey: ['users'] });
  };
  return (
    <>
      <p className="below"><button type="button" className="button primary" onClick={() => setOpened({ kind: 'add' })}>{t('add')}</button></p>
      <div className="table-frame scrolls" tabIndex={0} role="region" aria-label={t('people')}>
        <table className="people"><thead><tr>{COLUMNS.map((name) => <th key={name} scope="col">{t(name)}</th>)}<th scope="col"><span className="visually-hidden">{t('change')}</span></th></tr></thead>
          <tbody>{(users.data ?? []).map((user) => <Person key={user.id} user={user} open={setOpened} />)}</tbody></table>
      </div>
      {opened === null ? null : (
        <Sheet title={opened.kind === 'reset' ? ways('resetTitle', { name: opened.user.name ?? opened.user.id }) : t(opened.kind === 'invited' ? 'invite' : opened.kind)} close={close}>
          {opened.kind === 'invited' ? <Invited user={opened.user} link={opened.link} /> : opened.kind === 'reset' ? <ResetForm user={opened.user} />
            : opened.kind === 'erase' ? <EraseForm user={opened.user} done={done} /> : <PersonForm user={opened.kind === 'add' ? null : opened.user} done={done} />}
        </Sheet>)}
    </>
  );
}

function Person({ user, open }: { readonly user: User; readonly open: (what: Opened) => void }): ReactElement {
  const again = (): void => void cache.invalidateQueries({ queryKey: ['users'] });
  const inviting = useMutation({ mutationFn: () => asked(invitePerson(user.id)), onSuccess: ({ url, path }) => open({ kind: 'invited', user, link: url ?? location.origin + path }) });
  const switching = useMutation({ mutationFn: () => asked(changePerson(user.id, { disabled: user.disabled_at === null })), onSuccess: again });
  const ending = useMutation({ mutationFn: () => asked(endPersonSessions(user.id)), onSuccess: () => announce(t('ended')) });
  const gone = user.erased_at !== null;
  const act = (label: string, run: () => void): ReactElement => <button type="button" className="button quiet" aria-label={`${label}: ${user.name ?? user.id}`} onClick={run}>{label}</button>;
  return (
    <tr>
      <th scope="row">{user.name ?? <span className="mono">{user.id}</span>}<div className="muted">{user.email}</div></th>
      <td>{user.roles.map((role) => a(role)).join(', ')}</td><td>{user.nodes === null ? t('everywhere') : user.nodes.join(', ')}</td>
      <td>{user.last_sign_in_at === null ? t('never') : <Time iso={user.last_sign_in_at} as="relative" />}</td><td><Chip look={lookOf(user)} /></td>
      <td className="row-actions">
        {gone ? null : <><Link className="button quiet" aria-label={`${a('whatMay')}: ${user.name ?? user.id}`} href={peopleUrl({ tab: 'access', who: user.id })}>{a('whatMay')}</Link><Link className="button quiet" aria-label={`${ui('history')}: ${user.name ?? user.id}`} href={auditUrl({ object: user.id })}>{ui('history')}</Link>{act(t('change'), () => open({ kind: 'change', user }))}{act(t('invite'), () => inviting.mutate())}{act(t('endSessions'), () => ending.mutate())}{act(t(user.disabled_at === null ? 'disable' : 'enable'), () => switching.mutate())}{act(ways('reset'), () => open({ kind: 'reset', user }))}{act(t('erase'), () => open({ kind: 'erase', user }))}</>}
        <Problem error={inviting.error ?? switching.error ?? ending.error} />
      </td>
    </tr>
  );
}

const Invited = ({ user, link }: { readonly user: User; readonly link: string }): ReactElement => <><h2>{t('invite')}</h2><p>{t('inviteShown', { name: user.name ?? user.id })}</p><Copyable text={link} /></>;
