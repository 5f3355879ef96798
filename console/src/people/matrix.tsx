// Roles and what they may do: what each permission means, who has it, and what it opens.
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type ReactElement, useId } from 'react';
import { asked, failureOf } from '../app/ask.ts';
import { Glyph } from '../ui/glyph.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePage, FailurePanel, Notice } from '../ui/notice.tsx';
import { type Permission, readKeys, readRoles, readUsers, type Role } from './api.ts';
import { fitting, keysWith, peopleWith } from './may.ts';
import { a, p, r } from './permission-words.ts';
import { areasOf, usePermissions } from './permissions.ts';
import { peopleUrl, type PeopleView } from './query.ts';

export function Matrix({ view }: { readonly view: PeopleView }): ReactElement {
  const permissions = usePermissions();
  const roles = useQuery({ queryKey: ['roles'], queryFn: () => asked(readRoles()), staleTime: Infinity });
  const field = useId();
  const { history } = useRouter();
  const failed = [permissions, roles].find(({ error, data }) => error !== null && data === undefined);
  if (failed?.error) return <FailurePage failure={failureOf(failed.error)} retry={() => void failed.refetch()} />;
  const all = permissions.data ?? [];
  const found = all.flatMap((one) => {
    const operations = fitting(one, p(one.scope), view.q);
    return operations === null ? [] : [{ ...one, operations }];
  });
  return (
    <>
      <p className="fixed-roles muted">{a('fixed')}</p>
      <div className="filter-row"><div className="field matrix-search"><label htmlFor={field}>{a('search')}</label><input id={field} type="search" autoComplete="off" spellCheck={false} placeholder={a('searchHint')} value={view.q} onChange={(event) => history.replace(peopleUrl({ tab: 'roles', scope: view.scope, q: event.target.value }))} /></div></div>
      {permissions.isSuccess && found.length === 0 ? <Notice shape="dashed" title={a('nothing', { text: view.q })}><Link className="button" href={peopleUrl({ tab: 'roles' })}>{a('showAll')}</Link></Notice> : (
        <div className="table-frame" aria-busy={permissions.isPending || roles.isPending || undefined}>
          <table className="matrix">
            <caption className="visually-hidden">{a('matrix')}</caption>
            <thead><tr><th scope="col">{a('permission')}</th>{(roles.data ?? []).map(({ name }) => <th key={name} scope="col" title={r(name)}>{a(name)}</th>)}</tr></thead>
            {areasOf(found).map((area) => <Area key={area} area={area} permissions={found.filter((one) => one.area === area)} all={all} roles={roles.data ?? []} view={view} />)}
            {view.q === '' && roles.data !== undefined ? <Limits roles={roles.data} /> : null}
          </table>
        </div>)}
    </>
  );
}

interface AreaProps {
  readonly area: Permission['area'];
  readonly permissions: readonly Permission[];
  readonly all: readonly Permission[];
  readonly roles: readonly Role[];
  readonly view: PeopleView;
}

const Area = ({ area, permissions, all, roles, view }: AreaProps): ReactElement => (
  <tbody>
    <tr className="matrix-area"><th scope="rowgroup" colSpan={roles.length + 1}>{a(`area.${area}`)}</th></tr>
    {permissions.map((one) => <Row key={one.scope} permission={one} all={all} roles={roles} view={view} />)}
  </tbody>
);

function Row({ permission, all, roles, view }: Omit<AreaProps, 'area' | 'permissions'> & { readonly permission: Permission }): ReactElement {
  const { scope, operations } = permission;
  const open = view.scope === scope;
  return (
    <>
      <tr className={open ? 'open' : undefined}>
        <th scope="row">
          <Link className="permission" aria-expanded={open} href={peopleUrl({ tab: 'roles', q: view.q, scope: open ? '' : scope })}>{p(scope)}</Link>
          <div className="code"><span className="mono">{scope}</span>{view.q === '' ? null : ` · ${a('matching', { count: operations.length })}`}</div>
        </th>
        {roles.map(({ name }) => <Cell key={name} role={a(name)} has={permission.roles.includes(name)} />)}
      </tr>
      {open ? <tr className="matrix-detail"><td colSpan={roles.length + 1}><Detail permission={permission} all={all} /></td></tr> : null}
    </>
  );
}

