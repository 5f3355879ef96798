import { type BackorderPolicy, type Channel, type ChannelChecks, type ChannelGate, type DeadlinePolicy, DEFAULT_BACKORDERS, DEFAULT_CHECKS, DEFAULT_DEADLINES, DEFAULT_OPERATIONS, DEFAULT_ROUTING_POLICY, DEFAULT_WAITING, isClosed, type Item, type Node, type NodeOperations, type PriceCheck, type RoutingPolicy, type WaitingPolicy } from "../domain/catalog/index.ts";
import type { Dated } from "../flows/ports.ts";
import { columns, instant, json, millis } from "./columns.ts";
import { type Session, type Statement, statement } from "./database.ts";
import { ensureDemandRows } from "./stock.ts";

const LOAD_CHANNELS = statement("load_channels", `
  select c.id, c.code, c.name, c.kind, c.currency, c.node_pool, c.buffer, c.when_unavailable, c.auto_release, c.price_check, c.routing, c.strategy, c.checks, c.backorders, c.deadlines,
    (select json_build_object('state', g.state, 'until', (extract(epoch from g.until) * 1000)::bigint, 'orders', g.orders, 'perSeconds', g.per_seconds, 'reason', g.reason, 'setAt', (extract(epoch from g.set_at) * 1000)::bigint) from channel_gate g
      where g.tenant_id = (select current_tenant()) and g.channel_id = c.id) as gate
  from channel c where c.tenant_id = (select current_tenant()) and c.valid_from <= $1 and $1 < c.valid_to order by c.code`);
const LOAD_NODES = statement("load_nodes", `
  select id, code, name, kind, status, priority, address, latitude, longitude, time_zone, to_char(cut_off, 'HH24:MI') as cut_off, item_classes, operations from node
  where tenant_id = (select current_tenant()) and valid_from <= $1 and $1 < valid_to order by code`);
const NODE_BEGINNINGS = statement("node_beginnings", `
  select code, valid_from from node where tenant_id = (select current_tenant()) and valid_from <= $1 and $1 < valid_to`);
const ITEMS_BY_SKU = statement("load_items_by_sku", `
  select id, sku, gtin, name, status, quantity_scale, base_unit, units, handling_class, weight_grams, dimensions_mm, backorder, safety_stock, safety_percent, components, ship_together, attributes, waiting, hs_code, country_of_origin
  from item where tenant_id = (select current_tenant()) and sku = any($1::text[]) and valid_from <= $2 and $2 < valid_to`);
const ITEMS_BY_ID = statement("load_items_by_id", `
  select id, sku, gtin, name, status, quantity_scale, base_unit, units, handling_class, weight_grams, dimensions_mm, backorder, safety_stock, safety_percent, components, ship_together, attributes, waiting, hs_code, country_of_origin
  from item where tenant_id = (select current_tenant()) and id = any($1::uuid[]) and valid_from <= $2 and $2 < valid_to`);

/** Of an item that came later than the time the first version: lines that waited for it bear it today. */
/** The versions of a time, and the first one where it begins later: orders may be older than the item they turned out to be of. */
const ITEM_VERSIONS = statement("load_item_versions", `
  select i.* from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id)
    cross join lateral (select f.valid_from as first from item f where f.tenant_id = (select current_tenant()) and f.id = k.id order by f.valid_from limit 1) f
    cross join lateral (select greatest($3, f.first + interval '1 microsecond') as until offset 0) b
    cross join lateral (
      select i.id, i.sku, i.gtin, i.name, i.status, i.quantity_scale, i.base_unit, i.units, i.handling_class, i.weight_grams, i.dimensions_mm, i.backorder, i.safety_stock, i.safety_percent, i.components,
        i.ship_together, i.attributes, i.waiting, i.valid_from, i.valid_to from item i
      where i.tenant_id = (select current_tenant()) and i.id = k.id and i.valid_to > $2 and i.valid_from < b.until offset 0) i
  order by i.valid_from`);

/** A new version ends the one it follows; the same instant again replaces it. One version of a thing at a time. */
const END_ITEMS = statement("end_items", `
  update item i set valid_to = d.valid_from from (select * from unnest($1::uuid[], $2::timestamptz[]) limit cardinality($1)) as d (id, valid_from)
  where i.tenant_id = (select current_tenant()) and i.id = d.id and i.valid_from < d.valid_from and i.valid_to > d.valid_from`);
