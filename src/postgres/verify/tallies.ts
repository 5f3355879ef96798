import { type Session, statement } from '../database.ts';
import { FIRST_SLOT } from '../../domain/inventory/index.ts';
import type { Difference, Findings } from './checks.ts';

/**
 * Sums that grow over ranges of a ledger and are compared with their counter at the end: the snapshot is read-only, so
 * they are kept here, one figure per place.
 */
export class Tally {
  readonly #sums = new Map<string, number>();

  add(key: string, quantity: number): void {
    this.#sums.set(key, (this.#sums.get(key) ?? 0) + quantity);
  }

  /** The sum of a key, which is then settled; what is left at the end has no counter at all. */
  take(key: string): number {
    const sum = this.#sums.get(key) ?? 0;
    this.#sums.delete(key);
    return sum;
  }

  left(): [string, number][] {
    return [...this.#sums].filter(([, sum]) => sum !== 0);
  }
}

export interface Tallies {
  readonly reserved: Tally;
  readonly onHand: Tally;
  readonly pending: Tally;
  readonly waiting: Tally;
  readonly capacityOrders: Tally;
  readonly capacityUnits: Tally;
}

export const newTallies = (): Tallies => ({
  reserved: new Tally(), onHand: new Tally(), pending: new Tally(), waiting: new Tally(), capacityOrders: new Tally(), capacityUnits: new Tally(),
});

/** Lines of shipments, which the counters' own check compares with their movements in the same snapshot. */
const CLAIMED = statement('verify_claimed', `
  select concat(l.item_id, ' ', s.node_id) as place, sum(p.claimed)::bigint as quantity
  from (select order_id, shipment_no, line_no, reserved + released + picked + packed as claimed from shipment_line
      where tenant_id = current_tenant() and order_id > $1 and order_id <= $2 and reserved + released + picked + packed <> 0) p
  join (select order_id, shipment_no, node_id from shipment where tenant_id = current_tenant() and order_id > $1 and order_id <= $2) s using (order_id, shipment_no)
  join (select order_id, line_no, item_id from order_line where tenant_id = current_tenant() and order_id > $1 and order_id <= $2) l using (order_id, line_no)
  group by l.item_id, s.node_id`);

/** Lines whose goods nobody has identified yet stand under no item, so no item's demand counts them. */
const WAITING = statement('verify_waiting', `
  select item_id as place, sum(pending)::bigint as pending, sum(backordered + preordered)::bigint as waiting from order_line
  where tenant_id = current_tenant() and order_id > $1 and order_id <= $2 and item_id <> '00000000-0000-0000-0000-000000000000' and (pending > 0 or backordered > 0 or preordered > 0) group by item_id`);

/** A claim counts for its day (hour -1) and for its hour, if it has one. */
const CAPACITY = statement('verify_capacity', `
  select concat(node_id, ' ', capacity_date, ' ', hour) as place, count(*)::bigint as orders, sum(capacity_units)::bigint as units
  from (select node_id, capacity_date, capacity_hour, capacity_units from shipment
      where tenant_id = current_tenant() and order_id > $1 and order_id <= $2 and capacity_units is not null) s
    cross join lateral unnest(array[-1, nullif(capacity_hour, -1)]) as h (hour)
  where hour is not null group by node_id, capacity_date, hour`);

/** A place in a slot counts for an order, and for no units. */
const SLOTS = statement('verify_slots', `
  select concat(slot ->> 'node_id', ' ', slot ->> 'date', ' ', 24 + (slot ->> 'minute')::int) as place, count(*)::bigint as orders
  from (select document -> 'pickup_slot' as slot from sales_order where tenant_id = current_tenant() and id > $1 and id <= $2) o
  where slot is not null group by 1`);

const PRESENT = statement('verify_present', `
  select concat(item_id, ' ', node_id, ' ', owner, ' ', condition) as place, sum(on_hand)::bigint as quantity from stock_movement
  where tenant_id = current_tenant() and ctid > $1::tid and ctid <= $2::tid group by item_id, node_id, owner, condition`);

interface Sum { readonly place: string; readonly quantity: number }

export async function tallyOrders(session: Session, range: readonly [string, string], tallies: Tallies): Promise<void> {
  for (const { place, quantity } of await session.rows<Sum>(CLAIMED, range)) tallies.reserved.add(place, quantity);
  for (const { place, pending, waiting } of await session.rows<{ place: string; pending: number; waiting: number }>(WAITING, range)) {
    tallies.pending.add(place, pending);
    tallies.waiting.add(place, waiting);
  }
  for (const { place, orders, units } of await session.rows<{ place: string; orders: number; units: number }>(CAPACITY, range)) {
    tallies.capacityOrders.add(place, orders);
    tallies.capacityUnits.add(place, units);
  }
  for (const { place, orders } of await session.rows<{ place: string; orders: number }>(SLOTS, range)) tallies.capacityOrders.add(place, orders);
}

export async function tallyStock(session: Session, range: readonly [string, string], tallies: Tallies): Promise<void> {
  for (const { place, quantity } of await session.rows<Sum>(PRESENT, range)) tallies.onHand.add(place, quantity);
}

const STOCK = statement('verify_stock', `
  select s.item_id, s.node_id, s.owner, s.condition, s.on_hand, s.reserved from stock s where s.tenant_id = current_tenant()`);
const DEMAND = statement('verify_demand', `
  select item_id, segment, pending, waiting from unassigned_demand where tenant_id = current_tenant()`);
const TAKEN = statement('verify_taken', `
  select node_id, ship_date::text as ship_date, hour, orders, units from node_capacity where tenant_id = current_tenant()`);
const NAMES = statement('verify_names', `
  select id, sku as name from item where tenant_id = current_tenant() and valid_to = 'infinity' and id = any($1::uuid[])
  union all select id, code from node where tenant_id = current_tenant() and valid_to = 'infinity' and id = any($1::uuid[])`);

interface StockDb { item_id: string; node_id: string; owner: string; condition: string; on_hand: number; reserved: number }
type Found = Difference & { readonly ids: readonly string[] };

/** Compares the sums with their counters. Only goods of our own in condition A can be reserved. */
export async function compareTallies(session: Session, tallies: Tallies, findings: Findings): Promise<void> {
  const reserved: Found[] = [];
  const onHand: Found[] = [];
  const stock = await session.rows<StockDb>(STOCK, []);
  for (const row of stock) {
    const ids = [row.item_id, row.node_id];
    const sellable = row.owner === '' && row.condition === 'A';
    const claimed = sellable ? tallies.reserved.take(`${row.item_id} ${row.node_id}`) : 0;
    const present = tallies.onHand.take(`${row.item_id} ${row.node_id} ${row.owner} ${row.condition}`);
    const suffix = sellable ? '' : ` ${row.owner} ${row.condition}`;
    if (claimed !== row.reserved) reserved.push({ what: 'stock.reserved', key: suffix, stored: row.reserved, recomputed: claimed, ids });
    if (present !== row.on_hand) onHand.push({ what: 'stock.on_hand', key: suffix, stored: row.on_hand, recomputed: present, ids });
  }
  for (const [place, sum] of tallies.reserved.left()) reserved.push({ what: 'stock.reserved', key: '', stored: null, recomputed: sum, ids: place.split(' ') });
  for (const [place, sum] of tallies.onHand.left()) {
    onHand.push({ what: 'stock.on_hand', key: ` ${place.split(' ').slice(2).join(' ')}`, stored: null, recomputed: sum, ids: place.split(' ').slice(0, 2) });
  }
  findings.add('stock_reserved', stock.length, reserved.length, await withNames(session, reserved, findings.limit));
  findings.add('stock_on_hand', stock.length, onHand.length, await withNames(session, onHand, findings.limit));
  await compareDemand(session, tallies, findings);
  await compareCapacity(session, tallies, findings);
}

async function compareCapacity(session: Session, tallies: Tallies, findings: Findings): Promise<void> {
  const found: Found[] = [];
  const sums = { orders: tallies.capacityOrders, units: tallies.capacityUnits };
  const rows = await session.rows<{ node_id: string; ship_date: string; hour: number; orders: number; units: number }>(TAKEN, []);
  for (const counter of ['orders', 'units'] as const) {
    for (const row of rows) {
      const recomputed = sums[counter].take(`${row.node_id} ${row.ship_date} ${row.hour}`);
      if (recomputed !== row[counter]) found.push({ what: `node_capacity.${counter}`, key: ` ${row.ship_date} ${hourName(row.hour)}`, stored: row[counter], recomputed, ids: [row.node_id] });
    }
    for (const [place, sum] of sums[counter].left()) {
      const [nodeId = '', date = '', hour = ''] = place.split(' ');
      found.push({ what: `node_capacity.${counter}`, key: ` ${date} ${hourName(Number(hour))}`, stored: null, recomputed: sum, ids: [nodeId] });
    }
  }
  findings.add('node_capacity', rows.length, found.length, await withNames(session, found, findings.limit));
}

const hourName = (hour: number): string => (hour < 0 ? 'whole day' : hour < FIRST_SLOT ? `hour ${hour}` : `slot at minute ${hour - FIRST_SLOT}`);

/** Only the segment without a name is used for demand of orders. */
async function compareDemand(session: Session, tallies: Tallies, findings: Findings): Promise<void> {
  const found: Found[] = [];
  const demand = await session.rows<{ item_id: string; segment: string; pending: number; waiting: number }>(DEMAND, []);
  for (const row of demand) {
    const own = row.segment === '';
    for (const counter of ['pending', 'waiting'] as const) {
      const recomputed = own ? tallies[counter].take(row.item_id) : 0;
      if (recomputed !== row[counter]) found.push({ what: `unassigned_demand.${counter}`, key: '', stored: row[counter], recomputed, ids: [row.item_id] });
    }
  }
  for (const counter of ['pending', 'waiting'] as const) {
    for (const [itemId, sum] of tallies[counter].left()) found.push({ what: `unassigned_demand.${counter}`, key: '', stored: null, recomputed: sum, ids: [itemId] });
  }
  findings.add('unassigned_demand', demand.length, found.length, await withNames(session, found, findings.limit));
}

/** Replaces ids by SKU and node code, where these are still known. */
async function withNames(session: Session, found: readonly Found[], limit: number): Promise<Difference[]> {
  const shown = found.slice(0, limit);
  if (shown.length === 0) return [];
  const rows = await session.rows<{ id: string; name: string }>(NAMES, [[...new Set(shown.flatMap(({ ids }) => ids))]]);
  const names = new Map(rows.map((row) => [row.id, row.name]));
  return shown.map(({ ids, key, ...rest }) => ({ ...rest, key: `${ids.map((id) => names.get(id) ?? id).join(' at ')}${key}` }));
}
