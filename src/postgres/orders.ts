import type { AnswerBody, KnownOrder } from "../flows/ports.ts";
import type { ExcludedNode, GeoPoint, Hold, Journal, Order, OrderLine } from "../domain/order/index.ts";
import { BUCKETS, CARRIER_OUTCOMES, destinationOf } from "../domain/order/index.ts";
import { bytes, columns, documents, instant } from "./columns.ts";
import { type Session, type Statement, statement } from "./database.ts";
import { changeOrders } from "./order-changes.ts";

const KNOWN = statement("known_orders", `
  select o.channel_id, o.external_id, o.id, o.number, o.status, encode(o.source_hash, 'hex') as source_hash
  from (select * from unnest($1::uuid[], $2::text[]) limit cardinality($1)) as k (channel_id, external_id)
  join sales_order o on o.tenant_id = (select current_tenant()) and o.channel_id = k.channel_id and o.external_id = k.external_id`);
const NUMBERS = statement("order_numbers", `select nextval('order_number') as number from generate_series(1, $1)`);

/**
 * Headers, contacts and lines in one statement: each one costs both sides about as much as twenty rows. A new line is
 * pending, backordered, preordered or reserved; the stages after that start at zero.
 */
const INSERT_ORDERS = statement("insert_orders", `
  with headers as (
    insert into sales_order (tenant_id, id, number, channel_id, external_id, source_hash, currency, total_minor, placed_at, captured_at, status, source_version, document)
    select (select current_tenant()), * from rows from (unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::bytea[], $6::text[], $7::bigint[], $8::timestamptz[], $9::timestamptz[], $10::text[], $11::bigint[]),
      json_array_elements($12::json))),
  contacts as (
    insert into order_contact (tenant_id, order_id, data) select (select current_tenant()), * from rows from (unnest($1::uuid[]), json_array_elements($13::json)))
  insert into order_line (tenant_id, order_id, line_no, item_id, parent_line_no, ordered, pending, backordered, preordered, reserved, document)
  select (select current_tenant()), * from rows from (unnest($14::uuid[], $15::smallint[], $16::uuid[], $17::smallint[], $18::bigint[], $19::bigint[], $20::bigint[], $21::bigint[], $22::bigint[]),
    json_array_elements($23::json))`);
const SAVE_HOLDS = statement("save_holds", `
  insert into hold (tenant_id, order_id, hold_no, kind, scope, line_no, shipment_no, reason, owner, placed_at, due_at, released_at, released_by, release_reason, channel_id)
  select (select current_tenant()), * from unnest($1::uuid[], $2::smallint[], $3::text[], $4::text[], $5::smallint[], $6::smallint[], $7::text[], $8::text[], $9::timestamptz[], $10::timestamptz[],
    $11::timestamptz[], $12::text[], $13::text[], $14::uuid[])
  on conflict (tenant_id, order_id, hold_no) do update set due_at = excluded.due_at, released_at = excluded.released_at, released_by = excluded.released_by, release_reason = excluded.release_reason`);
const SAVE_EXCLUDED = statement("save_excluded", `
  insert into excluded_node (tenant_id, order_id, line_no, node_id, until, reason)
  select (select current_tenant()), * from unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::timestamptz[], $5::text[])
  on conflict (tenant_id, order_id, line_no, node_id) do update set until = excluded.until, reason = excluded.reason`);
/** What has run out is forgotten when its order is next written, so the sweeper finds it once. */
const FORGET_EXCLUDED = statement("forget_excluded", `
  delete from excluded_node where tenant_id = (select current_tenant()) and order_id = any($1::uuid[]) and until <= $2`);

const UPDATE_ORDERS = statement("update_orders", `
  update sales_order o set status = d.status, commercial_version = d.commercial_version
  from (select * from unnest($1::uuid[], $2::text[], $3::int[]) limit cardinality($1)) as d (id, status, commercial_version) where o.tenant_id = (select current_tenant()) and o.id = d.id`);
