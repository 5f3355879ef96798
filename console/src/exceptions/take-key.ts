// A takes the entry that has the focus; after G it is the second half of a way elsewhere.
import { type KeyboardEvent, useRef } from 'react';
import { preferences } from '../app/preferences.ts';

const PATIENCE_MS = 1_200;

export function useTakeKey(): (event: KeyboardEvent) => void {
  const going = useRef(-PATIENCE_MS);
  return (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !preferences().keys) return;
    const isSecond = event.timeStamp - going.current < PATIENCE_MS;
    going.current = event.key === 'g' && !isSecond ? event.timeStamp : -PATIENCE_MS;
    if (event.key !== 'a' || isSecond || !(event.target instanceof HTMLElement)) return;
    event.target.closest('tr')?.querySelector<HTMLElement>('[data-do=assign]')?.click();
  };
}
