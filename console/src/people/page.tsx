// Who may sign in, as what, and where: people, the matrix of roles, and what somebody may do.
import { useLocation } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { Link } from '../ui/link.tsx';
import { useTitle } from '../ui/title.ts';
import { Access } from './access.tsx';
import { People } from './list.tsx';
import { Matrix } from './matrix.tsx';
import { a } from './permission-words.ts';
import { parsePeople, peopleUrl, TABS } from './query.ts';
import { t } from './words.ts';

export default function PeoplePage(): ReactElement {
  const { searchStr } = useLocation();
  const view = parsePeople(searchStr);
  useTitle(t('people'));
  return (
    <div className="list">
      <div className="list-head"><h1>{t('people')}</h1><p className="muted">{t('peopleWhat')}</p></div>
      <nav className="tabs" aria-label={a('tabs')}>{TABS.map((tab) => <Link key={tab} className="tab" href={peopleUrl({ tab })} aria-current={tab === view.tab ? 'page' : undefined}>{a(`tab.${tab}`)}</Link>)}</nav>
      {view.tab === 'people' ? <People /> : view.tab === 'roles' ? <Matrix view={view} /> : <Access view={view} />}
    </div>
  );
}