const END_NODES = statement("end_nodes", `
  update node n set valid_to = d.valid_from from (select * from unnest($1::uuid[], $2::timestamptz[]) limit cardinality($1)) as d (id, valid_from)
  where n.tenant_id = (select current_tenant()) and n.id = d.id and n.valid_from < d.valid_from and n.valid_to > d.valid_from`);
const END_CHANNELS = statement("end_channels", `
  update channel c set valid_to = d.valid_from from (select * from unnest($1::uuid[], $2::timestamptz[]) limit cardinality($1)) as d (id, valid_from)
  where c.tenant_id = (select current_tenant()) and c.id = d.id and c.valid_from < d.valid_from and c.valid_to > d.valid_from`);

const INSERT_ITEMS = statement("insert_items", `
  insert into item (tenant_id, id, valid_from, valid_to, sku, gtin, name, status, quantity_scale, base_unit, units, handling_class, weight_grams, dimensions_mm,
    backorder, safety_stock, safety_percent, components, attributes, ship_together, waiting, hs_code, country_of_origin)
  select (select current_tenant()), id, valid_from, coalesce((select min(n.valid_from) from item n where n.tenant_id = (select current_tenant()) and n.id = d.id and n.valid_from > d.valid_from), 'infinity'),
    sku, gtin, name, status, quantity_scale, base_unit, units, handling_class, weight_grams, dimensions_mm::int[], backorder, safety_stock, safety_percent, components, attributes, ship_together, waiting, hs_code, country_of_origin
  from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::smallint[], $8::text[], $9::json[], $10::text[], $11::bigint[], $12::text[],
    $13::boolean[], $14::bigint[], $15::smallint[], $16::json[], $17::json[], $18::boolean[], $19::json[], $20::text[], $21::text[])
    as d (id, valid_from, sku, gtin, name, status, quantity_scale, base_unit, units, handling_class, weight_grams, dimensions_mm, backorder, safety_stock, safety_percent, components, attributes, ship_together, waiting, hs_code, country_of_origin)
  on conflict (tenant_id, id, valid_from) do update set sku = excluded.sku, gtin = excluded.gtin, name = excluded.name, status = excluded.status,
    quantity_scale = excluded.quantity_scale, base_unit = excluded.base_unit, units = excluded.units, handling_class = excluded.handling_class,
    weight_grams = excluded.weight_grams, dimensions_mm = excluded.dimensions_mm, backorder = excluded.backorder, safety_stock = excluded.safety_stock,
    safety_percent = excluded.safety_percent, components = excluded.components, attributes = excluded.attributes, ship_together = excluded.ship_together, waiting = excluded.waiting,
    hs_code = excluded.hs_code, country_of_origin = excluded.country_of_origin`);
const REMEMBER_COMPONENTS = statement("remember_components", `
  insert into kit_component (tenant_id, component_sku, kit_id) select (select current_tenant()), * from unnest($1::text[], $2::uuid[]) on conflict do nothing`);
const INSERT_NODES = statement("insert_nodes", `
  insert into node (tenant_id, id, valid_from, valid_to, code, name, kind, status, priority, address, latitude, longitude, time_zone, cut_off, item_classes, operations)
  select (select current_tenant()), id, valid_from, coalesce((select min(n.valid_from) from node n where n.tenant_id = (select current_tenant()) and n.id = d.id and n.valid_from > d.valid_from), 'infinity'),
    code, name, kind, status, priority, address, latitude, longitude, time_zone, cut_off, item_classes::text[], operations
  from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::json[], $9::float8[], $10::float8[], $11::text[], $12::time[], $13::text[], $14::json[])
    as d (id, valid_from, code, name, kind, status, priority, address, latitude, longitude, time_zone, cut_off, item_classes, operations)
  on conflict (tenant_id, id, valid_from) do update set code = excluded.code, name = excluded.name, kind = excluded.kind, status = excluded.status, priority = excluded.priority,
    address = excluded.address, latitude = excluded.latitude, longitude = excluded.longitude, time_zone = excluded.time_zone, cut_off = excluded.cut_off, item_classes = excluded.item_classes,
    operations = excluded.operations, before_closing = null`);
