import { claimChange, type PastEvent, type ReplayStart, type ShipmentClaim, shipmentKey, slotBefore, workChange } from "../domain/fulfillment/index.ts";
import { CapacityBook, type CapacityRow, isLimited, type SoftClaim, type ShipSlot, StockBook, type StockRow, WHOLE_DAY } from "../domain/inventory/index.ts";
import type { Capacity } from "../domain/catalog/index.ts";
import type { Instant } from "../domain/kernel/index.ts";
import { CLAIMING } from "../domain/order/index.ts";
import { ClaimsThen } from "./claims-then.ts";
import type { Past, PastRange, PastSpan, StateNow } from "./past.ts";

/** Ids of orders that are asked about at once. */
const ORDERS_AT_ONCE = 2_000;
/** Orders and items that are read whole at once, and events: so many that a page keeps this process to itself for a few milliseconds. */
export const WHOLE_AT_ONCE = 500;
const EVENTS_AT_ONCE = 1_000;
/** Rows of stock that are read at once, about, and taken into a book. */
const ROWS_AT_ONCE = 2_000;
/** Events of which the entries are taken off at once. */
const COUNTED_AT_ONCE = 100;
/** Items of which the first page of stock is: at 500 nodes they have as many rows as a page is to have. */
const FEW_ITEMS = 4;

/** Lets others have a turn, and ends the work where it is not wanted any more, by throwing. */
export type Breathe = () => Promise<void>;

/** What a simulated world begins with; each world takes books of its own of it. */
export interface Beginning {
  readonly span: PastSpan;
  readonly orderIds: ReadonlySet<string>;
  readonly items: ReadonlySet<string>;
  readonly promisable: ReadonlyMap<string, number>;
  readonly backlog: ReadonlyMap<string, number>;
  readonly claims: readonly SoftClaim[];
  readonly shipments: ReadonlyMap<string, ShipmentClaim>;
  books(): Promise<Pick<ReplayStart, "book" | "limits">>;
}

interface Row { onHand: number; reserved: number }
/**
 * The world as it was before the first of a range's orders. Nobody keeps figures of the past, so those of today are counted back: the
 * rows of stock and demand know by the position of the log how far they have got, and every entry of the ledgers from there back to
 * the beginning is taken off again. Of capacity, what came with the range's orders and after them is taken off what is claimed now.
 */
export async function rebuild(past: Past, tenantId: number, range: PastRange, breathe: Breathe): Promise<Beginning> {
  const span = await past.span(tenantId, range);
  const orderIds = new Set<string>();
  const items = new Set<string>();
  for await (const ids of pagesOf(past, tenantId, range)) {
    for (const id of ids) orderIds.add(id);
    for (const id of await past.itemIds(tenantId, ids)) items.add(id);
    await breathe();
  }
  // Read before the log's end is known: one that ends meanwhile is ended by the log too.
  const claims = new ClaimsThen(past, tenantId);
  await claims.readOpen(breathe);
  const now = await stateNow(past, tenantId, [...items], breathe);
  const backlog = new Map(await past.backlog(tenantId));
  const changed = new Map<string, number>();
  const slots = new Map<string, ShipSlot>();
  for await (const page of logOf(past, tenantId, { after: span.after, until: now.until })) {
    const others = await othersOf(past, tenantId, page, range.to, orderIds);
    for (const [n, event] of page.entries()) {
      if (n % COUNTED_AT_ONCE === 0) await breathe();
      countBack(event, now, items);
      for (const [nodeId, change] of workChange(event.moves)) backlog.set(nodeId, (backlog.get(nodeId) ?? 0) - change);
      for (const move of event.moves) {
        const change = others.has(move.orderId) ? claimChange(move) : 0;
        const key = shipmentKey(move.orderId, move.shipmentNo ?? 0);
        if (change !== 0) changed.set(key, (changed.get(key) ?? 0) + change);
      }
      const slot = event.orderId !== null && others.has(event.orderId) ? slotBefore(event) : null;
      if (slot !== null) slots.set(shipmentKey(event.orderId ?? "", Number(event.data["shipment_no"])), slot);
    }
    await claims.countBack(page);
    await breathe();
  }
  const shipments = await shipmentsThen(past, tenantId, changed, slots);
  const capacity = await capacityThen(past, tenantId, range, shipments, breathe);
  const rows = await stockThen(now, breathe);
  const demand = [...now.demand].map(([itemId, { pending, waiting }]) => ({ itemId, pending: Math.max(0, pending), waiting: Math.max(0, waiting), soft: 0 }));
  return {
    span, orderIds, items, promisable: now.promisable, backlog, claims: claims.open, shipments: new Map([...shipments].map(([key, { before }]) => [key, before])),
    books: async () => {
      const limits = new Map<string, Capacity>();
      const book = new StockBook([], demand, new CapacityBook(limits, capacity));
      for (let n = 0; n < rows.length; n += ROWS_AT_ONCE) {
        book.read(rows.slice(n, n + ROWS_AT_ONCE));
        await breathe();
      }
      return { limits, book };
    },
  };
}

