// Older and newer. The server only knows how to go on, so the way back is kept in the history.
import { h, put } from '../dom.ts';
import { count } from '../numbers.ts';
import { type ListQuery, listUrl, PAGE_ROWS } from './query.ts';

export interface Pager {
  readonly element: HTMLElement;
  show(query: ListQuery, rows: number, next: string | null, trail: readonly string[]): void;
  hide(): void;
}

const packed = (trail: readonly string[]): string | undefined => (trail.length === 0 ? undefined : trail.map((one) => (one === '' ? '-' : one)).join(' '));

export function createPager(): Pager {
  const element = h('nav', { class: 'pager', 'aria-label': 'Pages' });
  const link = (label: string, cursor: string, query: ListQuery, trail: readonly string[]): HTMLAnchorElement =>
    h('a', { class: 'button', href: listUrl({ ...query, cursor }), 'data-trail': packed(trail) }, label);
  return {
    element,
    show(query, rows, next, trail) {
      const before = trail.at(-1);
      const newer = query.cursor === '' ? null
        : before === undefined ? link('Newest', '', query, [])
        : link('Newer', before, query, trail.slice(0, -1));
      const older = next === null ? null : link('Older', next, query, [...trail, query.cursor]);
      const first = trail.length * PAGE_ROWS + 1;
      // An older page that was opened by its address alone does not know how many orders come before it.
      const known = query.cursor === '' || trail.length > 0;
      const where = rows === 0 || !known ? '' : `${count(first)}–${count(first + rows - 1)}`;
      put(element, newer, h('span', { class: 'muted' }, where), older);
    },
    hide: () => put(element),
  };
}
