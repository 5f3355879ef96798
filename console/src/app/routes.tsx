// Addresses and the screens they show. What is not the list comes when it is first asked for.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { OrdersPage } from '../orders/page.tsx';
import { Link } from '../ui/link.tsx';
import { Notice, SignedOutPage } from '../ui/notice.tsx';
import { t } from '../ui/words.ts';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: Nowhere });
const at = <P extends string>(path: P, component: () => ReactElement) => createRoute({ getParentRoute: () => root, path, component });

/** A screen is the default of its file, and comes when it is asked for. */
const screen = <P extends string>(path: P, load: () => Promise<{ readonly default: () => ReactElement }>) => createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load) });

const routes = [
  at('/', OrdersPage),
  at('/orders', OrdersPage),
  screen('/orders/new', () => import('../draft/page.tsx')), screen('/customers', () => import('../customers/page.tsx')), screen('/customers/$id', () => import('../customers/customer.tsx')),
  createRoute({ getParentRoute: () => root, path: '/orders/$id', component: lazyRouteComponent(() => import('../order/page.tsx'), 'OrderPage') }),
  createRoute({ getParentRoute: () => root, path: '/mailbox', component: lazyRouteComponent(() => import('../mail/list.tsx'), 'MailboxPage') }),
  createRoute({ getParentRoute: () => root, path: '/mailbox/$id', component: lazyRouteComponent(() => import('../mail/view.tsx'), 'MailPage') }),
  screen('/orders/$id/why', () => import('../order/why-page.tsx')), screen('/mentions', () => import('../mentions/page.tsx')),
  screen('/order-actions', () => import('../actions/list.tsx')), screen('/order-actions/$id', () => import('../actions/action.tsx')),
  screen('/exceptions', () => import('../exceptions/page.tsx')), screen('/morning', () => import('../day/morning.tsx')), screen('/bad-day', () => import('../day/bad-day.tsx')),
  screen('/stock', () => import('../stock/page.tsx')), screen('/stock/supply', () => import('../supply/list.tsx')), screen('/stock/supply/new', () => import('../supply/create.tsx')), screen('/stock/supply/$id', () => import('../supply/document.tsx')),
  screen('/stock/supply/$id/receive', () => import('../supply/receive.tsx')), screen('/stock/counts', () => import('../supply/counts.tsx')), screen('/stock/shortages', () => import('../supply/shortages.tsx')), screen('/stock/protected', () => import('../supply/protected.tsx')),
  screen('/nodes', () => import('../nodes/page.tsx')), screen('/nodes/$code', () => import('../nodes/node.tsx')),
  screen('/strategies', () => import('../strategies/page.tsx')), screen('/strategies/$code', () => import('../strategies/strategy.tsx')), screen('/strategies/$code/simulations/$id', () => import('../strategies/simulation.tsx')),
  screen('/reports', () => import('../reports/page.tsx')), screen('/reports/$code', () => import('../reports/report.tsx')), screen('/audit', () => import('../audit/page.tsx')),
  screen('/settings', () => import('../settings/page.tsx')), screen('/connections', () => import('../connections/page.tsx')), screen('/people', () => import('../people/page.tsx')), screen('/me', () => import('../people/me.tsx')), screen('/set-password', () => import('../people/set-password.tsx')),
  at('/signed-out', SignedOut),
];

function SignedOut(): ReactElement {
  return <><h1 className="visually-hidden">{t('signedOut')}</h1><SignedOutPage /></>;
}

function Nowhere(): ReactElement {
  return <><h1 className="visually-hidden">{t('nowhere')}</h1><Notice shape="cross" title={t('nowhere')}><Link className="button" href="/orders">{t('toOrders')}</Link></Notice></>;
}

/** Addresses stay plain: what a screen shows it reads from them itself, as whoever wrote them by hand would write them. */
export const router = createRouter({
  routeTree: root.addChildren(routes), scrollRestoration: true, defaultPreload: false, defaultPendingMinMs: 0,
  parseSearch: (search) => ({ of: search }), stringifySearch: ({ of }) => (typeof of === 'string' ? of : ''),
});
