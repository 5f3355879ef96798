// What states of documents look like, and how much of them is still to come.
import { quantity } from '../numbers.ts';
import type { Look } from '../words.ts';
import type { Supply, SupplyOrder } from './api.ts';
import { t } from './words.ts';

const SHAPES: Readonly<Record<string, Omit<Look, 'word'>>> = {
  open: { tone: 'blue', glyph: 'empty' }, planned: { tone: 'neutral', glyph: 'dashed' }, in_transit: { tone: 'blue', glyph: 'half' }, partly_received: { tone: 'violet', glyph: 'most' }, received: { tone: 'green', glyph: 'full' }, closed: { tone: 'neutral', glyph: 'slash' },
};

export const isPlanned = ({ kind, status, shipped_at: at }: SupplyOrder): boolean => kind === 'transfer' && at === null && status === 'open';

export function documentLook(document: SupplyOrder): Look {
  const status = isPlanned(document) ? 'planned' : document.status;
  return { word: t.maybe(`status.${status}`) ?? status, ...(SHAPES[status] ?? { tone: 'neutral', glyph: 'empty' }) };
}

export const lateLook = (): Look => ({ word: t('late'), tone: 'red', glyph: 'alert' });
export const isLate = (due: string | null, now: number): boolean => due !== null && Date.parse(due) < now;
/** What is still to come of a line, in counted units. */
export const openOf = ({ quantity: all, received, closed_at: closed }: Pick<Supply, 'quantity' | 'received' | 'closed_at'>): number => (closed === null ? Math.max(0, all - received) : 0);
export const units = (amount: number, { quantity_scale: scale }: Pick<Supply, 'quantity_scale'>): string => quantity(amount, scale);

/** Sums over lines that are counted alike; lines that are not cannot be added up, and their number is said instead. */
export function sumOf(lines: readonly Supply[], of: (line: Supply) => number): string {
  const [first] = lines;
  if (first === undefined) return '0';
  return lines.every(({ quantity_scale: scale }) => scale === first.quantity_scale) ? units(lines.reduce((sum, line) => sum + of(line), 0), first) : t('mixed', { count: lines.filter((line) => of(line) > 0).length });
}

export const kindWord = (kind: string): string => t.maybe(`one.${kind}`) ?? kind;
