// Changes of what is on hand that are typed and not sent yet. They outlive looking at another screen, not the page.
import { useSyncExternalStore } from 'react';
import type { Refusal } from '../refusals/told.tsx';

export interface Change {
  readonly sku: string;
  readonly node: string;
  /** A count says what is there; an adjustment, by how much it was wrong. */
  readonly kind: 'count' | 'adjustment';
  /** As the API takes it. */
  readonly quantity: string;
  readonly key: string;
  /** Why the server refused it. */
  readonly refused: Refusal | null;
}

export type Staged = ReadonlyMap<string, Change>;
export const cellKey = (sku: string, node: string): string => JSON.stringify([sku, node]);

const AMOUNT = /^([+-]?)(\d{1,12}(?:[.,]\d{1,6})?)$/;
let made = 0;

/** "12" is a count, "+3" and "-2" are adjustments; null where the text is neither. */
export function changeOf(sku: string, node: string, text: string): Change | null {
  const [, sign, amount] = AMOUNT.exec(text.trim().replaceAll(/[\u2212\u2013]/g, '-').replaceAll(/[\s\u00a0]/g, '')) ?? [];
  if (sign === undefined || amount === undefined) return null;
  const plain = amount.replace(',', '.');
  if (sign !== '' && Number(plain) === 0) return null;
  made += 1;
  return { sku, node, kind: sign === '' ? 'count' : 'adjustment', quantity: sign === '-' ? `-${plain}` : plain, key: `console-${Date.now()}-${made}-${Math.random().toString(36).slice(2)}`, refused: null };
}

/** Cells of a table as spreadsheets copy it. */
export const pastedCells = (text: string): string[][] => text.replace(/\r?\n$/, '').split(/\r?\n/).map((line) => line.split('\t').map((cell) => cell.trim()));

let current: Staged = new Map();
const listeners = new Set<() => void>();
function become(next: Staged): void {
  current = next;
  for (const listener of listeners) listener();
}

export const stage = (changes: readonly Change[]): void => become(new Map([...current, ...changes.map((change) => [cellKey(change.sku, change.node), change] as const)]));
export const unstage = (keys: readonly string[]): void => become(new Map([...current].filter(([key]) => !keys.includes(key))));
export const unstageAll = (): void => become(new Map());

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
export const useStaged = (): Staged => useSyncExternalStore(listen, () => current);