/** The log of a span, page by page. */
export async function* logOf(past: Past, tenantId: number, { after, until }: PastSpan): AsyncGenerator<readonly PastEvent[]> {
  for (let from = after; from < until; from += EVENTS_AT_ONCE) yield await past.log(tenantId, from, Math.min(from + EVENTS_AT_ONCE, until));
}

async function* pagesOf(past: Past, tenantId: number, range: PastRange): AsyncGenerator<readonly string[]> {
  let after: { readonly capturedAt: Instant; readonly id: string } | null = null;
  for (;;) {
    const page: readonly { readonly id: string; readonly capturedAt: Instant }[] = await past.orderIds(tenantId, range, after, ORDERS_AT_ONCE);
    if (page.length > 0) yield page.map(({ id }) => id);
    if (page.length < ORDERS_AT_ONCE) return;
    after = page.at(-1) ?? null;
  }
}

interface Now {
  readonly stock: Map<string, { readonly row: StockRow; readonly left: Row; readonly at: number }>;
  readonly demand: Map<string, { pending: number; waiting: number; readonly at: number }>;
  readonly promisable: Map<string, number>;
  /** The position up to which entries have to be taken off. */
  readonly until: number;
}

const keyOf = ({ itemId, nodeId, owner, condition }: Pick<StockRow, "itemId" | "nodeId" | "owner" | "condition">): string => `${itemId}|${nodeId}|${owner}|${condition}`;

async function stateNow(past: Past, tenantId: number, items: readonly string[], breathe: Breathe): Promise<Now> {
  const now: Now & { until: number } = { stock: new Map(), demand: new Map(), promisable: new Map(), until: 0 };
  for await (const { state: { stock, stockAt, demand, demandAt }, promisable } of statesOf(past, tenantId, items)) {
    for (const row of stock) now.stock.set(keyOf(row), { row, left: { onHand: row.onHand, reserved: row.reserved }, at: stockAt });
    for (const { itemId, pending, waiting } of demand) now.demand.set(itemId, { pending, waiting, at: demandAt });
    for (const [itemId, units] of promisable) now.promisable.set(itemId, units);
    now.until = Math.max(now.until, stockAt, demandAt);
    await breathe();
  }
  return now;
}

/** Rows of a few items at a time: of as many as have about so many rows, going by those before. */
async function* statesOf(past: Past, tenantId: number, items: readonly string[]): AsyncGenerator<{ readonly state: StateNow; readonly promisable: ReadonlyMap<string, number> }> {
  for (let n = 0, size = FEW_ITEMS; n < items.length;) {
    const ids = items.slice(n, n + size);
    const [state, promisable] = await Promise.all([past.state(tenantId, ids), past.promisable(tenantId, ids)]);
    n += ids.length;
    size = Math.min(WHOLE_AT_ONCE, Math.max(1, Math.floor((ids.length * ROWS_AT_ONCE) / Math.max(1, state.stock.length))));
    yield { state, promisable };
  }
}

/** Stock as it was, what is kept in the ledgers taken off. */
async function stockThen({ stock }: Now, breathe: Breathe): Promise<readonly StockRow[]> {
  const rows: StockRow[] = [];
  for (const { row, left } of stock.values()) {
    const [onHand, reserved] = [Math.max(0, left.onHand), Math.max(0, left.reserved)];
    rows.push({ ...row, onHand, reserved, soft: 0, short: Math.max(0, reserved - onHand) });
    if (rows.length % ROWS_AT_ONCE === 0) await breathe();
  }
  return rows;
}