/** On a phone, where there are no columns, each cell that says yes names its role. */
const Cell = ({ role, has }: { readonly role: string; readonly has: boolean }): ReactElement => (
  <td className={has ? 'has tone-green' : 'lacks'}>{has ? <Glyph name="full" /> : <span aria-hidden="true">–</span>}<span className="visually-hidden">{a(has ? 'yes' : 'no')}</span><span className="cell-role" aria-hidden="true">{role}</span></td>
);

function Limits({ roles }: { readonly roles: readonly Role[] }): ReactElement {
  return (
    <tbody>
      <tr className="matrix-area"><th scope="rowgroup" colSpan={roles.length + 1}>{a('limits')}</th></tr>
      <tr><th scope="row">{a('discount')}<div className="code">{a('discountWhat')}</div></th>{roles.map(({ name, discount_percent: count }) => <td key={name} className="has">{a('percent', { count })}<span className="cell-role" aria-hidden="true">{a(name)}</span></td>)}</tr>
    </tbody>
  );
}

/** Who has a permission by now, and every operation that it opens. */
function Detail({ permission, all }: { readonly permission: Permission; readonly all: readonly Permission[] }): ReactElement {
  const users = useQuery({ queryKey: ['users'], queryFn: () => asked(readUsers()) });
  const keys = useQuery({ queryKey: ['keys'], queryFn: () => asked(readKeys()) });
  const failed = [users, keys].find(({ error, data }) => error !== null && data === undefined);
  const people = peopleWith(permission, users.data ?? []);
  const programs = keysWith(permission, all, keys.data ?? [], Date.now());
  return (
    <div className="permission-detail">
      <section><h2>{a('throughRoles')}</h2><p>{permission.roles.map((role) => a(role)).join(', ')}</p>{permission.includes.length === 0 ? null : <><h2>{a('includes')}</h2><p className="mono code">{permission.includes.join(' ')}</p></>}</section>
      {failed?.error ? <FailurePanel failure={failureOf(failed.error)} what={a('notLoaded')} retry={() => void failed.refetch()} /> : <>
        <Holders title={a('people')} pending={users.isPending} holders={people.map(({ id, name, nodes }) => ({ id, name: name ?? id, note: nodes === null ? '' : a('onlyAt', { nodes: nodes.join(', ') }) }))} />
        <Holders title={a('keys')} pending={keys.isPending} holders={programs.map(({ id, name }) => ({ id, name, note: '' }))} />
      </>}
      <section className="opens"><h2>{a('operations')}</h2>
        {permission.operations.length === 0 ? <p className="muted">{a('noOperations')}</p>
          : <ul lang="en">{permission.operations.map(({ id, summary, method, path }) => <li key={id}><a href={`/docs/api#${id}`} title={`${method} ${path}`}>{summary}</a></li>)}</ul>}
      </section>
    </div>
  );
}

const Holders = ({ title, pending, holders }: { readonly title: string; readonly pending: boolean; readonly holders: readonly { readonly id: string; readonly name: string; readonly note: string }[] }): ReactElement => (
  <section aria-busy={pending || undefined}>
    <h2>{title}</h2>
    {pending ? <span className="bone" /> : holders.length === 0 ? <p className="muted">{a('nobodyHas')}</p>
      : <ul>{holders.map(({ id, name, note }) => <li key={id}><Link href={peopleUrl({ tab: 'access', who: id })}>{name}</Link>{note === '' ? null : <span className="muted"> {note}</span>}</li>)}</ul>}
  </section>
);
