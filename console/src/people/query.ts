// What of people, roles and keys is looked at, as the address says it.
import { isKeyId, isPersonId } from '../actors.ts';
import { oneOf } from '../orders/query.ts';

export const TABS = ['people', 'roles', 'access'] as const;
export type Tab = (typeof TABS)[number];
export const SHOWN = ['may', 'may_not'] as const;

export interface PeopleView {
  readonly tab: Tab;
  /** A permission that is opened in the matrix. */
  readonly scope: string;
  /** What the matrix is searched for. */
  readonly q: string;
  /** The id of a person or a key whose permissions are shown. */
  readonly who: string;
  /** Only what is allowed, or only what is not; '' for both. */
  readonly show: (typeof SHOWN)[number] | '';
}

export function parsePeople(search: string): PeopleView {
  const given = new URLSearchParams(search);
  const text = (name: string): string => (given.get(name) ?? '').trim();
  return { tab: oneOf(TABS, text('tab')) || 'people', scope: text('scope'), q: text('q'), who: isPersonId(text('who')) || isKeyId(text('who')) ? text('who') : '', show: oneOf(SHOWN, text('show')) };
}

export function peopleUrl({ tab = 'people', ...rest }: Partial<PeopleView> = {}): string {
  const text = new URLSearchParams(Object.entries({ tab: tab === 'people' ? '' : tab, ...rest }).filter(([, value]) => value !== '')).toString();
  return text === '' ? '/people' : `/people?${text}`;
}