/** Takes an event's entries off the figures that know of them. */
function countBack({ position, moves, stock }: PastEvent, now: Now, items: ReadonlySet<string>): void {
  for (const { itemId, from, to, quantity, nodeId } of moves) {
    if (!items.has(itemId)) continue;
    const [before, after] = [from !== null && CLAIMING.has(from), CLAIMING.has(to)];
    const place = nodeId === null || before === after ? undefined : now.stock.get(keyOf({ itemId, nodeId, owner: "", condition: "A" }));
    if (place && position <= place.at) place.left.reserved -= after ? quantity : -quantity;
    const demand = now.demand.get(itemId);
    if (!demand || position > demand.at) continue;
    if (to === "pending") demand.pending -= quantity;
    if (from === "pending") demand.pending += quantity;
    if (to === "backordered" || to === "preordered") demand.waiting -= quantity;
    if (from === "backordered" || from === "preordered") demand.waiting += quantity;
  }
  for (const change of stock) {
    const place = now.stock.get(keyOf(change));
    if (place && position <= place.at) place.left.onHand -= change.onHand;
  }
}

/**
 * Orders that are not the range's own and came in before its end, of those of which events change what is claimed of capacity: earlier ones, and
 * those of other channels, which claimed nothing at its beginning.
 */
async function othersOf(past: Past, tenantId: number, page: readonly PastEvent[], before: Instant, own: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const claiming = new Set<string>();
  for (const event of page) {
    if (event.orderId !== null && slotBefore(event) !== null) claiming.add(event.orderId);
    for (const move of event.moves) if (claimChange(move) !== 0) claiming.add(move.orderId);
  }
  const asked = [...claiming].filter((id) => !own.has(id));
  return new Set(asked.length === 0 ? [] : await past.capturedBefore(tenantId, asked, before));
}

interface ShipmentThen {
  readonly now: ShipmentClaim;
  readonly before: ShipmentClaim;
}

/** Shipments of other orders of which something came or went since: with what they claimed before. */
async function shipmentsThen(past: Past, tenantId: number, changed: ReadonlyMap<string, number>, slots: ReadonlyMap<string, ShipSlot>): Promise<ReadonlyMap<string, ShipmentThen>> {
  const known = new Map<string, ShipmentThen>();
  const orders = [...new Set([...changed.keys(), ...slots.keys()].map((key) => key.slice(0, key.indexOf("|"))))];
  for (let n = 0; n < orders.length; n += ORDERS_AT_ONCE) {
    for (const [key, now] of await past.shipments(tenantId, orders.slice(n, n + ORDERS_AT_ONCE))) {
      const [change, slot] = [changed.get(key), slots.get(key)];
      const units = Math.max(0, now.units - (change ?? 0));
      if (change !== undefined || slot) known.set(key, { now, before: { ...now, units, ...(slot ? { slot, later: now.slot } : {}) } });
    }
  }
  return known;
}

/** What other orders claim at the beginning of the days that the range's orders can be planned for: what all claim now, less what came with the range or after it. */
async function capacityThen(past: Past, tenantId: number, range: PastRange, shipments: ReadonlyMap<string, ShipmentThen>, breathe: Breathe): Promise<readonly CapacityRow[]> {
  const { nodes } = await past.facts(tenantId, range.to);
  const limited = nodes.filter(({ operations: { capacity } }) => isLimited(capacity)).map(({ id }) => id);
  if (limited.length === 0) return [];
  const rows = new Map((await past.capacity(tenantId, limited, range.from, range.to)).map((row) => [capacityKey(row), row]));
  const add = (nodeId: string, { date, hour }: ShipSlot, orders: number, units: number): void => {
    for (const each of new Set([WHOLE_DAY, hour])) {
      const row = rows.get(capacityKey({ nodeId, date, hour: each })) ?? { nodeId, date, hour: each, orders: 0, units: 0 };
      rows.set(capacityKey(row), { ...row, orders: Math.max(0, row.orders + orders), units: Math.max(0, row.units + units) });
    }
  };
  for (const { now, before } of shipments.values()) {
    if (!limited.includes(now.nodeId)) continue;
    add(now.nodeId, now.slot, now.units > 0 ? -1 : 0, -now.units);
    add(now.nodeId, before.slot, before.units > 0 ? 1 : 0, before.units);
  }
  for (const since of [range, { from: range.to, to: FAR, channelId: null }]) {
    for await (const ids of pagesOf(past, tenantId, since)) {
      for (const { nodeId, date, hour, orders, units } of await past.capacityOf(tenantId, ids)) if (limited.includes(nodeId)) add(nodeId, { date, hour }, -orders, -units);
      await breathe();
    }
  }
  return [...rows.values()];
}

/** Nothing was captured after it. */
const FAR = Date.UTC(9999, 0);
const capacityKey = ({ nodeId, date, hour }: Pick<CapacityRow, "nodeId" | "date" | "hour">): string => `${nodeId}|${date}|${hour}`;
