import type pg from "pg";
import type { CallKind, CallState, ChannelCalls, ChannelCallView, ClaimedCall } from "../flows/channel-calls.ts";
import type { AcknowledgementTold, CancellationTold, FulfilmentTold } from "../flows/write-back.ts";
import { columns, json } from "./columns.ts";
import { inTransaction, type Session, statement, unflushed } from "./database.ts";
import { shipmentId } from "../domain/kernel/index.ts";

const LOCK_CONSUMER = statement("lock_channel_consumer", `
  select position from consumer where tenant_id = current_tenant() and name = $1 and fence = $2 for update`);
/** Nobody is to be told: the cursor goes to the head of the log at once. */
const HEAD = statement("channel_head", `
  select position from event_counter where tenant_id = current_tenant()
    and not exists (select from connection where tenant_id = current_tenant() and base_url is not null)`);
/**
 * What a batch of events means for channels that are told: orders that were taken in, shipments that left, orders that ended cancelled by somebody
 * else than the channel, and variants of items whose stock may have changed (all of them where a node or a channel did). Work that is there already is due again where
 * it is stock, and stays as it is otherwise.
 */
const NOTE = statement("note_channel_calls", `
  with batch as (
    select position, type, order_id, actor, data from event where tenant_id = current_tenant() and position > $1 order by position limit $2),
  told as (select id, channel_id, push_stock, acknowledge from connection where tenant_id = current_tenant() and base_url is not null),
  orders as (
    select b.position, b.type, b.actor, b.data, o.id, o.channel_id, o.status from batch b
    cross join lateral (select o.id, o.channel_id, o.status, o.source_version from sales_order o where o.tenant_id = current_tenant() and o.id = b.order_id offset 0) o
    where o.source_version is not null),
  items as (
    select distinct l.item_id from batch b
      cross join lateral (select l.item_id from order_line l where l.tenant_id = current_tenant() and l.order_id = b.order_id offset 0) l
      where exists (select from told where push_stock)
    union
    select (right(b.data ->> 'item', 32))::uuid from batch b where b.data ->> 'item' ~ '^itm_[0-9a-f]{32}$' and exists (select from told where push_stock)
    union
    select l.item_id from batch b
      cross join lateral (select (right(b.data ->> 'claim', 32))::uuid as claim_id where b.data ->> 'claim' ~ '^clm_[0-9a-f]{32}$' offset 0) c
      cross join lateral (select l.item_id from soft_claim_line l where l.tenant_id = current_tenant() and l.claim_id = c.claim_id offset 0) l
      where exists (select from told where push_stock)),
  sold as (
    select item_id from items
    union
    select k.id from items t
      cross join lateral (select i.sku from item i where i.tenant_id = current_tenant() and i.id = t.item_id order by i.valid_from desc limit 1) i
      cross join lateral (select k.kit_id as id from kit_component k where k.tenant_id = current_tenant() and k.component_sku = i.sku offset 0) k),
  work as (
    select c.id as connection_id, 'fulfil' as kind, concat(o.id, '/', o.data ->> 'shipment_no') as subject, o.id as order_id
    from orders o join told c on c.channel_id = o.channel_id where o.type in ('ShipmentShipped', 'ShipmentHandedOver')
    union
    select c.id, 'acknowledge', o.id::text, o.id from orders o join told c on c.channel_id = o.channel_id and c.acknowledge where o.type = 'OrderCaptured'
    union
    select c.id, 'cancel', o.id::text, o.id from orders o join told c on c.channel_id = o.channel_id
    where o.type in ('LinesCancelled', 'CancelAnswered') and o.status = 'CANCELLED' and o.actor <> 'channel'
    union
    select c.id, 'stock', l.variant_id, null from sold i
      cross join lateral (select l.channel_id, l.variant_id from listing l where l.tenant_id = current_tenant() and l.item_id = i.item_id offset 0) l
      join told c on c.channel_id = l.channel_id and c.push_stock
    union
    select c.id, 'stock', l.variant_id, null from told c
      cross join lateral (select l.variant_id from listing l where l.tenant_id = current_tenant() and l.channel_id = c.channel_id and l.item_id is not null offset 0) l
    where c.push_stock and exists (select from batch where type in ('NodeSaved', 'ChannelSaved'))),
  made as (
    insert into channel_call as k (tenant_id, connection_id, kind, subject, order_id)
    select current_tenant(), connection_id, kind, subject, order_id from work order by 2, 3, 4
    on conflict (tenant_id, connection_id, kind, subject) do update set state = 'pending', wanted = k.wanted + 1, attempts = 0, note = null,
      due_since = case when k.state = 'pending' then k.due_since else now() end,
      next_attempt_at = case when k.state = 'pending' and k.attempts > 0 then k.next_attempt_at else now() end
    where k.kind = 'stock' returning id)
  select (select max(position) from batch) as position, (select count(*) from batch) as events, (select count(*) from made) as made`);
