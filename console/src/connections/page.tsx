// Connections: what comes in, what goes out, and what needs a hand.
import { useLocation } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { type Scope, useMay } from '../app/session.ts';
import { Link } from '../ui/link.tsx';
import { useTitle } from '../ui/title.ts';
import { Calls, Channels, Inbox } from './channels.tsx';
import { Keys } from './keys.tsx';
import { Jobs, Webhooks } from './outside.tsx';
import { Unmapped } from './unmapped.tsx';
import { t } from './words.ts';

const TABS = [
  { name: 'channels', scope: 'channels:read', show: Channels }, { name: 'inbox', scope: 'channels:read', show: Inbox }, { name: 'unmapped', scope: 'channels:read', show: Unmapped }, { name: 'calls', scope: 'channels:read', show: Calls }, { name: 'webhooks', scope: 'webhooks:read', show: Webhooks },
  { name: 'jobs', scope: 'jobs:read', show: Jobs }, { name: 'keys', scope: 'admin', show: Keys },
] as const satisfies readonly { readonly name: string; readonly scope: Scope; readonly show: () => ReactElement }[];

export default function ConnectionsPage(): ReactElement {
  const { searchStr } = useLocation();
  const may = useMay();
  const tabs = TABS.filter(({ scope }) => may(scope));
  const wanted = new URLSearchParams(searchStr).get('tab');
  const Shown = (tabs.find(({ name }) => name === wanted) ?? tabs[0])?.show;
  const here = tabs.find(({ name }) => name === wanted)?.name ?? tabs[0]?.name;
  useTitle(t('title'));
  return (
    <div className="list">
      <div className="list-head"><h1>{t('title')}</h1><p className="muted">{t('what')}</p></div>
      <nav className="tabs" aria-label={t('tabs')}>{tabs.map(({ name }) => <Link key={name} className="tab" href={`/connections?tab=${name}`} aria-current={name === here ? 'page' : undefined}>{t(`tab.${name}`)}</Link>)}</nav>
      {Shown === undefined ? null : <Shown />}
    </div>
  );
}