/** Differences per bucket, summed from the batch's movements; the CHECKs see every result. */
const UPDATE_LINES = statement("update_lines", `
  update order_line l set pending = l.pending + d.pending, backordered = l.backordered + d.backordered, preordered = l.preordered + d.preordered, reserved = l.reserved + d.reserved,
    released = l.released + d.released, picked = l.picked + d.picked, packed = l.packed + d.packed, shipped = l.shipped + d.shipped, handed_over = l.handed_over + d.handed_over,
    cancelled = l.cancelled + d.cancelled, delivered = l.delivered + d.delivered, lost = l.lost + d.lost, returned_to_sender = l.returned_to_sender + d.returned_to_sender, attempts = d.attempts
  from (select * from unnest($1::uuid[], $2::smallint[], $3::smallint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[],
    $14::bigint[], $15::bigint[], $16::bigint[]) limit cardinality($1))
    as d (order_id, line_no, attempts, pending, backordered, preordered, reserved, released, picked, packed, shipped, handed_over, cancelled, delivered, lost, returned_to_sender)
  where l.tenant_id = (select current_tenant()) and l.order_id = d.order_id and l.line_no = d.line_no`);

const LOCK_ORDERS = statement("lock_orders", `
  select o.id, o.number, o.channel_id, o.external_id, encode(o.source_hash, 'hex') as source_hash, o.currency, o.total_minor, o.placed_at, o.captured_at, o.status, o.commercial_version, o.source_version, o.document
  from sales_order o where o.tenant_id = (select current_tenant()) and o.id = any($1::uuid[]) order by o.id for no key update`);
const READ_ORDERS = statement("read_orders", `
  select o.id, o.number, o.channel_id, o.external_id, encode(o.source_hash, 'hex') as source_hash, o.currency, o.total_minor, o.placed_at, o.captured_at, o.status, o.commercial_version, o.source_version, o.document
  from sales_order o where o.tenant_id = (select current_tenant()) and o.id = any($1::uuid[]) order by o.id`);
/** After the lock, in a statement of its own, so that it sees what the transaction we waited for left. */
const LOAD_REST = statement("load_order_rest", `
  select o.id as order_id,
    (select json_build_object('point', c.data -> 'coordinates', 'country', c.data -> 'ship_to_normalised' -> 'country', 'region', c.data -> 'ship_to_normalised' -> 'region',
        'postcode', c.data -> 'ship_to_normalised' -> 'postcode') from order_contact c
      where c.tenant_id = (select current_tenant()) and c.order_id = o.id and c.data is not null) as place,
    (select coalesce(max(d.decision_no), 0) from routing_decision d where d.tenant_id = (select current_tenant()) and d.order_id = o.id) as decisions
  from unnest($1::uuid[]) as o (id)`);
const LOAD_LINES = statement("load_lines", `
  select order_id, line_no, item_id, parent_line_no, ordered, pending, backordered, preordered, reserved, released, picked, packed, shipped, handed_over, cancelled, delivered, lost, returned_to_sender,
    attempts, document from order_line where tenant_id = (select current_tenant()) and order_id = any($1::uuid[]) order by order_id, line_no`);
const LOAD_HOLDS = statement("load_holds", `
  select h.* from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id) cross join lateral (
    select order_id, hold_no, kind, scope, line_no, shipment_no, reason, owner, placed_at, due_at, released_at, released_by, release_reason from hold
    where tenant_id = (select current_tenant()) and order_id = k.id offset 0) h
  order by h.order_id, h.hold_no`);
const LOAD_EXCLUDED = statement("load_excluded", `
  select order_id, line_no, node_id, until, reason from excluded_node where tenant_id = (select current_tenant()) and order_id = any($1::uuid[]) order by order_id, line_no, node_id`);

export async function loadKnownOrders(session: Session, identities: readonly { channelId: string; externalId: string }[]): Promise<ReadonlyMap<string, KnownOrder>> {
  const rows = await session.rows<{ channel_id: string; external_id: string; id: string; number: number; status: string; source_hash: string }>(
    KNOWN, columns(identities, [(i) => i.channelId, (i) => i.externalId]));
  return new Map(rows.map((row) => [`${row.channel_id}|${row.external_id}`, { id: row.id, number: row.number, status: row.status, sourceHash: row.source_hash }]));
}

export const takeOrderNumbers = async (session: Session, count: number): Promise<readonly number[]> =>
  (await session.rows<{ number: number }>(NUMBERS, [count])).map((row) => row.number);

