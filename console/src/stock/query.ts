// What the grid shows and which cell is open, as its address says it.
export interface StockView {
  /** Beginnings of words of SKU or name. */
  readonly search: string;
  /** The only node that is shown; empty for all. */
  readonly at: string;
  /** The open cell; both or none. */
  readonly sku: string;
  readonly node: string;
}

export function parseStock(address: string): StockView {
  const given = new URLSearchParams(address);
  const text = (name: string): string => (given.get(name) ?? '').trim();
  const open = text('sku') !== '' && text('node') !== '';
  return { search: text('q'), at: text('at'), sku: open ? text('sku') : '', node: open ? text('node') : '' };
}

export function stockUrl({ search, at, sku, node }: StockView): string {
  const text = new URLSearchParams(Object.entries({ q: search, at, sku, node }).filter(([, value]) => value !== '')).toString();
  return text === '' ? '/stock' : `/stock?${text}`;
}
