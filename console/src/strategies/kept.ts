// What somebody wrote and did not save yet outlives the screen, and even the page, as long as its tab is open.
import { useState } from 'react';
import type { StrategyDocument } from './api.ts';

export interface Kept {
  readonly document: StrategyDocument;
  /** Of the draft it was begun from; 0 for none. */
  readonly revision: number;
}

const keyOf = (code: string): string => `ordo:strategy:${code}`;

function readKept(code: string): Kept | null {
  try {
    const text = sessionStorage.getItem(keyOf(code));
    return text === null ? null : JSON.parse(text) as Kept;
  } catch {
    return null;
  }
}

export function useKept(code: string): readonly [kept: Kept | null, keep: (next: Kept | null) => void] {
  const [kept, setKept] = useState(() => readKept(code));
  return [kept, (next) => {
    setKept(next);
    try {
      if (next === null) sessionStorage.removeItem(keyOf(code));
      else sessionStorage.setItem(keyOf(code), JSON.stringify(next));
    } catch {
      // Without room to keep it, it lives as long as the screen.
    }
  }];
}
