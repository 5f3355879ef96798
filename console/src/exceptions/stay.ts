// Rows as they stand on the screen: what came is put at the end, what went stays where it was and says so, so nothing moves under the cursor.
import { useEffect, useState } from 'react';

export interface Shown<T> {
  readonly item: T;
  readonly gone: boolean;
}

export interface Rules<T> {
  readonly idOf: (item: T) => string;
  /** Whether what the answer does not have is gone, and did not only slide off its end. */
  readonly isGone: (item: T) => boolean;
}

export function shownOf<T>(before: readonly Shown<T>[], rows: readonly T[], { idOf, isGone }: Rules<T>): readonly Shown<T>[] {
  const now = new Map(rows.map((row) => [idOf(row), row]));
  const known = new Set(before.map(({ item }) => idOf(item)));
  const kept = before.map(({ item }): Shown<T> => {
    const fresh = now.get(idOf(item));
    return fresh === undefined ? { item, gone: isGone(item) } : { item: fresh, gone: false };
  });
  return [...kept, ...rows.filter((row) => !known.has(idOf(row))).map((item): Shown<T> => ({ item, gone: false }))];
}

export interface Staying<T> {
  /** Null before the first answer. */
  readonly entries: readonly Shown<T>[] | null;
  readonly tidy: () => void;
}

/** `view` names what is looked at: another one begins anew. `rows` are undefined until its first answer is there. */
export function useStaying<T>(view: string, rows: readonly T[] | undefined, rules: Rules<T>): Staying<T> {
  const [kept, setKept] = useState<{ readonly view: string; readonly entries: readonly Shown<T>[] }>({ view: '', entries: [] });
  useEffect(() => void (rows && setKept((before) => ({ view, entries: shownOf(before.view === view ? before.entries : [], rows, rules) }))), [rows, view]);
  const entries = kept.view === view ? kept.entries : rows ? shownOf([], rows, rules) : null;
  return { entries, tidy: () => setKept({ view, entries: shownOf([], rows ?? [], rules) }) };
}
