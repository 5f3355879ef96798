import type pg from "pg";
import type { ChannelSweeps, DueSweep, OpenSweep, SweptPage } from "../flows/channel-sweeps.ts";
import type { Lease } from "../flows/integration.ts";
import { columns, instant, json } from "./columns.ts";
import { inTransaction, type Session, statement } from "./database.ts";
import { compared, known, saveDifferences } from "./channel-differences.ts";
import { keep } from "./inbox.ts";
import { isFenced } from "./leases.ts";
import { sweepViews } from "./channel-sweep-views.ts";

/** Swept up to the start of the latest sweep that ended well; before the first one, up to when it was connected. */
const DUE = statement("due_channel_sweeps", `
  select c.id, c.connector, c.channel_id, c.base_url, c.credentials, c.places, c.capture_test_orders, coalesce(d.started_at, c.created_at) as swept_until,
    (select h.code from channel h where h.tenant_id = current_tenant() and h.id = c.channel_id and h.valid_to = 'infinity') as channel,
    o.id as sweep_id, o.state, o.since, o.started_at, o.cursor, o.attempts
  from connection c
    left join lateral (select * from channel_sweep s where s.tenant_id = current_tenant() and s.connection_id = c.id and s.ended_at is null limit 1) o on true
    left join lateral (select s.started_at from channel_sweep s where s.tenant_id = current_tenant() and s.connection_id = c.id and s.state = 'done' order by s.started_at desc limit 1) d on true
    left join lateral (select s.started_at from channel_sweep s where s.tenant_id = current_tenant() and s.connection_id = c.id order by s.started_at desc limit 1) l on true
  where c.tenant_id = current_tenant() and c.status = 'active' and c.base_url is not null and ($3::uuid is null or c.id = $3)
    and case when o.id is null then $2::float8 is not null and coalesce(l.started_at + make_interval(secs => $2::float8 / 1000) <= $1::timestamptz, true) else o.next_attempt_at <= $1::timestamptz end
  order by c.id`);
const BEGIN = statement("begin_channel_sweep", `
  insert into channel_sweep (tenant_id, id, connection_id, since, started_at, next_attempt_at) values ((select current_tenant()), $1, $2, $3, $4, $4)
  on conflict (tenant_id, connection_id) where ended_at is null do nothing`);
const STANDING = statement("channel_sweep_standing", `
  select c.connector, c.status = 'active' and c.base_url is not null as called, coalesce(
    (select s.started_at from channel_sweep s where s.tenant_id = current_tenant() and s.connection_id = c.id and s.state = 'done' order by s.started_at desc limit 1), c.created_at) as swept_until
  from connection c where c.tenant_id = current_tenant() and c.id = $1`);
/** An order that comes twice is as the channel showed it last. */
const SAW = statement("save_swept_orders", `
  with saved as (
    insert into channel_sweep_order as o (tenant_id, sweep_id, external_id, currency, total_minor, units, expected, unreadable, delivery_id)
    select (select current_tenant()), $1::uuid, * from unnest($2::text[], $3::text[], $4::bigint[], $5::float8[], $6::boolean[], $7::boolean[], $8::text[])
    on conflict (tenant_id, sweep_id, external_id) do update set currency = excluded.currency, total_minor = excluded.total_minor, units = excluded.units, expected = excluded.expected,
      unreadable = excluded.unreadable, delivery_id = coalesce(excluded.delivery_id, o.delivery_id)
    returning xmax = 0 as first, unreadable)
  select count(*) filter (where first)::int as seen, count(*) filter (where first and unreadable)::int as unreadable from saved`);
/** The place in the condition: a page is counted once. */
const ADVANCE = statement("advance_channel_sweep", `
  update channel_sweep set cursor = $3, state = case when $3::text is null then 'comparing' else state end, pages = pages + 1, seen = seen + $4, unreadable = unreadable + $5,
    fetched_missing = fetched_missing + $6, fetched_newer = fetched_newer + $7, attempts = 0, note = null, next_attempt_at = $8
  where tenant_id = (select current_tenant()) and id = $1 and state = 'reading' and cursor is not distinct from $2`);
const PUT_OFF = statement("put_channel_sweep_off", `
  update channel_sweep set attempts = least(attempts + 1, 30000), note = $2, next_attempt_at = $3 where tenant_id = (select current_tenant()) and id = $1 and ended_at is null`);
const FAIL = statement("fail_channel_sweep", `
  update channel_sweep set state = 'failed', note = $2, ended_at = $3 where tenant_id = (select current_tenant()) and id = $1 and ended_at is null`);
const UNTAKEN = statement("has_untaken_messages", `
  select from (select o.delivery_id from channel_sweep_order o where o.tenant_id = (select current_tenant()) and o.sweep_id = $1 and o.delivery_id is not null offset 0) o
    cross join lateral (
      select m.state from inbox m where m.tenant_id = (select current_tenant()) and m.connection_id = $2 and m.delivery_id between o.delivery_id and o.delivery_id order by m.delivery_id limit 1) m
  where m.state = 'waiting' limit 1`);
const FINISH = statement("finish_channel_sweep", `
  update channel_sweep s set state = 'done', ended_at = $4, note = null, figures = $3, missing_here = d.missing_here, unknown_there = d.unknown_there, differing = d.differing
  from (
    select count(*) filter (where kind = 'missing_here')::int as missing_here, count(*) filter (where kind = 'unknown_there')::int as unknown_there,
      count(distinct external_id) filter (where kind in ('total', 'units'))::int as differing
    from channel_difference where tenant_id = (select current_tenant()) and connection_id = $2 and closed_at is null) d
  where s.tenant_id = (select current_tenant()) and s.id = $1 and s.state = 'comparing'`);
