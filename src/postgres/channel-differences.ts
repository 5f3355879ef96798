import { type OrderFigures, orderHere, type OrderThere } from "../domain/order/index.ts";
import { publicId } from "../domain/kernel/index.ts";
import type { ChannelSweeps, Compared, ComparedPart, Difference, DifferenceKey, DueSweep, KnownHere, OpenSweep } from "../flows/channel-sweeps.ts";
import { columns, instant } from "./columns.ts";
import { type Session, statement } from "./database.ts";

/** Both sides of the orders of a channel, and where they differ. */

/** In the channel's units: what is not cancelled of the lines that are its own; of a kit the whole ones that its components make. */
const HERE = statement("orders_here", `
  select k.external_id, o.id, o.currency, o.total_minor, o.source_version, l.units
  from (select * from unnest($2::text[]) limit cardinality($2)) as k (external_id)
    cross join lateral (
      select o.id, o.currency, o.total_minor, o.source_version from sales_order o where o.tenant_id = (select current_tenant()) and o.channel_id = $1 and o.external_id = k.external_id offset 0) o
    cross join lateral (
      select coalesce(sum((case when l.document -> 'kit' is null then l.ordered - l.cancelled else
          (select min(floor((c.ordered - c.cancelled) / (c.document ->> 'per_kit')::numeric)) from order_line c
            where c.tenant_id = (select current_tenant()) and c.order_id = o.id and c.parent_line_no = l.line_no) end) / (l.document ->> 'unit_factor')::numeric
        / power(10::numeric, coalesce((select i.quantity_scale from item i where i.tenant_id = (select current_tenant()) and i.id = l.item_id order by i.valid_from desc limit 1), 0))), 0)::float8 as units
      from order_line l where l.tenant_id = (select current_tenant()) and l.order_id = o.id and l.parent_line_no is null and l.document ->> 'external_id' is not null) l`);
const BURIED = statement("orders_buried", `
  select t.external_id, t.source_version
  from (select * from unnest($2::text[]) limit cardinality($2)) as k (external_id)
    cross join lateral (select t.external_id, t.source_version from order_tombstone t where t.tenant_id = (select current_tenant()) and t.channel_id = $1 and t.external_id = k.external_id offset 0) t`);

const SEEN = statement("compare_seen_orders", `
  select o.external_id, o.currency, o.total_minor, o.units, o.expected, o.delivery_id from channel_sweep_order o
  where o.tenant_id = (select current_tenant()) and o.sweep_id = $1 and o.external_id > $2 order by o.external_id limit $3`);
/** What became of their messages, asked for in order: see kept_messages. */
const MESSAGES = statement("swept_messages", `
  select k.delivery_id, m.id, m.state from (select * from unnest($2::text[]) limit cardinality($2)) as k (delivery_id)
    cross join lateral (
      select m.id, m.state from inbox m where m.tenant_id = (select current_tenant()) and m.connection_id = $1 and m.delivery_id between k.delivery_id and k.delivery_id order by m.delivery_id limit 1) m`);
/**
 * Ours that the channel should have listed: it wrote the state that they show within the sweep's time, they were here before the
 * sweep began, and it was this connection that brought them. All of the window come, so that a page is never a long search.
 */
const UNSEEN = statement("compare_unseen_orders", `
  select o.external_id, o.source_version, o.id,
    o.placed_at >= $8::timestamptz
    and not exists (select from channel_sweep_order s where s.tenant_id = (select current_tenant()) and s.sweep_id = $1 and s.external_id = o.external_id)
    and exists (select from inbox m where m.tenant_id = (select current_tenant()) and m.order_id = o.id and m.connection_id = $3) as unseen
  from (
    select o.external_id, o.source_version, o.id, o.placed_at from sales_order o
    where o.tenant_id = (select current_tenant()) and o.channel_id = $2 and o.source_version is not null and (o.source_version, o.id) > ($4::bigint, $5::uuid) and o.captured_at < $6::timestamptz
    order by o.source_version, o.id limit $7) o
  order by o.source_version, o.id`);