/** What is announced for the time of a closure would open the node again; it keeps what it said, for when somebody opens it. */
const CLOSE_ANNOUNCED = statement("close_announced_nodes", `
  update node n set before_closing = coalesce(n.before_closing, jsonb_build_object('status', n.status, 'pausedUntil', n.operations -> 'pausedUntil')),
    status = case when $3::timestamptz is null then 'offline' else n.status end,
    operations = case when $3::timestamptz is null then n.operations
      else jsonb_set(n.operations::jsonb, '{pausedUntil}', to_jsonb(greatest(coalesce((n.operations ->> 'pausedUntil')::bigint, 0), (extract(epoch from $3::timestamptz) * 1000)::bigint)))::json end
  from (select * from unnest($1::uuid[]) limit cardinality($1)) as d (id)
  where n.tenant_id = (select current_tenant()) and n.id = d.id and n.valid_from > $2 and n.valid_from < coalesce($3::timestamptz, 'infinity')`);
const OPEN_ANNOUNCED = statement("open_announced_nodes", `
  update node n set status = n.before_closing ->> 'status', operations = jsonb_set(n.operations::jsonb, '{pausedUntil}', n.before_closing -> 'pausedUntil')::json, before_closing = null
  from (select * from unnest($1::uuid[], $2::timestamptz[]) limit cardinality($1)) as d (id, valid_from)
  where n.tenant_id = (select current_tenant()) and n.id = d.id and n.valid_from > d.valid_from and n.before_closing is not null`);
const INSERT_CHANNELS = statement("insert_channels", `
  insert into channel (tenant_id, id, valid_from, valid_to, code, name, kind, currency, node_pool, buffer, when_unavailable, auto_release, routing, price_check, checks, backorders, strategy, deadlines)
  select (select current_tenant()), id, valid_from, coalesce((select min(n.valid_from) from channel n where n.tenant_id = (select current_tenant()) and n.id = d.id and n.valid_from > d.valid_from), 'infinity'),
    code, name, kind, currency, node_pool::text[], buffer, when_unavailable, auto_release, routing, price_check, checks, backorders, strategy, deadlines
  from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::text[], $10::boolean[], $11::json[], $12::json[], $13::json[], $14::json[], $15::text[], $16::json[])
    as d (id, valid_from, code, name, kind, currency, node_pool, buffer, when_unavailable, auto_release, routing, price_check, checks, backorders, strategy, deadlines)
  on conflict (tenant_id, id, valid_from) do update set code = excluded.code, name = excluded.name, kind = excluded.kind, currency = excluded.currency, node_pool = excluded.node_pool,
    buffer = excluded.buffer, when_unavailable = excluded.when_unavailable, auto_release = excluded.auto_release, routing = excluded.routing, price_check = excluded.price_check, checks = excluded.checks, backorders = excluded.backorders, strategy = excluded.strategy,
    deadlines = excluded.deadlines`);

const LOCK = statement("lock_fact_version", `select version from fact_version where tenant_id = (select current_tenant()) for update`);
const RAISE_VERSION = statement("raise_fact_version", `update fact_version set version = version + 1 where tenant_id = (select current_tenant())`);
const ANNOUNCE = statement("announce_fact_changes", `
  insert into fact_change (tenant_id, at) select distinct (select current_tenant()), at from unnest($1::timestamptz[]) as c (at) on conflict do nothing`);

/** Whoever else changes facts waits until this transaction has ended. */
export const lockFacts = async (session: Session): Promise<void> => void (await session.rows(LOCK, []));

/**
 * Tells every process that keeps facts in memory that they changed, or will. A change that holds at once is noted too: a transaction
 * whose clock was read a moment before it would otherwise keep what held then for all that come after.
 */
export async function raiseFactVersion(session: Session, changes: readonly { readonly validFrom: number }[]): Promise<void> {
  await session.run(RAISE_VERSION, []);
  await session.run(ANNOUNCE, columns(changes, [(change) => instant(change.validFrom)]));
}