const FORGET_ORDERS = statement("forget_swept_orders", `delete from channel_sweep_order where tenant_id = (select current_tenant()) and sweep_id = $1`);
/** A month of them; the one that just ended well says up to where the channel is swept. */
const FORGET = statement("forget_channel_sweeps", `
  delete from channel_sweep where tenant_id = (select current_tenant()) and connection_id = $1 and started_at < $2::timestamptz - interval '30 days' and id <> $3 and ended_at is not null`);

interface DueDb {
  id: string; connector: string; channel_id: string; base_url: string; credentials: Record<string, string>; places: Record<string, string>; capture_test_orders: boolean; swept_until: Date;
  channel: string | null; sweep_id: string | null; state: OpenSweep["state"]; since: Date; started_at: Date; cursor: string | null; attempts: number;
}

const readDue = (row: DueDb): DueSweep => ({
  connection: {
    id: row.id, connector: row.connector, channelId: row.channel_id, channel: row.channel ?? "", baseUrl: row.base_url, credentials: row.credentials, places: row.places,
    captureTestOrders: row.capture_test_orders,
  },
  sweptUntil: row.swept_until.getTime(),
  sweep: row.sweep_id === null ? null : {
    id: row.sweep_id, state: row.state, since: row.since.getTime(), startedAt: row.started_at.getTime(), cursor: row.cursor, attempts: row.attempts,
  },
});

export const postgresChannelSweeps = (pool: pg.Pool): ChannelSweeps => ({
  ...sweeping(pool), ...ending(pool), ...sweepViews(pool),
  known: (tenantId, channelId, externalIds) => inTransaction(pool, tenantId, (session) => known(session, channelId, externalIds)),
  compared: (tenantId, due, sweep, part) => inTransaction(pool, tenantId, (session) => compared(session, due, sweep, part)),
  saveDifferences: (lease, connectionId, found, gone, now) => inTransaction(pool, lease.tenantId, async (session) => {
    if (!(await isFenced(session, lease))) return false;
    await saveDifferences(session, connectionId, found, gone, now);
    return true;
  }),
});

function sweeping(pool: pg.Pool): Pick<ChannelSweeps, "due" | "begin" | "standing" | "savePage"> {
  return {
    due: (tenantId, { now, everyMs, connectionId }) => inTransaction(pool, tenantId, async (session) =>
      (await session.rows<DueDb>(DUE, [instant(now), everyMs, connectionId])).map(readDue)),
    begin: (tenantId, { id, connectionId, since, now }) => inTransaction(pool, tenantId, async (session) => {
      const begun = await session.run(BEGIN, [id, connectionId, instant(since), instant(now)]);
      return begun === 0 ? null : { id, state: "reading", since, startedAt: now, cursor: null, attempts: 0 };
    }),
    standing: (tenantId, connectionId) => inTransaction(pool, tenantId, async (session) => {
      const [row] = await session.rows<{ connector: string; called: boolean; swept_until: Date }>(STANDING, [connectionId]);
      return row ? { connector: row.connector, called: row.called, sweptUntil: row.swept_until.getTime() } : null;
    }),
    savePage: (lease, page, now) => inTransaction(pool, lease.tenantId, async (session) => ((await isFenced(session, lease)) ? savePage(session, page, now) : null)),
  };
}

async function savePage(session: Session, { sweep, orders, missing, newer, next }: SweptPage, now: number): Promise<OpenSweep | null> {
  const kept = await keep(session, [...missing, ...newer]);
  const fresh = (from: number, until: number): number => kept.slice(from, until).filter(({ isNew }) => isNew).length;
  const [saw] = await session.rows<{ seen: number; unreadable: number }>(SAW, [sweep.id, ...columns(orders, [
    (o) => o.externalId, (o) => o.there.figures?.currency ?? null, (o) => o.there.figures?.totalMinor ?? null, (o) => o.there.figures?.units ?? null, (o) => o.there.expected, (o) => o.unreadable, (o) => o.deliveryId,
  ])]);
  const advanced = await session.run(ADVANCE, [
    sweep.id, sweep.cursor, next, saw?.seen ?? 0, saw?.unreadable ?? 0, fresh(0, missing.length), fresh(missing.length, kept.length), instant(now),
  ]);
  return advanced === 0 ? null : { ...sweep, cursor: next, attempts: 0, state: next === null ? "comparing" : "reading" };
}

function ending(pool: pg.Pool): Pick<ChannelSweeps, "putOff" | "fail" | "isTakenIn" | "finish"> {
  const fenced = (lease: Lease, work: (session: Session) => Promise<unknown>): Promise<boolean> => inTransaction(pool, lease.tenantId, async (session) => {
    if (!(await isFenced(session, lease))) return false;
    await work(session);
    return true;
  });
  return {
    putOff: async (lease, { id }, note, until) => void (await fenced(lease, (session) => session.run(PUT_OFF, [id, note.slice(0, 1000), instant(until)]))),
    fail: async (lease, { id }, note, now) => void (await fenced(lease, async (session) => {
      await session.run(FAIL, [id, note.slice(0, 1000), instant(now)]);
      await session.run(FORGET_ORDERS, [id]);
    })),
    isTakenIn: (tenantId, { id }, connectionId) => inTransaction(pool, tenantId, async (session) => (await session.rows(UNTAKEN, [id, connectionId])).length === 0),
    finish: (lease, { id }, connectionId, figures, now) => fenced(lease, async (session) => {
      await session.run(FINISH, [id, connectionId, json(figures), instant(now)]);
      await session.run(FORGET_ORDERS, [id]);
      await session.run(FORGET, [connectionId, instant(now), id]);
    }),
  };
}