/** Differences of orders that this sweep did not come to. */
const EARLIER = statement("compare_earlier_differences", `
  select distinct on (d.external_id) d.external_id, d.kind, d.there_currency, d.there_minor, d.there_units from channel_difference d
  where d.tenant_id = (select current_tenant()) and d.connection_id = $2 and d.closed_at is null and d.external_id > $4
    and not exists (select from channel_sweep_order s where s.tenant_id = (select current_tenant()) and s.sweep_id = $1 and s.external_id = d.external_id)
    and not exists (select from channel_difference u where u.tenant_id = (select current_tenant()) and u.connection_id = $2 and u.external_id = d.external_id and u.kind = 'unknown_there' and u.last_seen_at >= $3::timestamptz)
  order by d.external_id, d.kind = 'unknown_there' limit $5`);

const SAVE = statement("save_channel_differences", `
  insert into channel_difference as d (tenant_id, connection_id, external_id, kind, order_id, there_currency, there_minor, there_units, here_currency, here_minor, here_units, note, first_seen_at, last_seen_at)
  select (select current_tenant()), $1::uuid, f.*, $2::timestamptz, $2::timestamptz
  from unnest($3::text[], $4::text[], $5::uuid[], $6::text[], $7::bigint[], $8::float8[], $9::text[], $10::bigint[], $11::float8[], $12::text[]) as f
  on conflict (tenant_id, connection_id, external_id, kind) do update set order_id = excluded.order_id, there_currency = excluded.there_currency, there_minor = excluded.there_minor,
    there_units = excluded.there_units, here_currency = excluded.here_currency, here_minor = excluded.here_minor, here_units = excluded.here_units, note = excluded.note,
    first_seen_at = case when d.closed_at is null then d.first_seen_at else excluded.first_seen_at end, last_seen_at = excluded.last_seen_at, closed_at = null`);
const CLOSE = statement("close_channel_differences", `
  update channel_difference d set closed_at = $2
  from (select * from unnest($3::text[], $4::text[]) limit cardinality($3)) as g (external_id, kind)
  where d.tenant_id = (select current_tenant()) and d.connection_id = $1 and d.external_id = g.external_id and d.external_id = any($3::text[]) and d.kind = g.kind and d.closed_at is null`);

interface HereDb { external_id: string; id: string; currency: string; total_minor: number; source_version: number | null; units: number }

async function ordersHere(session: Session, channelId: string, externalIds: readonly string[]): Promise<ReadonlyMap<string, KnownHere>> {
  if (externalIds.length === 0) return new Map();
  const rows = await session.rows<HereDb>(HERE, [channelId, ...columns(externalIds, [(id) => id])]);
  return new Map(rows.map((row) => [row.external_id, { orderId: row.id, version: row.source_version, figures: orderHere(row.currency, row.total_minor, row.units) }]));
}

export async function known(session: Session, channelId: string, externalIds: readonly string[]): ReturnType<ChannelSweeps["known"]> {
  const [here, buried] = await Promise.all([
    ordersHere(session, channelId, externalIds), session.rows<{ external_id: string; source_version: number }>(BURIED, [channelId, ...columns(externalIds, [(id) => id])]),
  ]);
  return { here, buried: new Map(buried.map((row) => [row.external_id, row.source_version])) };
}

interface ComparedPage { readonly orders: readonly Compared[]; readonly next: string | null }

export function compared(session: Session, due: DueSweep, sweep: OpenSweep, part: ComparedPart): Promise<ComparedPage> {
  const place: Place = { ...part, connectionId: due.connection.id, channelId: due.connection.channelId, sweep };
  const { set } = part;
  return set === "seen" ? seen(session, place) : set === "unseen" ? unseen(session, place) : earlier(session, place);
}

interface Place extends ComparedPart { readonly connectionId: string; readonly channelId: string; readonly sweep: OpenSweep }

const figuresOf = (currency: string | null, totalMinor: number | null, units: number | null): OrderFigures | null =>
  (currency === null || totalMinor === null || units === null ? null : { currency, totalMinor, units });

