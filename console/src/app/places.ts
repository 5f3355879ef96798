// Where one can go: the menu, the keys and the palette are made of this table.
import type { Key } from './keys.ts';
import { t } from './words.ts';

type PlaceName = 'orders' | 'mailbox';
export type Group = 'work' | 'setup';

export interface Place {
  readonly name: PlaceName;
  readonly path: string;
  readonly group: Group;
  readonly key: Key;
}

export const GROUPS: readonly Group[] = ['work', 'setup'];
export const PLACES: readonly Place[] = [
  { name: 'orders', path: '/orders', group: 'work', key: 'g o' },
  { name: 'mailbox', path: '/mailbox', group: 'setup', key: 'g m' },
];

export const placeTitle = ({ name }: Place): string => t(name);
export const isHere = ({ path }: Place, pathname: string): boolean => pathname === path || pathname.startsWith(`${path}/`) || (path === '/orders' && pathname === '/');