/** Asked again where it was asked before: what it is about may have changed since. */
const LOOK_UP = statement("note_look_ups", `
  insert into channel_call as k (tenant_id, connection_id, kind, subject)
  select distinct (select current_tenant()), m.connection_id, 'look_up', s.subject
  from (select * from unnest($1::uuid[], $2::text[]) limit cardinality($1)) as s (id, subject)
    cross join lateral (select m.connection_id from inbox m where m.tenant_id = (select current_tenant()) and m.id = s.id offset 0) m
  order by 2, 4
  on conflict (tenant_id, connection_id, kind, subject) do update set state = 'pending', wanted = k.wanted + 1, attempts = 0, note = null,
    due_since = case when k.state = 'pending' then k.due_since else now() end, next_attempt_at = now()`);
const ADVANCE = statement("advance_channel_consumer", `
  update consumer set position = $3, begun_until = $3, crashes = 0 where tenant_id = current_tenant() and name = $1 and fence = $2`);

/** Each kind along its own part of the index. */
const CLAIM = statement("claim_channel_calls", `
  with called as (
    select c.id from connection c where c.tenant_id = current_tenant() and c.status = 'active' and c.base_url is not null and c.id <> all($3::uuid[])),
  due as (
    select d.id from called c cross join (values ('acknowledge'), ('fulfil'), ('cancel'), ('look_up')) as w (kind)
    cross join lateral (
      select k.id from channel_call k
      where k.tenant_id = current_tenant() and k.connection_id = c.id and k.kind = w.kind and k.state = 'pending' and k.next_attempt_at <= clock_timestamp()
        and (k.claimed_until is null or k.claimed_until <= clock_timestamp())
      order by k.next_attempt_at limit $1 for update skip locked
    ) d
    union all
    select d.id from called c
    cross join lateral (
      select k.id from channel_call k
      where k.tenant_id = current_tenant() and k.connection_id = c.id and k.kind = 'stock' and k.state = 'pending' and k.next_attempt_at <= clock_timestamp()
        and (k.claimed_until is null or k.claimed_until <= clock_timestamp())
      order by k.next_attempt_at limit $2 for update skip locked
    ) d
  )
  update channel_call k set fence = k.fence + 1, claimed_until = clock_timestamp() + make_interval(secs => $4)
  where k.tenant_id = current_tenant() and k.id = any(array(select id from due)) and k.state = (select 'pending')
  returning k.id, k.connection_id, k.kind, k.subject, k.order_id, k.fence, k.wanted, k.attempts, k.due_since, k.told`);
const CONNECTIONS = statement("called_connections", `
  select c.id, c.connector, c.channel_id, c.base_url, c.credentials, c.places,
    (select h.code from channel h where h.tenant_id = current_tenant() and h.id = c.channel_id and h.valid_to = 'infinity') as channel
  from connection c where c.tenant_id = current_tenant() and c.id = any($1::uuid[])`);
/** In ordered units of the channel; units of ours that make no whole one stay unsaid. */
const SHIPMENTS = statement("told_shipments", `
  select o.id as order_id, o.external_id, s.shipment_no, s.document, p.lines,
    not exists (select from order_line l where l.tenant_id = current_tenant() and l.order_id = o.id
      and l.pending + l.backordered + l.preordered + l.reserved + l.released + l.picked + l.packed > 0 offset 0) as completes
  from (select * from unnest($1::uuid[], $2::smallint[]) limit cardinality($1)) as k (order_id, shipment_no)
    join sales_order o on o.tenant_id = current_tenant() and o.id = k.order_id
    join shipment s on s.tenant_id = current_tenant() and s.order_id = k.order_id and s.shipment_no = k.shipment_no
    cross join lateral (
      select coalesce(json_agg(json_build_object('external_id', l.document ->> 'external_id', 'quantity', floor((p.shipped + p.handed_over) / (l.document ->> 'unit_factor')::numeric
        / power(10, coalesce((select i.quantity_scale from item i where i.tenant_id = current_tenant() and i.id = l.item_id order by i.valid_from desc limit 1), 0)))) order by l.line_no), '[]') as lines
      from shipment_line p join order_line l on l.tenant_id = current_tenant() and l.order_id = p.order_id and l.line_no = p.line_no
      where p.tenant_id = current_tenant() and p.order_id = k.order_id and p.shipment_no = k.shipment_no and l.document ->> 'external_id' is not null) p`);