interface ChannelDb { id: string; code: string; name: string; kind: string; currency: string; node_pool: string[] | null; buffer: number; when_unavailable: Channel["whenUnavailable"]; auto_release: boolean; price_check: PriceCheck | null; routing: Partial<RoutingPolicy>; strategy: string | null; checks: Partial<ChannelChecks>; backorders: Partial<BackorderPolicy>; deadlines: Partial<DeadlinePolicy>; gate: ChannelGate | null }
interface NodeDb { id: string; code: string; name: string; kind: Node["kind"]; status: Node["status"]; priority: number; address: Record<string, string>; latitude: number | null; longitude: number | null; time_zone: string; cut_off: string | null; item_classes: string[] | null; operations: Partial<NodeOperations> }
export interface ItemDb { id: string; sku: string; gtin: string | null; name: string; status: Item["status"]; quantity_scale: number; base_unit: string; units: Item["units"]; handling_class: string; weight_grams: number | null; dimensions_mm: number[] | null; backorder: boolean; safety_stock: number; safety_percent: number; components: Item["components"]; ship_together: boolean; attributes: Record<string, string>; waiting: Partial<WaitingPolicy>; hs_code: string | null; country_of_origin: string | null }

export const readItem = (row: ItemDb): Item => ({
  id: row.id, sku: row.sku, gtin: row.gtin, name: row.name, status: row.status, quantityScale: row.quantity_scale, baseUnit: row.base_unit, units: row.units,
  handlingClass: row.handling_class, weightGrams: row.weight_grams, dimensionsMm: row.dimensions_mm, backorder: row.backorder, safetyStock: row.safety_stock,
  safetyPercent: row.safety_percent, components: row.components, shipTogether: row.ship_together, attributes: row.attributes,
  waiting: { ...DEFAULT_WAITING, ...row.waiting }, hsCode: row.hs_code, originCountry: row.country_of_origin,
});

export async function loadChannels(session: Session, now: number): Promise<readonly Channel[]> {
  const rows = await session.rows<ChannelDb>(LOAD_CHANNELS, [instant(now)]);
  return rows.map((row) => ({
    id: row.id, code: row.code, name: row.name, kind: row.kind, currency: row.currency, nodePool: row.node_pool, buffer: row.buffer,
    whenUnavailable: row.when_unavailable, autoRelease: row.auto_release, priceCheck: row.price_check, routing: { ...DEFAULT_ROUTING_POLICY, ...row.routing }, strategy: row.strategy, checks: { ...DEFAULT_CHECKS, ...row.checks },
    backorders: { ...DEFAULT_BACKORDERS, ...row.backorders }, deadlines: { ...DEFAULT_DEADLINES, ...row.deadlines }, gate: row.gate,
  }));
}

export async function loadNodes(session: Session, now: number): Promise<readonly Node[]> {
  const rows = await session.rows<NodeDb>(LOAD_NODES, [instant(now)]);
  return rows.map((row) => ({
    id: row.id, code: row.code, name: row.name, kind: row.kind, status: row.status, priority: row.priority, address: row.address, latitude: row.latitude,
    longitude: row.longitude, timeZone: row.time_zone, cutOff: row.cut_off, itemClasses: row.item_classes, operations: { ...DEFAULT_OPERATIONS, ...row.operations },
  }));
}

export const loadNodeBeginnings = async (session: Session, now: number): Promise<ReadonlyMap<string, number>> =>
  new Map((await session.rows<{ code: string; valid_from: Date }>(NODE_BEGINNINGS, [instant(now)])).map(({ code, valid_from: from }) => [code, from.getTime()]));

export const loadItemsBySku = async (session: Session, skus: readonly string[], now: number): Promise<readonly Item[]> =>
  (await session.rows<ItemDb>(ITEMS_BY_SKU, [skus, instant(now)])).map(readItem);

export const loadItems = async (session: Session, ids: readonly string[], now: number): Promise<readonly Item[]> =>
  (await session.rows<ItemDb>(ITEMS_BY_ID, [ids, instant(now)])).map(readItem);

/** Every version of items that was valid at some time from one instant to another; the first one of those that came later. */
export async function loadItemVersions(session: Session, ids: readonly string[], from: number, to: number): Promise<readonly { readonly item: Item; readonly validFrom: number; readonly validTo: number }[]> {
  const rows = await session.rows<ItemDb & { valid_from: Date; valid_to: unknown }>(ITEM_VERSIONS, [ids, instant(from), instant(to)]);
  return rows.map((row) => ({ item: readItem(row), validFrom: row.valid_from.getTime(), validTo: millis(row.valid_to) ?? Infinity }));
}

