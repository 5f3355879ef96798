// Tables of any length in the page's own scroll: only the rows in sight are in the page, blank rows keep the room of the others.
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

/** What stands over the rows at the top of the window: the bar and the head of the table. */
const HEAD_PX = 84;
const FOOT_PX = 64;

export interface Virtual {
  readonly table: RefObject<HTMLTableElement | null>;
  readonly first: number;
  /** One past the last. */
  readonly end: number;
  readonly above: number;
  readonly below: number;
  /** Scrolls no farther than needed, and puts the focus on the row's link as soon as the row is there. */
  readonly focusRow: (index: number) => void;
}

export function useVirtualRows(count: number, rowPx: number): Virtual {
  const table = useRef<HTMLTableElement>(null);
  const wanted = useRef<number | null>(null);
  const [, draw] = useState(0);
  const [top, setTop] = useState(0);
  const virtual = useWindowVirtualizer({ count, estimateSize: () => rowPx, overscan: 1, scrollMargin: top, scrollPaddingStart: HEAD_PX, scrollPaddingEnd: FOOT_PX });
  useLayoutEffect(() => virtual.measure(), [rowPx, virtual]);
  // What stands above the table changes with filters and banners, and then the page is higher. Looking at each draw instead would lay out every frame of scrolling twice.
  useLayoutEffect(() => {
    const look = (): void => {
      const body = table.current?.tBodies[0];
      if (body) setTop(Math.round(body.getBoundingClientRect().top + scrollY));
    };
    look();
    const watch = new ResizeObserver(look);
    watch.observe(document.body);
    return () => watch.disconnect();
  }, [count, rowPx]);
  const focusNow = (index: number): boolean => {
    const link = table.current?.querySelector<HTMLElement>(`tr[aria-rowindex="${index + 2}"] a.number`);
    link?.focus({ preventScroll: true });
    return link != null;
  };
  useLayoutEffect(() => {
    if (wanted.current !== null && focusNow(wanted.current)) wanted.current = null;
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const end = (items.at(-1)?.index ?? -1) + 1;
  return {
    table, first, end, above: first * rowPx, below: Math.max(0, count - end) * rowPx,
    focusRow: (index) => {
      virtual.scrollToIndex(index, { align: 'auto' });
      // The next row is there already, in sight or not; drawing the table for it would take as long as all else that a key does.
      wanted.current = focusNow(index) ? null : index;
      if (wanted.current !== null) draw((times) => times + 1);
    },
  };
}

/** The row that has the focus, or -1. */
export function focusedRow(): number {
  const row = document.activeElement?.closest('tr[aria-rowindex]');
  return row ? Number(row.getAttribute('aria-rowindex')) - 2 : -1;
}

export const stepped = (from: number, by: 1 | -1, count: number): number => (from < 0 ? (by > 0 ? 0 : count - 1) : Math.min(Math.max(from + by, 0), count - 1));