/** Kits that a departure made whole: its components may leave one after the other, and the channel knows kits alone. */
const KITS = statement("told_kits", `
  select k.order_id, k.shipment_no, l.document ->> 'external_id' as external_id, floor(made.upto / (l.document ->> 'unit_factor')::numeric) - floor(made.before / (l.document ->> 'unit_factor')::numeric) as quantity
  from (select * from unnest($1::uuid[], $2::smallint[]) limit cardinality($1)) as k (order_id, shipment_no)
    cross join lateral (select l.line_no, l.document from order_line l
      where l.tenant_id = current_tenant() and l.order_id = k.order_id and l.ordered = 0 and l.document ->> 'external_id' is not null offset 0) l
    cross join lateral (
      select min(floor(c.upto / c.per_kit)) as upto, min(floor(c.before / c.per_kit)) as before from (
        select (c.document ->> 'per_kit')::numeric as per_kit, coalesce(sum(p.shipped + p.handed_over) filter (where d.position <= this.position), 0) as upto,
          coalesce(sum(p.shipped + p.handed_over) filter (where d.position < this.position), 0) as before
        from order_line c
          left join shipment_line p on p.tenant_id = current_tenant() and p.order_id = k.order_id and p.line_no = c.line_no
          left join lateral (select min(e.position) as position from event e where e.tenant_id = current_tenant() and e.order_id = k.order_id
            and e.type in ('ShipmentShipped', 'ShipmentHandedOver') and (e.data ->> 'shipment_no')::int = p.shipment_no) d on true
          cross join lateral (select min(e.position) as position from event e where e.tenant_id = current_tenant() and e.order_id = k.order_id
            and e.type in ('ShipmentShipped', 'ShipmentHandedOver') and (e.data ->> 'shipment_no')::int = k.shipment_no) this
        where c.tenant_id = current_tenant() and c.order_id = k.order_id and c.parent_line_no = l.line_no
        group by c.line_no, c.document ->> 'per_kit') c) made`);
const ORDERS = statement("told_orders", `
  select o.id as order_id, o.external_id, o.number::text as number,
    (select e.reason from event e where e.tenant_id = current_tenant() and e.order_id = o.id and e.type = 'LinesCancelled' order by e.position desc limit 1) as reason
  from sales_order o where o.tenant_id = current_tenant() and o.id = any($1::uuid[])`);
const VARIANTS = statement("told_variants", `
  select l.channel_id, l.variant_id, i.sku, i.quantity_scale,
    coalesce((select (u ->> 'factor')::bigint from json_array_elements(i.units) u where u ->> 'name' = l.unit), 1) as factor
  from (select * from unnest($1::uuid[], $2::text[]) limit cardinality($1)) as k (channel_id, variant_id)
    cross join lateral (select l.channel_id, l.variant_id, l.item_id, l.unit from listing l
      where l.tenant_id = current_tenant() and l.channel_id = k.channel_id and l.variant_id = k.variant_id offset 0) l
    cross join lateral (select i.sku, i.quantity_scale, i.units from item i where i.tenant_id = current_tenant() and i.id = l.item_id order by i.valid_from desc limit 1) i`);
/** In the order in which new work is noted, so that nobody waits for each other in a circle. */
const LOCK = statement("lock_channel_calls", `
  with sorted as materialized (
    select f.id from (select * from unnest($1::uuid[]) limit cardinality($1)) as wanted (id)
      cross join lateral (select k.id, k.connection_id, k.kind, k.subject from channel_call k where k.tenant_id = current_tenant() and k.id = wanted.id offset 0) f
    order by f.connection_id, f.kind, f.subject)
  select from sorted cross join lateral (
    select k.id from channel_call k where k.tenant_id = current_tenant() and k.id = sorted.id for update) locked`);