/** PostgreSQL cannot take arrays of arrays of unequal length: an inner list travels as array text. */
const listText = (list: readonly (string | number)[] | null): string | null =>
  list === null ? null : `{${list.map((value) => `"${String(value).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`).join(",")}}`;

const keysOf = (facts: readonly Dated<{ readonly id: string }>[]): string[] => columns(facts, [({ fact }) => fact.id, ({ validFrom }) => instant(validFrom)]);

async function endFollowed(session: Session, end: Statement, facts: readonly Dated<{ readonly id: string }>[]): Promise<void> {
  const later = facts.filter(({ isFirst }) => !isFirst);
  if (later.length > 0) await session.run(end, keysOf(later));
}

export async function saveItems(session: Session, items: readonly Dated<Item>[]): Promise<void> {
  if (items.length === 0) return;
  await endFollowed(session, END_ITEMS, items);
  await session.run(INSERT_ITEMS, [...keysOf(items), ...columns(items.map(({ fact }) => fact), [
    (i) => i.sku, (i) => i.gtin, (i) => i.name, (i) => i.status, (i) => i.quantityScale, (i) => i.baseUnit, (i) => json(i.units), (i) => i.handlingClass,
    (i) => i.weightGrams, (i) => listText(i.dimensionsMm), (i) => i.backorder, (i) => i.safetyStock, (i) => i.safetyPercent,
    (i) => (i.components === null ? null : json(i.components)), (i) => json(i.attributes), (i) => i.shipTogether, (i) => json(i.waiting), (i) => i.hsCode, (i) => i.originCountry,
  ])]);
  const parts = items.flatMap(({ fact }) => (fact.components ?? []).map(({ sku }) => ({ sku, kitId: fact.id })));
  if (parts.length > 0) await session.run(REMEMBER_COMPONENTS, columns(parts, [(p) => p.sku, (p) => p.kitId]));
  await ensureDemandRows(session, items.map(({ fact }) => fact.id));
  await raiseFactVersion(session, items);
}

/** A version that is open ends what a closure did to those announced after it. */
export async function saveNodes(session: Session, nodes: readonly Dated<Node>[]): Promise<void> {
  if (nodes.length === 0) return;
  await endFollowed(session, END_NODES, nodes);
  await session.run(INSERT_NODES, [...keysOf(nodes), ...columns(nodes.map(({ fact }) => fact), [
    (n) => n.code, (n) => n.name, (n) => n.kind, (n) => n.status, (n) => n.priority, (n) => json(n.address), (n) => n.latitude, (n) => n.longitude,
    (n) => n.timeZone, (n) => n.cutOff, (n) => listText(n.itemClasses), (n) => json(n.operations),
  ])]);
  const open = nodes.filter(({ fact, validFrom }) => !isClosed(fact, validFrom));
  if (open.length > 0) await session.run(OPEN_ANNOUNCED, keysOf(open));
  await raiseFactVersion(session, nodes);
}

/** Closes versions of nodes that begin after a time: all of them, or those that begin before another time until that. Raises no version: who calls it saves the nodes. */
export const closeAnnounced = async (session: Session, nodeIds: readonly string[], after: number, until: number | null): Promise<void> =>
  void (await session.run(CLOSE_ANNOUNCED, [nodeIds, instant(after), instant(until)]));

export async function saveChannels(session: Session, channels: readonly Dated<Channel>[]): Promise<void> {
  if (channels.length === 0) return;
  await endFollowed(session, END_CHANNELS, channels);
  await session.run(INSERT_CHANNELS, [...keysOf(channels), ...columns(channels.map(({ fact }) => fact), [
    (c) => c.code, (c) => c.name, (c) => c.kind, (c) => c.currency, (c) => listText(c.nodePool), (c) => c.buffer, (c) => c.whenUnavailable,
    (c) => c.autoRelease, (c) => json(c.routing), (c) => (c.priceCheck === null ? null : json(c.priceCheck)), (c) => json(c.checks), (c) => json(c.backorders), (c) => c.strategy, (c) => json(c.deadlines),
  ])]);
  await raiseFactVersion(session, channels);
}
