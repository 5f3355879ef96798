// The rows on the screen: put there whole, then changed in place, never moved under the cursor.
import type { OrderSummary } from '../api.ts';
import { h, put } from '../dom.ts';
import type { Facts } from '../facts.ts';
import { navigate, orderUrl } from '../router.ts';
import { COLUMNS, createRow, updateRow } from './row.ts';

interface Shown {
  order: OrderSummary;
  readonly row: HTMLTableRowElement;
}

export class OrderTable {
  readonly element: HTMLElement;
  private readonly body = h('tbody', { role: 'rowgroup' });
  private shown = new Map<string, Shown>();
  private facts: Facts;

  constructor(facts: Facts) {
    this.facts = facts;
    const head = h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...COLUMNS.map(({ name, title }) => h('th', { scope: 'col', role: 'columnheader', class: `c-${name}` }, title))));
    this.element = h('div', { class: 'table-frame' }, h('table', { class: 'orders', role: 'table', 'aria-label': 'Orders' }, head, this.body));
    this.body.addEventListener('click', (event) => this.openRow(event));
  }

  get ids(): readonly string[] {
    return [...this.shown.keys()];
  }

  has(id: string): boolean {
    return this.shown.has(id);
  }

  show(orders: readonly OrderSummary[]): void {
    this.shown = new Map(orders.map((order) => [order.id, { order, row: createRow(order, this.facts) }]));
    put(this.body, ...[...this.shown.values()].map(({ row }) => row));
  }

  /** Rows of the final height while the first answer is on its way. */
  skeleton(rows: number): void {
    this.shown.clear();
    put(this.body, ...Array.from({ length: rows }, () =>
      h('tr', { class: 'skeleton', role: 'row', 'aria-hidden': 'true' }, ...COLUMNS.map(({ name }) => h('td', { class: `c-${name}`, role: 'cell' }, h('span', { class: 'bone' }))))));
  }

  setFacts(facts: Facts): void {
    this.facts = facts;
    for (const { order, row } of this.shown.values()) updateRow(row, order, facts);
  }

  /** Brings rows up to date where they stand. Answers how many changed their status. */
  patch(orders: readonly OrderSummary[]): number {
    let moved = 0;
    for (const order of orders) {
      const known = this.shown.get(order.id);
      if (!known || JSON.stringify(known.order) === JSON.stringify(order)) continue;
      const status = known.order.status !== order.status;
      known.order = order;
      updateRow(known.row, order, this.facts);
      if (!status) continue;
      moved += 1;
      pulse(known.row);
    }
    return moved;
  }

  /** Rows that the filters no longer let through stay where they are until the next load, and say so. */
  markGone(gone: ReadonlySet<string>): void {
    for (const [id, { row }] of this.shown) {
      const is = gone.has(id);
      row.classList.toggle('gone', is);
      row.title = is ? 'This order has moved on: these filters no longer match it.' : '';
    }
  }

  /** Moves the focus by rows; from nowhere, to the first. */
  step(by: 1 | -1): void {
    const rows = [...this.shown.values()].map(({ row }) => row);
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    focusLink(rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1)]);
  }

  focus(id: string): void {
    focusLink(this.shown.get(id)?.row);
  }

  /** The link opens an order; so does a plain click anywhere else on its row, unless text is being selected. */
  private openRow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || !(event.target instanceof Element) || event.target.closest('a') || getSelection()?.isCollapsed === false) return;
    const id = event.target.closest('tr')?.dataset['id'];
    if (id === undefined) return;
    if (event.metaKey || event.ctrlKey) open(orderUrl(id), '_blank', 'noopener');
    else navigate(orderUrl(id));
  }
}

function focusLink(row: HTMLTableRowElement | undefined): void {
  const link = row?.querySelector<HTMLAnchorElement>('a.number');
  link?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: 'nearest' });
}

function pulse(row: HTMLElement): void {
  row.classList.remove('changed');
  // Reading the layout lets the animation begin anew.
  void row.offsetWidth;
  row.classList.add('changed');
}
