// Where one can go: the menu, the keys and the palette are made of this table.
import type { Key } from './keys.ts';
import type { Scope } from './session.ts';
import { t } from './words.ts';

export const GROUPS = ['work', 'network', 'insight', 'setup'] as const;
export type Group = (typeof GROUPS)[number];
type PlaceName = 'orders' | 'exceptions' | 'mentions' | 'morning' | 'badday' | 'stock' | 'nodes' | 'strategies' | 'reports' | 'connections' | 'mailbox' | 'audit' | 'people' | 'actions' | 'phone' | 'customers' | 'settings';

export interface Place {
  readonly name: PlaceName;
  readonly path: string;
  readonly group: Group;
  readonly key: Key;
  /** What it takes to see anything there; the place is not shown to others. */
  readonly scope: Scope;
}

export const PLACES: readonly Place[] = [
  { name: 'orders', path: '/orders', group: 'work', key: 'g o', scope: 'orders:read' },
  { name: 'phone', path: '/orders/new', group: 'work', key: 'g p', scope: 'orders:write' },
  { name: 'customers', path: '/customers', group: 'work', key: 'g k', scope: 'orders:read_personal' },
  { name: 'actions', path: '/order-actions', group: 'work', key: 'g l', scope: 'orders:read' },
  { name: 'exceptions', path: '/exceptions', group: 'work', key: 'g e', scope: 'orders:read' },
  { name: 'mentions', path: '/mentions', group: 'work', key: 'g h', scope: 'orders:read' },
  { name: 'morning', path: '/morning', group: 'work', key: 'g d', scope: 'orders:read' },
  { name: 'badday', path: '/bad-day', group: 'work', key: 'g b', scope: 'catalogue:read' },
  { name: 'stock', path: '/stock', group: 'network', key: 'g i', scope: 'stock:read' },
  { name: 'nodes', path: '/nodes', group: 'network', key: 'g n', scope: 'catalogue:read' },
  { name: 'strategies', path: '/strategies', group: 'network', key: 'g s', scope: 'catalogue:read' },
  { name: 'reports', path: '/reports', group: 'insight', key: 'g r', scope: 'orders:read' },
  { name: 'audit', path: '/audit', group: 'insight', key: 'g a', scope: 'events:read' },
  { name: 'connections', path: '/connections', group: 'setup', key: 'g c', scope: 'channels:read' },
  { name: 'mailbox', path: '/mailbox', group: 'setup', key: 'g m', scope: 'orders:read' },
  { name: 'people', path: '/people', group: 'setup', key: 'g u', scope: 'admin' },
  { name: 'settings', path: '/settings', group: 'setup', key: 'g t', scope: 'catalogue:read' },
];

export const placeTitle = ({ name }: Place): string => t(name);
/** The way to a new order lies under the orders and is a place of its own. */
export const isHere = ({ path }: Place, pathname: string): boolean => pathname === path || (pathname.startsWith(`${path}/`) && pathname !== '/orders/new') || (path === '/orders' && pathname === '/');
