// Entries as they stand on the screen: what came is put at the end, what went stays where it was and says so, so nothing moves under the cursor.
import type { WorkQueueItem } from './api.ts';

export interface Shown {
  readonly item: WorkQueueItem;
  readonly gone: boolean;
}

/** `isWhole` says that the answer holds all there is; otherwise an entry that only slid off its end is not taken for gone. */
export function shownOf(before: readonly Shown[], rows: readonly WorkQueueItem[], isWhole: boolean): readonly Shown[] {
  const now = new Map(rows.map((row) => [row.id, row]));
  const known = new Set(before.map(({ item }) => item.id));
  const last = rows.at(-1)?.since ?? '';
  const kept = before.map(({ item }): Shown => {
    const fresh = now.get(item.id);
    return fresh ? { item: fresh, gone: false } : { item, gone: isWhole || item.since < last };
  });
  return [...kept, ...rows.filter(({ id }) => !known.has(id)).map((item): Shown => ({ item, gone: false }))];
}