/** The claim's fence is in the condition: after another process took the work over, this writes nothing. */
const FINISH = statement("finish_channel_calls", `
  update channel_call k set claimed_until = null, note = e.note, told = coalesce(e.told, k.told),
    state = case when k.wanted > e.wanted then 'pending' else e.state end, attempts = case when k.wanted > e.wanted then 0 else k.attempts + 1 end,
    next_attempt_at = case when k.wanted > e.wanted then clock_timestamp() else clock_timestamp() + make_interval(secs => e.pause_ms / 1000) end,
    finished_at = case when e.state = 'pending' or k.wanted > e.wanted then k.finished_at else clock_timestamp() end
  from (select * from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::float8[], $6::json[], $7::int[]) limit cardinality($1))
    as e (id, fence, state, note, pause_ms, told, wanted)
  where k.tenant_id = current_tenant() and k.id = e.id and k.id = any($1::uuid[]) and k.fence = e.fence and k.state = (select 'pending')`);
const GIVE_BACK = statement("give_channel_calls_back", `
  update channel_call k set claimed_until = null
  from (select * from unnest($1::uuid[], $2::bigint[]) limit cardinality($1)) as g (id, fence)
  where k.tenant_id = current_tenant() and k.id = g.id and k.id = any($1::uuid[]) and k.fence = g.fence and k.state = (select 'pending')`);
/** Each filter has an index that holds its work in order; whatever else is asked is looked for along it. */
const OF_ORDER = statement("channel_calls_of_order", `
  select k.id, k.connection_id, c.code as connection, k.kind, k.subject, k.order_id, k.state, k.attempts, k.note, k.due_since,
    case when k.state = 'pending' then k.next_attempt_at end as next_attempt_at, k.finished_at
  from (
      select * from channel_call k
      where k.tenant_id = current_tenant() and k.order_id = $1 and k.id > $2 and ($4::uuid is null or k.connection_id = $4) and ($5::text is null or k.state = $5)
      order by k.id limit $3
    ) k join connection c on c.tenant_id = current_tenant() and c.id = k.connection_id
  order by k.id`);
const IN_STATE = statement("channel_calls_in_state", `
  select k.id, k.connection_id, c.code as connection, k.kind, k.subject, k.order_id, k.state, k.attempts, k.note, k.due_since,
    case when k.state = 'pending' then k.next_attempt_at end as next_attempt_at, k.finished_at
  from (
      select * from channel_call k
      where k.tenant_id = current_tenant() and k.state = $1 and k.id > $2 and ($4::uuid is null or k.connection_id = $4)
      order by k.id limit $3
    ) k join connection c on c.tenant_id = current_tenant() and c.id = k.connection_id
  order by k.id`);
const ALL = statement("list_channel_calls", `
  select k.id, k.connection_id, c.code as connection, k.kind, k.subject, k.order_id, k.state, k.attempts, k.note, k.due_since,
    case when k.state = 'pending' then k.next_attempt_at end as next_attempt_at, k.finished_at
  from (
      select * from channel_call k
      where k.tenant_id = current_tenant() and k.id > $1 and ($3::uuid is null or k.connection_id = $3)
      order by k.id limit $2
    ) k join connection c on c.tenant_id = current_tenant() and c.id = k.connection_id
  order by k.id`);
const FIND = statement("find_channel_call", `
  select k.id, k.connection_id, c.code as connection, k.kind, k.subject, k.order_id, k.state, k.attempts, k.note, k.due_since,
    case when k.state = 'pending' then k.next_attempt_at end as next_attempt_at, k.finished_at
  from (select * from channel_call k where k.tenant_id = current_tenant() and k.id = $1 offset 0) k
    join connection c on c.tenant_id = current_tenant() and c.id = k.connection_id`);
const RETRY = statement("retry_channel_call", `
  update channel_call set state = 'pending', attempts = 0, wanted = wanted + 1, next_attempt_at = clock_timestamp(), due_since = now() where tenant_id = current_tenant() and id = $1`);

