// What a person or a key may do, where, and where it comes from; and what not, and why.
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type ReactElement, useId } from 'react';
import { isKey } from '../actors.ts';
import { asked, failureOf } from '../app/ask.ts';
import { Chip } from '../ui/chip.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePage, Notice } from '../ui/notice.tsx';
import type { Look } from '../words.ts';
import { type ApiKey, type EffectiveAccess, type Permission, readAccess, readKeys, readUsers, type User } from './api.ts';
import { a, p } from './permission-words.ts';
import { areasOf, usePermissions } from './permissions.ts';
import { peopleUrl, type PeopleView, SHOWN } from './query.ts';

type Granted = EffectiveAccess['permissions'][number];
type Origin = Granted['from'][number];

export function Access({ view }: { readonly view: PeopleView }): ReactElement {
  const users = useQuery({ queryKey: ['users'], queryFn: () => asked(readUsers()) });
  const keys = useQuery({ queryKey: ['keys'], queryFn: () => asked(readKeys()) });
  const failed = [users, keys].find(({ error, data }) => error !== null && data === undefined);
  if (failed?.error) return <FailurePage failure={failureOf(failed.error)} retry={() => void failed.refetch()} />;
  return (
    <>
      <div className="filter-row"><Choose view={view} users={users.data ?? []} keys={keys.data ?? []} /></div>
      {view.who === '' ? <Notice shape="empty" title={a('chooseHow')}><p>{a('chooseWhat')}</p></Notice> : <Shown key={view.who} view={view} />}
    </>
  );
}

function Choose({ view, users, keys }: { readonly view: PeopleView; readonly users: readonly User[]; readonly keys: readonly ApiKey[] }): ReactElement {
  const { history } = useRouter();
  const id = useId();
  return (
    <div className="field"><label htmlFor={id}>{a('who')}</label>
      <select id={id} value={view.who} onChange={(event) => history.push(peopleUrl({ tab: 'access', who: event.target.value, show: view.show }))}>
        <option value="">{a('choose')}</option>
        <optgroup label={a('people')}>{users.map((one) => <option key={one.id} value={one.id}>{one.name ?? one.id}</option>)}</optgroup>
        <optgroup label={a('keys')}>{keys.map((one) => <option key={one.id} value={one.id}>{one.name} · {one.hint}</option>)}</optgroup>
      </select>
    </div>
  );
}

function Shown({ view }: { readonly view: PeopleView }): ReactElement {
  const answer = useQuery({ queryKey: ['access', view.who], queryFn: () => asked(readAccess(view.who)) });
  const permissions = usePermissions();
  const failed = [answer, permissions].find(({ error, data }) => error !== null && data === undefined);
  if (failed?.error) return <FailurePage failure={failureOf(failed.error)} retry={() => void failed.refetch()} />;
  if (answer.data === undefined || permissions.data === undefined) return <div aria-busy="true" className="card"><span className="bone" /></div>;
  const all = permissions.data;
  const wanted = answer.data.permissions.filter(({ allowed }) => view.show === '' || allowed === (view.show === 'may'));
  const rows = wanted.flatMap((granted) => all.filter(({ scope }) => scope === granted.scope).map((permission) => ({ granted, permission })));
  const ordered = all.flatMap(({ scope }) => rows.filter(({ granted }) => granted.scope === scope));
  const count = (allowed: boolean | null): number => answer.data.permissions.filter((one) => allowed === null || one.allowed === allowed).length;
  const tab = (show: PeopleView['show'], label: string, number: number): ReactElement => <Link key={show} className="tab" href={peopleUrl({ tab: 'access', who: view.who, show })} aria-current={show === view.show ? 'true' : undefined}>{label} <span className="tab-count">{number}</span></Link>;
  return (
    <>
      <Summary access={answer.data} />
      <div className="tabs" role="group" aria-label={a('whatMay')}>{tab('', a('all'), count(null))}{SHOWN.map((show) => tab(show, a(show), count(show === 'may')))}</div>
      {ordered.length === 0 ? <Notice shape="empty" title={a('noneOf')} /> : (
        <div className="table-frame">
          <table className="access">
            <caption className="visually-hidden">{a('whatMay')}: {answer.data.name ?? view.who}</caption>
            <thead><tr><th scope="col">{a('permission')}</th><th scope="col">{a('may')}</th><th scope="col">{a('from')}</th><th scope="col">{a('limit')}</th></tr></thead>
            {areasOf(ordered.map(({ permission }) => permission)).map((area) => (
              <tbody key={area}><tr className="matrix-area"><th scope="rowgroup" colSpan={4}>{a(`area.${area}`)}</th></tr>{ordered.filter(({ permission }) => permission.area === area).map((row) => <Row key={row.granted.scope} {...row} access={answer.data} />)}</tbody>))}
          </table>
        </div>)}
      <p className="muted below">{a(isKey(view.who) ? 'ownKey' : 'own')}</p>
    </>
  );
}

