// Addresses and the screens they show. What is not the list comes when it is first asked for.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { OrdersPage } from '../orders/page.tsx';
import { Link } from '../ui/link.tsx';
import { DeadLink, Notice } from '../ui/notice.tsx';
import { t } from '../ui/words.ts';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: Nowhere });
const at = <P extends string>(path: P, component: () => ReactElement) => createRoute({ getParentRoute: () => root, path, component });

const routes = [
  at('/', OrdersPage),
  at('/orders', OrdersPage),
  createRoute({ getParentRoute: () => root, path: '/orders/$id', component: lazyRouteComponent(() => import('../order/page.tsx'), 'OrderPage') }),
  createRoute({ getParentRoute: () => root, path: '/mailbox', component: lazyRouteComponent(() => import('../mail/list.tsx'), 'MailboxPage') }),
  createRoute({ getParentRoute: () => root, path: '/mailbox/$id', component: lazyRouteComponent(() => import('../mail/view.tsx'), 'MailPage') }),
  at('/signed-out', SignedOut),
];

function SignedOut(): ReactElement {
  return <><h1 className="visually-hidden">{t('signedOut')}</h1><DeadLink /></>;
}

function Nowhere(): ReactElement {
  return <><h1 className="visually-hidden">{t('nowhere')}</h1><Notice shape="cross" title={t('nowhere')}><Link className="button" href="/orders">{t('toOrders')}</Link></Notice></>;
}

/** Addresses stay plain: what a screen shows it reads from them itself, as whoever wrote them by hand would write them. */
export const router = createRouter({
  routeTree: root.addChildren(routes), scrollRestoration: true, defaultPreload: false, defaultPendingMinMs: 0,
  parseSearch: (search) => ({ of: search }), stringifySearch: ({ of }) => (typeof of === 'string' ? of : ''),
});