interface ClaimDb {
  id: string; connection_id: string; kind: CallKind; subject: string; order_id: string | null; fence: number; wanted: number; attempts: number; due_since: Date; told: Record<string, number> | null;
}
interface ConnectionDb { id: string; connector: string; channel_id: string; channel: string | null; base_url: string; credentials: Record<string, string>; places: Record<string, string> }
interface ShipmentDb {
  order_id: string; external_id: string; shipment_no: number; completes: boolean; lines: { external_id: string; quantity: number }[];
  document: { packages: { carrier: string | null; tracking_number: string | null }[] };
}
interface KitDb { order_id: string; shipment_no: number; external_id: string; quantity: number }
interface ViewDb {
  id: string; connection_id: string; connection: string; kind: CallKind; subject: string; order_id: string | null; state: CallState; attempts: number; note: string | null;
  due_since: Date; next_attempt_at: Date | null; finished_at: Date | null;
}

const readView = (row: ViewDb): ChannelCallView => ({
  id: row.id, connectionId: row.connection_id, connection: row.connection, kind: row.kind, subject: row.subject, orderId: row.order_id, state: row.state, attempts: row.attempts,
  note: row.note, dueSince: row.due_since.getTime(), nextAttemptAt: row.next_attempt_at?.getTime() ?? null, finishedAt: row.finished_at?.getTime() ?? null,
});

export function postgresChannelCalls(pool: pg.Pool): ChannelCalls {
  return {
    note: ({ tenantId, fence }, consumer, limit) => unflushed(pool, tenantId, async (session) => {
      const [cursor] = await session.rows<{ position: number }>(LOCK_CONSUMER, [consumer, fence]);
      if (!cursor) return null;
      const [head] = await session.rows<{ position: number }>(HEAD, []);
      const [batch] = head ? [{ position: head.position, events: head.position - cursor.position, made: 0 }]
        : await session.rows<{ position: number | null; events: number; made: number }>(NOTE, [cursor.position, limit]);
      if (!batch || batch.position === null || batch.position === cursor.position) return { events: 0, made: 0 };
      await session.run(ADVANCE, [consumer, fence, batch.position]);
      return { events: batch.events, made: batch.made };
    }),
    claim: (tenantId, { perConnection, stockPerConnection, resting, claimMs }) => inTransaction(pool, tenantId, async (session) => {
      const rows = await session.rows<ClaimDb>(CLAIM, [perConnection, stockPerConnection, resting, claimMs / 1000]);
      return rows.length === 0 ? [] : loadWork(session, rows);
    }),
    finish: (tenantId, ended) => inTransaction(pool, tenantId, async (session) => {
      await session.run(LOCK, [ended.map(({ call }) => call.id)]);
      return session.run(FINISH, columns(ended, [
        ({ call }) => call.id, ({ call }) => call.fence, ({ result }) => (result.kind === "retry" ? "pending" : result.kind),
        ({ result }) => (result.kind === "done" ? result.note : result.reason).replaceAll("\0", "").slice(0, 1000), ({ pauseMs }) => pauseMs, ({ told }) => (told === null ? null : json(told)), ({ call }) => call.wanted,
      ]));
    }),
    giveBack: (tenantId, calls) => inTransaction(pool, tenantId, async (session) => {
      await session.run(LOCK, [calls.map(({ id }) => id)]);
      await session.run(GIVE_BACK, columns(calls, [({ id }) => id, ({ fence }) => fence]));
    }),
    list: (tenantId, filter) => inTransaction(pool, tenantId, async (session) => (await select(session, filter)).map(readView)),
    retry: (tenantId, id) => inTransaction(pool, tenantId, async (session) => {
      await session.run(RETRY, [id]);
      const [row] = await session.rows<ViewDb>(FIND, [id]);
      return row ? readView(row) : null;
    }),
  };
}

export async function noteLookUps(session: Session, asked: readonly { readonly messageId: string; readonly subject: string }[]): Promise<void> {
  await session.run(LOOK_UP, columns(asked, [(one) => one.messageId, (one) => one.subject]));
}

/** Before every id there is. */
const START = "00000000-0000-0000-0000-000000000000";

function select(session: Session, { connectionId, state, orderId, after, limit }: Parameters<ChannelCalls["list"]>[1]): Promise<ViewDb[]> {
  const place = after ?? START;
  if (orderId !== null) return session.rows(OF_ORDER, [orderId, place, limit, connectionId, state]);
  if (state !== null) return session.rows(IN_STATE, [state, place, limit, connectionId]);
  return session.rows(ALL, [place, limit, connectionId]);
}

