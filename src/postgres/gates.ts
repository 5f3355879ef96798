import type { ChannelGate } from "../domain/catalog/index.ts";
import type { GateTransaction, StoredGate } from "../flows/channel-gates.ts";
import type { Transaction } from "../flows/ports.ts";
import { instant } from "./columns.ts";
import { DecisionOutdated, type Session, statement } from "./database.ts";
import { raiseFactVersion } from "./facts.ts";

/** Gates of channels, and the orders that wait at them. */

const LOAD = statement("load_channel_gates", `
  select channel_id, state, until, orders, per_seconds, reason, set_at, set_by, let_through_at, redate_after, redate_through, redate_at from channel_gate where tenant_id = (select current_tenant()) order by channel_id`);
/** No two gates of a channel are set at the same time, because captures tell them apart by it. */
const SAVE = statement("save_channel_gate", `
  insert into channel_gate (tenant_id, channel_id, state, until, orders, per_seconds, reason, set_at, set_by, let_through_at, next_at, redate_at)
  values ((select current_tenant()), $1, $2, $3, $4, $5, $6, $7, $8, $7, $7, $7)
  on conflict (tenant_id, channel_id) do update set state = excluded.state, until = excluded.until, orders = excluded.orders, per_seconds = excluded.per_seconds, reason = excluded.reason,
    set_at = greatest(excluded.set_at, channel_gate.set_at + interval '1 millisecond'), set_by = excluded.set_by, let_through_at = excluded.let_through_at, next_at = excluded.next_at,
    redate_after = null, redate_at = excluded.redate_at`);
/** Comes after the row is locked, so that whoever took its times before is seen. */
const LINE_UP = statement("line_up_gated", `
  update channel_gate g set redate_after = case when w.waiting > 0 then '00000000-0000-0000-0000-000000000000'::uuid end, redate_through = coalesce(w.last, g.redate_through),
    next_at = g.next_at + make_interval(secs => w.waiting * $2::float8 / 1000)
  from (select count(*) as waiting, max(h.order_id::text)::uuid as last
    from hold h where h.tenant_id = (select current_tenant()) and h.channel_id = $1 and h.released_at is null) w
  where g.tenant_id = (select current_tenant()) and g.channel_id = $1`);
const NOTE = statement("note_channel_gate", `
  update channel_gate set let_through_at = $5, redate_after = $6, redate_at = $7
  where tenant_id = (select current_tenant()) and channel_id = $1 and set_at = $2 and let_through_at = $3 and redate_after is not distinct from $4`);
const DROP = statement("drop_channel_gate", `
  delete from channel_gate where tenant_id = (select current_tenant()) and channel_id = $1 and set_at = $2`);
/** Whoever takes times next waits for this transaction, so they are given once. */
const TAKE = statement("take_gate_times", `
  update channel_gate set next_at = greatest(next_at, $4::timestamptz) + make_interval(secs => $2::int * $3::float8 / 1000) where tenant_id = (select current_tenant()) and channel_id = $1 and set_at = $5
  returning next_at - make_interval(secs => $2::int * $3::float8 / 1000) as first`);
const GATED = statement("find_gated_orders", `
  select h.order_id from hold h cross join lateral (select o.channel_id from sales_order o where o.tenant_id = (select current_tenant()) and o.id = h.order_id offset 0) o
  where h.tenant_id = (select current_tenant()) and h.kind = 'CHANNEL_PAUSED' and h.released_at is null and h.order_id > $2 and h.order_id <= $3 and o.channel_id = $1 order by h.order_id limit $4`);
/** Only holds of gates name a channel. Asked every second: it reads those that are due in the order of an index of theirs, and nobody else who waits. Who has no time yet comes first. */
const DUE = statement("find_gated_orders_due", `
  select d.order_id from (
    (select h.order_id, h.due_at from hold h where h.tenant_id = (select current_tenant()) and h.channel_id = $1 and h.released_at is null and h.due_at is null
      order by h.due_at, h.order_id limit $3)
    union all
    (select h.order_id, h.due_at from hold h where h.tenant_id = (select current_tenant()) and h.channel_id = $1 and h.released_at is null and h.due_at <= $2
      order by h.due_at, h.order_id limit $3)) d
  order by d.due_at nulls first, d.order_id limit $3`);

interface GateDb {
  channel_id: string; state: ChannelGate["state"]; until: Date | null; orders: number | null; per_seconds: number | null; reason: string; set_at: Date; set_by: string; let_through_at: Date; redate_after: string | null; redate_through: string; redate_at: Date;
}

const readGate = (row: GateDb): StoredGate => ({
  channelId: row.channel_id, state: row.state, until: row.until?.getTime() ?? null, orders: row.orders, perSeconds: row.per_seconds, reason: row.reason, setAt: row.set_at.getTime(), setBy: row.set_by,
  letThroughAt: row.let_through_at.getTime(), redateAfter: row.redate_after, redateThrough: row.redate_through, redateAt: row.redate_at.getTime(),
});

const loadGates = async (session: Session): Promise<readonly StoredGate[]> => (await session.rows<GateDb>(LOAD, [])).map(readGate);

const gone = (channelId: string): DecisionOutdated => new DecisionOutdated(`the gate of channel ${channelId} was changed`);

/** The part of a transaction that is about gates. */
export const gates = (session: Session): Omit<GateTransaction, Exclude<keyof Transaction, "takeGateTimes">> => ({
  takeGateTimes: async ({ channelId, setAt }, count, everyMs, now) => {
    const [row] = await session.rows<{ first: Date }>(TAKE, [channelId, count, everyMs, instant(now), instant(setAt)]);
    if (!row) throw gone(channelId);
    return row.first.getTime();
  },
  loadGates: () => loadGates(session),
  saveGate: async (gate, everyMs) => {
    await session.run(SAVE, [gate.channelId, gate.state, instant(gate.until), gate.orders, gate.perSeconds, gate.reason, instant(gate.setAt), gate.setBy]);
    if (everyMs !== null) await session.run(LINE_UP, [gate.channelId, everyMs]);
    await raiseFactVersion(session, [{ validFrom: gate.setAt }]);
  },
  noteGate: async (read, { letThroughAt, redateAfter, redateAt }) => {
    const noted = await session.run(NOTE, [read.channelId, instant(read.setAt), instant(read.letThroughAt), read.redateAfter, instant(letThroughAt), redateAfter, instant(redateAt)]);
    if (noted === 0) throw gone(read.channelId);
  },
  dropGate: async ({ channelId, setAt }) => {
    await session.run(DROP, [channelId, instant(setAt)]);
    await raiseFactVersion(session, [{ validFrom: setAt }]);
  },
  findGated: async (channelId, after, through, limit) => (await session.rows<{ order_id: string }>(GATED, [channelId, after, through, limit])).map((row) => row.order_id),
  findGatedDue: async (channelId, now, limit) => (await session.rows<{ order_id: string }>(DUE, [channelId, instant(now), limit])).map((row) => row.order_id),
});