/** Everything of new orders but their shipments: header, contact, lines in their first buckets, holds. */
export async function insertOrders(session: Session, orders: readonly Order[], contacts: ReadonlyMap<string, AnswerBody>): Promise<void> {
  if (orders.length === 0) return;
  const headers = columns(orders, [
    (o) => o.id, (o) => o.number, (o) => o.channelId, (o) => o.externalId, (o) => bytes(o.sourceHash), (o) => o.currency, (o) => o.totalMinor,
    (o) => instant(o.placedAt), (o) => instant(o.capturedAt), (o) => o.status, (o) => o.sourceVersion,
  ]);
  const rows = orders.flatMap((order) => order.lines.map((line) => ({ orderId: order.id, line })));
  const lines = columns(rows, [
    (r) => r.orderId, (r) => r.line.lineNo, (r) => r.line.itemId, (r) => r.line.parentLineNo, (r) => r.line.ordered,
    (r) => r.line.units.pending, (r) => r.line.units.backordered, (r) => r.line.units.preordered, (r) => r.line.units.reserved,
  ]);
  await Promise.all([
    session.run(INSERT_ORDERS, [
      ...headers, documents(orders, (o) => o.document), documents(orders, (o) => contacts.get(o.id) ?? {}), ...lines, documents(rows, (r) => r.line.document),
    ]),
    saveHolds(session, orders.flatMap((order) => order.holds.map((hold) => ({ order, hold })))),
  ]);
}

async function saveHolds(session: Session, holds: readonly { order: Order; hold: Hold }[]): Promise<void> {
  if (holds.length === 0) return;
  await session.run(SAVE_HOLDS, columns(holds, [
    (r) => r.order.id, (r) => r.hold.holdNo, (r) => r.hold.kind, (r) => r.hold.scope, (r) => r.hold.lineNo, (r) => r.hold.shipmentNo, (r) => r.hold.reason, (r) => r.hold.owner,
    (r) => instant(r.hold.placedAt), (r) => instant(r.hold.dueAt), (r) => instant(r.hold.releasedAt), (r) => r.hold.releasedBy, (r) => r.hold.releaseReason, (r) => (r.hold.kind === "CHANNEL_PAUSED" ? r.order.channelId : null),
  ]));
}

/** What changed of orders that were there already. */
export async function updateOrders(session: Session, journal: Journal, contacts: ReadonlyMap<string, AnswerBody>): Promise<void> {
  const touched = [...journal.touched.values()];
  if (touched.length === 0) return;
  const { now } = journal.context;
  const deltas = lineDeltas(journal);
  const holds = touched.flatMap(({ order, holds: changed }) => order.holds.filter((hold) => changed.has(hold.holdNo)).map((hold) => ({ order, hold })));
  const lapsed = touched.filter(({ order }) => order.excluded.some((e) => e.until <= now)).map(({ order }) => order.id);
  const excluded = touched.flatMap(({ order }) => order.excluded.filter((e) => e.until > now).map((e) => ({ ...e, orderId: order.id })));
  await Promise.all([
    changeOrders(session, journal, contacts),
    session.run(UPDATE_ORDERS, columns(touched, [(t) => t.order.id, (t) => t.order.status, (t) => t.order.commercialVersion])),
    deltas.length === 0 ? 0 : session.run(UPDATE_LINES, columns(deltas, [
      (d) => d.orderId, (d) => d.line.lineNo, (d) => d.line.attempts, ...[...BUCKETS, ...CARRIER_OUTCOMES].map((stage) => (d: LineDelta) => d.change.get(stage) ?? 0),
    ])),
    saveHolds(session, holds),
    lapsed.length === 0 ? 0 : session.run(FORGET_EXCLUDED, [lapsed, instant(now)]),
    excluded.length === 0 ? 0 : session.run(SAVE_EXCLUDED, columns(excluded, [(e) => e.orderId, (e) => e.lineNo, (e) => e.nodeId, (e) => instant(e.until), (e) => e.reason])),
  ]);
}

interface LineDelta { readonly orderId: string; readonly line: OrderLine; readonly change: Map<string, number> }

/** The batch's movements summed per line: the counters change by exactly what the ledger says. */
function lineDeltas(journal: Journal): LineDelta[] {
  const outcomes: ReadonlySet<string> = new Set(CARRIER_OUTCOMES);
  const deltas = new Map<string, LineDelta>();
  const added = new Set(journal.newLines.map(({ line }) => line));
  for (const { order, lines } of journal.touched.values()) {
    for (const line of order.lines) if (lines.has(line.lineNo) && !added.has(line)) deltas.set(`${order.id}|${line.lineNo}`, { orderId: order.id, line, change: new Map() });
  }
  for (const { orderId, lineNo, from, to, quantity } of journal.lineMovements) {
    const change = deltas.get(`${orderId}|${lineNo}`)?.change;
    // Units that enter an order that is there come with their line, or with its identification.
    if (!change || from === null) continue;
    change.set(to, (change.get(to) ?? 0) + quantity);
    if (!outcomes.has(to)) change.set(from, (change.get(from) ?? 0) - quantity);
  }
  return [...deltas.values()];
}