async function loadWork(session: Session, rows: readonly ClaimDb[]): Promise<ClaimedCall[]> {
  const of = (kind: CallKind): ClaimDb[] => rows.filter((row) => row.kind === kind);
  const connections = new Map((await session.rows<ConnectionDb>(CONNECTIONS, [[...new Set(rows.map((row) => row.connection_id))]])).map((row) => [row.id, row]));
  const [fulfilments, orders, variants] = await Promise.all([
    loadFulfilments(session, of("fulfil")), loadOrders(session, [...of("acknowledge"), ...of("cancel")]),
    loadVariants(session, of("stock").map((row) => [connections.get(row.connection_id)?.channel_id ?? "", row.subject])),
  ]);
  const workOf = ({ kind, subject, told }: ClaimDb, channelId: string): ClaimedCall["work"] => {
    const fulfilment = fulfilments.get(subject);
    const order = orders.get(subject);
    const variant = variants.get(`${channelId}|${subject}`);
    if (kind === "fulfil") return fulfilment ? { kind, told: fulfilment } : null;
    if (kind === "stock") return variant ? { kind, told: { variantId: subject, ...variant, toldBefore: told } } : null;
    if (kind === "look_up") return { kind, subject };
    if (!order) return null;
    return { kind, told: order };
  };
  return rows.flatMap((row): ClaimedCall[] => {
    const connection = connections.get(row.connection_id);
    if (!connection) return [];
    return [{
      id: row.id, fence: row.fence, wanted: row.wanted, attempts: row.attempts, dueSince: row.due_since.getTime(), work: workOf(row, connection.channel_id),
      connection: {
        id: connection.id, connector: connection.connector, channel: connection.channel ?? "", baseUrl: connection.base_url, credentials: connection.credentials, places: connection.places,
      },
    }];
  });
}

async function loadFulfilments(session: Session, rows: readonly ClaimDb[]): Promise<ReadonlyMap<string, FulfilmentTold>> {
  if (rows.length === 0) return new Map();
  const parts = rows.map(({ subject }) => subject.split("/"));
  const found = await session.rows<ShipmentDb>(SHIPMENTS, [parts.map(([orderId]) => orderId), parts.map(([, no]) => Number(no))]);
  const kits = await session.rows<KitDb>(KITS, [parts.map(([orderId]) => orderId), parts.map(([, no]) => Number(no))]);
  const told = found.map((row) => [`${row.order_id}/${row.shipment_no}`, {
    orderExternalId: row.external_id, shipmentId: shipmentId(row.order_id, row.shipment_no), completes: row.completes,
    lines: [...row.lines, ...kits.filter((kit) => kit.order_id === row.order_id && kit.shipment_no === row.shipment_no)].filter(({ quantity }) => quantity > 0).map(({ external_id: externalId, quantity }) => ({ externalId, quantity })),
    carrier: row.document.packages.find(({ carrier }) => carrier !== null)?.carrier ?? null,
    trackingNumbers: row.document.packages.flatMap(({ tracking_number: number }) => (number === null ? [] : [number])),
  }] as const);
  // Of a kit that is not whole yet there is nothing to tell.
  return new Map(told.filter(([, { lines, completes }]) => lines.length > 0 || completes));
}

/** What is told of an order as a whole; those that ended cancelled have the reason. */
async function loadOrders(session: Session, rows: readonly ClaimDb[]): Promise<ReadonlyMap<string, AcknowledgementTold & CancellationTold>> {
  if (rows.length === 0) return new Map();
  const found = await session.rows<{ order_id: string; external_id: string; number: string; reason: string | null }>(ORDERS, [rows.map(({ subject }) => subject)]);
  return new Map(found.map((row) => [row.order_id, { orderExternalId: row.external_id, orderNumber: row.number, reason: row.reason ?? "cancelled" }]));
}

async function loadVariants(session: Session, names: readonly (readonly [channelId: string, variantId: string])[]): Promise<ReadonlyMap<string, { sku: string; perUnit: number }>> {
  if (names.length === 0) return new Map();
  const found = await session.rows<{ channel_id: string; variant_id: string; sku: string; quantity_scale: number; factor: number }>(VARIANTS, [names.map(([id]) => id), names.map(([, id]) => id)]);
  return new Map(found.map((row) => [`${row.channel_id}|${row.variant_id}`, { sku: row.sku, perUnit: row.factor * 10 ** row.quantity_scale }]));
}
