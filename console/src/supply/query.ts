// Where the screens of goods are, and what the list of supply shows, as its address says it.
export const KINDS = ['all', 'purchase_order', 'transfer', 'loose'] as const;
export type Kind = (typeof KINDS)[number];

export interface SupplyView {
  readonly kind: Kind;
  readonly node: string;
  readonly reference: string;
  /** What is done is shown as well. */
  readonly done: boolean;
  readonly cursor: string;
}

export function parseSupply(address: string): SupplyView {
  const given = new URLSearchParams(address);
  const text = (name: string): string => (given.get(name) ?? '').trim();
  return { kind: KINDS.find((one) => one === text('kind')) ?? 'all', node: text('node'), reference: text('reference'), done: text('done') === 'yes', cursor: text('cursor') };
}

export function supplyUrl({ kind, node, reference, done, cursor }: SupplyView): string {
  const text = new URLSearchParams(Object.entries({ kind: kind === 'all' ? '' : kind, node, reference, done: done ? 'yes' : '', cursor }).filter(([, value]) => value !== '')).toString();
  return text === '' ? '/stock/supply' : `/stock/supply?${text}`;
}

export const documentUrl = (id: string): string => `/stock/supply/${encodeURIComponent(id)}`;
export const receiveUrl = (id: string): string => `${documentUrl(id)}/receive`;