interface OrderDb {
  id: string; number: number; channel_id: string; external_id: string; source_hash: string; currency: string; total_minor: number; placed_at: Date; captured_at: Date;
  status: Order["status"]; commercial_version: number; source_version: number | null; document: Order["document"];
}
interface PlaceDb { point: GeoPoint | null; country: string | null; region: string | null; postcode: string | null }
interface RestDb { order_id: string; place: PlaceDb | null; decisions: number }
type LineDb = OrderLine["units"] & { order_id: string; line_no: number; item_id: string; parent_line_no: number | null; ordered: number; attempts: number; document: OrderLine["document"] };
interface HoldDb {
  order_id: string; hold_no: number; kind: Hold["kind"]; scope: Hold["scope"]; line_no: number | null; shipment_no: number | null; reason: string; owner: string | null;
  placed_at: Date; due_at: Date | null; released_at: Date | null; released_by: string | null; release_reason: string | null;
}
interface ExcludedDb { order_id: string; line_no: number; node_id: string; until: Date; reason: string }

/** Locks orders in id order and reads them whole but for their shipments. */
export const lockOrders = (session: Session, ids: readonly string[]): Promise<Order[]> => loadOrders(session, LOCK_ORDERS, ids);
/** The same without locks, as they are committed. */
export const readOrders = (session: Session, ids: readonly string[]): Promise<Order[]> => loadOrders(session, READ_ORDERS, ids);

async function loadOrders(session: Session, what: Statement, ids: readonly string[]): Promise<Order[]> {
  const orders = await session.rows<OrderDb>(what, [ids]);
  if (orders.length === 0) return [];
  const found = orders.map((order) => order.id);
  const [rest, lineRows, holdRows, excludedRows] = await Promise.all([
    session.rows<RestDb>(LOAD_REST, [found]), session.rows<LineDb>(LOAD_LINES, [found]), session.rows<HoldDb>(LOAD_HOLDS, [found]), session.rows<ExcludedDb>(LOAD_EXCLUDED, [found]),
  ]);
  const restOf = new Map(rest.map((row) => [row.order_id, row]));
  const [lines, holds, excluded] = [grouped(lineRows), grouped(holdRows), grouped(excludedRows)];
  return orders.map((row): Order => ({
    id: row.id, number: row.number, channelId: row.channel_id, externalId: row.external_id, sourceHash: row.source_hash, currency: row.currency, totalMinor: row.total_minor,
    placedAt: row.placed_at.getTime(), capturedAt: row.captured_at.getTime(), status: row.status, commercialVersion: row.commercial_version, sourceVersion: row.source_version,
    document: row.document,
    destination: readDestination(restOf.get(row.id)?.place ?? null), decisions: restOf.get(row.id)?.decisions ?? 0, shipments: [],
    lines: (lines.get(row.id) ?? []).map(readLine), holds: (holds.get(row.id) ?? []).map(readHold), excluded: (excluded.get(row.id) ?? []).map(readExcluded),
  }));
}

const readDestination = (place: PlaceDb | null): Order["destination"] =>
  place && destinationOf(place.point, { country: place.country ?? undefined, region: place.region ?? undefined, postcode: place.postcode ?? undefined });

export function grouped<T extends { order_id: string }>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(row.order_id);
    if (group) group.push(row);
    else groups.set(row.order_id, [row]);
  }
  return groups;
}

function readLine({ order_id: _orderId, line_no, item_id, parent_line_no, ordered, attempts, document, ...units }: LineDb): OrderLine {
  return { lineNo: line_no, itemId: item_id, parentLineNo: parent_line_no, ordered, attempts, document, units };
}

const readHold = (row: HoldDb): Hold => ({
  holdNo: row.hold_no, kind: row.kind, scope: row.scope, lineNo: row.line_no, shipmentNo: row.shipment_no, reason: row.reason, owner: row.owner, placedAt: row.placed_at.getTime(),
  dueAt: row.due_at?.getTime() ?? null, releasedAt: row.released_at?.getTime() ?? null, releasedBy: row.released_by, releaseReason: row.release_reason,
});

const readExcluded = (row: ExcludedDb): ExcludedNode => ({ lineNo: row.line_no, nodeId: row.node_id, until: row.until.getTime(), reason: row.reason });