const lookOf = (state: EffectiveAccess['state']): Look => ({ word: a(`state.${state}`), ...(state === 'active' ? { tone: 'green', glyph: 'full' } : { tone: 'amber', glyph: 'stop' }) });
const MAY: Look = { word: '', tone: 'green', glyph: 'full' };
const MAY_NOT: Look = { word: '', tone: 'neutral', glyph: 'cross' };
const whereOf = ({ nodes }: EffectiveAccess): string => (nodes === null ? a('everywhere') : a('onlyAt', { nodes: nodes.join(', ') || '–' }));

function Summary({ access }: { readonly access: EffectiveAccess }): ReactElement {
  const fact = (name: string, value: string): ReactElement => <div><dt>{name}</dt><dd>{value}</dd></div>;
  return (
    <section className="card access-summary">
      <h2>{access.name ?? access.subject} <Chip look={lookOf(access.state)} /></h2>
      <dl>{fact(a('where'), whereOf(access))}{isKey(access.subject) ? null : fact(a('roles'), access.roles.map((role) => a(role)).join(', ') || a('noneOf'))}{fact(a('discount'), a('percent', { count: access.discount_percent }))}</dl>
    </section>
  );
}

function Row({ granted, permission, access }: { readonly granted: Granted; readonly permission: Permission; readonly access: EffectiveAccess }): ReactElement {
  const { scope, allowed, from, closed } = granted;
  return (
    <tr>
      <th scope="row">{p(scope)}<div className="code"><Link className="mono" href={peopleUrl({ tab: 'roles', scope })} aria-label={`${a('whoHas')}: ${scope}`}>{scope}</Link></div></th>
      <td><Chip look={{ ...(allowed ? MAY : MAY_NOT), word: a(allowed ? 'yes' : 'no') }} /></td>
      <td>{from.length === 0 ? <span className="muted" aria-hidden="true">–</span> : <ul>{from.map((origin) => <li key={`${origin.role ?? ''} ${origin.scope}`}>{originOf(origin, scope)}</li>)}</ul>}</td>
      <td>{allowed ? whereOf(access) : denialOf(granted, access)}{closed.length === 0 ? null : <Closed closed={closed} permission={permission} />}</td>
    </tr>
  );
}

function originOf({ role, scope: given }: Origin, scope: string): string {
  if (role === null) return given === scope ? a('ownScope') : a('throughKey', { scope: given });
  return given === scope ? a(role) : a('through', { role: a(role), scope: given });
}

const denialOf = ({ denied }: Granted, { subject }: EffectiveAccess): string => (denied === null ? '' : a(denied === 'not_granted' && isKey(subject) ? 'denied.key' : `denied.${denied}`));

const Closed = ({ closed, permission }: { readonly closed: readonly string[]; readonly permission: Permission }): ReactElement => (
  <details className="fold"><summary><span className="fold-mark" /> {a('closed', { count: closed.length, all: permission.operations.length })}</summary>
    <p className="muted">{a('closedWhy')}</p><ul lang="en">{permission.operations.filter(({ id }) => closed.includes(id)).map(({ id, summary }) => <li key={id}>{summary}</li>)}</ul>
  </details>
);
