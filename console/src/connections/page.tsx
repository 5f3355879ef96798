// Connections: what comes in, what goes out, and what needs a hand.
import { useLocation } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef } from 'react';
import { type Scope, useMay, useSession } from '../app/session.ts';
import { Link } from '../ui/link.tsx';
import { Notice } from '../ui/notice.tsx';
import { useTitle } from '../ui/title.ts';
import { Calls } from './calls.tsx';
import { Channels } from './channels.tsx';
import { Inbox } from './inbox.tsx';
import { Jobs } from './jobs.tsx';
import { Keys } from './keys.tsx';
import { type ConnectionsView, connectionsUrl, parseConnections, type Tab, TABS } from './query.ts';
import { Unmapped } from './unmapped.tsx';
import { Webhooks } from './webhooks.tsx';
import { t } from './words.ts';

const SCREENS: Readonly<Record<Tab, { readonly scope: Scope; readonly show: (props: { readonly view: ConnectionsView }) => ReactElement }>> = {
  channels: { scope: 'channels:read', show: Channels }, inbox: { scope: 'channels:read', show: Inbox }, unmapped: { scope: 'channels:read', show: Unmapped }, calls: { scope: 'channels:read', show: Calls },
  webhooks: { scope: 'webhooks:read', show: Webhooks }, jobs: { scope: 'jobs:read', show: Jobs }, keys: { scope: 'admin', show: Keys },
};

export default function ConnectionsPage(): ReactElement {
  const { searchStr } = useLocation();
  const view = parseConnections(searchStr);
  const known = useSession().isSuccess;
  const may = useMay();
  const tabs = TABS.filter((tab) => may(SCREENS[tab].scope));
  const here = view.tab ?? tabs[0];
  const heading = useRef<HTMLHeadingElement>(null);
  // A message is looked at over its list, and the focus goes back to its row.
  const place = `${here} ${here === 'inbox' ? '' : view.of} ${view.cursor}`;
  const before = useRef(place);
  useTitle(t('title'));
  // Whoever turns a page or opens one of the list begins at its head.
  useEffect(() => {
    if (before.current !== place) heading.current?.focus({ preventScroll: true });
    before.current = place;
  }, [place]);
  const Shown = here !== undefined && tabs.includes(here) ? SCREENS[here].show : null;
  return (
    <div className="list connections">
      <div className="list-head"><h1 tabIndex={-1} ref={heading}>{t('title')}</h1><p className="muted">{t('what')}</p></div>
      <nav className="tabs" aria-label={t('tabs')}>{tabs.map((name) => <Link key={name} className="tab" href={connectionsUrl(name)} aria-current={name === here ? 'page' : undefined}>{t(`tab.${name}`)}</Link>)}</nav>
      {Shown !== null ? <Shown view={view} /> : known ? <Notice shape="stop" title={t('mayNot')}><p>{t(here === undefined ? 'mayNothing' : 'mayNotThis', { scope: here === undefined ? '' : SCREENS[here].scope })}</p></Notice> : null}
    </div>
  );
}