interface SeenDb { external_id: string; currency: string | null; total_minor: number | null; units: number | null; expected: boolean; delivery_id: string | null }

async function seen(session: Session, { connectionId, channelId, sweep, after, limit }: Place): Promise<ComparedPage> {
  const rows = await session.rows<SeenDb>(SEEN, [sweep.id, after ?? "", limit]);
  const here = await ordersHere(session, channelId, rows.map((row) => row.external_id));
  const missing = rows.flatMap((row) => (here.has(row.external_id) || row.delivery_id === null ? [] : [row.delivery_id]));
  const messages = missing.length === 0 ? [] : await session.rows<{ delivery_id: string; id: string; state: string }>(MESSAGES, [connectionId, ...columns(missing, [(id) => id])]);
  const noteOf = new Map(messages.map(({ delivery_id: delivery, id, state }) => [delivery, `Its message ${publicId("message", id)} is ${state === "quarantined" ? "in quarantine" : state}.`]));
  const orders = rows.map((row): Compared => ({
    externalId: row.external_id, there: { figures: figuresOf(row.currency, row.total_minor, row.units), expected: row.expected }, here: here.get(row.external_id) ?? null,
    note: noteOf.get(row.delivery_id ?? "") ?? null,
  }));
  return { orders, next: rows.length < limit ? null : rows.at(-1)?.external_id ?? null };
}

/** Later than every id: whatever is of the version after it. */
const LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";

async function unseen(session: Session, { connectionId, channelId, sweep, after, limit, placedSince }: Place): Promise<ComparedPage> {
  const [version = "", id = ""] = after?.split("|") ?? [String(sweep.since - 1), LAST_ID];
  const rows = await session.rows<{ external_id: string; source_version: number; id: string; unseen: boolean }>(
    UNSEEN, [sweep.id, channelId, connectionId, version, id, instant(sweep.startedAt), limit, instant(placedSince)]);
  const ours = rows.filter((row) => row.unseen).map((row) => row.external_id);
  const here = await ordersHere(session, channelId, ours);
  const last = rows.at(-1);
  return {
    orders: ours.map((externalId) => ({ externalId, there: null, here: here.get(externalId) ?? null, note: null })),
    next: rows.length < limit || !last ? null : `${last.source_version}|${last.id}`,
  };
}

interface EarlierDb { external_id: string; kind: string; there_currency: string | null; there_minor: number | null; there_units: number | null }

async function earlier(session: Session, { connectionId, channelId, sweep, after, limit }: Place): Promise<ComparedPage> {
  const rows = await session.rows<EarlierDb>(EARLIER, [sweep.id, connectionId, instant(sweep.startedAt), after ?? "", limit]);
  const here = await ordersHere(session, channelId, rows.map((row) => row.external_id));
  const thereOf = (row: EarlierDb): OrderThere | null =>
    (row.kind === "unknown_there" ? null : { figures: figuresOf(row.there_currency, row.there_minor, row.there_units), expected: row.kind === "missing_here" });
  const orders = rows.map((row): Compared => ({ externalId: row.external_id, there: thereOf(row), here: here.get(row.external_id) ?? null, note: null }));
  return { orders, next: rows.length < limit ? null : rows.at(-1)?.external_id ?? null };
}

export async function saveDifferences(session: Session, connectionId: string, found: readonly Difference[], gone: readonly DifferenceKey[], now: number): Promise<void> {
  if (found.length > 0) {
    await session.run(SAVE, [connectionId, instant(now), ...columns(found, [
      (d) => d.externalId, (d) => d.kind, (d) => d.here?.orderId ?? null, (d) => d.there?.figures?.currency ?? null, (d) => d.there?.figures?.totalMinor ?? null, (d) => d.there?.figures?.units ?? null,
      (d) => d.here?.figures.currency ?? null, (d) => d.here?.figures.totalMinor ?? null, (d) => d.here?.figures.units ?? null, (d) => d.note,
    ])]);
  }
  if (gone.length > 0) await session.run(CLOSE, [connectionId, instant(now), ...columns(gone, [(g) => g.externalId, (g) => g.kind])]);
}
